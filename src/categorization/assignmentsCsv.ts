import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { Box, ProblemList } from '../dataset';
import { BadUserInput } from '../errors';

const ASSIGNMENT_COLUMNS = ['File_name', 'Bounding_boxes', 'cluster', 'distance'] as const;
type AssignmentColumn = (typeof ASSIGNMENT_COLUMNS)[number];

/** One row of assignments.csv. */
export interface AssignmentRecord {
  /** position for messages: `line 7` */
  place: string;
  /** 0-based data row: the row of features.npy that belongs to it */
  rowIndex: number;
  fileName: string;
  /** as the source has it, in pixels */
  box: Box;
  /** cluster number, from 1 */
  clusterIndex: number;
  /** to the centroid of its own cluster */
  distance: number;
}

/** What the parser makes of a file; it counts lines from 1. */
const CsvRows = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }));
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/;

/**
 * Reads assignments.csv: which lesion is in which cluster.
 *
 * @param problems takes what is wrong with single rows
 * @param rowCount how many rows there are, those at fault too
 * @throws BadUserInput if it is not a CSV file or lacks a column
 */
export function parseAssignments(
  text: string,
  clusterCount: number,
  problems: ProblemList,
): { records: AssignmentRecord[]; rowCount: number } {
  const [first, ...rows] = splitCsv(text);
  const header = (first?.record ?? []).map((cell) => cell.trim());
  const missing = ASSIGNMENT_COLUMNS.filter((column) => !header.includes(column));
  if (missing.length > 0)
    throw new BadUserInput(
      `assignments.csv, line 1: expected the columns ${ASSIGNMENT_COLUMNS.join(', ')}; missing ${missing.join(', ')}.`,
      missing[0],
    );
  const records: AssignmentRecord[] = [];
  for (const [rowIndex, { record, info }] of rows.entries()) {
    const place = `line ${info.lines}`;
    const complain = (column: AssignmentColumn, expected: string, got: string): void =>
      problems.add({ place, column, reason: `expected ${expected}, got ${JSON.stringify(got.slice(0, 80))}` });
    const cell = (column: AssignmentColumn): string => (record[header.indexOf(column)] ?? '').trim();
    const before = problems.total;
    const fileName = cell('File_name');
    if (fileName === '') complain('File_name', 'the name of a key slice', fileName);
    const box = boxOf(cell('Bounding_boxes'));
    if (!box) complain('Bounding_boxes', 'x1, y1, x2, y2', cell('Bounding_boxes'));
    const clusterIndex = /^\d{1,9}$/.test(cell('cluster')) ? Number(cell('cluster')) : 0;
    if (clusterIndex < 1 || clusterIndex > clusterCount)
      complain('cluster', `a whole number in 1 … ${clusterCount}`, cell('cluster'));
    const distance = NUMBER.test(cell('distance')) ? Number(cell('distance')) : Number.NaN;
    if (!(distance >= 0 && distance < Number.POSITIVE_INFINITY))
      complain('distance', 'a number of 0 or more', cell('distance'));
    if (box && problems.total === before) records.push({ place, rowIndex, fileName, box, clusterIndex, distance });
  }
  return { records, rowCount: rows.length };
}

function splitCsv(text: string): z.infer<typeof CsvRows> {
  try {
    return CsvRows.parse(parse(text, { bom: true, info: true, relax_column_count: true, skip_empty_lines: true }));
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
    throw new BadUserInput(`assignments.csv is not a CSV file: ${thrown.message}`, 'assignments.csv', {
      cause: thrown,
    });
  }
}

function boxOf(text: string): Box | null {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length !== 4 || !parts.every((part) => NUMBER.test(part))) return null;
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = parts.map(Number);
  return { x1, y1, x2, y2 };
}
