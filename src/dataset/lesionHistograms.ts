import type { Queryable } from '../database';
import { BadUserInput } from '../errors';
import { choicesBase, type Dimension } from './lesionChoices';
import type { LesionFilter } from './lesionFilter';
import { MAX_BINS } from './lesionStatistics';

export const LESION_HISTOGRAM_FIELDS = [
  'LONG_DIAMETER_MM',
  'SHORT_DIAMETER_MM',
  'AGE_YEARS',
  'LOCATION_Z',
  'PIXEL_SPACING_MM',
  'SLICE_INTERVAL_MM',
] as const;
export type LesionHistogramField = (typeof LESION_HISTOGRAM_FIELDS)[number];

const DIMENSIONS: Record<LesionHistogramField, Dimension> = {
  LONG_DIAMETER_MM: { sql: 'lesion.long_diameter_mm', own: 'longDiameterMm' },
  SHORT_DIAMETER_MM: { sql: 'lesion.short_diameter_mm', own: 'shortDiameterMm' },
  AGE_YEARS: { sql: 'study.age_years', own: 'ageYears', join: 'study' },
  LOCATION_Z: { sql: 'lesion.normalized_z', own: 'locationZ' },
  PIXEL_SPACING_MM: { sql: 'image.pixel_spacing_mm', join: 'image' },
  SLICE_INTERVAL_MM: { sql: 'image.slice_interval_mm', join: 'image' },
};

/** Bins of equal width from the least to the greatest value; right-open, the last one closed. */
export interface LesionHistogram {
  readonly field: LesionHistogramField;
  /** bins + 1 ends; empty if no lesion has a value */
  readonly edges: number[];
  /** lesions in each bin; empty as `edges` */
  readonly counts: number[];
  /** lesions without a value */
  readonly nullCount: number;
}

/**
 * Histograms of several fields, each over the lesions that match the filter without its own condition on that field.
 *
 * @param bins 1 to 200
 * @returns one histogram per field, in the order of the request
 * @throws BadUserInput if filter or bins do not fit, or a field is given twice
 */
export async function lesionHistograms(
  database: Queryable,
  filter: LesionFilter,
  fields: readonly LesionHistogramField[],
  bins: number,
): Promise<LesionHistogram[]> {
  if (new Set(fields).size < fields.length) throw new BadUserInput('Expected each field once in fields.', 'fields');
  if (bins < 1 || bins > MAX_BINS)
    throw new BadUserInput(`Expected bins to be from 1 to ${MAX_BINS}, got ${bins}.`, 'bins');
  if (fields.length === 0) return [];
  const { sql, counted, parameters } = choicesBase(
    filter,
    fields.map((field) => DIMENSIONS[field]),
  );
  const last = `${parameters.add(bins)}::int4`;
  const ends = counted.map(
    (condition, index) =>
      `min(v${index}) FILTER (WHERE ${condition}) AS low${index}, max(v${index}) FILTER (WHERE ${condition}) AS high${index}`,
  );
  const tables = counted.flatMap((condition, index) => tablesOf(index, condition, last));
  const histograms = fields.map((_, index) => `SELECT * FROM h${index}`);
  const rows = await database.query<Row>({
    text: `WITH ${[sql, `ends AS (SELECT ${ends.join(', ')} FROM base)`, ...tables].join(', ')} ${histograms.join(' UNION ALL ')}`,
    values: parameters.values,
  });
  return fields.map((field, index) =>
    histogramOf(
      field,
      bins,
      rows.find(({ place }) => place === index),
    ),
  );
}

interface Row {
  place: number;
  edges: number[] | null;
  /** lesions by bin, from 1 on; −1: without a value */
  counts: Record<string, number> | null;
}

/** Bins are found in the very ends that are published, so that no rounding can put a lesion beside its bin. */
function tablesOf(index: number, counted: string, last: string): string[] {
  const edges = `array_agg(CASE i WHEN ${last} THEN high ELSE low + (high - low) * i / ${last} END ORDER BY i)`;
  return [
    `e${index} AS (SELECT ${edges} AS edges FROM (SELECT low${index} AS low, high${index} AS high FROM ends)
      AS own, generate_series(0, ${last}) AS i WHERE low IS NOT NULL)`,
    `b${index} AS (SELECT coalesce(CASE WHEN v${index} = edges[${last} + 1] THEN ${last} ELSE width_bucket(v${index}, edges) END, -1)
      AS bin, count(*) AS n FROM base, e${index} WHERE ${counted} GROUP BY 1)`,
    `h${index} AS (SELECT ${index} AS place, (SELECT edges FROM e${index}) AS edges, jsonb_object_agg(bin, n) AS counts FROM b${index})`,
  ];
}

function histogramOf(field: LesionHistogramField, bins: number, row: Row | undefined): LesionHistogram {
  const counts = row?.counts ?? {};
  const edges = row?.edges ?? [];
  return {
    field,
    edges,
    counts: edges.length === 0 ? [] : Array.from({ length: bins }, (_, index) => counts[String(index + 1)] ?? 0),
    nullCount: counts['-1'] ?? 0,
  };
}
