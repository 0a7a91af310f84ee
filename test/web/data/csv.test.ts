import { parse } from 'csv-parse/sync';
import { csvOf } from '../../../web/app/data/csv';

describe('a table as CSV', () => {
  it('is read back by another program, with quotes, commas and line breaks', () => {
    const rows = [['a"b', 'c,d', 'e\nf', '1.5', '']];
    expect(parse(csvOf(['v', 'w', 'x', 'y', 'z'], [['a"b', 'c,d', 'e\nf', 1.5, null]]))).toEqual([
      ['v', 'w', 'x', 'y', 'z'],
      ...rows,
    ]);
  });

  it('holds no text that a spreadsheet would run', () => {
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1']) {
      const [, [cell] = []] = parse(csvOf(['text'], [[text]])) as string[][];
      expect(cell).toBe(`'${text}`);
    }
    expect(csvOf(['number'], [[-1]])).toBe('number\r\n-1\r\n');
  });
});
