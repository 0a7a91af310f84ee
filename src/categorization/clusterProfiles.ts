import { ANY_OF_IDS, deviationSql, meanSql, type Queryable } from '../database';
import { COARSE_TYPES, type CoarseType, SPLITS, type Split } from '../dataset';

/** A diameter over the lesions that have it, in mm; metrics without lesions are null. */
export interface DiameterSummary {
  count: number;
  mean: number | null;
  /** minimum, lower quartile, median, upper quartile, maximum, linearly interpolated */
  quartiles: [number, number, number, number, number] | null;
}

/** A coordinate of the body, 0..1, over the lesions that have it. */
export interface CoordinateSummary {
  mean: number | null;
  /** of a sample (n - 1); null below two lesions */
  standardDeviation: number | null;
}

/** What the lesions of a pseudo-cluster are like. */
export interface ClusterProfile {
  pseudoClusterId: number;
  lesions: number;
  longDiameter: DiameterSummary;
  shortDiameter: DiameterSummary;
  /** lesions with a normalized location */
  located: number;
  location: [x: CoordinateSummary, y: CoordinateSummary, z: CoordinateSummary];
  /** lesions of each type that occurs; UNKNOWN is excluded */
  coarseTypes: { coarseType: CoarseType; lesions: number }[];
  /** lesions of each part that occurs */
  splits: { split: Split; lesions: number }[];
}

const QUARTILES = 'ARRAY[0, 0.25, 0.5, 0.75, 1]::float8[]';
const KNOWN_TYPES = COARSE_TYPES.filter((type) => type !== 'UNKNOWN');
const AXES = ['x', 'y', 'z'] as const;

const diameterSql = (name: 'long' | 'short'): string => {
  const column = `lesion.${name}_diameter_mm`;
  return `json_build_object('count', count(${column}), 'mean', ${meanSql(column)},
    'quartiles', percentile_cont(${QUARTILES}) WITHIN GROUP (ORDER BY ${column})) AS "${name}Diameter"`;
};
const coordinateSql = (axis: string): string =>
  `json_build_object('mean', ${meanSql(`lesion.normalized_${axis}`)}, 'standardDeviation', ` +
  `${deviationSql(`lesion.normalized_${axis}`)})`;
const countsSql = (column: string, values: readonly string[]): string =>
  `ARRAY[${values.map((value) => `count(*) FILTER (WHERE ${column} = '${value}')`).join(', ')}]`;

const PROFILES = `
  SELECT cluster.id AS "pseudoClusterId", count(lesion.id) AS lesions, ${diameterSql('long')}, ${diameterSql('short')},
    count(lesion.normalized_x) AS located, json_build_array(${AXES.map(coordinateSql).join(', ')}) AS location,
    to_json(${countsSql('lesion.coarse_type', KNOWN_TYPES)}) AS "typeCounts", to_json(${countsSql('lesion.split', SPLITS)}) AS "splitCounts"
  FROM pseudo_cluster AS cluster
  LEFT JOIN cluster_assignment AS member ON member.pseudo_cluster_id = cluster.id
  LEFT JOIN lesion ON lesion.id = member.lesion_id
  WHERE cluster.id = ${ANY_OF_IDS} GROUP BY cluster.id`;

/** @returns what the lesions of these pseudo-clusters are like, in any order, by one statement */
export async function profilesOfPseudoClusters(database: Queryable, ids: readonly number[]): Promise<ClusterProfile[]> {
  const rows = await database.query<
    Omit<ClusterProfile, 'coarseTypes' | 'splits'> & { typeCounts: number[]; splitCounts: number[] }
  >({ name: 'cluster.profile', text: PROFILES, values: [ids] });
  return rows.map(({ typeCounts, splitCounts, ...profile }) => ({
    ...profile,
    coarseTypes: occurring(KNOWN_TYPES, typeCounts).map(([coarseType, lesions]) => ({ coarseType, lesions })),
    splits: occurring(SPLITS, splitCounts).map(([split, lesions]) => ({ split, lesions })),
  }));
}

function occurring<Value>(values: readonly Value[], counts: readonly number[]): [Value, number][] {
  return values.flatMap((value, i): [Value, number][] => ((counts[i] ?? 0) > 0 ? [[value, counts[i] ?? 0]] : []));
}
