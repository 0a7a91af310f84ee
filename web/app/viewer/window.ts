import type { WindowLevel } from './painter';

/** What a window can be: as wide as all 16-bit values, around one of them. */
export const WINDOW_BOUNDS = { width: { low: 1, high: 65_535 }, center: { low: -32_768, high: 32_767 } };

/** Whole Hounsfield units that a slice can hold. */
export function boundWindow({ center, width }: WindowLevel): WindowLevel {
  const bound = (value: number, { low, high }: { low: number; high: number }): number =>
    Math.min(high, Math.max(low, Math.round(value)));
  return { center: bound(center, WINDOW_BOUNDS.center), width: bound(width, WINDOW_BOUNDS.width) };
}
