import type { DicomHeader, Point } from './dicomHeader';
import { SLICE_INTERVAL_MM } from './limits';
import { UploadRefused } from './refusal';

/**
 * How far a slice may lie aside of another one: so much, and so much more for each mm between them, as directions are
 * rounded; mm.
 */
const ASIDE_MM = 1;
const ASIDE_PER_MM = 1e-3;
/** Position of the next slice if the gantry is tilted and the table moves on. */
const ALONG_TABLE: Point = { x: 0, y: 0, z: 1 };
/** How far a distance may be from a whole number of intervals, in intervals. */
const UNEVEN = 0.1;
const ROUNDING = 1e-3;
const MAX_INDEX = 99_999;

/** The order of the slices of a series: index by index from head to feet, as in DeepLesion. */
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
  if (other.seriesInstanceUid !== first.seriesInstanceUid) refuse('their series (Series Instance UID (0020,000E))');
  if (other.studyInstanceUid !== first.studyInstanceUid) refuse('their studies (Study Instance UID (0020,000D))');
  if (other.patientId !== first.patientId) refuse('their patients (Patient ID (0010,0020))');
  if (other.width !== first.width || other.height !== first.height) refuse('their rows and columns');
  if (!isNear(other.pixelSpacingMm, first.pixelSpacingMm)) refuse('their pixel spacings');
  if (!other.orientation.every((value, index) => isNear(value, first.orientation[index] ?? 0)))
    refuse('their orientations');
}

/** The position of a slice, and its name for messages. */
type SlicePlace = Pick<DicomHeader, 'positionMm' | 'firstPixelMm' | 'normal'> & { label: string };

/**
 * Orders slices by their positions.
 *
 * @throws UploadRefused DUPLICATE_SLICE, or UNEVEN_SLICES if the slices are not aligned, or their distances are not
 *   multiples of one interval that is possible for a CT
 */
export function orderSeries(slices: readonly SlicePlace[]): SeriesOrder {
  const positionsMm = slices.map(({ positionMm }) => positionMm);
  const order = positionsMm.map((_, index) => index).sort((a, b) => positionsMm[b]! - positionsMm[a]!);
  const distances = order.slice(1).map((slice, index) => positionsMm[order[index]!]! - positionsMm[slice]!);
  const namesAt = (place: number): string => `${slices[order[place]!]!.label} and ${slices[order[place + 1]!]!.label}`;
  const same = distances.findIndex((distance) => distance < SLICE_INTERVAL_MM.least);
  if (same >= 0)
    throw new UploadRefused(
      'DUPLICATE_SLICE',
      `Expected every slice at a different position (Image Position (Patient) (0020,0032)); ${namesAt(same)} lie ` +
        'at the same.',
    );
  refuseAside(slices);
  if (distances.length === 0) return { order, sliceIndices: [1], sliceIntervalMm: null, warnings: [] };
  const interval = [...distances].sort((a, b) => a - b)[distances.length >> 1]!;
  if (interval > SLICE_INTERVAL_MM.most)
    throw new UploadRefused(
      'UNEVEN_SLICES',
      `Expected slices at most ${SLICE_INTERVAL_MM.most} mm apart (Image Position (Patient) (0020,0032)), most ` +
        `are ${interval.toFixed(2)} mm.`,
    );
  const sliceIndices = [1];
  for (const [place, distance] of distances.entries()) {
    const steps = Math.round(distance / interval);
    const index = sliceIndices.at(-1)! + steps;
    if (steps < 1 || Math.abs(distance / interval - steps) > UNEVEN || index > MAX_INDEX)
      throw new UploadRefused(
        'UNEVEN_SLICES',
        `Expected slices at equal distances; most are ${interval.toFixed(2)} mm apart, ${namesAt(place)} are ` +
          `${distance.toFixed(2)} mm.`,
      );
    sliceIndices.push(index);
  }
  return {
    order,
    sliceIndices,
    sliceIntervalMm: Math.round(interval * 1e6) / 1e6,
    warnings: missingSlices(sliceIndices),
  };
}

/** @returns a warning if indices between the first and the last are missing */
export function missingSlices(sliceIndices: readonly number[]): string[] {
  const missing = (sliceIndices.at(-1) ?? 0) - (sliceIndices[0] ?? 0) + 1 - sliceIndices.length;
  if (missing <= 0) return [];
  return [
    `${missing} slice${missing === 1 ? '' : 's'} between the first and the last ${missing === 1 ? 'is' : 'are'} ` +
      'missing.',
  ];
}

/** Slices lie one above the other, along their normal or, with a tilted gantry, along the table. */
function refuseAside(slices: readonly SlicePlace[]): void {
  const [first] = slices;
  if (!first) return;
  const strayFrom = (direction: Point) => slices.find((slice) => isAside(first, slice, direction));
  const stray = strayFrom(first.normal);
  if (!stray || !strayFrom(ALONG_TABLE)) return;
  throw new UploadRefused(
    'UNEVEN_SLICES',
    `Expected slices one above the other; ${first.label} and ${stray.label} are not aligned (Image Position ` +
      '(Patient) (0020,0032)).',
  );
}

/** Whether a slice is not aligned with another one. */
function isAside(first: SlicePlace, other: SlicePlace, direction: Point): boolean {
  const [a, b] = [first.firstPixelMm, other.firstPixelMm];
  const between = { x: b.x - a.x, y: b.y - a.y, z: b.z - a.z };
  const along = between.x * direction.x + between.y * direction.y + between.z * direction.z;
  const aside = Math.hypot(
    between.x - along * direction.x,
    between.y - along * direction.y,
    between.z - along * direction.z,
  );
  return aside > ASIDE_MM + ASIDE_PER_MM * Math.abs(along);
}
