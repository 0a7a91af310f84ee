import { csvOf } from '../../data/csv';
import { formatNumber, formatPercent, titleOf } from '../../data/text';
import type { ClusterProfileFragment } from './clusters.generated';

export type Cluster = ClusterProfileFragment;

/** A radiologist's name of it, or its number. */
export const clusterName = ({ label, clusterIndex }: { label: string | null; clusterIndex: number }): string =>
  label ?? `Pseudo-cluster ${clusterIndex}`;

/** "Lung 84 %, Mediastinum 10 %" */
export const typesText = ({ coarseTypes }: Pick<Cluster, 'coarseTypes'>): string =>
  coarseTypes.map(({ coarseType, share }) => `${titleOf(coarseType)} ${formatPercent(share, 0)}`).join(', ');

/** "Median 17.0 mm, middle half 12.1 to 24.3 mm" */
export function diametersText({ p25, p50, p75 }: Cluster['longDiameterMm']): string {
  if (p50 === null) return 'no diameters';
  return `Median ${formatNumber(p50)} mm, middle half ${formatNumber(p25)} to ${formatNumber(p75)} mm`;
}

/** "0.48 ± 0.06 from head to feet" */
export function locationText({ z }: Cluster['location']): string {
  if (z.mean === null) return 'no locations';
  const spread = z.standardDeviation === null ? '' : ` ± ${formatNumber(z.standardDeviation, 2)}`;
  return `${formatNumber(z.mean, 2)}${spread} from head to feet`;
}

export const CLUSTER_CSV_HEADER = [
  'categorization_id',
  'pseudo_cluster_id',
  'cluster_index',
  'label',
  'size',
  'most_common_type',
  'most_common_type_share',
  'long_diameter_p25_mm',
  'long_diameter_p50_mm',
  'long_diameter_p75_mm',
  'location_x_mean',
  'location_x_sd',
  'location_z_mean',
  'location_z_sd',
];

/** One cell for each column of `CLUSTER_CSV_HEADER`. */
export function rowOfCluster(cluster: Cluster, categorizationId: string) {
  const { id, clusterIndex, label, size, coarseTypes, longDiameterMm, location } = cluster;
  return [
    categorizationId,
    id,
    clusterIndex,
    label,
    size,
    coarseTypes[0]?.coarseType,
    coarseTypes[0]?.share,
    longDiameterMm.p25,
    longDiameterMm.p50,
    longDiameterMm.p75,
    location.x.mean,
    location.x.standardDeviation,
    location.z.mean,
    location.z.standardDeviation,
  ];
}

/** The counts by cluster and coarse type; only its header where no type is known. */
export function agreementCsv(
  agreement: {
    contingency: {
      coarseTypes: readonly string[];
      rows: readonly { pseudoCluster: { id: string }; counts: readonly number[] }[];
    };
  } | null,
): string {
  const { coarseTypes, rows } = agreement?.contingency ?? { coarseTypes: [], rows: [] };
  return csvOf(
    ['pseudo_cluster_id', ...coarseTypes],
    rows.map(({ pseudoCluster, counts }) => [pseudoCluster.id, ...counts]),
  );
}
