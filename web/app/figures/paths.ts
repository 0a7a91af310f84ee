/** The path of a curve, for the attribute `d`. Coordinates are in CSS pixels; a point without a value is a gap. */

interface Place {
  readonly x: number;
  readonly y: number;
}
/** Both ends of an interval over one x. */
interface Span {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

/** Straight lines through the points, with a gap where there is none. */
export const linePath = (points: readonly (Place | null)[]): string =>
  runsOf(points)
    .map((run) => `M${run.map(({ x, y }) => `${rounded(x)},${rounded(y)}`).join('L')}`)
    .join('');

/** The area between the ends of intervals: along the lower ones, and back along the upper ones. */
export const bandPath = (spans: readonly (Span | null)[]): string =>
  runsOf(spans)
    .map((run) => {
      const there = run.map(({ x, low }) => `${rounded(x)},${rounded(low)}`);
      const back = run.map(({ x, high }) => `${rounded(x)},${rounded(high)}`).reverse();
      return `M${[...there, ...back].join('L')}Z`;
    })
    .join('');

/** A thousandth of a pixel is not seen. */
const rounded = (px: number): number => Math.round(px * 1000) / 1000;

/** Neighbours that are all there. */
function runsOf<One>(items: readonly (One | null)[]): One[][] {
  const runs: One[][] = [];
  let run: One[] | null = null;
  for (const item of items) {
    if (item === null) {
      run = null;
      continue;
    }
    if (run === null) {
      run = [];
      runs.push(run);
    }
    run.push(item);
  }
  return runs;
}
