import type { Database, Queryable } from '../database';
import { BadUserInput } from '../errors';
import type { LesionRecord } from './importRecords';
import { type ImportTree, seriesKey, studyKey } from './importTree';
import type { PixelFiles } from './pixelFolder';
import type { PixelConvention, Split } from './vocabulary';

/** What a data set version is called and where it comes from. */
export interface DatasetSource {
  slug: string;
  name?: string;
  description?: string;
  licence?: string;
  citation?: string;
  synthetic?: boolean;
  pixelConvention: PixelConvention;
  sourceFormat: 'dl-info' | 'coco';
  sourceFile: string;
  sourceSha256: string;
  /** where it is said by the caller and not by the file: another split makes another version */
  split?: Split;
}

/** What was written. */
export interface StoredDataset {
  id: number;
  version: number;
  /** true: this very file was imported before, and no row was written */
  alreadyImported: boolean;
  /** of its images, how many have a pixel file now */
  imagesWithPixels: number;
  /** true: imported before, and the pixel files of this call were noted */
  pixelsNoted: boolean;
}

const LESIONS_AT_ONCE = 5_000;
const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** @throws BadUserInput naming the rule */
export function checkSlug(slug: string): void {
  if (!SLUG.test(slug))
    throw new BadUserInput(
      `Expected a data set's slug of 1 to 63 lower-case letters, digits and hyphens, got ${JSON.stringify(slug.slice(0, 80))}.`,
      'dataset',
    );
}

/**
 * Writes a data set version with all its rows, or nothing: one transaction, one import of a slug at a time. A file that was imported under
 * this slug before writes no rows; pixel files that were found since are noted.
 */
export async function storeDataset(
  database: Database,
  source: DatasetSource,
  tree: ImportTree,
  pixels: PixelFiles | null,
  report: unknown,
  onProgress: (done: number, total: number) => void,
  signal?: AbortSignal,
): Promise<StoredDataset> {
  return database.transaction(async (transaction) => {
    await transaction.query({
      text: `SELECT pg_advisory_xact_lock(hashtextextended('dataset ' || $1, 0))`,
      values: [source.slug],
    });
    const existing = await findImported(transaction, source);
    if (existing) {
      const pixelsNoted = pixels !== null && (await notePixels(transaction, existing, pixels));
      const imagesWithPixels = pixelsNoted ? pixels.present.size : existing.imagesWithPixels;
      return { ...existing, imagesWithPixels, alreadyImported: true, pixelsNoted };
    }
    const dataset = await insertDataset(transaction, source, pixels, report);
    const imageIds = await insertTree(transaction, dataset.id, tree, pixels);
    for (let start = 0; start < tree.lesions.length; start += LESIONS_AT_ONCE) {
      signal?.throwIfAborted();
      onProgress(start, tree.lesions.length);
      await insertLesions(transaction, dataset.id, tree.lesions.slice(start, start + LESIONS_AT_ONCE), imageIds);
    }
    // The planner knows nothing of a table that was filled a moment ago.
    await transaction.query({ text: 'ANALYZE dataset, patient, study, series, bookmarked_image, lesion' });
    signal?.throwIfAborted();
    onProgress(tree.lesions.length, tree.lesions.length);
    return { ...dataset, alreadyImported: false, imagesWithPixels: pixels?.present.size ?? 0, pixelsNoted: false };
  });
}

interface ImportedDataset {
  id: number;
  version: number;
  imageRoot: string | null;
  imagesWithPixels: number;
}

async function findImported(
  database: Queryable,
  { slug, sourceSha256, split }: DatasetSource,
): Promise<ImportedDataset | undefined> {
  const [row] = await database.query<ImportedDataset>({
    text: `SELECT id, version, image_root AS "imageRoot",
             (SELECT count(*) FROM bookmarked_image WHERE dataset_id = dataset.id AND has_pixels) AS "imagesWithPixels"
           FROM dataset WHERE slug = $1 AND source_sha256 = $2 AND import_report->>'split' IS NOT DISTINCT FROM $3 ORDER BY version DESC LIMIT 1`,
    values: [slug, sourceSha256, split ?? null],
  });
  return row;
}

/**
 * Takes over the pixel files of a later call, unless they are fewer than those that are known: a wrong folder must not lose any.
 *
 * @returns whether anything changed
 */
async function notePixels(
  database: Queryable,
  { id, imageRoot: known, imagesWithPixels }: ImportedDataset,
  { imageRoot, present }: PixelFiles,
): Promise<boolean> {
  if (present.size < Math.max(1, imagesWithPixels)) return false;
  if (present.size === imagesWithPixels && imageRoot === known) return false;
  await database.query({
    text: `UPDATE dataset SET image_root = $2, import_report = import_report || jsonb_build_object('imagesWithPixels', $3::int)
           WHERE id = $1`,
    values: [id, imageRoot, present.size],
  });
  await database.query({
    text: `UPDATE bookmarked_image SET has_pixels = (file_name = ANY($2::text[]))
           WHERE dataset_id = $1 AND has_pixels <> (file_name = ANY($2::text[]))`,
    values: [id, [...present]],
  });
  return true;
}

async function insertDataset(
  database: Queryable,
  source: DatasetSource,
  pixels: PixelFiles | null,
  report: unknown,
): Promise<{ id: number; version: number }> {
  await database.query({
    text: 'UPDATE dataset SET is_latest = false WHERE slug = $1 AND is_latest',
    values: [source.slug],
  });
  const [row] = await database.query<{ id: number; version: number }>({
    text: `INSERT INTO dataset (slug, version, name, description, licence, citation, synthetic, pixel_convention, source_format, source_file,
             source_sha256, image_root, import_report)
           SELECT $1, 1 + coalesce(max(version), 0), $2, $3, $4, $5, $6, $7::pixel_convention, $8, $9, $10, $11, $12::jsonb
           FROM dataset WHERE slug = $1 RETURNING id, version`,
    values: [
      source.slug,
      source.name ?? source.slug,
      source.description ?? '',
      source.licence ?? '',
      source.citation ?? '',
      source.synthetic ?? false,
      source.pixelConvention,
      source.sourceFormat,
      source.sourceFile,
      source.sourceSha256,
      pixels?.imageRoot ?? null,
      JSON.stringify(report),
    ],
  });
  if (!row) throw new Error('INSERT … RETURNING answered no row');
  return row;
}

interface ImageIds {
  image: Map<string, number>;
  patient: Map<number, number>;
}

async function insertTree(
  database: Queryable,
  datasetId: number,
  tree: ImportTree,
  pixels: PixelFiles | null,
): Promise<ImageIds> {
  const patients = [...tree.patients.values()].map(({ value }) => value);
  const patientRows = await database.query<{ id: number; key: number }>({
    text: `INSERT INTO patient (dataset_id, patient_index, sex) SELECT $1, * FROM unnest($2::int4[], $3::sex[])
           RETURNING id, patient_index AS key`,
    values: [datasetId, patients.map(({ patientIndex }) => patientIndex), patients.map(({ sex }) => sex)],
  });
  const patient = new Map(patientRows.map(({ id, key }) => [key, id]));

  const studies = [...tree.studies.values()].map(({ value }) => value);
  const studyRows = await database.query<{ id: number; patientId: number; studyIndex: number }>({
    text: `INSERT INTO study (patient_id, study_index, age_years) SELECT * FROM unnest($1::int4[], $2::int4[], $3::float8[])
           RETURNING id, patient_id AS "patientId", study_index AS "studyIndex"`,
    values: [
      studies.map(({ patientIndex }) => patient.get(patientIndex)),
      studies.map(({ studyIndex }) => studyIndex),
      studies.map(({ ageYears }) => ageYears),
    ],
  });
  const studyOfKey = new Map(studyRows.map((row) => [`${row.patientId}/${row.studyIndex}`, row.id]));
  const study = new Map(
    studies.map((one) => [studyKey(one), studyOfKey.get(`${patient.get(one.patientIndex)}/${one.studyIndex}`) ?? 0]),
  );

  const allSeries = [...tree.series.values()].map(({ value }) => value);
  const seriesRows = await database.query<{ id: number; studyId: number; seriesIndex: number }>({
    text: `INSERT INTO series (study_id, series_index) SELECT * FROM unnest($1::int4[], $2::int4[])
           RETURNING id, study_id AS "studyId", series_index AS "seriesIndex"`,
    values: [allSeries.map((one) => study.get(studyKey(one))), allSeries.map(({ seriesIndex }) => seriesIndex)],
  });
  const seriesOfKey = new Map(seriesRows.map((row) => [`${row.studyId}/${row.seriesIndex}`, row.id]));
  const series = new Map(
    allSeries.map((one) => [seriesKey(one), seriesOfKey.get(`${study.get(studyKey(one))}/${one.seriesIndex}`) ?? 0]),
  );
  return { image: await insertImages(database, datasetId, tree, study, series, pixels), patient };
}

async function insertImages(
  database: Queryable,
  datasetId: number,
  tree: ImportTree,
  study: ReadonlyMap<string, number>,
  series: ReadonlyMap<string, number>,
  pixels: PixelFiles | null,
): Promise<Map<string, number>> {
  const images = [...tree.images.values()].map(({ value }) => value);
  const rows = await database.query<{ id: number; fileName: string }>({
    // The windows of an image are one text each: unnest would flatten an array of arrays.
    text: `INSERT INTO bookmarked_image (dataset_id, study_id, series_id, file_name, slice_index, slice_range_first, slice_range_last, width,
             height, pixel_spacing_mm, slice_interval_mm, windows, split, has_pixels)
           SELECT $1, study_id, series_id, file_name, slice_index, first, last, width, height, spacing, interval, windows::float8[], split, pixels
           FROM unnest($2::int4[], $3::int4[], $4::text[], $5::int4[], $6::int4[], $7::int4[], $8::int4[], $9::int4[], $10::float8[],
             $11::float8[], $12::text[], $13::split[], $14::bool[])
             AS row (study_id, series_id, file_name, slice_index, first, last, width, height, spacing, interval, windows, split, pixels)
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
    ],
  });
  return new Map(rows.map(({ id, fileName }) => [fileName, id]));
}

async function insertLesions(
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
