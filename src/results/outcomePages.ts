import type { OrderBy, PageWindow, Position, SortKey } from '../database';
import { codeOfOutcome, type OutcomeKind, orderByFallingScore } from '../evaluation';
import { type Outcome, OutcomeCounter, type OutcomeCounts, type OutcomeTable } from './outcomeTable';
import { type DetectionPlaces, readPlaces } from './outcomeVerdicts';

export const OUTCOME_ORDER_FIELDS = ['IMAGE', 'SCORE', 'OVERLAP', 'LONG_DIAMETER', 'IMAGE_ERRORS'] as const;
/** IMAGE_ERRORS: false positives and missed lesions of the image. Outcomes without the value come last. */
export type OutcomeOrderField = (typeof OUTCOME_ORDER_FIELDS)[number];

/** Which outcomes of a table, and in which order. */
export interface OutcomeChoice {
  /** all unless given */
  readonly kinds?: readonly OutcomeKind[] | undefined;
  /** only these detections, and no lesions; all unless given */
  readonly detections?: DetectionPlaces | undefined;
  /** only detections from this score on count; all do unless given */
  readonly scoreAtLeast?: number | undefined;
  /** by image and rank unless given */
  readonly orderBy?: readonly OrderBy<OutcomeOrderField>[] | undefined;
}

/** One page of a list that is in memory. */
export interface MemoryPage<Row> {
  readonly rows: readonly Row[];
  /** the position of each row, as JSON text */
  readonly positions: readonly string[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
  readonly total: number;
}

/** @returns the sort keys of positions in a list: a value of each field, and the number of the row */
export function outcomeSortKeys(orderBy: readonly OrderBy<OutcomeOrderField>[]): SortKey[] {
  const value: SortKey = { expression: 'value', type: 'float8', nullable: true };
  return [...orderBy.map(() => value), { expression: 'row', type: 'int4' }];
}

/** Outcomes in an order, with what positions in it need. */
export class OutcomeList {
  /** rows of the table */
  private readonly rows: Int32Array;
  /** by field, of each place: falling; −∞: it has no value */
  private readonly keys: readonly Float64Array[];
  /** of all kinds */
  readonly counts: OutcomeCounts;
  private readonly scoreAtLeast: number;

  constructor(
    private readonly table: OutcomeTable,
    { kinds, detections, scoreAtLeast = Number.NEGATIVE_INFINITY, orderBy = [] }: OutcomeChoice,
  ) {
    this.scoreAtLeast = scoreAtLeast;
    const wanted = kinds && new Set(kinds.map(codeOfOutcome));
    const isChosen = detections && readPlaces(detections);
    const counter = new OutcomeCounter(table);
    const chosen = new Int32Array(table.length);
    let length = 0;
    for (let row = 0; row < table.length; row++) {
      if (!table.isThere(row, scoreAtLeast)) continue;
      counter.add(row);
      if (wanted && !wanted.has(table.kind[row]!)) continue;
      const rank = table.rank[row]!;
      if (!isChosen || (rank > 0 && isChosen(table.imageId[row]!, rank))) chosen[length++] = row;
    }
    this.counts = counter.counted;
    const sorted = sortRows(chosen.slice(0, length), orderBy, valuesOf(table, scoreAtLeast));
    this.rows = sorted.rows;
    this.keys = sorted.keys;
  }

  /** @returns the page that a window describes */
  page(window: PageWindow): MemoryPage<Outcome> {
    return readMemoryPage(this.rows.length, window, {
      isBeyond: (place, position) => this.compare(place, position) > 0,
      isFrom: (place, position) => this.compare(place, position) >= 0,
      positionAt: (place) => JSON.stringify([...this.keys.map((key) => numberOf(key[place]!)), this.rows[place]]),
      rowAt: (place) => this.table.read(this.rows[place]!, this.scoreAtLeast),
    });
  }

  /** @returns above 0: the place comes after the position */
  private compare(place: number, position: Position): number {
    for (const [at, key] of this.keys.entries()) {
      const own = key[place]!;
      const other = keyOf(position[at]);
      if (own !== other) return own < other ? 1 : -1;
    }
    return this.rows[place]! - Number(position.at(-1));
  }
}

const numberOf = (key: number): number | null => (key === Number.NEGATIVE_INFINITY ? null : key);
const keyOf = (value: unknown): number => (typeof value === 'number' ? value : Number.NEGATIVE_INFINITY);

/** How a list in memory is read by place. */
interface Places<Row> {
  isBeyond(place: number, position: Position): boolean;
  isFrom(place: number, position: Position): boolean;
  positionAt(place: number): string;
  rowAt(place: number): Row;
}

/** @returns the page of a window over `length` places in order */
export function readMemoryPage<Row>(
  length: number,
  { first, last, after, before }: PageWindow,
  { isBeyond, isFrom, positionAt, rowAt }: Places<Row>,
): MemoryPage<Row> {
  let from = after === undefined ? 0 : firstPlace(length, (place) => isBeyond(place, after));
  let to = before === undefined ? length : firstPlace(length, (place) => isFrom(place, before));
  if (first !== undefined) to = Math.min(to, from + first);
  if (last !== undefined) from = Math.max(from, to - last);
  const places = Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
  return {
    rows: places.map(rowAt),
    positions: places.map(positionAt),
    hasNext: to < length,
    hasPrevious: from > 0,
    total: length,
  };
}

/** @returns the first place from which on a condition holds, by bisection */
function firstPlace(length: number, holds: (place: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Sorts rows by fields, the first of which takes precedence; equal ones keep their order. */
export function sortRows<Field extends string>(
  rows: Int32Array,
  orderBy: readonly OrderBy<Field>[],
  readerOf: (field: Field) => (row: number) => number,
): { rows: Int32Array; keys: Float64Array[] } {
  const readers = orderBy.map(({ field, direction }) => {
    const value = readerOf(field);
    const sign = direction === 'DESC' ? 1 : -1;
    return (row: number): number => {
      const one = value(row);
      return Number.isNaN(one) ? Number.NEGATIVE_INFINITY : sign * one + 0;
    };
  });
  const keysOf = (read: (row: number) => number, of: Int32Array): Float64Array => Float64Array.from(of, read);
  let sorted = rows;
  for (const read of [...readers].reverse()) {
    const order = orderByFallingScore(keysOf(read, sorted));
    const before = sorted;
    sorted = order.map((place) => before[place]!);
  }
  return { rows: sorted, keys: readers.map((read) => keysOf(read, sorted)) };
}

function valuesOf(table: OutcomeTable, scoreAtLeast: number) {
  let errors: Map<number, number> | undefined;
  return (field: OutcomeOrderField): ((row: number) => number) => {
    switch (field) {
      case 'IMAGE':
        return (row) => table.imageId[row]!;
      case 'SCORE':
        return (row) => table.score[row]!;
      case 'OVERLAP':
        return (row) => table.overlapOf(row);
      case 'LONG_DIAMETER':
        return (row) => table.longDiameterMm(row);
      case 'IMAGE_ERRORS':
        errors ??= errorsByImage(table, scoreAtLeast);
        return (row) => errors!.get(table.imageId[row]!) ?? 0;
    }
  };
}

/** @returns the false positives and missed lesions of each image that has any outcome */
function errorsByImage(table: OutcomeTable, scoreAtLeast: number): Map<number, number> {
  const errors = new Map<number, number>();
  for (const { imageId, counts } of countByImage(table, scoreAtLeast)) errors.set(imageId, errorsOf(counts));
  return errors;
}

/** @returns false positives and missed lesions */
export const errorsOf = ({ falsePositives, MISSED }: OutcomeCounts): number => falsePositives + MISSED;

/** The outcomes of one image, counted. */
export interface ImageCounts {
  readonly imageId: number;
  readonly counts: OutcomeCounts;
}

/** @returns the counts of each image that has any outcome, by image */
export function countByImage(table: OutcomeTable, scoreAtLeast: number): ImageCounts[] {
  const images: ImageCounts[] = [];
  let counter = new OutcomeCounter(table);
  for (let row = 0; row < table.length; row++) {
    if (table.isThere(row, scoreAtLeast)) counter.add(row);
    if (row + 1 < table.length && table.imageId[row + 1] === table.imageId[row]) continue;
    images.push({ imageId: table.imageId[row]!, counts: counter.counted });
    counter = new OutcomeCounter(table);
  }
  return images;
}
