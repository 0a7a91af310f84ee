import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Database, migrate } from '../../src/database';
import { makeProtocol, protocolKey } from '../../src/results/evaluationProtocol';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

const MIGRATIONS = resolve(__dirname, '../../prisma/migrations');
const NAME = '20261128060000_global_keys';

/** Makes an empty database as it was before the migration. */
async function applyEarlier(database: Database): Promise<void> {
  const names = readdirSync(MIGRATIONS).filter((name) => /^\d/.test(name) && name < NAME);
  await database.query({
    text: `DROP SCHEMA public CASCADE; CREATE SCHEMA public;
      CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz,
        migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(),
        applied_steps_count integer NOT NULL DEFAULT 0)`,
  });
  for (const name of names.sort()) {
    const sql = readFileSync(resolve(MIGRATIONS, name, 'migration.sql'), 'utf8');
    await database.query({ text: sql });
    await database.query({
      text: 'INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name) VALUES ($1, $2, now(), $3)',
      values: [randomUUID(), createHash('sha256').update(sql).digest('hex'), name],
    });
  }
}

const run = {
  datasetSlug: 'old',
  datasetVersion: 1,
  iouThresholds: [0.333],
  topK: 3,
  scoreThreshold: 1e-3,
  nmsIouThreshold: 0.3,
  maxDetectionsPerImage: 50,
};
const population = {
  images: 1,
  imagesCompleted: 1,
  imagesFailed: 0,
  imagesPending: 0,
  imagesLeftOut: 0,
  imagesWithoutLesions: 0,
  lesions: 1,
  lesionsLeftOut: 0,
  patients: 1,
  detections: 1,
};
const FILTER = { and: [{ pseudoCluster: 3 }, { split: ['TRAIN'] }], not: { pseudoCluster: 99 } };

/**
 * Rows as an earlier version left them: one data set, a categorization with the clusters of rows 2 and 3, and a
 * reviewed and evaluated run.
 */
async function insertOldRows(database: Database, protocol: object): Promise<void> {
  const send = (text: string, values?: readonly unknown[]) => database.query({ text, values });
  await send(`INSERT INTO dataset (slug, version, name, pixel_convention, source_format, source_file, source_sha256, import_report)
    VALUES ('old', 1, 'Old', 'ONE_BASED', 'dl-info', 'x.csv', 'x', '{}')`);
  await send(`INSERT INTO patient (dataset_id, patient_index, sex) VALUES (1, 17, 'FEMALE')`);
  await send('INSERT INTO study (patient_id, study_index) VALUES (1, 5)');
  await send('INSERT INTO series (study_id, series_index) VALUES (1, 9)');
  await send(`INSERT INTO bookmarked_image (dataset_id, study_id, series_id, file_name, slice_index, width, height, windows, split, has_pixels)
    VALUES (1, 1, 1, 'a.png', 1, 16, 16, '{}', 'TEST', false)`);
  await send(`INSERT INTO lesion (dataset_id, image_id, patient_id, source_row_index, x1, y1, x2, y2, axes, coarse_type, possibly_noisy, split)
    VALUES (1, 1, 1, 4, 1, 1, 2, 2, '{}', 'LUNG', false, 'TEST')`);
  await send(
    `INSERT INTO categorization (dataset_id, name, method, cluster_count, source, request) VALUES
    (1, 'imported', 'x', 2, 'IMPORTED', NULL), (1, 'computed', 'x', 1, 'COMPUTED', $1::jsonb)`,
    [JSON.stringify({ filter: FILTER, clusterCount: 1 })],
  );
  await send('INSERT INTO pseudo_cluster (categorization_id, cluster_index) VALUES (2, 1), (1, 1), (1, 2)');
  await send(
    'INSERT INTO cluster_assignment (categorization_id, lesion_id, pseudo_cluster_id, distance) VALUES (1, 1, 3, 0)',
  );
  await send(
    `INSERT INTO detector (name, version, architecture, model_sha256, manifest) VALUES ('m', '1', '', 'x', '{}')`,
  );
  await send(
    `INSERT INTO detection_run (detector_id, dataset_id, request, iou_thresholds, top_k, score_threshold, nms_iou_threshold,
      max_detections_per_image, model_sha256, code_version, warnings)
    VALUES (1, 1, $1::jsonb, '{}', 5, 0, 0.3, 50, 'x', 'x', '{}')`,
    [JSON.stringify({ dataset: 'old', filter: FILTER, imageIds: [1] })],
  );
  await send(
    `INSERT INTO detection (run_id, image_id, rank, x1, y1, x2, y2, score, class_index) VALUES (1, 1, 1, 1, 1, 2, 2, 0.5, 0)`,
  );
  await send(
    `INSERT INTO detection_review (id, detection_id, verdict, reviewer) VALUES (7, 1, 'LESION', 'a'), (9, 1, 'LESION', 'b')`,
  );
  await send(
    `INSERT INTO evaluation (run_id, protocol, protocol_key, image_count, lesion_count, detection_count)
    VALUES (1, $1::jsonb, $2, 1, 1, 1)`,
    [JSON.stringify(protocol), protocolKey(protocol as never)],
  );
  await send(`INSERT INTO metric_point (evaluation_id, kind, stratum, top_k, iou_threshold_milli, numerator, denominator, value) VALUES
    (1, 'ACCURACY', 'ALL', 5, 500, 1, 1, 1), (1, 'ACCURACY', 'pseudo-cluster:2', 5, 500, 0, 1, 0),
    (1, 'ACCURACY', 'pseudo-cluster:3', 5, 500, 1, 1, 1)`);
}

describe('the migration to ids that hold no row numbers', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
    await applyEarlier(test.database);
    const protocol = makeProtocol(run, {}, { id: 'ROW', name: 'imported' }, population, { upTo: 7 });
    await insertOldRows(test.database, {
      ...protocol,
      categorization: { id: 1, name: 'imported' },
      reviews: { upTo: 7 },
    });
    expect(await migrate(test.url)).toContain(NAME);
  });
  afterAll(() => test.drop());
  const one = async (text: string) => (await test.database.query({ text }))[0];

  it('gives studies and series the indexes above them', async () => {
    expect(await one('SELECT dataset_id, patient_index FROM study')).toEqual({ dataset_id: 1, patient_index: 17 });
    expect(await one('SELECT dataset_id, patient_index, study_index FROM series')).toEqual({
      dataset_id: 1,
      patient_index: 17,
      study_index: 5,
    });
  });

  it('names strata by the index of their cluster, and nothing else', async () => {
    const rows = await test.database.query({ text: 'SELECT stratum, numerator FROM metric_point ORDER BY id' });
    expect(rows).toEqual([
      { stratum: 'ALL', numerator: 1 },
      { stratum: 'pseudo-cluster:1', numerator: 0 },
      { stratum: 'pseudo-cluster:2', numerator: 1 },
    ]);
  });

  it('rewrites protocols with the key that the same protocol gets now', async () => {
    const row = await one(
      `SELECT protocol, protocol_key AS key, (SELECT uuid FROM categorization WHERE id = 1) AS uuid FROM evaluation`,
    );
    const { protocol, key, uuid } = row as { protocol: never; key: string; uuid: string };
    const now = makeProtocol(run, {}, { id: uuid, name: 'imported' }, population, { upTo: 1 });
    expect(protocol).toEqual(now);
    expect(key).toBe(protocolKey(now));
  });

  it('rewrites requests, whose clusters and images have keys', async () => {
    const row = await one(`SELECT uuid, (SELECT request FROM categorization WHERE id = 2) AS categorization,
      (SELECT request FROM detection_run) AS run FROM categorization WHERE id = 1`);
    const { uuid, ...requests } = row as { uuid: string };
    const filter = {
      and: [{ pseudoCluster: { categorization: uuid, clusterIndex: 2 } }, { split: ['TRAIN'] }],
      not: { pseudoCluster: { categorization: '00000000-0000-0000-0000-000000000000', clusterIndex: 0 } },
    };
    expect(requests).toEqual({
      categorization: { filter, clusterCount: 1 },
      run: { dataset: 'old', filter, imageIds: [{ dataset: 'old@1', fileName: 'a.png' }] },
    });
  });
});
