import { ROLE_NAMES, ROLES } from '../../../src/access/scopes';
import { expiryOfDays, quotaInputs, quotaTexts, roleOfScopes, stateOfKey } from '../../../web/app/pages/keys/keyTexts';

const NOON = Date.parse('2026-11-29T12:00:00Z');

describe('a key of the list', () => {
  it('is valid until it is revoked or its time has come', () => {
    const valid = { revokedAt: null, expiresAt: null };
    expect(stateOfKey(valid, NOON)).toBe('ACTIVE');
    expect(stateOfKey({ ...valid, expiresAt: '2026-11-29T12:00:01Z' }, NOON)).toBe('ACTIVE');
    expect(stateOfKey({ ...valid, expiresAt: '2026-11-29T12:00:00Z' }, NOON)).toBe('EXPIRED');
    expect(stateOfKey({ revokedAt: '2026-11-28T12:00:00Z', expiresAt: '2026-11-29T11:00:00Z' }, NOON)).toBe('REVOKED');
  });

  it.each(ROLE_NAMES)('is called %s by the scopes of that role alone', (role) => {
    expect(roleOfScopes([...ROLES[role]].reverse())).toBe(role);
    expect(roleOfScopes(ROLES[role].slice(1))).not.toBe(role);
  });

  it('without a number of days has no end', () => {
    expect(expiryOfDays(' ', NOON)).toBeNull();
    expect(expiryOfDays('2', NOON)).toBe('2026-12-01T12:00:00.000Z');
  });

  it('has quotas in bytes or in numbers, and one of a newer server by its name', () => {
    expect(quotaTexts({ name: 'upload-bytes', limit: 34e9, used: 1.5e6 })).toEqual({
      label: 'Uploads, a day',
      amount: '1.5 MB of 34 GB',
    });
    expect(quotaTexts({ name: 'fields', limit: 6e6, used: 1234 }).amount).toBe('1,234 of 6,000,000');
    expect(quotaTexts({ name: 'new', limit: 1, used: 0 })).toEqual({ label: 'new', amount: '0 of 1' });
    expect(quotaInputs({ fields: '100', images: ' ', submissions: '' })).toEqual([{ name: 'fields', limit: 100 }]);
  });
});
