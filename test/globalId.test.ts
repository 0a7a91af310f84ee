import fc from 'fast-check';
import {
  expectGlobalId,
  type GlobalKeys,
  type GlobalType,
  isOf,
  keyOf,
  parseGlobalId,
  refuseOldId,
  toGlobalId,
} from '../src/globalId';

const dataset = fc
  .tuple(fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/), fc.integer({ min: 1, max: 999_999_999 }))
  .map(([slug, version]) => `${slug}@${version}`);
const index = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const uuid = fc.uuid();
const fileName = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0'));
const sha256 = fc.stringMatching(/^[0-9a-f]{16}$/);
const version = fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)).map((parts) => parts.join('.'));

/** Any key of each type. */
const KEYS: { [Type in GlobalType]: fc.Arbitrary<GlobalKeys[Type]> } = {
  Dataset: fc.record({ dataset }),
  Patient: fc.record({ dataset, patientIndex: index }),
  Study: fc.record({ dataset, patientIndex: index, studyIndex: index }),
  Series: fc.record({ dataset, patientIndex: index, studyIndex: index, seriesIndex: index }),
  BookmarkedImage: fc.record({ dataset, fileName }),
  Lesion: fc.record({ dataset, sourceRowIndex: index }),
  Categorization: fc.record({ uuid }),
  Cohort: fc.record({ uuid }),
  Export: fc.record({ uuid }),
  PseudoCluster: fc.record({ categorization: uuid, clusterIndex: index }),
  Detector: fc.record({ name: fileName, version, sha256: fc.option(sha256) }),
  DetectionRun: fc.record({ uuid }),
  Detection: fc.record({ run: uuid, rank: index, fileName }),
  DetectionReview: fc.record({ uuid }),
  Evaluation: fc.record({ uuid }),
  ApiKey: fc.record({ uuid }),
};
const TYPES = Object.keys(KEYS) as GlobalType[];

const encoded = (text: string): string => Buffer.from(text).toString('base64url');

describe('global ids', () => {
  it.each(TYPES)('of a %s come back as the type and key that they were made of, and differ where keys do', (type) => {
    fc.assert(
      fc.property(KEYS[type], KEYS[type], (key, other) => {
        const text = toGlobalId(type, key);
        expect(text).toMatch(/^[\w-]+$/);
        expect(parseGlobalId(text)).toEqual({ type, key });
        expect(keyOf(text, type, 'id')).toEqual(key);
        expect(text === toGlobalId(type, other)).toBe(JSON.stringify(key) === JSON.stringify(other));
      }),
    );
  });

  it('name the data set version and the place in its source', () => {
    const text = toGlobalId('Lesion', { dataset: 'deeplesion@1', sourceRowIndex: 17 });
    expect(Buffer.from(text, 'base64url').toString()).toBe('Lesion:deeplesion@1:17');
    const parsed = expectGlobalId(text, 'id');
    expect(isOf(parsed, 'Lesion') && parsed.key.sourceRowIndex).toBe(17);
  });

  it('have one spelling each: whatever else decodes to the same is none', () => {
    const id = toGlobalId('Lesion', { dataset: 'demo@1', sourceRowIndex: 1 });
    expect(parseGlobalId(`${id}=`)).toBeNull();
    expect(parseGlobalId(`${id}A`)).toBeNull();
    for (const text of [
      'Lesion:demo@1:01',
      'Lesion:demo@01:1',
      'Lesion:demo:1',
      'Lesion:demo@1:-1',
      'lesion:demo@1:1',
      'Lesion:demo@1:2147483648',
      'Lesion:demo@1:1:2',
      'Lesion:demo@1:1\n',
      'Lesion:Demo@1:1',
      'DetectionRun:00000000-0000-4000-8000-00000000000G',
      'DetectionRun:00000000-0000-4000-8000-00000000000A',
      'BookmarkedImage:demo@1:',
      'BookmarkedImage:demo@1:a\0b',
      'constructor:1',
      'Unheard:demo@1:1',
    ])
      expect([text, parseGlobalId(encoded(text))]).toEqual([text, null]);
  });

  it('are never made of anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string().map(encoded)), (text) => {
        const parsed = parseGlobalId(text);
        if (parsed) expect(toGlobalId(parsed.type, parsed.key)).toBe(text);
      }),
    );
    expect(parseGlobalId('x'.repeat(1_000_000))).toBeNull();
  });

  it('of earlier versions, which named rows, are refused with a sentence that says so', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TYPES), fc.integer({ min: 1, max: 2 ** 31 - 1 }), (type, row) => {
        const old = encoded(`${type}:${row}`);
        expect(parseGlobalId(old)).toBeNull();
        expect(() => refuseOldId(old, 'id')).toThrow(/^Expected id to be an id of this version, .* ids changed/);
        expect(() => keyOf(old, type, 'id')).toThrow('ids changed');
        expect(() => expectGlobalId(old, 'id')).toThrow('ids changed');
      }),
    );
  });

  it('of another type, and what is none, are refused by the name of the argument', () => {
    const run = toGlobalId('DetectionRun', { uuid: '00000000-0000-4000-8000-000000000000' });
    expect(() => keyOf(run, 'Lesion', 'lesion')).toThrow(
      'Expected lesion to be the id of a Lesion from a previous response, got one of a DetectionRun',
    );
    expect(() => keyOf('17', 'Lesion', 'lesion')).toThrow('got something else: pass an id unchanged.');
  });
});
