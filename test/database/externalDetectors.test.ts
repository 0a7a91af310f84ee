import { type Database, migrate } from '../../src/database';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

const NAME = '20261129003000_external_detectors';
const SHA256 = 'a'.repeat(64);
const UPLOAD = 'u'.repeat(22);
const DETECTION = 'd'.repeat(22);

let test: TestDatabase;
let database: Database;
beforeAll(async () => {
  test = await createTestDatabase();
  ({ database } = test);
  await database.query({
    text: `INSERT INTO dataset (slug, version, name, pixel_convention, source_format, source_file, source_sha256, import_report)
           VALUES ('a', 1, 'a', 'ONE_BASED', 'dl-info', 'x', 'x', '{}')`,
  });
});
afterAll(() => test.drop());
beforeEach(async () => {
  await database.query({ text: 'DELETE FROM detection_run' });
  await database.query({ text: 'DELETE FROM detector' });
});

type Row = Readonly<Record<string, unknown>>;

/** @returns the id of the new row */
async function insert(table: 'detector' | 'detection_run', row: Row): Promise<number> {
  const columns = Object.keys(row);
  const [made] = await database.query<{ id: number }>({
    text: `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((_, at) => `$${at + 1}`).join(', ')}) RETURNING id`,
    values: Object.values(row),
  });
  return made?.id ?? 0;
}

const SHIPPED = { name: 'm', version: '1.0.0', architecture: 'made', model_sha256: SHA256, manifest: '{}' };
const REGISTERED = { ...SHIPPED, name: 'r', source: 'REGISTERED', stored_bytes: 7 };
const EXTERNAL = { name: 'e', version: '1.0.0', source: 'EXTERNAL' };
const insertDetector = (row: Row) => insert('detector', row);
const SETTINGS = { score_threshold: 0.05, nms_iou_threshold: 0.3, max_detections_per_image: 50 };
async function insertRun(detectorId: number, row: Row): Promise<number> {
  const [dataset] = await database.query<{ id: number }>({ text: 'SELECT id FROM dataset' });
  const rest = { request: '{}', iou_thresholds: [], top_k: 5, code_version: 'x', warnings: [] };
  return insert('detection_run', { detector_id: detectorId, dataset_id: dataset?.id, ...rest, ...row });
}

describe('the table of detectors', () => {
  it('takes those of all sources', async () => {
    for (const row of [SHIPPED, REGISTERED, EXTERNAL, { ...EXTERNAL, name: 'f', url: 'https://a.org', citation: 'c' }])
      await insertDetector(row);
    expect(await database.query({ text: 'SELECT name, source FROM detector ORDER BY name' })).toEqual([
      { name: 'e', source: 'EXTERNAL' },
      { name: 'f', source: 'EXTERNAL' },
      { name: 'm', source: 'SHIPPED' },
      { name: 'r', source: 'REGISTERED' },
    ]);
  });

  it.each<[what: string, row: Row, constraint: RegExp]>([
    ['an external one with a model', { ...EXTERNAL, model_sha256: SHA256 }, /detector_external_has_no_model/],
    ['an external one with a manifest', { ...EXTERNAL, manifest: '{}' }, /detector_external_has_no_manifest/],
    ['an external one whose model is stored', { ...EXTERNAL, stored_bytes: 7 }, /detector_registered_is_stored/],
    [
      'an external one with an address that no browser opens',
      { ...EXTERNAL, url: 'ftp://a.org' },
      /detector_url_is_http/,
    ],
    ['a shipped one without a model', { ...SHIPPED, model_sha256: null }, /detector_external_has_no_model/],
    ['a shipped one without a manifest', { ...SHIPPED, manifest: null }, /detector_external_has_no_manifest/],
    ['a shipped one without architecture', { ...SHIPPED, architecture: null }, /detector_model_has_architecture/],
    ['a shipped one with texts of an external one', { ...SHIPPED, citation: 'c' }, /detector_texts_are_external/],
    [
      'a registered one whose model is not stored',
      { ...REGISTERED, stored_bytes: null },
      /detector_registered_is_stored/,
    ],
  ])('refuses %s', async (_what, row, constraint) => {
    await expect(insertDetector(row)).rejects.toThrow(constraint);
  });

  it('refuses a second external one of the same name and version', async () => {
    await insertDetector(EXTERNAL);
    await expect(insertDetector(EXTERNAL)).rejects.toThrow(/detector_external_key/);
    await insertDetector({ ...EXTERNAL, version: '1.0.1' });
  });

  it('refuses a name and version that are an external one and a model, whichever comes first', async () => {
    const both = /detector e@1\.0\.0 cannot be external and have a model/;
    await insertDetector(EXTERNAL);
    await expect(insertDetector({ ...SHIPPED, name: 'e' })).rejects.toThrow(both);
    await database.query({ text: 'DELETE FROM detector' });
    const id = await insertDetector({ ...SHIPPED, name: 'e' });
    await expect(insertDetector(EXTERNAL)).rejects.toThrow(both);
    await insertDetector({ ...EXTERNAL, name: 'other' });
    const rename = { text: `UPDATE detector SET name = 'other' WHERE id = $1`, values: [id] };
    await expect(database.query(rename)).rejects.toThrow(/detector other@1\.0\.0 cannot be/);
  });

  it('refuses that one becomes external or ceases to be', async () => {
    await insertDetector(EXTERNAL);
    const change = (text: string) => database.query({ text: `UPDATE detector SET ${text}` });
    await expect(
      change(`source = 'SHIPPED', model_sha256 = '${SHA256}', manifest = '{}', architecture = ''`),
    ).rejects.toThrow(/detector e@1\.0\.0 cannot change from EXTERNAL to SHIPPED/);
    await database.query({ text: 'DELETE FROM detector' });
    await insertDetector(SHIPPED);
    await change(`source = 'REGISTERED', stored_bytes = 7`);
    await expect(
      change(`source = 'EXTERNAL', model_sha256 = NULL, manifest = NULL, stored_bytes = NULL`),
    ).rejects.toThrow(/cannot change from REGISTERED to EXTERNAL/);
  });
});

describe('the table of runs', () => {
  const without = /detection_run \d+ has no checksum of a model exactly if its detector is external/;

  it('takes runs of a model with its checksum and settings, and of an external detector with what it states', async () => {
    const [model, external] = [await insertDetector(SHIPPED), await insertDetector(EXTERNAL)];
    await insertRun(model, { ...SETTINGS, model_sha256: SHA256 });
    await insertRun(external, {});
    await insertRun(external, { score_threshold: 0.5 });
    expect(await database.query({ text: 'SELECT count(*) AS count FROM detection_run' })).toEqual([{ count: 3 }]);
  });

  it('refuses a run of a model without checksum or settings', async () => {
    const model = await insertDetector(SHIPPED);
    await expect(insertRun(model, SETTINGS)).rejects.toThrow(without);
    for (const setting of Object.keys(SETTINGS))
      await expect(insertRun(model, { ...SETTINGS, [setting]: null, model_sha256: SHA256 })).rejects.toThrow(
        /detection_run_of_model_has_settings/,
      );
  });

  it('refuses a run of an external detector with a checksum', async () => {
    const external = await insertDetector(EXTERNAL);
    await expect(insertRun(external, { ...SETTINGS, model_sha256: SHA256 })).rejects.toThrow(without);
    await insertRun(external, SETTINGS);
    const text = `UPDATE detection_run SET model_sha256 = '${SHA256}'`;
    await expect(database.query({ text })).rejects.toThrow(without);
    const model = await insertDetector(SHIPPED);
    const moved = { text: 'UPDATE detection_run SET detector_id = $1', values: [model] };
    await expect(database.query(moved)).rejects.toThrow(without);
  });

  it('is that of data sets: a detection in an upload is never one of an external detector', async () => {
    const external = await insertDetector(EXTERNAL);
    // Of no upload: the trigger comes before the foreign key.
    const insertDetection = database.query({
      text: `INSERT INTO upload_detection (id, upload_id, detector_id, model_sha256, code_version, score_threshold, nms_iou_threshold,
               max_detections_per_image, warnings) VALUES ('${DETECTION}', '${UPLOAD}', $1, $2, 'x', 0, 0.3, 50, '{}')`,
      values: [external, SHA256],
    });
    await expect(insertDetection).rejects.toThrow(/upload_detection d+ has no checksum of a model exactly if/);
  });
});

describe('a database of the version before external detectors', () => {
  it('keeps its detectors and runs, and tells registered detectors from shipped ones', async () => {
    const older = await createTestDatabase();
    try {
      await older.database.query({
        text: `
          DROP TRIGGER detection_run_model ON detection_run; DROP TRIGGER upload_detection_model ON upload_detection;
          DROP FUNCTION check_model_of_job, check_detector_source_move, check_detector_name CASCADE;
          ALTER TABLE detector DROP COLUMN source, DROP COLUMN url, DROP COLUMN citation,
            DROP CONSTRAINT IF EXISTS detector_external_has_no_model, DROP CONSTRAINT IF EXISTS detector_external_has_no_manifest,
            ALTER COLUMN architecture SET NOT NULL, ALTER COLUMN model_sha256 SET NOT NULL, ALTER COLUMN manifest SET NOT NULL;
          DROP TYPE detector_source;
          ALTER TABLE detection_run DROP CONSTRAINT detection_run_of_model_has_settings, ALTER COLUMN model_sha256 SET NOT NULL,
            ALTER COLUMN score_threshold SET NOT NULL, ALTER COLUMN nms_iou_threshold SET NOT NULL,
            ALTER COLUMN max_detections_per_image SET NOT NULL;
          DELETE FROM _prisma_migrations WHERE migration_name = '${NAME}';
          INSERT INTO detector (name, version, architecture, model_sha256, manifest, stored_bytes)
            VALUES ('registered', '1.0.0', 'made', '${SHA256}', '{}', 7), ('shipped', '1.0.0', 'made', '${SHA256}', '{}', NULL);
          INSERT INTO dataset (slug, version, name, pixel_convention, source_format, source_file, source_sha256, import_report)
            VALUES ('a', 1, 'a', 'ONE_BASED', 'dl-info', 'x', 'x', '{}');
          INSERT INTO detection_run (detector_id, dataset_id, request, iou_thresholds, top_k, score_threshold, nms_iou_threshold,
              max_detections_per_image, model_sha256, code_version, warnings)
            SELECT detector.id, dataset.id, '{}', '{}', 5, 0.05, 0.3, 50, '${SHA256}', 'x', '{}' FROM detector, dataset`,
      });
      const runs = () => older.database.query({ text: 'SELECT * FROM detection_run ORDER BY id' });
      const before = await runs();
      expect(await migrate(older.url)).toEqual([NAME]);
      expect(await runs()).toEqual(before);
      expect(await older.database.query({ text: 'SELECT name, source, url FROM detector ORDER BY name' })).toEqual([
        { name: 'registered', source: 'REGISTERED', url: null },
        { name: 'shipped', source: 'SHIPPED', url: null },
      ]);
    } finally {
      await older.drop();
    }
  });
});
