/** Points of a plane, as parallel lists: where each one lies and which group it belongs to. */
export interface Cloud {
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** number of the group, from 1 on */
  readonly groups: readonly number[];
}

/** From the values of a cloud to pixels: one unit is as long in both directions. */
export interface CloudScale {
  readonly x: (value: number) => number;
  /** upwards */
  readonly y: (value: number) => number;
}

/** The largest scale at which all points fit, in the middle of the area. */
export function cloudScale({ x, y }: Cloud, width: number, height: number, margin: number): CloudScale {
  const [left, right] = extent(x);
  const [low, high] = extent(y);
  const unit = Math.min(
    (width - 2 * margin) / Math.max(right - left, Number.EPSILON),
    (height - 2 * margin) / Math.max(high - low, Number.EPSILON),
  );
  return {
    x: (value) => width / 2 + (value - (left + right) / 2) * unit,
    y: (value) => height / 2 - (value - (low + high) / 2) * unit,
  };
}

function extent(values: readonly number[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? [0, 0] : [low, high];
}

/** All points of a group as one path: dots are strokes without length with round ends. */
export function dotsOf({ x, y, groups }: Cloud, scale: CloudScale, group: number): string {
  let path = '';
  for (let i = 0; i < groups.length; i++) {
    if (groups[i] !== group) continue;
    path += `M${scale.x(x[i] ?? 0).toFixed(1)},${scale.y(y[i] ?? 0).toFixed(1)}h0`;
  }
  return path;
}

/** @returns the point nearest to a place in pixels, at most so far away; null if there is none */
export function nearestPoint(cloud: Cloud, scale: CloudScale, px: number, py: number, most: number): number | null {
  let nearest: number | null = null;
  let least = most * most;
  for (let i = 0; i < cloud.groups.length; i++) {
    const dx = scale.x(cloud.x[i] ?? 0) - px;
    const dy = scale.y(cloud.y[i] ?? 0) - py;
    if (dx * dx + dy * dy > least) continue;
    least = dx * dx + dy * dy;
    nearest = i;
  }
  return nearest;
}

export type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';
const VECTORS: Record<Direction, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

export const isDirection = (key: string): key is Direction => key in VECTORS;

/** @returns the nearest point that lies more in a direction than aside; the point itself if there is none */
export function nextPoint({ x, y }: Cloud, from: number, direction: Direction): number {
  const [vx, vy] = VECTORS[direction];
  let next = from;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < x.length; i++) {
    const dx = (x[i] ?? 0) - (x[from] ?? 0);
    const dy = (y[i] ?? 0) - (y[from] ?? 0);
    const along = dx * vx + dy * vy;
    const aside = Math.abs(dx * vy) + Math.abs(dy * vx);
    const distance = dx * dx + dy * dy;
    if (along <= 0 || aside > along || distance >= least) continue;
    least = distance;
    next = i;
  }
  return next;
}
