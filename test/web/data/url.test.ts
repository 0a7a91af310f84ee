import fc from 'fast-check';
import {
  listOf,
  numberOf,
  oneOf,
  parseSearch,
  rangeOf,
  stringifySearch,
  textOfList,
  textOfRange,
} from '../../../web/app/data/url';

describe('the state of a page in its address', () => {
  it('is read back as it was written, whatever the texts are', () => {
    const search = fc.dictionary(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }));
    fc.assert(
      fc.property(search, (texts) => {
        expect({ ...parseSearch(stringifySearch(texts)) }).toEqual({ ...texts });
      }),
    );
  });

  it('leaves out what is as by default, and keeps commas and colons readable', () => {
    expect(stringifySearch({})).toBe('');
    expect(stringifySearch({ a: undefined, b: '' })).toBe('');
    expect(stringifySearch({ s: 'coarse-type:LUNG', e: 'a,b' })).toBe('?s=coarse-type:LUNG&e=a,b');
  });

  it('takes numbers within their bounds, and the default for what is none', () => {
    expect(numberOf('0.7', 0.5, 0, 1)).toBe(0.7);
    expect(numberOf('7', 0.5, 0, 1)).toBe(1);
    for (const text of [undefined, '', ' ', 'x', 'NaN', 'Infinity']) expect(numberOf(text, 0.5, 0, 1)).toBe(0.5);
  });

  it('takes lists, one of several words, and ranges with one end or two', () => {
    expect(listOf('a,,b')).toEqual(['a', 'b']);
    expect(textOfList([])).toBeUndefined();
    expect(oneOf('froc', ['iou', 'froc'], 'iou')).toBe('froc');
    expect(oneOf('toString', ['iou', 'froc'], 'iou')).toBe('iou');
    expect(rangeOf('10..30')).toEqual({ gte: 10, lte: 30 });
    expect(rangeOf('..30')).toEqual({ lte: 30 });
    expect(rangeOf('-0.5..')).toEqual({ gte: -0.5 });
    for (const text of [undefined, '', '..', '10', '10...30', 'a..b']) expect(rangeOf(text)).toBeUndefined();
    expect(textOfRange({ gte: 10 })).toBe('10..');
    expect(textOfRange({})).toBeUndefined();
  });
});
