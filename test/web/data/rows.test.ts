import fc from 'fast-check';
import { MAX_SELECTED, rowsOf, textOfRows, toggledRow } from '../../../web/app/data/rows';

const rows = fc.uniqueArray(fc.nat(40_000), { maxLength: MAX_SELECTED });

describe('a selection of rows in an address', () => {
  it('comes back as it was written, ascending', () => {
    fc.assert(
      fc.property(rows, (selection) => {
        expect(rowsOf(textOfRows(selection))).toEqual([...selection].sort((a, b) => a - b));
      }),
    );
  });

  it('writes neighbours as a range', () => {
    expect(textOfRows([7, 5, 6, 3])).toBe('3,5..7');
    expect(textOfRows([])).toBeUndefined();
    expect(rowsOf(undefined)).toEqual([]);
  });

  it('fits into an address beside everything else', () => {
    const worst = Array.from({ length: MAX_SELECTED }, (_, index) => 30_000 + 2 * index);
    expect(textOfRows(worst)?.length).toBeLessThan(1500);
  });

  it('takes no more rows than it may have from an address that somebody wrote', () => {
    expect(rowsOf('0..4000000000')).toHaveLength(MAX_SELECTED);
    expect(rowsOf('1,x,-3,2..1,99999999999,4')).toEqual([1, 4]);
  });

  it('takes a row in and out, and no further one when it is full', () => {
    expect(toggledRow([3], 5)).toEqual([3, 5]);
    expect(toggledRow([3, 5], 3)).toEqual([5]);
    const full = Array.from({ length: MAX_SELECTED }, (_, index) => index);
    expect(toggledRow(full, 500)).toBe(full);
    expect(toggledRow(full, 0)).toHaveLength(MAX_SELECTED - 1);
  });
});
