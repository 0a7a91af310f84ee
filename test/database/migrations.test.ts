import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Database, migrate, openDatabase, pendingMigrations } from '../../src/database';
import { insertImages } from '../runs/runBed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

const ROOT = resolve(__dirname, '../..');

/**
 * Columns, keys and enum values as the catalogue tells them; checks, triggers and expression indexes are the
 * migrations' own.
 */
const SHAPE = `
  SELECT table_name AS item, column_name || ' ' || udt_name || ' ' || is_nullable || ' ' || coalesce(column_default, '') AS shape
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'
  UNION ALL
  SELECT conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'f') AND conrelid::regclass::text <> '_prisma_migrations'
  UNION ALL
  SELECT t.typname, string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
    WHERE t.typnamespace = 'public'::regnamespace GROUP BY t.typname
  ORDER BY 1, 2`;
const INDEXES = `SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`;

/** A run over the only data set, with a detector of its own. */
const insertRun = (database: Database) =>
  database.query({
    text: `WITH m AS (INSERT INTO detector (name, version, architecture, model_sha256, manifest) VALUES ('m', '1', '', 'x', '{}') RETURNING id)
           INSERT INTO detection_run (detector_id, dataset_id, request, iou_thresholds, top_k, score_threshold, nms_iou_threshold,
             max_detections_per_image, model_sha256, code_version, warnings)
           SELECT m.id, d.id, '{}', '{}', 5, 0, 0.3, 50, 'x', 'x', '{}' FROM dataset AS d, m`,
  });

describe('the migrations', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  it('make the database that schema.prisma describes', async () => {
    const migrated = await test.database.query({ text: SHAPE });
    const indexes = await test.database.query<{ name: string }>({ text: INDEXES });
    const described = await createTestDatabase();
    try {
      const sql = execFileSync(process.execPath, ['scripts/printSchemaSql.mjs', described.url], {
        cwd: ROOT,
        encoding: 'utf8',
      });
      await described.database.query({
        text: `DROP SCHEMA public CASCADE; CREATE SCHEMA public; SET client_min_messages = error; ${sql}`,
      });
      expect(migrated).toEqual(await described.database.query({ text: SHAPE }));
      const names = new Set(indexes.map(({ name }) => name));
      const wanted = await described.database.query<{ name: string }>({ text: INDEXES });
      expect(wanted.filter(({ name }) => !names.has(name))).toEqual([]);
    } finally {
      await described.drop();
    }
  });

  it('are applied once, even if five servers start at once on an empty database', async () => {
    const empty = await createTestDatabase();
    try {
      await empty.database.query({ text: 'DROP SCHEMA public CASCADE; CREATE SCHEMA public' });
      expect(await pendingMigrations(empty.url)).not.toEqual([]);
      const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(empty.url)));
      expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
      expect(await pendingMigrations(empty.url)).toEqual([]);
    } finally {
      await empty.drop();
    }
  });

  it('refuse a database whose applied migration was changed since', async () => {
    const other = await createTestDatabase();
    try {
      await other.database.query({ text: `UPDATE _prisma_migrations SET checksum = 'other'` });
      await expect(migrate(other.url)).rejects.toThrow(/was changed after it was applied/);
    } finally {
      await other.drop();
    }
  });

  it('refuse a database of a newer version', async () => {
    const other = await createTestDatabase();
    const database = openDatabase(other.url);
    try {
      await database.query({ text: `UPDATE _prisma_migrations SET migration_name = '29990101000000_future'` });
      await expect(migrate(other.url)).rejects.toThrow(/29990101000000_future.*start a newer version/);
    } finally {
      await database.close();
      await other.drop();
    }
  });

  it('count the images that wait when the counts come', async () => {
    const older = await createTestDatabase();
    const imageRoot = mkdtempSync(join(tmpdir(), 'deeplesion-older-'));
    try {
      const name = '20261127060000_run_pending_images';
      await older.database.query({
        text: `DROP TABLE run_pending_images; DROP FUNCTION count_new_images, count_changed_image CASCADE;
               DROP INDEX detection_run_unfinished_idx; DELETE FROM _prisma_migrations WHERE migration_name = '${name}'`,
      });
      const images = await insertImages(older.database, imageRoot, 3);
      await insertRun(older.database);
      await older.database.query({
        text: `INSERT INTO run_image (run_id, image_id, state, finished_at)
                 SELECT run.id, image, CASE WHEN image = $2 THEN 'COMPLETED' ELSE 'PENDING' END::run_image_state,
                   CASE WHEN image = $2 THEN now() END FROM detection_run AS run, unnest($1::int4[]) AS image`,
        values: [images, images[0]],
      });
      expect(await migrate(older.url)).toEqual([name]);
      expect(await older.database.query({ text: 'SELECT count FROM run_pending_images' })).toEqual([{ count: 2 }]);
    } finally {
      rmSync(imageRoot, { recursive: true });
      await older.drop();
    }
  });

  it('tell the kind of what failed before by its text, once', async () => {
    const older = await createTestDatabase();
    const imageRoot = mkdtempSync(join(tmpdir(), 'deeplesion-older-'));
    const kinds = {
      "The pixel file of 000001_01_01_001.png is not in the data set's image folder.": 'NO_PIXEL_FILE',
      '000001_01_01_002.png: the data set says 512 × 512, the file has 16 × 16 pixels: its boxes would not fit.':
        'SIZE_DIFFERS',
      'Expected a 16-bit greyscale PNG, but 000001_01_01_003.png is not a PNG file.': 'UNREADABLE_IMAGE',
      'Expected scores in 0..1, got 7.': 'BAD_MODEL_OUTPUT',
      'The model took longer than 10 s and was stopped.': 'TIMEOUT',
      'The model needed more than 4.0 GiB of memory and was stopped.': 'MEMORY',
      'The inference process ended (SIGSEGV).': 'PROCESS_LOST',
      'Given up: the worker was lost or failed in every delivery of this batch.': 'GIVEN_UP',
      'Non-zero status code returned while running Gather node.': 'OTHER',
    };
    try {
      const name = '20261128070000_failure_kinds';
      await older.database.query({
        text: `ALTER TABLE run_image DROP COLUMN failure_kind; ALTER TABLE upload_detection_slice DROP COLUMN failure_kind;
               DROP TYPE failure_kind; DELETE FROM _prisma_migrations WHERE migration_name = '${name}'`,
      });
      const images = await insertImages(older.database, imageRoot, Object.keys(kinds).length);
      await insertRun(older.database);
      await older.database.query({
        text: `INSERT INTO run_image (run_id, image_id, state, error, finished_at)
               SELECT run.id, failed.image, 'FAILED', failed.error, now() FROM detection_run AS run,
                 unnest($1::int4[], $2::text[]) AS failed (image, error)`,
        values: [images, Object.keys(kinds)],
      });
      expect(await migrate(older.url)).toEqual([name]);
      const rows = await older.database.query<{ error: string; kind: string }>({
        text: 'SELECT error, failure_kind AS kind FROM run_image ORDER BY image_id',
      });
      expect(Object.fromEntries(rows.map(({ error, kind }) => [error, kind]))).toEqual(kinds);
    } finally {
      rmSync(imageRoot, { recursive: true });
      await older.drop();
    }
  });

  it('refuse a run that leaves its final state', async () => {
    await test.database.query({
      text: `WITH d AS (INSERT INTO dataset (slug, version, name, pixel_convention, source_format, source_file, source_sha256, import_report)
               VALUES ('a', 1, 'a', 'ONE_BASED', 'dl-info', 'x', 'x', '{}') RETURNING id),
             m AS (INSERT INTO detector (name, version, architecture, model_sha256, manifest) VALUES ('m', '1', '', 'x', '{}') RETURNING id)
             INSERT INTO detection_run (detector_id, dataset_id, status, request, iou_thresholds, top_k, score_threshold, nms_iou_threshold,
               max_detections_per_image, model_sha256, code_version, warnings, finished_at)
             SELECT m.id, d.id, 'CANCELLED', '{}', '{}', 5, 0, 0.3, 50, 'x', 'x', '{}', now() FROM d, m`,
    });
    const revive = test.database.query({ text: `UPDATE detection_run SET status = 'RUNNING', finished_at = NULL` });
    await expect(revive).rejects.toThrow(/cannot move from CANCELLED to RUNNING/);
  });
});
