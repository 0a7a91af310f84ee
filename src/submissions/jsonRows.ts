/** Rows of COCO results and of NDJSON. */
import { messageOf, quoted } from '../errors';
import { entriesOf } from './cocoEntries';
import { FileProblem } from './problems';
import { type ColumnName, columnOf, type StatedRow } from './statedRow';
import { linesOf } from './textLines';

/** JSON has no such numbers, but Python writes them. */
const NOT_JSON_NUMBER = /(?<![\w"])(NaN|-?Infinity)(?![\w"])/;
const JSON_NUMBER_TEXT: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};
/** In place of a number that is none until the object is read. */
const MARK = ' not a number: ';

/** @throws FileProblem as `entriesOf`, SYNTAX for an entry that is no JSON, GROUND_TRUTH for annotations */
export async function* cocoRows(text: AsyncIterable<Buffer>, ignored: Set<string>): AsyncGenerator<StatedRow[]> {
  for await (const entries of entriesOf(text)) {
    yield entries.map(({ number, text: entry }) => {
      const values = objectOf(entry, number);
      expectResult(values, number);
      return rowOf(values, number, ignored);
    });
  }
}

/** @throws FileProblem as `linesOf`, SYNTAX for a line that is no JSON object */
export async function* ndjsonRows(text: AsyncIterable<Buffer>, ignored: Set<string>): AsyncGenerator<StatedRow[]> {
  let isFirst = true;
  for await (const lines of linesOf(text)) {
    const [first] = lines;
    if (isFirst && first?.text.startsWith('['))
      throw new FileProblem(
        'FORMAT_DIFFERS',
        'Expected one JSON object in each line, got an array, as COCO results are.',
        1,
      );
    if (first) isFirst = false;
    yield lines.map((line) => rowOf(objectOf(line.text, line.number), line.number, ignored));
  }
}

type Values = Readonly<Record<string, unknown>>;

/** @throws FileProblem SYNTAX, TOO_DEEP */
function objectOf(text: string, line: number): Values {
  const value = parse(text, line);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new FileProblem('SYNTAX', `Expected a JSON object, got ${quoted(value)}.`, line);
}

function parse(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    if (!NOT_JSON_NUMBER.test(text))
      throw new FileProblem('SYNTAX', `Expected JSON: ${messageOf(thrown).slice(0, 200)}.`, line);
  }
  try {
    const marked = text.replace(new RegExp(NOT_JSON_NUMBER, 'g'), (found) => JSON.stringify(MARK + found));
    return JSON.parse(marked, (_, value: unknown) =>
      typeof value === 'string' && value.startsWith(MARK) ? JSON_NUMBER_TEXT[value.slice(MARK.length)] : value,
    );
  } catch (thrown) {
    throw new FileProblem('SYNTAX', `Expected JSON: ${messageOf(thrown).slice(0, 200)}.`, line);
  }
}

/** Keys of annotations, which results do not have. */
const ANNOTATION_KEYS = ['iscrowd', 'area', 'id'];

function expectResult(values: Values, line: number): void {
  if (line > 1 || 'score' in values || !('bbox' in values)) return;
  if (ANNOTATION_KEYS.some((key) => key in values))
    throw new FileProblem(
      'GROUND_TRUTH',
      'Expected COCO results, whose entries have a "score", got annotations: send the detections.',
      line,
    );
}

function rowOf(values: Values, line: number, ignored: Set<string>): StatedRow {
  const found: Partial<Record<ColumnName, unknown>> = {};
  for (const [key, value] of Object.entries(values)) {
    const column = columnOf(key);
    if (column) found[column] = value;
    else if (ignored.size < 20) ignored.add(key.slice(0, 100));
  }
  const { image, bbox, x1, y1, x2, y2, score, category } = found;
  const corners = [x1, y1, x2, y2];
  const isList = corners.every((value) => value === undefined || value === null);
  return { line, image, box: isList ? boxOf(bbox) : corners, isList, score, category, isMask: hasMask(values) };
}

/** @returns the members of a box; one that is no array of four is told by its length */
function boxOf(bbox: unknown): readonly unknown[] | null {
  if (bbox === undefined || bbox === null) return null;
  return Array.isArray(bbox) ? bbox : [bbox];
}

function hasMask({ segmentation, iscrowd }: Values): boolean {
  const isEmpty =
    segmentation === undefined || segmentation === null || (Array.isArray(segmentation) && segmentation.length === 0);
  return !isEmpty || iscrowd === 1 || iscrowd === true;
}
