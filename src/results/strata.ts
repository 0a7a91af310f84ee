import { BadUserInput } from '../errors';
import { allLesions, groupByLabel, SIZE_BANDS, type SizeBand, type Stratum, sizeBandOf } from '../evaluation';
import type { EvaluatedLesion, EvaluationData } from './evaluationData';

export const STRATUM_KINDS = ['ALL', 'COARSE_TYPE', 'SIZE', 'PSEUDO_CLUSTER', 'OWN'] as const;
export type StratumKind = (typeof STRATUM_KINDS)[number];

/** What the name of a stratum says. */
export interface StratumDescription {
  kind: StratumKind;
  /** which of its kind: a coarse type, a size band, the index of a pseudo-cluster, a name; null for all lesions */
  key: string | null;
  /** what a person reads; the label of a pseudo-cluster is not part of it */
  label: string;
}

const COARSE_TYPE = 'coarse-type:';
const SIZE = 'size:';

const SIZE_LABELS: Readonly<Record<string, string>> = {
  'under-10mm': 'Under 10 mm',
  '10-30mm': '10 to 30 mm',
  'over-30mm': 'Over 30 mm',
} satisfies Record<SizeBand, string>;

/** @returns the name of the stratum of a pseudo-cluster, of the categorization that the protocol names */
export const clusterStratum = (clusterIndex: number): string => `pseudo-cluster:${clusterIndex}`;

/** @returns the index of the pseudo-cluster that a stratum is; null for another stratum */
export function clusterIndexOf(stratum: string): number | null {
  const index = /^pseudo-cluster:(\d{1,9})$/.exec(stratum)?.[1];
  return index === undefined ? null : Number(index);
}

/** @param name as `strataOf` makes it, or the caller @returns its parts */
export function describeStratum(name: string): StratumDescription {
  const clusterIndex = clusterIndexOf(name);
  if (clusterIndex !== null)
    return { kind: 'PSEUDO_CLUSTER', key: String(clusterIndex), label: `Cluster ${clusterIndex}` };
  if (name.startsWith(COARSE_TYPE)) {
    const key = name.slice(COARSE_TYPE.length);
    const words = key.toLowerCase().replaceAll('_', ' ');
    return { kind: 'COARSE_TYPE', key, label: words.charAt(0).toUpperCase() + words.slice(1) };
  }
  if (name.startsWith(SIZE)) {
    const key = name.slice(SIZE.length);
    return { kind: 'SIZE', key, label: SIZE_LABELS[key] ?? key };
  }
  if (name !== 'ALL') return { kind: 'OWN', key: name, label: name };
  return { kind: 'ALL', key: null, label: 'All lesions' };
}

/**
 * The strata of the lesions: ALL, the coarse types that occur, the three size bands where any lesion has a diameter
 * (empty bands too, as metrics without value), and the pseudo-clusters that occur.
 */
export function strataOf(lesions: readonly EvaluatedLesion[]): Stratum[] {
  const byType = groupByLabel(
    lesions.map(({ coarseType }) => (coarseType === 'UNKNOWN' ? null : `${COARSE_TYPE}${coarseType}`)),
  );
  const bands = new Map(
    groupByLabel(lesions.map(({ longDiameterMm }) => sizeBandOf(longDiameterMm))).map((band) => [band.name, band]),
  );
  const bySize =
    bands.size === 0
      ? []
      : SIZE_BANDS.map((band) => ({
          name: `${SIZE}${band}`,
          lesions: bands.get(band)?.lesions ?? new Int32Array(0),
        }));
  const byCluster = groupByLabel(
    lesions.map(({ clusterIndex }) => (clusterIndex === null ? null : clusterStratum(clusterIndex))),
  );
  const byName = (a: Stratum, b: Stratum): number => a.name.localeCompare(b.name, 'en', { numeric: true });
  return [allLesions(lesions.length), ...byType.sort(byName), ...bySize, ...byCluster.sort(byName)];
}

/** The strata of an evaluation: those of its lesions, and the caller's own. */
export function strataOfData({ lesions, ownStrata }: EvaluationData): Stratum[] {
  return [...strataOf(lesions), ...ownStrata];
}

/** @param where they are, for the sentence @throws BadUserInput with the names that there are */
export function stratumNamed(strata: readonly Stratum[], name: string, where = 'this evaluation'): Stratum {
  const found = strata.find((stratum) => stratum.name === name);
  if (found) return found;
  const known = strata.map((stratum) => stratum.name).join(', ');
  throw new BadUserInput(`No stratum "${name}" in ${where}. Known: ${known}.`, 'stratum');
}
