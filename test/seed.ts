import type { Queryable } from '../src/database';

export interface SeedOptions {
  slug?: string;
  version?: number;
  isLatest?: boolean;
  patients?: number;
  /** lesions whose diameters are missing: every n-th */
  missingEvery?: number;
}

const SPLITS = ['TRAIN', 'VALIDATION', 'TEST', 'UNASSIGNED'];
const TYPES = ['UNKNOWN', 'BONE', 'ABDOMEN', 'MEDIASTINUM', 'LIVER', 'LUNG', 'KIDNEY', 'SOFT_TISSUE', 'PELVIS'];
const SEXES = ['FEMALE', 'MALE', 'UNKNOWN'];

/**
 * Fills a small data set by SQL: per patient two studies, per study a series with two images, on every third image two
 * lesions. Many diameters are equal and some are missing, so that ties and nulls are met.
 *
 * @returns the row id of the data set
 */
export async function seedDataset(database: Queryable, options: SeedOptions = {}): Promise<number> {
  const { slug = 'seed', version = 1, isLatest = true, patients = 12, missingEvery = 7 } = options;
  const [dataset] = await database.query<{ id: number }>({
    text: `INSERT INTO dataset (slug, version, is_latest, name, licence, citation, synthetic, pixel_convention, source_format, source_file,
        source_sha256, image_root, import_report)
      VALUES ($1, $2, $3, 'Seed', 'CC0-1.0', 'Nobody', true, 'ONE_BASED', 'dl-info', 'DL_info.csv', repeat('0', 64), $4, '{"lesions": 1}')
      RETURNING id`,
    // A folder that is there: nobody reads a pixel file of it.
    values: [slug, version, isLatest, __dirname],
  });
  const id = dataset?.id ?? 0;
  const values = [id, patients];
  await database.query({
    text: `INSERT INTO patient (dataset_id, patient_index, sex)
      SELECT $1, i, ($3::text[])[1 + i % 3]::sex FROM generate_series(1, $2::int) AS i`,
    values: [...values, SEXES],
  });
  await database.query({
    text: `INSERT INTO study (dataset_id, patient_id, patient_index, study_index, age_years)
      SELECT dataset_id, id, patient_index, j, nullif(20 + (patient_index * 7 + j) % 70, 25) FROM patient, generate_series(1, 2) AS j
        WHERE dataset_id = $1 ORDER BY id, j`,
    values: [id],
  });
  await database.query({
    text: `INSERT INTO series (dataset_id, study_id, patient_index, study_index, series_index)
      SELECT dataset_id, id, patient_index, study_index, 1 FROM study WHERE dataset_id = $1 ORDER BY id`,
    values: [id],
  });
  await database.query({
    text: `INSERT INTO bookmarked_image (dataset_id, study_id, series_id, file_name, slice_index, slice_range_first, slice_range_last,
        width, height, pixel_spacing_mm, slice_interval_mm, windows, split, has_pixels)
      SELECT $1, study.id, series.id, format('%s_%s_01_%s.png', lpad(patient.patient_index::text, 6, '0'), lpad(study.study_index::text, 2, '0'),
        lpad((k * 10)::text, 3, '0')),
        k * 10, 1, 60, 512, 512, 0.8, CASE WHEN k = 2 THEN NULL ELSE 5 END, '{-175,275}', ($2::text[])[1 + patient.patient_index % 4]::split,
        patient.patient_index % 2 = 0
      FROM series JOIN study ON study.id = study_id JOIN patient ON patient.id = patient_id, generate_series(1, 2) AS k
      WHERE series.dataset_id = $1 ORDER BY series.id, k`,
    values: [id, SPLITS],
  });
  await database.query({
    text: `INSERT INTO lesion (dataset_id, image_id, patient_id, source_row_index, x1, y1, x2, y2, axes, long_diameter_mm, short_diameter_mm,
      normalized_x, normalized_y, normalized_z, coarse_type, possibly_noisy, split)
      SELECT $1, image_id, patient_id, n, 10 + n, 20, 40 + n, 60, 
        CASE WHEN n % 5 = 0 THEN '{}' ELSE ARRAY[15, 25, 35, 55, 20, 40, 30, 30]::float8[] END,
        CASE WHEN n % $3::int = 0 THEN NULL ELSE 5 + (n * 13) % 11 END, CASE WHEN n % $3::int = 0 THEN NULL ELSE 2 + (n * 13) % 11 * 0.5 END,
        0.25, 0.5, 0.75, ($2::text[])[1 + n % 9]::coarse_type, n % 10 = 3, split
      FROM (
        SELECT image.id AS image_id, patient_id, split, (row_number() OVER (ORDER BY image.id, m) - 1)::int AS n
        FROM bookmarked_image AS image JOIN study ON study.id = study_id, generate_series(1, 2) AS m
        WHERE image.dataset_id = $1 AND (m = 1 OR image.id % 3 = 0)
      ) AS numbered`,
    values: [id, TYPES, missingEvery],
  });
  return id;
}

/**
 * Sorts the lesions of a data set into `clusters` pseudo-clusters by their source row.
 *
 * @returns the row id of the categorization
 */
export async function seedCategorization(database: Queryable, datasetId: number, clusters = 3): Promise<number> {
  const [row] = await database.query<{ id: number }>({
    text: `INSERT INTO categorization (dataset_id, name, method, cluster_count) VALUES ($1, 'first', 'by row', $2) RETURNING id`,
    values: [datasetId, clusters],
  });
  const id = row?.id ?? 0;
  await database.query({
    text: 'INSERT INTO pseudo_cluster (categorization_id, cluster_index) SELECT $1, i FROM generate_series(1, $2::int) AS i',
    values: [id, clusters],
  });
  await database.query({
    text: `INSERT INTO cluster_assignment (categorization_id, lesion_id, pseudo_cluster_id, distance)
      SELECT $1, lesion.id, cluster.id, 0.5 FROM lesion JOIN pseudo_cluster AS cluster ON cluster.categorization_id = $1
        AND cluster_index = 1 + source_row_index % $3::int
      WHERE dataset_id = $2`,
    values: [id, datasetId, clusters],
  });
  // As of an imported one: the same content has the same id in every database.
  await database.query({
    text: 'UPDATE categorization SET uuid = imported_categorization_uuid(id) WHERE id = $1',
    values: [id],
  });
  return id;
}

/** Freezes all lesions of a data set. @returns the row id of the cohort */
/** Stores an export that has not been written. @returns its row id */
export async function seedExportJob(
  database: Queryable,
  datasetId: number,
  uuid: string | null = null,
): Promise<number> {
  const [row] = await database.query<{ id: number }>({
    text: `INSERT INTO export_job (uuid, dataset_id, path, parameters, origin, client, caller)
           VALUES (coalesce($2::uuid, gen_random_uuid()), $1, 'seed@1/lesions.csv', '{}', '', 'local', '{}') RETURNING id`,
    values: [datasetId, uuid],
  });
  return row?.id ?? 0;
}

export async function seedCohort(database: Queryable, datasetId: number, uuid: string | null = null): Promise<number> {
  const [cohort] = await database.query<{ id: number }>({
    text: `INSERT INTO cohort (uuid, dataset_id, name, filter, lesion_count, image_count, patient_count, members_sha256, created_at)
           SELECT coalesce($2::uuid, gen_random_uuid()), $1::int4, 'all', '{}', count(*), count(DISTINCT image_id), count(DISTINCT patient_id),
             repeat('c', 64), '2026-01-02T03:04:05Z'
           FROM lesion WHERE dataset_id = $1::int4 RETURNING id`,
    values: [datasetId, uuid],
  });
  await database.query({
    text: 'INSERT INTO cohort_lesion (cohort_id, lesion_id) SELECT $1::int4, id FROM lesion WHERE dataset_id = $2',
    values: [cohort?.id, datasetId],
  });
  return cohort?.id ?? 0;
}
