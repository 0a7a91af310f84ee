import fc from 'fast-check';
import { parseGlobalId, toGlobalId } from '../src/globalId';

describe('global ids', () => {
  it('come back as the type and row that they were made of', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('Lesion', 'BookmarkedImage', 'DetectionRun'),
        fc.integer({ min: 1, max: 2 ** 31 - 1 }),
        (type, id) => {
          const text = toGlobalId(type, id);
          expect(text).toMatch(/^[\w-]+$/);
          expect(parseGlobalId(text)).toEqual({ type, id });
        },
      ),
    );
  });

  it('have one spelling each: whatever else decodes to the same is none', () => {
    expect(parseGlobalId(`${toGlobalId('Lesion', 1)}=`)).toBeNull();
    expect(parseGlobalId(`${toGlobalId('Lesion', 1)}A`)).toBeNull();
    for (const text of [
      'Lesion:01',
      'Lesion:0',
      'Lesion:-1',
      'lesion:1',
      'Lesion:2147483648',
      'Lesion:1:2',
      'Lesion:1\n',
    ])
      expect(parseGlobalId(Buffer.from(text).toString('base64url'))).toBeNull();
  });

  it('are never made of anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
        const parsed = parseGlobalId(text);
        if (parsed) expect(toGlobalId(parsed.type, parsed.id)).toBe(text);
      }),
    );
    expect(parseGlobalId('x'.repeat(1_000_000))).toBeNull();
  });
});
