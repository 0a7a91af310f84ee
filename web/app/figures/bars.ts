/** Numbers behind a histogram with a brush; no page and no query is known here. */

/** Counts between two edges. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Both bounds belong to it; one that is not there is open. */
export interface Range {
  readonly gte?: number;
  readonly lte?: number;
}

/** Where the brush is, in bins: 0 is the lower edge of the first bar, the number of bars the upper edge of the last. */
export interface Brush {
  readonly low: number;
  readonly high: number;
}

/** Bars with equal widths on the screen, between edges that ascend. */
export interface Bars {
  /** one more than bars; the last one is Infinity where the last bar has everything above */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/**
 * @param bins adjacent, ascending
 * @param above what lies above the last bin: a bar of its own, unless there is none
 */
export function barsOf(bins: readonly Bin[], above = 0): Bars {
  const edges = [...bins.slice(0, 1).map(({ from }) => from), ...bins.map(({ to }) => to)];
  const counts = bins.map(({ count }) => count);
  return above > 0 ? { edges: [...edges, Number.POSITIVE_INFINITY], counts: [...counts, above] } : { edges, counts };
}

/** More bars than this on a scale of a known length are too narrow to be seen. */
const MOST_BARS = 60;

/**
 * Continues bins with empty ones of their width until they reach from one value to another, so that the scale stays the
 * same whatever is counted. Bins that would be too narrow are put together. The ends lie at most one bin beyond.
 *
 * @param bins adjacent, of equal width
 */
export function paddedBins(bins: readonly Bin[], low: number, high: number): readonly Bin[] {
  const least = (high - low) / MOST_BARS;
  const first = bins[0];
  if (!first) return bins;
  const each = Math.max(1, Math.ceil(least / Math.max(first.to - first.from, least / bins.length) - 1e-9));
  const wide = together(bins, each, Math.max(first.to - first.from, least / bins.length));
  const [begin, end] = [wide[0], wide.at(-1)];
  if (!begin || !end) return wide;
  const width = begin.to - begin.from;
  const before = Math.max(0, Math.ceil((begin.from - low) / width - 1e-9));
  const after = Math.max(0, Math.ceil((high - end.to) / width - 1e-9));
  const empty = (count: number, from: number): Bin[] =>
    Array.from({ length: count }, (_, i) => ({ from: from + i * width, to: from + (i + 1) * width, count: 0 }));
  return [...empty(before, begin.from - before * width), ...wide, ...empty(after, end.to)];
}

/** Each so many bins as one. */
function together(bins: readonly Bin[], each: number, width: number): Bin[] {
  const start = bins[0]?.from ?? 0;
  return Array.from({ length: Math.ceil(bins.length / each) }, (_, i) => ({
    from: start + i * each * width,
    to: start + (i + 1) * each * width,
    count: bins.slice(i * each, (i + 1) * each).reduce((sum, { count }) => sum + count, 0),
  }));
}

/** Where a value lies between the edges, with a fraction inside a bar. */
export function positionOf({ edges }: Bars, value: number): number {
  const last = edges.length - 1;
  const index = edges.findIndex((edge) => edge > value) - 1;
  if (index === -1) return 0;
  if (index < 0) return last;
  const [low = 0, high = 0] = [edges[index], edges[index + 1]];
  // In the bar that has no upper edge, every value is somewhere in the middle.
  return Number.isFinite(high) ? index + (value - low) / (high - low) : index + 0.5;
}

/** @param steps of whole units: an upper edge of 60 years is the bound 59 */
export function brushOf(bars: Bars, range: Range | undefined, step = 0): Brush {
  return {
    low: range?.gte === undefined ? 0 : positionOf(bars, range.gte),
    high: range?.lte === undefined ? bars.counts.length : positionOf(bars, range.lte + step),
  };
}

/** The range of a brush at edges; undefined where it covers everything. */
export function rangeOfBrush({ edges, counts }: Bars, brush: Brush, step = 0): Range | undefined {
  const low = Math.round(brush.low);
  const high = Math.round(brush.high);
  const gte = low <= 0 ? undefined : edges[low];
  const lte = high >= counts.length ? undefined : edges[high];
  if (gte === undefined && lte === undefined) return undefined;
  return { ...(gte !== undefined && { gte: tidy(gte) }), ...(lte !== undefined && { lte: tidy(lte - step) }) };
}

/** Edges are computed: 0.30000000000000004 is none that a person would write. */
const tidy = (value: number): number => Number(value.toPrecision(6));

/** A brush at whole edges, in order, inside the bars, at least one bar wide. */
export function wholeBrush(first: number, second: number, bars: number): Brush {
  const low = Math.min(Math.max(Math.floor(Math.min(first, second)), 0), bars - 1);
  const high = Math.min(Math.max(Math.ceil(Math.max(first, second)), low + 1), bars);
  return { low, high };
}

/** How much of a bar the brush covers. */
export function isInside({ low, high }: Brush, bar: number): boolean {
  return bar + 0.5 > low && bar + 0.5 < high;
}

/** "10 to 30", "from 10", "up to 30" */
export function textOfRange({ gte, lte }: Range, format: (value: number) => string): string {
  if (gte === undefined) return `up to ${format(lte ?? 0)}`;
  return lte === undefined ? `from ${format(gte)}` : `${format(gte)} to ${format(lte)}`;
}
