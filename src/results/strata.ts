import { allLesions, groupByLabel, SIZE_BANDS, type Stratum, sizeBandOf } from '../evaluation';
import type { EvaluatedLesion } from './evaluationData';

/** @returns the name of the stratum of a pseudo-cluster, of the categorization that the protocol names */
export const clusterStratum = (clusterIndex: number): string => `pseudo-cluster:${clusterIndex}`;

/** @returns the index of the pseudo-cluster that a stratum is; null for another stratum */
export function clusterIndexOf(stratum: string): number | null {
  const index = /^pseudo-cluster:(\d{1,9})$/.exec(stratum)?.[1];
  return index === undefined ? null : Number(index);
}

/**
 * The strata of the lesions: ALL, the coarse types that occur, the three size bands where any lesion has a diameter
 * (empty bands too, as metrics without value), and the pseudo-clusters that occur.
 */
export function strataOf(lesions: readonly EvaluatedLesion[]): Stratum[] {
  const byType = groupByLabel(
    lesions.map(({ coarseType }) => (coarseType === 'UNKNOWN' ? null : `coarse-type:${coarseType}`)),
  );
  const bands = new Map(
    groupByLabel(lesions.map(({ longDiameterMm }) => sizeBandOf(longDiameterMm))).map((band) => [band.name, band]),
  );
  const bySize =
    bands.size === 0
      ? []
      : SIZE_BANDS.map((band) => ({
          name: `size:${band}`,
          lesions: bands.get(band)?.lesions ?? new Int32Array(0),
        }));
  const byCluster = groupByLabel(
    lesions.map(({ clusterIndex }) => (clusterIndex === null ? null : clusterStratum(clusterIndex))),
  );
  const byName = (a: Stratum, b: Stratum): number => a.name.localeCompare(b.name, 'en', { numeric: true });
  return [allLesions(lesions.length), ...byType.sort(byName), ...bySize, ...byCluster.sort(byName)];
}
