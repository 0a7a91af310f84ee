import fc from 'fast-check';
import { type Caller, quotaWords, readQuotaSetting, readQuotas, SCOPES } from '../../src/access';
import { QUOTA_NAMES, type QuotaLimits } from '../../src/access/quotaLimits';
import { defaultLimitsOf, limitOf } from '../../src/access/quotaRules';

const OPEN = { host: '0.0.0.0' };
const anonymous: Caller = {
  ...{ owner: '10.0.0.1', address: '10.0.0.1', key: null, person: null, datasets: null },
  scopes: new Set(['read'] as const),
};
const keyed = (quotas: QuotaLimits = {}): Caller => ({
  ...anonymous,
  owner: 'key:x',
  key: { row: 1, uuid: 'x', keyId: 'ABCDEFGH', name: 'x', expiresAt: null, quotas },
});

describe('the limit of a caller', () => {
  it('is generous with a key, smaller without one, and none on the own machine or with the scope operate', () => {
    const elsewhere = defaultLimitsOf(OPEN);
    const [ofKey, ofAnonymous] = [keyed(), anonymous].map((caller) => limitOf(caller, 'fields', elsewhere) ?? 0);
    expect(ofAnonymous).toBeGreaterThan(0);
    expect(ofKey).toBeGreaterThan(ofAnonymous ?? 0);
    const operator = { ...keyed(), scopes: new Set(SCOPES) };
    for (const name of QUOTA_NAMES) {
      expect(limitOf(operator, name, elsewhere)).toBeNull();
      for (const caller of [keyed(), anonymous])
        expect(limitOf(caller, name, defaultLimitsOf({ host: '127.0.0.1' }))).toBeNull();
    }
    expect(
      limitOf(anonymous, 'images', defaultLimitsOf({ host: '::1', publicUrl: 'https://a.example' })),
    ).not.toBeNull();
  });

  it('is that of its key first, then that of the settings', () => {
    const settings = defaultLimitsOf({ ...OPEN, keyQuotas: { fields: 7 }, anonymousQuotas: { images: null } });
    expect(limitOf(keyed(), 'fields', settings)).toBe(7);
    expect(limitOf(keyed({ fields: 8 }), 'fields', settings)).toBe(8);
    expect(limitOf(keyed({ fields: null }), 'fields', settings)).toBeNull();
    expect(limitOf({ ...keyed({ images: 3 }), scopes: new Set(SCOPES) }, 'images', settings)).toBe(3);
    expect(limitOf(anonymous, 'images', settings)).toBeNull();
  });
});

describe('limits as text', () => {
  const limits = fc.dictionary(fc.constantFrom(...QUOTA_NAMES), fc.option(fc.integer({ min: 1, max: 1e15 })));

  it('are read as they are written', () => {
    fc.assert(fc.property(limits, (given) => expect(readQuotas(quotaWords(given), 'quota')).toEqual({ ...given })));
    expect(readQuotaSetting('fields=5, images=none', 'KEY_QUOTAS')).toEqual({ fields: 5, images: null });
    expect(Object.values(readQuotaSetting('none', 'KEY_QUOTAS'))).toEqual(QUOTA_NAMES.map(() => null));
  });

  it.each([
    'fields',
    'fields=0',
    'fields=-1',
    'fields=1.5',
    'fields=1e3',
    'field=1',
    'toString=1',
    'fields=2000000000000000',
  ])('are refused with the names that there are: %s', (word) => {
    expect(() => readQuotas([word], 'quota')).toThrow(/Expected quota to be NAME=LIMIT .* fields, images, .*got "/);
  });

  it('name each quota once', () => {
    expect(() => readQuotas(['fields=1', 'fields=2'], 'quota')).toThrow('got fields twice');
  });
});
