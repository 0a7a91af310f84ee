import fc from 'fast-check';
import {
  beginSession,
  type Caller,
  mappedGroups,
  parseRoleMap,
  ROLE_NAMES,
  reviewerOf,
  scopesOf,
} from '../../src/access';
import { rolesOf } from '../../src/access/roleMap';
import { createTestDatabase } from '../testDatabase';

const PERSON: Caller = {
  ...{ owner: 'person:u', address: 'x', scopes: new Set(['review' as const]), key: null, datasets: null },
  person: {
    ...{ session: 1, uuid: 'u', issuer: 'https://i', subject: 's', name: 'Ada', reviewer: 'Ada (2)', roles: [] },
    expiresAt: new Date(),
  },
};

describe('a map of roles', () => {
  it('is a list or JSON, and `*` is everyone who signs in', () => {
    const list = parseRoleMap(' imaging = client , *=reader,cn=a=operator');
    expect([...list]).toEqual([
      ['imaging', 'client'],
      ['*', 'reader'],
      ['cn=a', 'operator'],
    ]);
    expect([...parseRoleMap('{"cn=a,ou=b": "curator"}')]).toEqual([['cn=a,ou=b', 'curator']]);
    expect(rolesOf([], list)).toEqual(['reader']);
    expect(rolesOf(['imaging', 'unknown'], list)).toEqual(['reader', 'client']);
    expect(mappedGroups(['unknown', 'imaging', '*', 'imaging'], list)).toEqual(['imaging']);
    expect(scopesOf(['reader', 'client'])).toEqual(['read', 'export', 'detect', 'upload', 'submit']);
  });

  it.each([
    ['a group without a role', 'imaging', /got "imaging"/],
    ['an unknown role', 'imaging=admin', /the role "admin" for "imaging", and roles are reader/],
    ['a group twice', 'a=reader,a=client', /the group "a" twice/],
    ['a list in JSON', '["a"]', /got "\["a"\]"|got/],
    ['broken JSON', '{"a"', /groups with a role each/],
    ['a role that is no text', '{"a": 1}', /the role 1/],
  ])('is refused with %s', (_, text, message) => {
    expect(() => parseRoleMap(text)).toThrow(message);
  });

  it('reads back whatever was written as JSON', () => {
    const groups = fc.dictionary(fc.string({ minLength: 1 }), fc.constantFrom(...ROLE_NAMES), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(groups, (map) => {
        expect(Object.fromEntries(parseRoleMap(JSON.stringify(map)))).toEqual(map);
      }),
    );
  });
});

describe('a person', () => {
  it('signs verdicts with the name that nobody else has, and with no other', () => {
    expect(reviewerOf(PERSON, null)).toBe('Ada (2)');
    expect(reviewerOf(PERSON, 'Ada (2)')).toBe('Ada (2)');
    expect(() => reviewerOf(PERSON, 'Ada')).toThrow(/your name, "Ada \(2\)"/);
  });

  it('has the same id everywhere, keeps the name of its verdicts, and shows the newest name', async () => {
    const [one, other] = [await createTestDatabase(), await createTestDatabase()];
    const claims = { issuer: 'https://i', subject: 's', name: 'Ada\u0000\n Example ', groups: [] };
    const first = await beginSession(one.database, claims);
    const elsewhere = await beginSession(other.database, claims);
    expect(first.person.uuid).toBe(elsewhere.person.uuid);
    const later = await beginSession(one.database, { ...claims, name: 'Ada Married' });
    expect(later.person).toMatchObject({ uuid: first.person.uuid, name: 'Ada Married', reviewer: 'Ada Example' });
    expect(later.secret).not.toBe(first.secret);
    await Promise.all([one.drop(), other.drop()]);
  });
});
