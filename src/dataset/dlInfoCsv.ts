import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Info, parse } from 'csv-parse';
import { BadUserInput, messageOf } from '../errors';
import { DL_INFO_COLUMNS, type DlInfoCells, type DlInfoColumn, type DlInfoRow, parseDlInfoRow } from './dlInfoRow';
import type { RowProblem } from './importRecords';

/** A parsed file: the rows that fit, and what is wrong with the others. */
export interface DlInfoFile {
  rows: DlInfoRow[];
  problems: RowProblem[];
  rowCount: number;
  /** of the file's bytes */
  sha256: string;
}

const MAX_FILE_BYTES = 512 * 2 ** 20;
/** A quote that is never closed would otherwise swallow the rest of the file. */
const MAX_ROW_BYTES = 64 * 2 ** 10;
/** Text that PostgreSQL cannot keep. */
const UNSTORABLE = /\0|\p{Surrogate}/u;

/**
 * Reads DL_info.csv row by row. Columns are found by their names in any order; a byte-order mark and either line end are fine.
 *
 * @throws BadUserInput when the file is missing, is no CSV, or lacks a column
 */
export async function readDlInfoFile(path: string, signal?: AbortSignal): Promise<DlInfoFile> {
  const name = basename(path);
  await checkFile(path, name);
  const hash = createHash('sha256');
  const bytes = createReadStream(path);
  bytes.on('data', (chunk) => hash.update(chunk));
  const parser = bytes.pipe(
    parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true, max_record_size: MAX_ROW_BYTES }),
  );
  bytes.on('error', (failure) => parser.destroy(failure));

  const file: DlInfoFile = { rows: [], problems: [], rowCount: 0, sha256: '' };
  let places: Map<DlInfoColumn, number> | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      signal?.throwIfAborted();
      if (places === undefined) {
        places = readHeader(record, name);
        continue;
      }
      readRow(file, record, info.lines, places);
    }
  } catch (thrown) {
    if (thrown instanceof BadUserInput || signal?.aborted) throw thrown;
    throw new BadUserInput(`${name} cannot be read as CSV: ${messageOf(thrown)}`, 'csv', { cause: thrown });
  }
  if (places === undefined) throw new BadUserInput(`${name} is empty: expected a header line and rows.`, 'csv');
  if (file.rowCount === 0) throw new BadUserInput(`${name} has a header line but no rows.`, 'csv');
  return { ...file, sha256: hash.digest('hex') };
}

async function checkFile(path: string, name: string): Promise<void> {
  const found = await stat(path).catch((cause) => {
    throw new BadUserInput(`There is no file ${name}.`, 'csv', { cause });
  });
  if (!found.isFile()) throw new BadUserInput(`Expected ${name} to be a file.`, 'csv');
  if (found.size > MAX_FILE_BYTES)
    throw new BadUserInput(`Expected ${name} to have at most ${MAX_FILE_BYTES} bytes, got ${found.size}.`, 'csv');
}

function readHeader(cells: string[], name: string): Map<DlInfoColumn, number> {
  const names = cells.map((cell) => cell.trim());
  const missing = DL_INFO_COLUMNS.filter((column) => !names.includes(column));
  const unknown = names.filter((cell) => !DL_INFO_COLUMNS.some((column) => column === cell));
  const twice = names.filter((cell, index) => names.indexOf(cell) !== index);
  const problems = [
    missing.length > 0 ? `missing ${missing.join(', ')}` : '',
    unknown.length > 0 ? `unknown ${unknown.map((cell) => JSON.stringify(cell.slice(0, 60))).join(', ')}` : '',
    twice.length > 0 ? `twice ${twice.join(', ')}` : '',
  ].filter((text) => text !== '');
  if (problems.length > 0)
    throw new BadUserInput(
      `${name}, line 1: expected the 18 columns of DL_info.csv; ${problems.join('; ')}.`,
      missing[0] ?? 'header',
    );
  return new Map(DL_INFO_COLUMNS.map((column) => [column, names.indexOf(column)]));
}

function readRow(file: DlInfoFile, cells: string[], line: number, places: Map<DlInfoColumn, number>): void {
  const rowIndex = file.rowCount++;
  const place = `line ${line}`;
  if (cells.length !== places.size) {
    file.problems.push({ place, column: 'all', reason: `expected ${places.size} cells, got ${cells.length}` });
    return;
  }
  const row = {} as Record<DlInfoColumn, string>;
  for (const [column, index] of places) row[column] = cells[index] ?? '';
  const unstorable = DL_INFO_COLUMNS.find((column) => UNSTORABLE.test(row[column]));
  if (unstorable) {
    file.problems.push({ place, column: unstorable, reason: 'expected text without NUL or half a surrogate pair' });
    return;
  }
  const parsed = parseDlInfoRow(row satisfies DlInfoCells, rowIndex, line);
  if ('problems' in parsed) file.problems.push(...parsed.problems);
  else file.rows.push(parsed);
}
