import type { Database } from '../../src/database';
import { insertCompletedImages } from '../../src/runs/submittedRun';
import { seedDataset } from '../../test/seed';

const BOXES = 100;
/** 5,000 images have 32,000 lesions. */
const LESIONS_PER_IMAGE = 6.4;
const IMAGES_OF_PATIENT = 4;

/**
 * A data set whose images are all of the test split, and finished runs over them: two thirds of the boxes lie anywhere, one
 * third near a lesion, nearer the later the run.
 *
 * @returns row ids of the runs
 */
export async function seedRuns(
  database: Database,
  { images, entries }: { images: number; entries: number },
): Promise<number[]> {
  const datasetId = await seedDataset(database, { patients: Math.ceil(images / IMAGES_OF_PATIENT) });
  const send = (text: string, values: unknown[]) => database.query<{ id: number }>({ text, values });
  await send('SELECT setseed(0.5)', []);
  await send(`UPDATE bookmarked_image SET split = 'TEST', has_pixels = true WHERE dataset_id = $1`, [datasetId]);
  await send('DELETE FROM lesion WHERE dataset_id = $1', [datasetId]);
  await send(
    `INSERT INTO lesion (dataset_id, image_id, patient_id, source_row_index, x1, y1, x2, y2, axes, long_diameter_mm, coarse_type,
       possibly_noisy, split)
     SELECT $1, image_id, patient_id, row_number() OVER (ORDER BY image_id, n) - 1, x, y, x + side, y + side, '{}', side * 0.8,
       'UNKNOWN', false, 'TEST'
     FROM (
       SELECT image.id AS image_id, study.patient_id, n, 20 + 380 * random() AS x, 20 + 380 * random() AS y, 12 + 60 * random() AS side
       FROM bookmarked_image AS image JOIN study ON study.id = image.study_id, generate_series(1, 7) AS n
       WHERE image.dataset_id = $1 AND (n <= 6 OR image.id % 10 < $2)
     ) AS made`,
    [datasetId, Math.round((LESIONS_PER_IMAGE % 1) * 10)],
  );
  const runs: number[] = [];
  for (let entry = 0; entry < entries; entry++) runs.push(await seedRun(database, send, datasetId, entry));
  await send('ANALYZE', []);
  return runs;
}

async function seedRun(
  database: Database,
  send: (text: string, values: unknown[]) => Promise<{ id: number }[]>,
  datasetId: number,
  entry: number,
): Promise<number> {
  const [run] = await send(
    `WITH d AS (
       INSERT INTO detector (name, version, architecture, model_sha256, manifest)
       VALUES ('made-' || $2, '1.0.0', 'made', md5($2), '{}') RETURNING id, model_sha256)
     INSERT INTO detection_run (detector_id, dataset_id, status, request, iou_thresholds, top_k, score_threshold, nms_iou_threshold,
       max_detections_per_image, model_sha256, code_version, started_at, finished_at, execution_provider, warnings)
     SELECT id, $1, 'SUCCEEDED', '{}', '{}', 5, 0.05, 0.3, 100, model_sha256, 'made', now(), now(), 'cpu', '{}' FROM d RETURNING id`,
    [datasetId, String(entry)],
  );
  const runId = run?.id ?? 0;
  await send(
    `INSERT INTO detection (run_id, image_id, rank, x1, y1, x2, y2, score, class_index)
     SELECT $1, image_id, row_number() OVER (PARTITION BY image_id ORDER BY score DESC), x, y, x + side, y + side, score, 0
     FROM (
       SELECT i.id AS image_id, CASE WHEN near THEN l.x1 + $4::float8 * (random() - 0.5) ELSE 10 + 400 * random() END AS x,
         CASE WHEN near THEN l.y1 + $4::float8 * (random() - 0.5) ELSE 10 + 400 * random() END AS y,
         CASE WHEN near THEN l.x2 - l.x1 ELSE 12 + 60 * random() END AS side, random() * CASE WHEN near THEN 1 ELSE 0.8 END AS score
       FROM bookmarked_image AS i CROSS JOIN LATERAL (SELECT * FROM lesion WHERE image_id = i.id LIMIT 1) AS l
       CROSS JOIN LATERAL (SELECT n % 3 = 0 AS near FROM generate_series(1, $3::int4) AS n) AS box
       WHERE i.dataset_id = $2
     ) AS made`,
    [runId, datasetId, BOXES, 40 - entry],
  );
  const images = await send('SELECT id FROM bookmarked_image WHERE dataset_id = $1 ORDER BY id', [datasetId]);
  await insertCompletedImages(
    database,
    runId,
    images.map(({ id }) => id),
  );
  return runId;
}
