/** Strata by patient and scan, which evaluations have no stored curves of. */
import type { Queryable } from '../database';
import { groupByLabel, type Stratum } from '../evaluation';
import type { EvaluatedLesion } from './evaluationData';

interface Circumstances {
  lesionId: number;
  sex: string;
  ageYears: number | null;
  pixelSpacingMm: number | null;
  sliceIntervalMm: number | null;
}

/** @returns the strata of the lesions by sex, age, pixel spacing and slice interval; lesions without a value are in none */
export async function findCircumstanceStrata(
  database: Queryable,
  runId: number,
  lesions: readonly EvaluatedLesion[],
): Promise<Stratum[]> {
  const rows = await database.query<Circumstances>({
    name: 'circumstances-of-lesions',
    text: `
      SELECT lesion.id AS "lesionId", patient.sex, study.age_years AS "ageYears", image.pixel_spacing_mm AS "pixelSpacingMm",
        image.slice_interval_mm AS "sliceIntervalMm"
      FROM run_image
      JOIN bookmarked_image AS image ON image.id = run_image.image_id
      JOIN study ON study.id = image.study_id
      JOIN patient ON patient.id = study.patient_id
      JOIN lesion ON lesion.image_id = image.id
      WHERE run_image.run_id = $1`,
    values: [runId],
  });
  const ofLesion = new Map(rows.map((row) => [row.lesionId, row]));
  const labels: ((one: Circumstances) => string | null)[] = [
    ({ sex }) => (sex === 'UNKNOWN' ? null : `sex:${sex}`),
    ({ ageYears }) => bandOf('age', ageYears, AGES),
    ({ pixelSpacingMm }) => bandOf('pixel-spacing', pixelSpacingMm, SPACINGS),
    ({ sliceIntervalMm }) => bandOf('slice-interval', sliceIntervalMm, INTERVALS),
  ];
  return labels.flatMap((label) =>
    groupByLabel(
      lesions.map(({ id }) => {
        const one = ofLesion.get(id);
        return one ? label(one) : null;
      }),
    ).sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })),
  );
}

const KINDS: Readonly<Record<string, string>> = {
  sex: 'Sex',
  age: 'Age',
  'pixel-spacing': 'Pixel spacing',
  'slice-interval': 'Slice interval',
};

/** @returns what a person reads of such a stratum; null for another one */
export function labelOfCircumstance(stratum: string): string | null {
  const [kind = '', band = ''] = stratum.split(':', 2);
  if (!Object.hasOwn(KINDS, kind)) return null;
  const words =
    kind === 'sex'
      ? band.toLowerCase()
      : band
          .replace(/mm/, ' mm')
          .replaceAll('-and-over', ' and over')
          .replace('-years', ' years')
          .replace(/ *years and over/, ' years and over');
  return `${KINDS[kind]}: ${words}`;
}

/** Bands by the first bound that a value lies below. */
type Bands = readonly (readonly [below: number, name: string])[];

const AGES: Bands = [
  [40, '0-39-years'],
  [60, '40-59-years'],
  [Number.POSITIVE_INFINITY, '60-years-and-over'],
];
/** The median of DeepLesion's is 0.82 mm. */
const SPACINGS: Bands = [
  [0.7, '0-0.7mm'],
  [0.85, '0.7-0.85mm'],
  [Number.POSITIVE_INFINITY, '0.85mm-and-over'],
];
/** Most of DeepLesion's scans have 1 mm or 5 mm. */
const INTERVALS: Bands = [
  [2.5, '0-2.5mm'],
  [Number.POSITIVE_INFINITY, '2.5mm-and-over'],
];

function bandOf(kind: string, value: number | null, bands: Bands): string | null {
  const band = value === null ? undefined : bands.find(([below]) => value < below);
  return band ? `${kind}:${band[1]}` : null;
}
