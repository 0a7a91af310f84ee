/** CSV as RFC 4180 has it, with LF and UTF-8 without a byte-order mark, because programs read that everywhere. */
import type { TextRow } from '../database';
import type { Column, Table } from './table';

const NEEDS_QUOTES = /[",\n\r]/;
/** What spreadsheets take as the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** @returns a cell; an empty text is in quotes, so that it is not taken for a missing value */
export function csvCell(text: string): string {
  return text === '' || NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const plainCell = (text: string): string => text;
const flagCell = (text: string): string => (text === 't' || text === 'true' ? 'true' : 'false');
/** With an apostrophe in front, which spreadsheets hide, nothing of it is computed. */
const guardedCell = (text: string): string => csvCell(FORMULA.test(text) ? `'${text}` : text);

function writerOf({ type }: Column, forSpreadsheet: boolean): (text: string) => string {
  if (type === 'BOOLEAN') return flagCell;
  if (type === 'INTEGER' || type === 'DOUBLE') return plainCell;
  return forSpreadsheet ? guardedCell : csvCell;
}

/**
 * A header line and a line per row; what is missing is an empty cell.
 *
 * @param forSpreadsheet texts that a spreadsheet would compute get an apostrophe in front
 */
export async function* csvOf({ columns, rows }: Table, forSpreadsheet = false): AsyncGenerator<Buffer> {
  yield Buffer.from(`${columns.map(({ name }) => csvCell(name)).join(',')}\n`);
  const writers = columns.map((column) => writerOf(column, forSpreadsheet));
  const lineOf = (row: TextRow): string => {
    let line = '';
    for (let i = 0; i < writers.length; i++) {
      const cell = row[i];
      if (i > 0) line += ',';
      if (cell !== null && cell !== undefined) line += writers[i]!(cell);
    }
    return `${line}\n`;
  };
  for await (const part of rows) yield Buffer.from(part.map(lineOf).join(''));
}
