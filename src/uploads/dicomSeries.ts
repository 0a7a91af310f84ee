import type { DicomHeader } from './dicomHeader';
import { UploadRefused } from './refusal';

/** Two slices that are nearer than this lie on each other; mm. */
const SAME_PLACE_MM = 0.01;
/** How far a distance may be from a whole number of intervals, in intervals. */
const UNEVEN = 0.1;
const ROUNDING = 1e-3;
const MAX_INDEX = 99_999;

/** Where the slices of a series stand: index by index from head to feet, as in DeepLesion. */
export interface SeriesOrder {
  /** place of each slice in the order in which they came, from head to feet */
  order: number[];
  /** index of each slice, in the same order; a missing slice is a missing index */
  sliceIndices: number[];
  sliceIntervalMm: number | null;
  warnings: string[];
}

/**
 * Refuses a slice that is not of the series of another.
 *
 * @throws UploadRefused MIXED_SERIES
 */
export function checkSameSeries(first: DicomHeader, other: DicomHeader): void {
  const isNear = (a: number, b: number): boolean => Math.abs(a - b) < ROUNDING;
  const refuse = (what: string): never => {
    throw new UploadRefused('MIXED_SERIES', `Expected the slices of one series, but ${what} differ.`);
  };
  if (other.seriesInstanceUid !== first.seriesInstanceUid) refuse('their series');
  if (other.width !== first.width || other.height !== first.height) refuse('their rows and columns');
  if (!isNear(other.pixelSpacingMm, first.pixelSpacingMm)) refuse('their pixel spacings');
  if (!other.orientation.every((value, index) => isNear(value, first.orientation[index] ?? 0)))
    refuse('their orientations');
}

/**
 * Orders slices by their positions.
 *
 * @param slices their positions along the normal, growing from feet to head, and how people are told of them
 * @throws UploadRefused DUPLICATE_SLICE, or UNEVEN_SLICES where the distances are no multiples of one interval
 */
export function orderSeries(slices: readonly { positionMm: number; label: string }[]): SeriesOrder {
  const positionsMm = slices.map(({ positionMm }) => positionMm);
  const order = positionsMm.map((_, index) => index).sort((a, b) => positionsMm[b]! - positionsMm[a]!);
  const distances = order.slice(1).map((slice, index) => positionsMm[order[index]!]! - positionsMm[slice]!);
  const namesAt = (place: number): string => `${slices[order[place]!]!.label} and ${slices[order[place + 1]!]!.label}`;
  const same = distances.findIndex((distance) => distance < SAME_PLACE_MM);
  if (same >= 0)
    throw new UploadRefused(
      'DUPLICATE_SLICE',
      `Expected every slice at a place of its own (Image Position (Patient) (0020,0032)); ${namesAt(same)} lie at the same.`,
    );
  if (distances.length === 0) return { order, sliceIndices: [1], sliceIntervalMm: null, warnings: [] };
  const interval = [...distances].sort((a, b) => a - b)[distances.length >> 1]!;
  const sliceIndices = [1];
  for (const [place, distance] of distances.entries()) {
    const steps = Math.round(distance / interval);
    const index = sliceIndices.at(-1)! + steps;
    if (steps < 1 || Math.abs(distance / interval - steps) > UNEVEN || index > MAX_INDEX)
      throw new UploadRefused(
        'UNEVEN_SLICES',
        `Expected slices at equal distances; most are ${interval.toFixed(2)} mm apart, ${namesAt(place)} are ${distance.toFixed(2)} mm.`,
      );
    sliceIndices.push(index);
  }
  const missing = sliceIndices.at(-1)! - sliceIndices.length;
  const warnings = missing > 0 ? [`${missing} slices between the first and the last are missing.`] : [];
  return { order, sliceIndices, sliceIntervalMm: Math.round(interval * 1e6) / 1e6, warnings };
}
