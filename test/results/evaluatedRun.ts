import type { Database } from '../../src/database';

type Box = [number, number, number, number];

/** One image of a made-up run, in the data set's pixels. */
export interface MadeImage {
  patient: number;
  /** its place among the images with `.png`, unless given */
  fileName?: string;
  /** width and height, 512 unless given */
  size?: number;
  lesions?: {
    box: Box;
    longDiameterMm?: number | null;
    coarseType?: string;
    possiblyNoisy?: boolean;
    cluster?: number;
  }[];
  /** best first */
  detections?: { box: Box; score: number }[];
  /** COMPLETED unless given */
  state?: 'PENDING' | 'COMPLETED' | 'FAILED';
}

export interface MadeRun {
  runId: number;
  datasetId: number;
  imageIds: number[];
}

let made = 0;

/**
 * Writes another run over the images of a made one, with other detections (one list an image; null: the image failed).
 */
export async function makeRunBeside(
  database: Database,
  { runId, imageIds }: MadeRun,
  detections: readonly (NonNullable<MadeImage['detections']> | null)[],
): Promise<number> {
  const [run] = await database.query<{ id: number }>({
    text: `INSERT INTO detection_run (detector_id, dataset_id, status, request, iou_thresholds, top_k, score_threshold,
             nms_iou_threshold, max_detections_per_image, model_sha256, code_version)
           SELECT detector_id, dataset_id, status, request, iou_thresholds, top_k, score_threshold, nms_iou_threshold,
             max_detections_per_image, model_sha256, code_version FROM detection_run WHERE id = $1 RETURNING id`,
    values: [runId],
  });
  for (const [index, boxes] of detections.entries()) {
    await database.query({
      text: `INSERT INTO run_image (run_id, image_id, state, finished_at) VALUES ($1, $2, $3, now())`,
      values: [run!.id, imageIds[index], boxes ? 'COMPLETED' : 'FAILED'],
    });
    await writeDetections(database, run!.id, imageIds[index]!, boxes ?? []);
  }
  return run!.id;
}

async function writeDetections(
  database: Database,
  runId: number,
  imageId: number,
  detections: NonNullable<MadeImage['detections']>,
): Promise<void> {
  for (const [rank, { box, score }] of detections.entries()) {
    await database.query({
      text: 'INSERT INTO detection (run_id, image_id, rank, x1, y1, x2, y2, score, class_index) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)',
      values: [runId, imageId, rank + 1, ...box, score],
    });
  }
}

/** Writes a data set, a detector and a run over all its images with the detections that each is said to have. */
export async function makeRun(
  database: Database,
  images: readonly MadeImage[],
  options: { iouThresholds?: number[]; topK?: number; clusters?: number } = {},
): Promise<MadeRun> {
  made++;
  const one = async (text: string, values: unknown[]): Promise<number> =>
    (await database.query<{ id: number }>({ text: `${text} RETURNING id`, values }))[0]!.id;
  const datasetId = await one(
    `INSERT INTO dataset (slug, version, name, pixel_convention, source_format, source_file, source_sha256, import_report)
     VALUES ($1, 1, 'made', 'ONE_BASED', 'dl-info', 'DL_info.csv', $1, '{}')`,
    [`made-${made}`],
  );
  const seriesOf = new Map<number, { patientId: number; studyId: number; seriesId: number }>();
  for (const patient of new Set(images.map((image) => image.patient))) {
    const patientId = await one(`INSERT INTO patient (dataset_id, patient_index, sex) VALUES ($1, $2, 'FEMALE')`, [
      datasetId,
      patient,
    ]);
    const studyId = await one(
      'INSERT INTO study (dataset_id, patient_id, patient_index, study_index) VALUES ($1, $2, $3, 1)',
      [datasetId, patientId, patient],
    );
    const seriesId = await one(
      'INSERT INTO series (dataset_id, study_id, patient_index, study_index, series_index) VALUES ($1, $2, $3, 1, 1)',
      [datasetId, studyId, patient],
    );
    seriesOf.set(patient, { patientId, studyId, seriesId });
  }
  const clusterIds = await makeClusters(one, datasetId, options.clusters ?? 0);
  const detectorId = await one(
    `INSERT INTO detector (name, version, architecture, model_sha256, manifest) VALUES ($1, '1', 'made', $1, '{}')`,
    [`made-${made}`],
  );
  const runId = await one(
    `INSERT INTO detection_run (detector_id, dataset_id, status, request, iou_thresholds, top_k, score_threshold,
       nms_iou_threshold, max_detections_per_image, model_sha256, code_version)
     VALUES ($1, $2, 'RUNNING', '{}', $3, $4, 0.05, 0.3, 50, 'made', 'made')`,
    [detectorId, datasetId, options.iouThresholds ?? [], options.topK ?? 5],
  );
  const imageIds: number[] = [];
  let row = 0;
  for (const [index, image] of images.entries()) {
    const { patientId, studyId, seriesId } = seriesOf.get(image.patient)!;
    const size = image.size ?? 512;
    const imageId = await one(
      `INSERT INTO bookmarked_image (dataset_id, study_id, series_id, file_name, slice_index, width, height, windows, split, has_pixels)
       VALUES ($1, $2, $3, $4, $5, $6, $6, '{}', 'TEST', true)`,
      [datasetId, studyId, seriesId, image.fileName ?? `${index}.png`, index, size],
    );
    imageIds.push(imageId);
    for (const lesion of image.lesions ?? []) {
      const lesionId = await one(
        `INSERT INTO lesion (dataset_id, image_id, patient_id, source_row_index, x1, y1, x2, y2, axes, long_diameter_mm,
           coarse_type, possibly_noisy, split)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '{}', $9, $10, $11, 'TEST')`,
        [
          datasetId,
          imageId,
          patientId,
          row++,
          ...lesion.box,
          lesion.longDiameterMm ?? null,
          lesion.coarseType ?? 'UNKNOWN',
          lesion.possiblyNoisy ?? false,
        ],
      );
      if (lesion.cluster !== undefined) {
        await database.query({
          text: `INSERT INTO cluster_assignment (categorization_id, lesion_id, pseudo_cluster_id, distance)
                 SELECT categorization_id, $1, id, 0 FROM pseudo_cluster WHERE id = $2`,
          values: [lesionId, clusterIds[lesion.cluster]],
        });
      }
    }
    const state = image.state ?? 'COMPLETED';
    await database.query({
      text: `INSERT INTO run_image (run_id, image_id, state, finished_at) VALUES ($1, $2, $3, $4)`,
      values: [runId, imageId, state, state === 'PENDING' ? null : new Date()],
    });
    await writeDetections(database, runId, imageId, image.detections ?? []);
  }
  return { runId, datasetId, imageIds };
}

async function makeClusters(
  one: (text: string, values: unknown[]) => Promise<number>,
  datasetId: number,
  count: number,
): Promise<number[]> {
  if (count === 0) return [];
  const id = await one(
    `INSERT INTO categorization (dataset_id, name, method, cluster_count) VALUES ($1, 'mined', 'k-means', $2)`,
    [datasetId, count],
  );
  const ids: number[] = [];
  for (let i = 0; i < count; i++) {
    ids.push(await one('INSERT INTO pseudo_cluster (categorization_id, cluster_index) VALUES ($1, $2)', [id, i]));
  }
  return ids;
}
