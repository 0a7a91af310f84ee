/**
 * Statistics of lesions, exact and in one statement whatever is requested: the filtered lesions once (`base`), one
 * common table expression per histogram, and one row per group.
 */
import { deviationSql, meanSql, type Queryable, SqlParameters } from '../database';
import { BadUserInput } from '../errors';
import { latestVersionSql } from './conditions';
import { type LesionFilter, lesionFilterSql, namesDataset } from './lesionFilter';
import type { CoarseType, Sex, Split } from './vocabulary';

export const STATISTICS_GROUPS = ['DATASET', 'SPLIT', 'COARSE_TYPE', 'SEX', 'AGE_BAND', 'PSEUDO_CLUSTER'] as const;
export type StatisticsGroup = (typeof STATISTICS_GROUPS)[number];

export const MAX_BINS = 200;
export const DEFAULT_BINS = 20;
/** Years in an age band. */
export const AGE_BAND_YEARS = 10;
export const PERCENTILES = [5, 25, 50, 75, 95] as const;

/** Bins of equal width; right-open, the last one closed. Omitted ends are those of all filtered lesions. */
export interface HistogramSpec {
  bins: number;
  min: number | null;
  max: number | null;
}

/** What to compute of one diameter. */
export interface DiameterSpec {
  percentiles: boolean;
  histograms: HistogramSpec[];
}

export interface StatisticsRequest {
  filter: LesionFilter;
  groupBy: StatisticsGroup[];
  /** count images, patients: each costs a sort */
  images: boolean;
  patients: boolean;
  longDiameter?: DiameterSpec;
  shortDiameter?: DiameterSpec;
}

export interface Histogram {
  /** bins + 1 ends in mm */
  edges: number[];
  /** lesions in each bin */
  counts: number[];
  below: number;
  above: number;
  nullCount: number;
}

/** Of the lesions that have the diameter; null if there are none (standard deviation: fewer than two). In mm. */
export interface DiameterStatistics {
  count: number;
  mean: number | null;
  standardDeviation: number | null;
  min: number | null;
  max: number | null;
  /** in the order of PERCENTILES, linearly interpolated; empty if not requested */
  percentiles: number[] | null;
  /** in the order of the request; null if the ends are nowhere: no lesion has the diameter and none were given */
  histograms: (Histogram | null)[];
}

/** One group; a key that was not requested is undefined. */
export interface StatisticsRow {
  datasetId?: number;
  split?: Split;
  coarseType?: CoarseType;
  sex?: Sex;
  /** first year of the band; null: age unknown */
  ageBandFrom?: number | null;
  /** null: in no cluster */
  pseudoClusterId?: number | null;
  lesions: number;
  images: number | null;
  patients: number | null;
  longDiameter: DiameterStatistics | null;
  shortDiameter: DiameterStatistics | null;
}

const KEY_SQL: Record<StatisticsGroup, { name: keyof StatisticsRow; sql: string }> = {
  DATASET: { name: 'datasetId', sql: 'lesion.dataset_id' },
  SPLIT: { name: 'split', sql: 'lesion.split' },
  COARSE_TYPE: { name: 'coarseType', sql: 'lesion.coarse_type' },
  SEX: { name: 'sex', sql: 'patient.sex' },
  AGE_BAND: { name: 'ageBandFrom', sql: `(floor(study.age_years / ${AGE_BAND_YEARS}) * ${AGE_BAND_YEARS})::int4` },
  PSEUDO_CLUSTER: { name: 'pseudoClusterId', sql: 'member.pseudo_cluster_id' },
};

const JOIN_SQL: Partial<Record<StatisticsGroup, string>> = {
  SEX: 'JOIN patient ON patient.id = lesion.patient_id',
  AGE_BAND: 'JOIN bookmarked_image AS image ON image.id = lesion.image_id JOIN study ON study.id = image.study_id',
  PSEUDO_CLUSTER:
    "LEFT JOIN (SELECT dataset_id, max(id) AS id FROM categorization WHERE status = 'SUCCEEDED' GROUP BY dataset_id) AS newest " +
    'ON newest.dataset_id = lesion.dataset_id ' +
    'LEFT JOIN cluster_assignment AS member ON member.lesion_id = lesion.id AND member.categorization_id = newest.id',
};

type Diameter = 'long' | 'short';

/**
 * @returns one row per group that has lesions, in the order of the keys; exactly one row where nothing is grouped
 * @throws BadUserInput if filter, grouping or histogram do not fit
 */
export async function lesionStatistics(database: Queryable, request: StatisticsRequest): Promise<StatisticsRow[]> {
  checkRequest(request);
  const parameters = new SqlParameters();
  const text = statisticsSql(request, parameters);
  const flats = await database.query<FlatRow>({ text, values: parameters.values });
  return flats.map((flat) => toRow(request, flat));
}

interface FlatRow {
  keys: unknown[];
  lesions: number;
  images: number | null;
  patients: number | null;
  [figure: string]: unknown;
}

function statisticsSql(request: StatisticsRequest, parameters: SqlParameters): string {
  const { filter, groupBy } = request;
  const where = [lesionFilterSql(filter, parameters)];
  if (!namesDataset(filter)) where.push(latestVersionSql('lesion.dataset_id'));
  const joins = groupBy.map((group) => JOIN_SQL[group]).filter((join) => join !== undefined);
  const keys = groupBy.map((group, index) => `${KEY_SQL[group].sql} AS k${index}`);
  const histograms = histogramsOf(request).map(({ diameter, spec }, index) => ({
    name: `h${index}`,
    diameter,
    spec,
  }));
  const names = groupBy.map((_, index) => `k${index}`);
  const base = `base AS MATERIALIZED (SELECT ${[
    ...keys,
    'lesion.image_id',
    'lesion.patient_id',
    'lesion.long_diameter_mm AS long',
    'lesion.short_diameter_mm AS short',
  ].join(', ')} FROM lesion ${joins.join(' ')} WHERE ${where.join(' AND ')})`;
  const tables = histograms.flatMap((one) => histogramTables(one, names, parameters));
  const groups = `groups AS (SELECT ${[...names, ...figures(request)].join(', ')} FROM base${groupSql(names)})`;
  const columns = histograms.map(
    ({ name }) =>
      `(SELECT edges FROM ${name}_edges) AS ${name}_edges, (SELECT jsonb_object_agg(bin, n) FROM ${name}_counts AS c
          WHERE ${sameGroup(names)}) AS ${name}_counts`,
  );
  const select = [`jsonb_build_array(${names.map((name) => `g.${name}`).join(', ')}) AS keys`, 'g.*', ...columns];
  return `WITH ${[base, ...tables, groups].join(', ')} SELECT ${select.join(', ')}
      FROM groups AS g${names.length > 0 ? ` ORDER BY ${names.map((name) => `g.${name}`).join(', ')}` : ''}`;
}

/** The statistics of a group in addition to its histograms. */
function figures({ images, patients, longDiameter, shortDiameter }: StatisticsRequest): string[] {
  const list = ['count(*) AS lesions'];
  list.push(`${images ? 'count(DISTINCT image_id)' : 'NULL::int8'} AS images`);
  list.push(`${patients ? 'count(DISTINCT patient_id)' : 'NULL::int8'} AS patients`);
  const fractions = `ARRAY[${PERCENTILES.map((percentile) => percentile / 100).join(', ')}]::float8[]`;
  const ofDiameter = (column: Diameter, spec: DiameterSpec | undefined): void => {
    if (!spec) return;
    list.push(`count(${column}) AS ${column}_count`, `${meanSql(column)} AS ${column}_mean`);
    list.push(
      `${deviationSql(column)} AS ${column}_sd`,
      `min(${column}) AS ${column}_min`,
      `max(${column}) AS ${column}_max`,
    );
    if (spec.percentiles)
      list.push(`percentile_cont(${fractions}) WITHIN GROUP (ORDER BY ${column}) AS ${column}_percentiles`);
  };
  ofDiameter('long', longDiameter);
  ofDiameter('short', shortDiameter);
  return list;
}

interface NamedHistogram {
  name: string;
  diameter: Diameter;
  spec: HistogramSpec;
}

/**
 * The ends of the bins, computed once, and the lesions in each: bin 0 lies below, bin + 1 above, none is a missing
 * value. Bins are found in the very ends that are published, so that no rounding can put a lesion beside its bin.
 */
function histogramTables(
  { name, diameter, spec }: NamedHistogram,
  names: readonly string[],
  parameters: SqlParameters,
): string[] {
  const low = `coalesce(${parameters.add(spec.min)}::float8, min(${diameter}))`;
  const high = `coalesce(${parameters.add(spec.max)}::float8, max(${diameter}))`;
  const bins = `${parameters.add(spec.bins)}::int4`;
  return [
    `${name}_ends AS (SELECT ${low} AS low, greatest(${low}, ${high}) AS high FROM base)`,
    `${name}_edges AS (SELECT array_agg(CASE i WHEN ${bins} THEN high ELSE low + (high - low) * i / ${bins} END ORDER BY i) AS edges
      FROM ${name}_ends, generate_series(0, ${bins}) AS i WHERE low IS NOT NULL AND high IS NOT NULL)`,
    `${name}_counts AS (SELECT ${[...names, 'bin'].join(', ')}, count(*) AS n
        FROM (SELECT ${[...names.map((key) => `base.${key}`)].join(', ')}${names.length > 0 ? ', ' : ''}
      coalesce(CASE WHEN ${diameter} = edges[${bins} + 1] THEN ${bins} ELSE width_bucket(${diameter}, edges) END, -1) AS bin
      FROM base, ${name}_edges) AS binned GROUP BY ${[...names, 'bin'].join(', ')})`,
  ];
}

function groupSql(names: readonly string[]): string {
  return names.length > 0 ? ` GROUP BY ${names.join(', ')}` : '';
}

function sameGroup(names: readonly string[]): string {
  return ['true', ...names.map((name) => `c.${name} IS NOT DISTINCT FROM g.${name}`)].join(' AND ');
}

function histogramsOf({ longDiameter, shortDiameter }: StatisticsRequest): Omit<NamedHistogram, 'name'>[] {
  const of = (diameter: Diameter, spec: DiameterSpec | undefined) =>
    (spec?.histograms ?? []).map((histogram) => ({ diameter, spec: histogram }));
  return [...of('long', longDiameter), ...of('short', shortDiameter)];
}

function checkRequest({ groupBy, ...request }: StatisticsRequest): void {
  if (new Set(groupBy).size < groupBy.length)
    throw new BadUserInput('Expected each grouping once in groupBy.', 'groupBy');
  for (const { spec } of histogramsOf({ groupBy, ...request })) {
    const { bins, min, max } = spec;
    if (bins < 1 || bins > MAX_BINS)
      throw new BadUserInput(`Expected bins to be from 1 to ${MAX_BINS}, got ${bins}.`, 'bins');
    if (min !== null && max !== null && min >= max)
      throw new BadUserInput(`Expected min to be below max, got ${min} and ${max}.`, 'min');
  }
}

function toRow(request: StatisticsRequest, flat: FlatRow): StatisticsRow {
  const keys = Object.fromEntries(request.groupBy.map((group, index) => [KEY_SQL[group].name, flat.keys[index]]));
  const longHistograms = request.longDiameter?.histograms.length ?? 0;
  return {
    ...keys,
    lesions: flat.lesions,
    images: flat.images,
    patients: flat.patients,
    longDiameter: diameterOf(flat, 'long', request.longDiameter, 0),
    shortDiameter: diameterOf(flat, 'short', request.shortDiameter, longHistograms),
  };
}

function diameterOf(
  flat: FlatRow,
  diameter: Diameter,
  spec: DiameterSpec | undefined,
  firstHistogram: number,
): DiameterStatistics | null {
  if (!spec) return null;
  const figure = <T>(name: string): T => flat[`${diameter}_${name}`] as T;
  return {
    count: figure('count'),
    mean: figure('mean'),
    standardDeviation: figure('sd'),
    min: figure('min'),
    max: figure('max'),
    percentiles: figure<number[] | null | undefined>('percentiles') ?? null,
    histograms: spec.histograms.map(({ bins }, index) => histogramOf(flat, `h${firstHistogram + index}`, bins)),
  };
}

function histogramOf(flat: FlatRow, name: string, bins: number): Histogram | null {
  const edges = flat[`${name}_edges`] as number[] | null;
  if (!edges) return null;
  const counts = (flat[`${name}_counts`] ?? {}) as Record<string, number>;
  const of = (bin: number): number => counts[String(bin)] ?? 0;
  return {
    edges,
    counts: Array.from({ length: bins }, (_, index) => of(index + 1)),
    below: of(0),
    above: of(bins + 1),
    nullCount: of(-1),
  };
}
