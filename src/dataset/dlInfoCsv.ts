import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { CsvError, type Info, type Options, parse } from 'csv-parse';
import { DL_INFO_COLUMNS } from '../dlInfoColumns';
import { BadUserInput, messageOf } from '../errors';
import { isStorable } from '../storableText';
import { type DlInfoCells, type DlInfoColumn, type DlInfoRow, parseDlInfoRow } from './dlInfoRow';
import type { RowProblem } from './importRecords';
import type { ProblemList } from './problemList';
import { notPlainText } from './sourceText';

const MAX_FILE_BYTES = 512 * 2 ** 20;
/** Four times the published file; a larger one is exported by rule. */
const MAX_KEPT_BYTES = 32 * 2 ** 20;
/** A quote that is never closed would otherwise swallow the rest of the file. */
const MAX_ROW_BYTES = 64 * 2 ** 10;
const MAX_FAULTS = 1_000;
const SEPARATORS = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'bars'],
] as const;
const FIRST_BYTES = 8;

/**
 * Reads DL_info.csv row by row. Columns are found by their names in any order and in capitals or not; others beside
 * them are not read. A byte-order mark, either line end and lines of empty cells are fine.
 *
 * @param problems takes what is wrong with rows; a stray quote counts as a broken file
 * @param onRow takes each row that fits
 * @returns the checksum of the file's bytes, columns that are not in DL_info.csv, and the bytes unless they are too many
 * @throws BadUserInput if the file is missing, empty, or lacks a column
 */
export async function readDlInfoFile(
  path: string,
  problems: ProblemList,
  onRow: (row: DlInfoRow) => void,
  signal?: AbortSignal,
): Promise<{ sha256: string; unreadColumns: string[]; bytes: Buffer | null }> {
  const name = basename(path);
  await checkFile(path, name);
  const hash = createHash('sha256');
  const bytes = createReadStream(path);
  const kept = new KeptBytes();
  bytes.on('data', (chunk) => {
    hash.update(chunk);
    kept.add(Buffer.from(chunk));
  });
  const faults: CsvError[] = [];
  const parser = bytes.pipe(parse(parserOptions(faults)));
  bytes.on('error', (failure) => parser.destroy(failure));

  let header: Header | undefined;
  let rowCount = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      signal?.throwIfAborted();
      // Where the header itself is at fault, the first record is none.
      if (header === undefined && info.lines > lineOf(faults[0])) break;
      if (header === undefined) header = readHeader(record, name);
      else if (record.every((cell) => cell.trim() === '')) continue;
      else readRow(record, rowCount++, info.lines, header, problems, onRow);
    }
  } catch (thrown) {
    if (thrown instanceof BadUserInput || signal?.aborted) throw thrown;
    if (!(thrown instanceof CsvError))
      throw new BadUserInput(`${name} cannot be read: ${messageOf(thrown)}`, 'csv', { cause: thrown });
  } finally {
    bytes.destroy();
  }
  for (const fault of faults) problems.add(faultProblem(fault, header));
  problems.brokenFile ||= faults.length > 0;
  if (header === undefined && faults.length === 0)
    throw new BadUserInput(`${name} is empty: expected a header line and rows.`, 'csv');
  if (rowCount === 0 && faults.length === 0) throw new BadUserInput(`${name} has a header line but no rows.`, 'csv');
  return { sha256: hash.digest('hex'), unreadColumns: header ? header.unread : [], bytes: kept.all };
}

/** The bytes of a file that is not too large to be kept with its rows. */
class KeptBytes {
  private parts: Buffer[] | null = [];
  private size = 0;

  add(part: Buffer): void {
    this.size += part.length;
    if (this.size > MAX_KEPT_BYTES) this.parts = null;
    this.parts?.push(part);
  }

  get all(): Buffer | null {
    return this.parts && Buffer.concat(this.parts);
  }
}

/** Syntax errors are collected like bad rows, so that all are reported together. */
function parserOptions(faults: CsvError[]): Options {
  return {
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW_BYTES,
    skip_records_with_error: true,
    on_skip(fault) {
      if (fault) faults.push(fault);
      if (faults.length >= MAX_FAULTS) throw fault;
      return undefined;
    },
  };
}

const lineOf = (fault: CsvError | undefined): number =>
  typeof fault?.lines === 'number' ? fault.lines : Number.POSITIVE_INFINITY;

const FAULTS: Partial<Record<CsvError['code'], string>> = {
  CSV_QUOTE_NOT_CLOSED: 'expected a closing quote before the end of the file',
  CSV_MAX_RECORD_SIZE: `expected rows of at most ${MAX_ROW_BYTES} bytes: is a quote not closed?`,
  CSV_INVALID_CLOSING_QUOTE: 'expected a comma or the end of the line after a closing quote',
  INVALID_OPENING_QUOTE: 'expected quotes only around a whole cell',
};

function faultProblem(fault: CsvError, header: Header | undefined): RowProblem {
  const column = typeof fault.column === 'number' ? header?.columns[fault.column] : undefined;
  return {
    place: `line ${Number.isFinite(lineOf(fault)) ? lineOf(fault) : 1}`,
    column: column ?? 'all',
    reason: FAULTS[fault.code] ?? fault.message,
  };
}

async function checkFile(path: string, name: string): Promise<void> {
  const found = await stat(path).catch((cause) => {
    throw new BadUserInput(`There is no file ${name}.`, 'csv', { cause });
  });
  if (!found.isFile()) throw new BadUserInput(`Expected ${name} to be a file.`, 'csv');
  if (found.size > MAX_FILE_BYTES)
    throw new BadUserInput(`Expected ${name} to have at most ${MAX_FILE_BYTES} bytes, got ${found.size}.`, 'csv');
  const other = notPlainText(await readBeginning(path));
  if (other) throw new BadUserInput(`${name} ${other}.`, 'csv');
}

async function readBeginning(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST_BYTES), 0, FIRST_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The columns of a file. */
interface Header {
  /** in the file's order; null: a column that is not in DL_info.csv */
  columns: readonly (DlInfoColumn | null)[];
  unread: string[];
}

/** Spreadsheets change capitals, and the underscore at the end of two names is easily lost. */
const plainName = (name: string): string => name.trim().toLowerCase().replace(/_$/, '');

/** @returns the separator of the columns' names, if it is not a comma */
function separatorOf(cells: readonly string[]): string | undefined {
  const line = cells.join();
  const isColumn = (cell: string): boolean => DL_INFO_COLUMNS.some((column) => plainName(column) === plainName(cell));
  return SEPARATORS.find(([sign]) => line.split(sign).filter(isColumn).length > 1)?.[1];
}

function readHeader(cells: readonly string[], name: string): Header {
  const columns = cells.map((cell) => DL_INFO_COLUMNS.find((column) => plainName(column) === plainName(cell)) ?? null);
  const unread = cells.filter((_, i) => columns[i] === null).map((cell) => cell.trim());
  const missing = DL_INFO_COLUMNS.filter((column) => !columns.includes(column));
  const twice = columns.filter((column, index) => column !== null && columns.indexOf(column) !== index);
  const separator = missing.length > 0 ? separatorOf(cells) : undefined;
  if (separator)
    throw new BadUserInput(
      `${name}, line 1: expected commas between the cells, got ${separator}: save the file with commas between ` +
        'cells and points in numbers.',
      'header',
    );
  const problems = [
    missing.length > 0 ? `missing ${missing.join(', ')}` : '',
    missing.length > 0 && unread.length > 0
      ? `unknown ${unread.map((cell) => JSON.stringify(cell.slice(0, 60))).join(', ')}`
      : '',
    twice.length > 0 ? `twice ${twice.join(', ')}` : '',
  ].filter((text) => text !== '');
  if (problems.length > 0)
    throw new BadUserInput(
      `${name}, line 1: expected the 18 columns of DL_info.csv; ${problems.join('; ')}.`,
      missing[0] ?? 'header',
    );
  return { columns, unread };
}

function readRow(
  cells: readonly string[],
  rowIndex: number,
  line: number,
  { columns }: Header,
  problems: ProblemList,
  onRow: (row: DlInfoRow) => void,
): void {
  const place = `line ${line}`;
  if (cells.length !== columns.length) {
    problems.add({ place, column: 'all', reason: `expected ${columns.length} cells, got ${cells.length}` });
    return;
  }
  const row = {} as Record<DlInfoColumn, string>;
  columns.forEach((column, index) => {
    if (column) row[column] = cells[index] ?? '';
  });
  const unstorable = DL_INFO_COLUMNS.find((column) => !isStorable(row[column]));
  if (unstorable) {
    problems.add({ place, column: unstorable, reason: 'expected text without NUL or half a surrogate pair' });
    return;
  }
  const parsed = parseDlInfoRow(row satisfies DlInfoCells, rowIndex, line);
  if ('problems' in parsed) problems.add(...parsed.problems);
  else onRow(parsed);
}
