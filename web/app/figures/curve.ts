/** What a figure of curves draws; no page and no query is known here. */

/** One point; `y` is null where the metric is undefined (a stratum without lesions). */
export interface CurvePoint {
  readonly x: number;
  readonly y: number | null;
  /** bounds of its 95 % interval */
  readonly low?: number | null;
  readonly high?: number | null;
  /** counts or a threshold behind it, for the read-out: "312 of 480" */
  readonly detail?: string;
}

/** One curve. */
export interface CurveLine {
  readonly id: string;
  readonly name: string;
  /** decides colour and dash */
  readonly styleIndex: number;
  readonly points: readonly CurvePoint[];
  /** figures of the paper: drawn apart from measured ones, without a band */
  readonly isReference?: boolean;
  /** so few lesions that the line says little: its band is hatched */
  readonly isSmall?: boolean;
}

/** One axis. */
export interface Axis {
  readonly label: string;
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  readonly format: (value: number) => string;
  /** for values that are read off, where they need more digits than ticks */
  readonly formatValue?: (value: number) => string;
  /** logarithmic with base 2, as FROC's rates 1/8 … 16; linear otherwise */
  readonly isLog?: boolean;
}

/** All x at which a line has a point, ascending: the steps of the read-out. */
export function stepsOf(lines: readonly CurveLine[]): number[] {
  const all = lines.filter(({ isReference }) => !isReference).flatMap(({ points }) => points.map(({ x }) => x));
  return [...new Set(all)].sort((a, b) => a - b);
}

/**
 * The index of the step nearest to a value, by bisection: a hover must not walk over thousands of points.
 *
 * @param steps ascending, at least one
 */
export function nearestStep(steps: readonly number[], value: number): number {
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  const before = steps[low - 1];
  const at = steps[low];
  return before !== undefined && at !== undefined && value - before < at - value ? low - 1 : low;
}

/** A value of an axis in the read-out. */
export const readOff = ({ format, formatValue = format }: Axis, value: number): string => formatValue(value);

/** The point of a line at a step, if it has one there. */
export function pointAt(points: readonly CurvePoint[], x: number): CurvePoint | undefined {
  return points.find((point) => Math.abs(point.x - x) < 1e-9);
}

/**
 * At most four points a pixel: the first, the least, the greatest and the last of each column, so that a dense line keeps its
 * shape.
 */
export function thinned(points: readonly CurvePoint[], columnOf: (x: number) => number): readonly CurvePoint[] {
  const kept: CurvePoint[] = [];
  for (let start = 0; start < points.length; ) {
    const column = Math.round(columnOf(points[start]?.x ?? 0));
    let end = start;
    let least = start;
    let greatest = start;
    while (end < points.length && Math.round(columnOf(points[end]?.x ?? 0)) === column) {
      if ((points[end]?.y ?? 0) < (points[least]?.y ?? 0)) least = end;
      if ((points[end]?.y ?? 0) > (points[greatest]?.y ?? 0)) greatest = end;
      end++;
    }
    const chosen = [...new Set([start, least, greatest, end - 1])].sort((a, b) => a - b);
    kept.push(...chosen.flatMap((index) => points[index] ?? []));
    start = end;
  }
  return kept;
}
