/** A part of the lesions that a metric is computed over; a lesion may be in several strata. */
export interface Stratum {
  readonly name: string;
  /** indices of its lesions, rising */
  readonly lesions: Int32Array;
}

/** The stratum of all lesions. */
export function allLesions(lesionCount: number, name = 'ALL'): Stratum {
  return { name, lesions: Int32Array.from({ length: lesionCount }, (_, i) => i) };
}

/** Groups the lesions by label, in the order in which labels first come; lesions without one are in no stratum. */
export function groupByLabel(labels: readonly (string | null)[]): Stratum[] {
  const groups = new Map<string, number[]>();
  labels.forEach((label, lesion) => {
    if (label === null) return;
    const members = groups.get(label);
    if (members) members.push(lesion);
    else groups.set(label, [lesion]);
  });
  return [...groups].map(([name, lesions]) => ({ name, lesions: Int32Array.from(lesions) }));
}

export type SizeBand = 'under-10mm' | '10-30mm' | 'over-30mm';
export const SIZE_BANDS: readonly SizeBand[] = ['under-10mm', '10-30mm', 'over-30mm'];

/** The band of a long diameter in mm: 10 and 30 themselves are in the middle band; null without a diameter. */
export function sizeBandOf(longDiameterMm: number | null): SizeBand | null {
  if (longDiameterMm === null) return null;
  if (longDiameterMm < 10) return 'under-10mm';
  return longDiameterMm > 30 ? 'over-30mm' : '10-30mm';
}
