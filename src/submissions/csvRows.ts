/** Rows of CSV: RFC 4180 with a header; commas, semicolons or tabs between the cells. */
import { quoted } from '../errors';
import { FileProblem } from './problems';
import { type ColumnName, columnOf, missingColumns, type StatedRow } from './statedRow';
import { linesOf, type TextLine } from './textLines';

const DELIMITERS = [',', ';', '\t'] as const;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const NOT_FINITE = /^[+-]?(?:nan|inf|infinity)$/i;

/** Where the cells of each column are. */
interface Header {
  delimiter: string;
  width: number;
  places: ReadonlyMap<ColumnName, number>;
}

/** @throws FileProblem as `linesOf`, COLUMNS for a header that does not fit, SYNTAX for a line that does not */
export async function* csvRows(text: AsyncIterable<Buffer>, ignored: Set<string>): AsyncGenerator<StatedRow[]> {
  let header: Header | undefined;
  for await (const lines of linesOf(text)) {
    const rows: StatedRow[] = [];
    for (const line of lines) {
      if (header) rows.push(rowOf(line, header));
      else header = readHeader(line, ignored);
    }
    yield rows;
  }
  if (!header) throw new FileProblem('EMPTY', 'Expected a header and detections, got an empty file.');
}

function readHeader({ number, text }: TextLine, ignored: Set<string>): Header {
  if (/^\s*[[{]/.test(text))
    throw new FileProblem(
      'FORMAT_DIFFERS',
      `Expected the names of the columns of a CSV file, got JSON: ${quoted(text)}.`,
      number,
    );
  const delimiter = DELIMITERS.find((one) => text.includes(one)) ?? ',';
  const names = cellsOf({ number, text }, delimiter);
  const places = new Map<ColumnName, number>();
  for (const [place, name] of names.entries()) {
    const column = columnOf(name);
    if (column === undefined) ignored.add(name.slice(0, 100));
    else if (places.has(column))
      throw new FileProblem('COLUMNS', `Expected one column for "${column}", ${quoted(name)} is a second one.`, number);
    else places.set(column, place);
  }
  const missing = missingColumns(new Set(places.keys()));
  if (missing !== null)
    throw new FileProblem(
      'COLUMNS',
      `Expected a header with image, score, and x1, y1, x2, y2 or bbox: ${missing}, got ${quoted(text)}.`,
      number,
    );
  return { delimiter, width: names.length, places };
}

function rowOf(line: TextLine, { delimiter, width, places }: Header): StatedRow {
  const cells = cellsOf(line, delimiter);
  if (cells.length !== width)
    throw new FileProblem('SYNTAX', `Expected ${width} cells as in the header, got ${cells.length}.`, line.number);
  const cell = (column: ColumnName): string => cells[places.get(column) ?? -1]?.trim() ?? '';
  const corners = places.has('bbox') ? bracketed(cell('bbox')) : [cell('x1'), cell('y1'), cell('x2'), cell('y2')];
  const isEmpty = corners.every((text) => text === '');
  return {
    line: line.number,
    image: imageOf(cell('image')),
    box: isEmpty ? null : corners.map(valueOfCell),
    isList: places.has('bbox'),
    score: valueOfCell(cell('score')),
    category: valueOfCell(cell('category')),
    isMask: false,
  };
}

/** `[1, 2, 3, 4]`, with or without the brackets. */
function bracketed(text: string): string[] {
  return text.replace(/^[[(]\s*|\s*[\])]$/g, '').split(/\s*[,;\s]\s*/);
}

/** A number in place of a file name is a COCO id. */
const imageOf = (text: string): unknown => (/^\d{1,15}$/.test(text) ? Number(text) : text);

/** @returns a number, also one that is not finite; null for an empty cell; other text as it is */
function valueOfCell(text: string): unknown {
  if (text === '') return null;
  if (NUMBER.test(text)) return Number(text);
  return NOT_FINITE.test(text) ? Number.NaN : text;
}

/** @throws FileProblem SYNTAX for a quote that does not end in its line */
function cellsOf({ number, text }: TextLine, delimiter: string): string[] {
  if (!text.includes('"')) return text.split(delimiter);
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    let cell = '';
    if (text[at] === '"') {
      const end = endOfQuote(text, at + 1);
      if (end < 0) throw new FileProblem('SYNTAX', 'Expected a quoted cell to end in its line.', number);
      cell = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else {
      const end = text.indexOf(delimiter, at);
      cell = text.slice(at, end < 0 ? undefined : end);
      at = end < 0 ? text.length : end;
    }
    cells.push(cell);
    if (at >= text.length) return cells;
    if (text[at] !== delimiter)
      throw new FileProblem('SYNTAX', 'Expected a quoted cell to end with its quote.', number);
    at++;
  }
}

function endOfQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) if (text[at + 1] !== '"') return at;
  return -1;
}
