import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { restoreBackup } from '../../src/backup';
import { type Database, migrate, openDatabase } from '../../src/database';
import { backUp, createEmptyDatabase, type EmptyDatabase } from '../backup/backupBed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

const FOLDER = resolve(__dirname, '../../prisma/migrations');
const MIGRATIONS = readdirSync(FOLDER)
  .filter((name) => /^\d/.test(name))
  .sort();

const HISTORY = `CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz,
  migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(),
  applied_steps_count int NOT NULL DEFAULT 0)`;

/** A data set with everything that the first version stored of it. */
const FIRST_ROWS = `
  INSERT INTO dataset (slug, version, name, pixel_convention, source_format, source_file, source_sha256, import_report)
    VALUES ('old', 1, 'Old', 'ONE_BASED', 'dl-info', 'x.csv', 'x', '{"lesions": 2}');
  INSERT INTO patient (dataset_id, patient_index, sex) VALUES (1, 1, 'FEMALE'), (1, 2, 'MALE');
  INSERT INTO study (patient_id, study_index, age_years) VALUES (1, 1, 62), (2, 1, NULL);
  INSERT INTO series (study_id, series_index) VALUES (1, 1), (2, 1);
  INSERT INTO bookmarked_image (dataset_id, study_id, series_id, file_name, slice_index, width, height, windows, split, has_pixels)
    VALUES (1, 1, 1, '000001_01_01_109.png', 109, 512, 512, '{-175,275}', 'TEST', true),
           (1, 2, 2, '000002_01_01_020.png', 20, 512, 512, '{-175,275}', 'TRAIN', false);
  INSERT INTO lesion (dataset_id, image_id, patient_id, source_row_index, x1, y1, x2, y2, axes, long_diameter_mm, short_diameter_mm, coarse_type,
      possibly_noisy, split)
    VALUES (1, 1, 1, 0, 10.1, 20.2, 30.3, 40.4, '{}', 12.5, 7.25, 'LUNG', false, 'TEST'),
           (1, 2, 2, 1, 1, 2, 3, 4, '{}', NULL, NULL, 'UNKNOWN', true, 'TRAIN');
  INSERT INTO categorization (dataset_id, name, method, cluster_count) VALUES (1, 'first', 'k-means', 1);
  INSERT INTO pseudo_cluster (categorization_id, cluster_index, label) VALUES (1, 1, 'lung nodule');
  INSERT INTO cluster_assignment (categorization_id, lesion_id, pseudo_cluster_id, distance) VALUES (1, 1, 1, 0.5), (1, 2, 1, 0.25);
  INSERT INTO detector (name, version, architecture, model_sha256, manifest) VALUES ('old-net', '1.0.0', 'x', repeat('a', 64), '{}');
  INSERT INTO detection_run (detector_id, dataset_id, status, request, iou_thresholds, top_k, score_threshold, nms_iou_threshold,
      max_detections_per_image, model_sha256, code_version, warnings, started_at, finished_at)
    VALUES (1, 1, 'SUCCEEDED', '{}', '{0.5}', 5, 0.05, 0.3, 50, repeat('a', 64), '0.0.1', '{}', now(), now()),
           (1, 1, 'QUEUED', '{}', '{0.5}', 5, 0.05, 0.3, 50, repeat('a', 64), '0.0.1', '{}', NULL, NULL);
  INSERT INTO run_image (run_id, image_id, state, milliseconds, finished_at)
    VALUES (1, 1, 'COMPLETED', 12.5, now()), (2, 1, 'PENDING', NULL, NULL);
  INSERT INTO detection (run_id, image_id, rank, x1, y1, x2, y2, score, class_index, pseudo_cluster_id)
    VALUES (1, 1, 1, 10, 20, 30, 40, 0.875, 0, 1);
  INSERT INTO evaluation (run_id, protocol, protocol_key, image_count, lesion_count, detection_count) VALUES (1, '{}', 'key', 1, 1, 1);
  INSERT INTO metric_point (evaluation_id, kind, stratum, top_k, iou_threshold_milli, numerator, denominator, value)
    VALUES (1, 'ACCURACY', 'ALL', 5, 500, 1, 1, 1);
  INSERT INTO detection_review (detection_id, verdict, reviewer, remark) VALUES (1, 'LESION', 'Ada', 'clear');`;

/** The first rows of tables that came later, as their migration made them. */
const LATER_ROWS: Record<string, string> = {
  categorization_lineage: `
    INSERT INTO encoder (name, version, model_sha256, feature_dimension) VALUES ('enc', '1.0.0', repeat('b', 64), 1);
    INSERT INTO lesion_feature (encoder_id, lesion_id, dimension, features) VALUES (1, 1, 1, '\\x0000803f');
    INSERT INTO categorization_scan (categorization_id, cluster_count, chosen) VALUES (1, 1, true);`,
  workers: `INSERT INTO worker (id, host, process_id, code_version, image_ids) VALUES (gen_random_uuid(), 'h', 1, '0', '{}')`,
  uploads: `
    INSERT INTO upload (id, kind, slice_indices, width, height, windows, removed_tags, warnings, stored_bytes, expires_at)
      VALUES (repeat('u', 22), 'PNG', '{1}', 512, 512, '{}', '{}', '{}', 10, now() + interval '1 day');
    INSERT INTO upload_detection (id, upload_id, detector_id, score_threshold, nms_iou_threshold, max_detections_per_image, model_sha256,
        code_version, warnings) VALUES (repeat('d', 22), repeat('u', 22), 1, 0.05, 0.3, 50, repeat('a', 64), '0', '{}');
    INSERT INTO upload_detection_slice (detection_id, slice_index) VALUES (repeat('d', 22), 1)`,
  registered_models: `INSERT INTO model_file_part (model_sha256, part, bytes) VALUES (repeat('a', 64), 0, '\\x00')`,
  run_webhooks: `INSERT INTO run_webhook (run_id, url) VALUES (2, 'https://example.org/hook')`,
  dataset_source: `INSERT INTO dataset_source (dataset_id, gzip) VALUES (1, '\\x1f8b')`,
  dataset_edits: `INSERT INTO dataset_edit (dataset_id, field, old_text, new_text, source) VALUES (1, 'NAME', 'a', 'b', 'EDIT')`,
  idempotency_keys: `INSERT INTO idempotency_key (owner, key, mutation, request_sha256, result_id) VALUES ('o', 'k', 'm', repeat('c', 64), '1')`,
  data_changes: `INSERT INTO data_change (kind, transaction_id, changes) VALUES ('DATA', 0, 7)`,
  audit_trail: `INSERT INTO audit_event (address, action, outcome, changes) VALUES ('10.0.0.0/24', 'x', 'DONE', '{}')`,
  quotas: `INSERT INTO quota_use (owner, name, since, used, quota_limit, window_seconds) VALUES ('o', 'fields', now(), 3, 10, 60)`,
  quota_shares: `INSERT INTO quota_share (owner, name, address, since, used, seen_at) VALUES ('o', 'fields', '10.0.0.1', now(), 2, now())`,
  hidden_splits: `
    INSERT INTO hidden_split (slug, split, submission_limit, period_days) VALUES ('old', 'VALIDATION', 3, 7);
    INSERT INTO hidden_split_try (slug, version, split, owner, run_uuid) VALUES ('old', 1, 'VALIDATION', 'o', gen_random_uuid())`,
  retention_passes: `INSERT INTO retention_pass (began_at) VALUES (now())`,
  dataset_access: `
    INSERT INTO dataset_terms (slug, version, title, text) VALUES ('old', '1', 'Terms', 'Be kind.');
    INSERT INTO dataset_access (slug, visibility, terms_id) SELECT slug, 'TERMS', id FROM dataset_terms;
    INSERT INTO terms_acceptance (terms_id, holder, key_id, name, affiliation, purpose)
      SELECT id, gen_random_uuid(), 'AAAAAAAA', 'Ada', 'a university', 'a study' FROM dataset_terms`,
  people: `
    INSERT INTO person (uuid, issuer, subject, name, reviewer) VALUES (gen_random_uuid(), 'https://i', 's', 'Ada', 'Ada');
    INSERT INTO person_session (person_id, secret_sha256, groups, expires_at) VALUES (1, repeat('e', 64), '{a}', now() + interval '1 hour')`,
  submissions: `
    INSERT INTO detector (name, version, source) VALUES ('elsewhere', '1.0.0', 'EXTERNAL');
    INSERT INTO detection_run (id, detector_id, dataset_id, request, iou_thresholds, top_k, code_version, warnings)
      SELECT 900, id, 1, '{}', '{}', 5, '0', '{}' FROM detector WHERE name = 'elsewhere';
    INSERT INTO detection_submission (run_id, upload_id, format, pixel_convention, is_list_in_file, image_ids, file_bytes)
      VALUES (900, repeat('u', 22), 'CSV', 'ONE_BASED', true, '{}', 10)`,
  cohorts: `
    INSERT INTO cohort (dataset_id, name, filter, lesion_count, image_count, patient_count, members_sha256)
      VALUES (1, 'lungs', '{}', 1, 1, 1, repeat('f', 64));
    INSERT INTO cohort_lesion (cohort_id, lesion_id) VALUES (1, 1)`,
  export_jobs: `INSERT INTO export_job (dataset_id, path, parameters, origin, client, caller)
    VALUES (1, 'old@1/lesions.csv', '{}', 'http://a', 'o', '{}')`,
  export_webhooks: `INSERT INTO export_webhook (export_id, url) VALUES (1, 'https://example.org/hook')`,
  deletions: `INSERT INTO tombstone (kind, key, deleted_by, reason, counts) VALUES ('DetectionRun', 'x', 'o', 'why', '{}')`,
};

/** Columns whose values a migration writes again in another form. */
const REWRITTEN = ['evaluation.protocol', 'evaluation.protocol_key'];

let admin: TestDatabase;
/** A database that goes through all states, with rows of each. */
let passing: EmptyDatabase;
let folder: string;

beforeAll(async () => {
  admin = await createTestDatabase();
  passing = await createEmptyDatabase(admin.database, admin.url);
  await passing.database.query({ text: HISTORY });
  folder = mkdtempSync(join(tmpdir(), 'deeplesion-upgrades-'));
});
afterAll(async () => {
  await passing.drop();
  await admin.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function apply(database: Database, name: string): Promise<void> {
  const sql = readFileSync(join(FOLDER, name, 'migration.sql'), 'utf8');
  await database.transaction(async (transaction) => {
    await transaction.query({ text: sql });
    await transaction.query({
      text: 'INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name) VALUES ($1, $2, now(), $3)',
      values: [randomUUID(), createHash('sha256').update(sql).digest('hex'), name],
    });
  });
  const rows = name === MIGRATIONS[0] ? FIRST_ROWS : LATER_ROWS[name.replace(/^\d+_/, '')];
  if (rows) await database.query({ text: rows });
}

/** The rows of all tables as JSON, of those columns that there were. */
type Content = Map<string, { columns: string[]; rows: string[] }>;

async function contentOf(database: Database, like?: Content): Promise<Content> {
  const tables = await database.query<{ name: string; columns: string[] }>({
    text: `SELECT table_name::text AS name, array_agg(column_name::text ORDER BY ordinal_position) AS columns
           FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_prisma_migrations' GROUP BY table_name`,
  });
  const content: Content = new Map();
  for (const { name, columns: present } of tables) {
    if (like && !like.has(name)) continue;
    const wanted = like?.get(name)?.columns ?? present.filter((column) => !REWRITTEN.includes(`${name}.${column}`));
    const columns = wanted.filter((column) => present.includes(column));
    const rows = await database.query<{ row: string }>({
      text: `SELECT jsonb_build_array(${columns.map((column) => `"${column}"`).join(', ')})::text AS row FROM "${name}" ORDER BY 1`,
    });
    content.set(name, { columns, rows: rows.map(({ row }) => row) });
  }
  return content;
}

/** A copy of the passing database; its own pool is closed for the moment, because a template may have no sessions. */
async function copyOfPassing(): Promise<{ url: string; database: Database; drop(): Promise<void> }> {
  await passing.database.close();
  const from = new URL(passing.url).pathname.slice(1);
  const name = `${from}_copy`;
  await admin.database.query({ text: `CREATE DATABASE ${name} TEMPLATE ${from}` });
  passing.database = openDatabase(passing.url, { maxConnections: 2 });
  const url = new URL(passing.url);
  url.pathname = `/${name}`;
  const database = openDatabase(url.href, { maxConnections: 2 });
  return {
    url: url.href,
    database,
    async drop() {
      await database.close();
      await admin.database.query({ text: `DROP DATABASE ${name} WITH (FORCE)` });
    },
  };
}

describe('A database of an earlier version', () => {
  it.each(MIGRATIONS.map((name, index) => [name, index]))(
    'that ends with %s upgrades with its rows',
    async (name, at) => {
      await apply(passing.database, name);
      const before = await contentOf(passing.database);
      expect(before.get('lesion')?.rows).toHaveLength(2);
      const copy = await copyOfPassing();
      try {
        expect(await migrate(copy.url)).toEqual(MIGRATIONS.slice(at + 1));
        expect(await contentOf(copy.database, before)).toEqual(before);
        if (at % BACKUP_EVERY === 0) await backUp(passing.database, folder, join(folder, name));
      } finally {
        await copy.drop();
      }
    },
  );

  const BACKUP_EVERY = 10;
  it.each(MIGRATIONS.filter((_, at) => at % BACKUP_EVERY === 0))('is restored from a backup of %s', async (name) => {
    const target = await createEmptyDatabase(admin.database, admin.url);
    try {
      const backup = join(folder, name);
      const { migrations } = await restoreBackup({ folder: backup, dataDir: folder, openUrl: async () => target.url });
      expect(migrations).toEqual(MIGRATIONS.slice(MIGRATIONS.indexOf(name) + 1));
      const [lesion] = await target.database.query({
        text: 'SELECT x1, long_diameter_mm AS mm FROM lesion ORDER BY id',
      });
      expect(lesion).toEqual({ x1: 10.1, mm: 12.5 });
      expect(await target.database.query({ text: 'SELECT FROM detection_run WHERE id <= 2' })).toHaveLength(2);
    } finally {
      await target.drop();
    }
  });
});
