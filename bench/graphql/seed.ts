import type { Database } from '../../src/database';

/**
 * Synthetic rows in the size of the real data set (4,427 patients, 10,594 studies, 32,120 key slices, 32,735 lesions),
 * deterministic.
 */
export const SIZE = {
  patients: 4_427,
  studies: 10_594,
  images: 32_120,
  lesions: 32_735,
  clusters: 24,
  runs: 20,
} as const;

export const STRATA = [
  'ALL',
  'coarse-type:LUNG',
  'coarse-type:LIVER',
  'size:under-10mm',
  'size:10-30mm',
  'size:over-30mm',
] as const;
/** IoU thresholds in thousandths. */
export const THRESHOLDS = [50, 150, 250, 350, 450, 550, 650, 750, 850, 950] as const;

/** A number from 0 to `below` − 1 that depends on `key` alone. */
const pick = (key: string, salt: number, below: number) =>
  `(abs(hashint4(${key} * 31 + ${salt})::bigint) % ${below})::int`;
const split = (key: string) =>
  `(ARRAY['TRAIN', 'TRAIN', 'TRAIN', 'TRAIN', 'TRAIN', 'TRAIN', 'TRAIN', 'VALIDATION', 'VALIDATION', 'TEST']::split[])[1 + ${pick(key, 5, 10)}]`;

const UUID_START = '00000000-0000-4000-8000-';
/** @returns the UUID of the categorization or run of a number */
export const uuidOf = (number: number): string => UUID_START + String(number).padStart(12, '0');

/** @param times how often the size of the real data set */
const statementsOf = (times: number) => [
  `INSERT INTO dataset (slug, version, name, pixel_convention, source_format, source_file, source_sha256, import_report)
   VALUES ('bench', 1, 'Benchmark', 'ONE_BASED', 'dl-info', 'made up', repeat('0', 64), '{}')`,
  `INSERT INTO patient (dataset_id, patient_index, sex)
   SELECT 1, i, (ARRAY['FEMALE', 'MALE', 'UNKNOWN']::sex[])[1 + ${pick('i', 1, 3)}] FROM generate_series(1, ${times * SIZE.patients}) i`,
  // Each patient has one study at least, the rest fall where they may.
  `INSERT INTO study (dataset_id, patient_id, patient_index, study_index, age_years)
   SELECT 1, patient, patient, row_number() OVER (PARTITION BY patient ORDER BY i), 20 + ${pick('i', 2, 70)}
   FROM (SELECT i, CASE WHEN i <= ${times * SIZE.patients} THEN i ELSE 1 + ${pick('i', 3, times * SIZE.patients)} END AS patient
     FROM generate_series(1, ${times * SIZE.studies}) i) one
   ORDER BY patient, i`,
  `INSERT INTO series (dataset_id, study_id, patient_index, study_index, series_index)
   SELECT dataset_id, id, patient_index, study_index, 1 FROM study ORDER BY id`,
  `INSERT INTO bookmarked_image (dataset_id, study_id, series_id, file_name, slice_index, width, height, pixel_spacing_mm, slice_interval_mm,
    windows, split, has_pixels)
   SELECT 1, study, study, to_char(study, 'FM000000') || '_01_01_' || to_char(i, 'FM0000000') || '.png', 1 + ${pick('i', 4, 300)}, 512, 512,
     0.6 + ${pick('i', 6, 300)} / 1000.0, 5, ARRAY[-175, 275], ${split('study')}, true
   FROM (SELECT i, CASE WHEN i <= ${times * SIZE.studies} THEN i ELSE 1 + ${pick('i', 7, times * SIZE.studies)} END AS study
     FROM generate_series(1, ${times * SIZE.images}) i) one
   ORDER BY study, i`,
  `INSERT INTO lesion (dataset_id, image_id, patient_id, source_row_index, x1, y1, x2, y2, axes, long_diameter_mm, short_diameter_mm,
    normalized_x, normalized_y, normalized_z, coarse_type, possibly_noisy, split)
   SELECT 1, image.id, study.patient_id, i - 1, x, y, x + size, y + size * 0.8, ARRAY[x + 5, y + 5, x + size - 5, y + 5, x + 9, y + 5, x + 9, y + 20],
     size * image.pixel_spacing_mm, size * 0.7 * image.pixel_spacing_mm, x / 512.0, y / 512.0, ${pick('i', 8, 1000)} / 1000.0,
     (ARRAY['UNKNOWN', 'BONE', 'ABDOMEN', 'MEDIASTINUM', 'LIVER', 'LUNG', 'KIDNEY', 'SOFT_TISSUE', 'PELVIS']::coarse_type[])[
       1 + ${pick('i', 9, 9)}], false, image.split
   FROM (SELECT i, CASE WHEN i <= ${times * SIZE.images} THEN i ELSE 1 + ${pick('i', 10, times * SIZE.images)} END AS image_id,
     20 + ${pick('i', 11, 380)} AS x, 20 + ${pick('i', 12, 380)} AS y, 12 + ${pick('i', 13, 90)} AS size
     FROM generate_series(1, ${times * SIZE.lesions}) i) one
   JOIN bookmarked_image image ON image.id = one.image_id JOIN study ON study.id = image.study_id ORDER BY i`,
  `INSERT INTO categorization (uuid, dataset_id, name, method, cluster_count) VALUES ('${uuidOf(1)}', 1, 'bench', 'made up', ${SIZE.clusters})`,
  `INSERT INTO pseudo_cluster (categorization_id, cluster_index, label) SELECT 1, i, 'cluster ' || i FROM generate_series(0, ${SIZE.clusters - 1}) i`,
  `INSERT INTO cluster_assignment (categorization_id, lesion_id, pseudo_cluster_id, distance)
   SELECT 1, id, 1 + ${pick('id', 14, SIZE.clusters)}, ${pick('id', 15, 1000)} / 1000.0 FROM lesion ORDER BY id`,
  `INSERT INTO detector (name, version, architecture, model_sha256, manifest) VALUES ('bench', '1', 'none', repeat('0', 64), '{}')`,
  `INSERT INTO detection_run (uuid, detector_id, dataset_id, status, request, iou_thresholds, top_k, score_threshold, nms_iou_threshold,
    max_detections_per_image, model_sha256, code_version, execution_provider, warnings, started_at, finished_at)
   SELECT ('${UUID_START}' || lpad(run::text, 12, '0'))::uuid, 1, 1, 'SUCCEEDED', '{}', ARRAY[0.5], 5, 0.05, 0.5, 50, repeat('0', 64), 'bench',
     'cpu', '{}', now(), now() FROM generate_series(1, ${SIZE.runs}) AS run`,
  `INSERT INTO evaluation (run_id, protocol, protocol_key, image_count, lesion_count, detection_count)
   SELECT id, PROTOCOL, repeat('0', 64), 4817, 4912, 20000 FROM detection_run ORDER BY id`,
  `INSERT INTO metric_point (evaluation_id, kind, stratum, top_k, iou_threshold_milli, numerator, denominator, value)
   SELECT evaluation.id, 'ACCURACY', stratum, 5, threshold, 4912 - threshold * 4 - evaluation.id, 4912,
     (4912 - threshold * 4 - evaluation.id) / 4912.0
   FROM evaluation, unnest(ARRAY[${STRATA.map((name) => `'${name}'`).join(', ')}]) stratum, unnest(ARRAY[${THRESHOLDS.join(', ')}]) threshold
   ORDER BY evaluation.id, stratum, threshold`,
  // For PostGraphile, whose aggregates group the columns of one relation and whose conditions support only equality.
  `CREATE VIEW clustered_lesion AS SELECT lesion.id, pseudo_cluster.label, lesion.split, lesion.long_diameter_mm
   FROM lesion JOIN cluster_assignment ON lesion_id = lesion.id JOIN pseudo_cluster ON pseudo_cluster.id = pseudo_cluster_id`,
  `CREATE FUNCTION lesions_of_cluster(cluster int, part split, low_mm float8, high_mm float8) RETURNS SETOF lesion LANGUAGE sql STABLE AS $$
   SELECT lesion.* FROM lesion JOIN cluster_assignment ON lesion_id = lesion.id
   WHERE pseudo_cluster_id = cluster AND split = part AND long_diameter_mm BETWEEN low_mm AND high_mm ORDER BY long_diameter_mm, id $$`,
  // As autovacuum leaves the tables a minute after an import.
  'VACUUM ANALYZE',
];

/**
 * @param protocol what the product stores with an evaluation
 * @param times how often the size of the real data set
 */
export async function seed(database: Database, protocol: unknown, times = 1): Promise<void> {
  const json = `'${JSON.stringify(protocol).replaceAll("'", "''")}'`;
  for (const text of statementsOf(times)) await database.query({ text: text.replace('PROTOCOL', () => json) });
}
