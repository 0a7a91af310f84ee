/** One JSON object per line. */
import type { TextRow } from '../database';
import type { Column, Table } from './table';

/** PostgreSQL writes finite numbers as JSON does; JSON has no others. */
const numberOf = (text: string): string => (/^-?\d/.test(text) ? text : 'null');
const flagOf = (text: string): string => (text === 't' || text === 'true' ? 'true' : 'false');
const textOf = (text: string): string => JSON.stringify(text);

function writerOf({ type }: Column): (text: string) => string {
  if (type === 'BOOLEAN') return flagOf;
  return type === 'INTEGER' || type === 'DOUBLE' ? numberOf : textOf;
}

/** A line per row, each with all columns in their order; what is missing is null. */
export async function* ndjsonOf({ columns, rows }: Table): AsyncGenerator<Buffer> {
  const writers = columns.map(writerOf);
  const names = columns.map(({ name }, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  const lineOf = (row: TextRow): string => {
    let line = '';
    for (let i = 0; i < writers.length; i++) {
      const cell = row[i];
      line += names[i]! + (cell === null || cell === undefined ? 'null' : writers[i]!(cell));
    }
    return `${line}}\n`;
  };
  for await (const part of rows) yield Buffer.from(part.map(lineOf).join(''));
}
