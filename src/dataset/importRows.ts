/** The bulk statements of an import: one `INSERT … SELECT FROM unnest` a table, an array a column. */
import type { Queryable } from '../database';
import type { LesionRecord } from './importRecords';
import { type ImportTree, seriesKey, studyKey } from './importTree';
import type { CheckedPixels } from './pixelChecks';

/** The row ids that lesions refer to, by file name and by patient index. */
export interface ImageIds {
  image: Map<string, number>;
  patient: Map<number, number>;
}

/** Writes patients, studies, series and images of a data set version. */
export async function insertTree(
  database: Queryable,
  datasetId: number,
  tree: ImportTree,
  pixels: CheckedPixels | null,
): Promise<ImageIds> {
  const patient = await insertPatients(database, datasetId, tree);
  const study = await insertStudies(database, datasetId, tree, patient);
  const series = await insertSeries(database, datasetId, tree, study);
  return { image: await insertImages(database, datasetId, tree, study, series, pixels), patient };
}

async function insertPatients(database: Queryable, datasetId: number, tree: ImportTree): Promise<Map<number, number>> {
  const patients = [...tree.patients.values()].map(({ value }) => value);
  const rows = await database.query<{ id: number; key: number }>({
    text: `INSERT INTO patient (dataset_id, patient_index, sex) SELECT $1, * FROM unnest($2::int4[], $3::sex[])
           RETURNING id, patient_index AS key`,
    values: [datasetId, patients.map(({ patientIndex }) => patientIndex), patients.map(({ sex }) => sex)],
  });
  return new Map(rows.map(({ id, key }) => [key, id]));
}

async function insertStudies(
  database: Queryable,
  datasetId: number,
  tree: ImportTree,
  patient: ReadonlyMap<number, number>,
): Promise<Map<string, number>> {
  const studies = [...tree.studies.values()].map(({ value }) => value);
  const rows = await database.query<{ id: number; patientIndex: number; studyIndex: number }>({
    text: `INSERT INTO study (dataset_id, patient_id, patient_index, study_index, age_years)
           SELECT $1, * FROM unnest($2::int4[], $3::int4[], $4::int4[], $5::float8[])
           RETURNING id, patient_index AS "patientIndex", study_index AS "studyIndex"`,
    values: [
      datasetId,
      studies.map(({ patientIndex }) => patient.get(patientIndex)),
      studies.map(({ patientIndex }) => patientIndex),
      studies.map(({ studyIndex }) => studyIndex),
      studies.map(({ ageYears }) => ageYears),
    ],
  });
  return new Map(rows.map((row) => [studyKey(row), row.id]));
}

async function insertSeries(
  database: Queryable,
  datasetId: number,
  tree: ImportTree,
  study: ReadonlyMap<string, number>,
): Promise<Map<string, number>> {
  const allSeries = [...tree.series.values()].map(({ value }) => value);
  const rows = await database.query<{ id: number; patientIndex: number; studyIndex: number; seriesIndex: number }>({
    text: `INSERT INTO series (dataset_id, study_id, patient_index, study_index, series_index)
           SELECT $1, * FROM unnest($2::int4[], $3::int4[], $4::int4[], $5::int4[])
           RETURNING id, patient_index AS "patientIndex", study_index AS "studyIndex", series_index AS "seriesIndex"`,
    values: [
      datasetId,
      allSeries.map((one) => study.get(studyKey(one))),
      allSeries.map(({ patientIndex }) => patientIndex),
      allSeries.map(({ studyIndex }) => studyIndex),
      allSeries.map(({ seriesIndex }) => seriesIndex),
    ],
  });
  return new Map(rows.map((row) => [seriesKey(row), row.id]));
}

async function insertImages(
  database: Queryable,
  datasetId: number,
  tree: ImportTree,
  study: ReadonlyMap<string, number>,
  series: ReadonlyMap<string, number>,
  pixels: CheckedPixels | null,
): Promise<Map<string, number>> {
  const images = [...tree.images.values()].map(({ value }) => value);
  const rows = await database.query<{ id: number; fileName: string }>({
    // The windows of an image are one text each: unnest would flatten an array of arrays.
    text: `INSERT INTO bookmarked_image (dataset_id, study_id, series_id, file_name, slice_index, slice_range_first, slice_range_last, width,
             height, pixel_spacing_mm, slice_interval_mm, windows, split, has_pixels, pixel_path, pixel_sha256)
           SELECT $1, study_id, series_id, file_name, slice_index, first, last, width, height, spacing, interval, windows::float8[], split,
             pixels, path, sha256
           FROM unnest($2::int4[], $3::int4[], $4::text[], $5::int4[], $6::int4[], $7::int4[], $8::int4[], $9::int4[], $10::float8[],
             $11::float8[], $12::text[], $13::split[], $14::bool[], $15::text[], $16::text[])
             AS row (study_id, series_id, file_name, slice_index, first, last, width, height, spacing, interval, windows, split, pixels, path, sha256)
           RETURNING id, file_name AS "fileName"`,
    values: [
      datasetId,
      images.map((one) => study.get(studyKey(one))),
      images.map((one) => series.get(seriesKey(one))),
      images.map(({ fileName }) => fileName),
      images.map(({ sliceIndex }) => sliceIndex),
      images.map(({ sliceRange }) => sliceRange?.[0] ?? null),
      images.map(({ sliceRange }) => sliceRange?.[1] ?? null),
      images.map(({ width }) => width),
      images.map(({ height }) => height),
      images.map(({ pixelSpacingMm }) => pixelSpacingMm),
      images.map(({ sliceIntervalMm }) => sliceIntervalMm),
      images.map(({ windows }) => `{${windows.join(',')}}`),
      images.map(({ split }) => split),
      images.map(({ fileName }) => pixels?.present.has(fileName) ?? false),
      images.map(({ fileName }) => pixels?.pixelPaths.get(fileName) ?? null),
      images.map(({ fileName }) => pixels?.sha256.get(fileName) ?? null),
    ],
  });
  return new Map(rows.map(({ id, fileName }) => [fileName, id]));
}

/** Writes lesions whose images and patients are there. */
export async function insertLesions(
  database: Queryable,
  datasetId: number,
  lesions: readonly LesionRecord[],
  ids: ImageIds,
): Promise<void> {
  await database.query({
    text: `INSERT INTO lesion (dataset_id, image_id, patient_id, source_row_index, x1, y1, x2, y2, axes, long_diameter_mm, short_diameter_mm,
             normalized_x, normalized_y, normalized_z, coarse_type, possibly_noisy, split)
           SELECT $1, image_id, patient_id, row_index, x1, y1, x2, y2, axes::float8[], long_mm, short_mm, nx, ny, nz, type, noisy, split
           FROM unnest($2::int4[], $3::int4[], $4::int4[], $5::float8[], $6::float8[], $7::float8[], $8::float8[], $9::text[], $10::float8[],
             $11::float8[], $12::float8[], $13::float8[], $14::float8[], $15::coarse_type[], $16::bool[], $17::split[])
             AS row (image_id, patient_id, row_index, x1, y1, x2, y2, axes, long_mm, short_mm, nx, ny, nz, type, noisy, split)`,
    values: [
      datasetId,
      lesions.map(({ image }) => ids.image.get(image.fileName)),
      lesions.map(({ image }) => ids.patient.get(image.patientIndex)),
      lesions.map(({ sourceRowIndex }) => sourceRowIndex),
      lesions.map(({ box }) => box.x1),
      lesions.map(({ box }) => box.y1),
      lesions.map(({ box }) => box.x2),
      lesions.map(({ box }) => box.y2),
      lesions.map(({ axes }) => `{${axes.join(',')}}`),
      lesions.map(({ longDiameterMm }) => longDiameterMm),
      lesions.map(({ shortDiameterMm }) => shortDiameterMm),
      lesions.map(({ normalizedLocation }) => normalizedLocation?.[0] ?? null),
      lesions.map(({ normalizedLocation }) => normalizedLocation?.[1] ?? null),
      lesions.map(({ normalizedLocation }) => normalizedLocation?.[2] ?? null),
      lesions.map(({ coarseType }) => coarseType),
      lesions.map(({ possiblyNoisy }) => possiblyNoisy),
      lesions.map(({ image }) => image.split),
    ],
  });
}
