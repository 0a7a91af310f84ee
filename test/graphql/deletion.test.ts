import { resolve } from 'node:path';
import { importDlInfo } from '../../src/dataset';
import { toGlobalId } from '../../src/globalId';
import { createQueue } from '../../src/jobs';
import { createLogger } from '../../src/log';
import { watchRun } from '../../src/runs';
import { createRunBed, type RunBed } from '../runs/runBed';
import { seedCategorization, seedDataset } from '../seed';
import { graphOf, type RunQuery, testServices } from './testGraph';

const SMALL_CSV = resolve(__dirname, '../fixtures/dl-info/small.csv');

let bed: RunBed;
let ask: RunQuery;
/** Global id and row id of a finished run. */
let run: { id: string; rowId: number };

beforeAll(async () => {
  bed = await createRunBed(3);
  ask = graphOf(testServices(bed.database, { registry: bed.registry }));
  await seedCategorization(bed.database, await seedDataset(bed.database));
  run = await finishedRun();
});
afterAll(() => bed.drop());

/** A worker stops its queue with itself. */
async function finishedRun(): Promise<typeof run> {
  const queue = await createQueue({ database: bed.database, log: createLogger('silent') });
  const worker = await bed.startWorker({ queue });
  const { id, uuid } = await bed.request('tiny-constant');
  for await (const _ of watchRun(bed.database, id, AbortSignal.timeout(60_000)));
  await worker.stop();
  return { id: toGlobalId('DetectionRun', { uuid }), rowId: id };
}

interface Outcome {
  deleted: boolean;
  refusal: string | null;
  counts: Record<string, number>;
}

async function remove(what: string, input: object): Promise<Outcome> {
  const { data, errors } = await ask(
    `mutation ($input: DeletionInput!) { ${what}(input: $input) { id deleted refusal counts { what count } } }`,
    { input: { reason: 'It was wrong.', ...input } },
  );
  if (errors[0]) throw errors[0];
  const { counts, deleted, refusal } = data[what]! as {
    deleted: boolean;
    refusal: string | null;
    counts: { what: string; count: number }[];
  };
  return { deleted, refusal, counts: Object.fromEntries(counts.map((one) => [one.what, one.count])) };
}

const codeOf = (failure: unknown): unknown => (failure as { extensions?: { code?: string } }).extensions?.code;

async function refusal(what: string, input: object): Promise<string> {
  const failure: unknown = await remove(what, input).catch((thrown) => thrown);
  const code = (failure as { originalError?: { code?: string } }).originalError?.code ?? codeOf(failure);
  return `${code}: ${(failure as Error).message}`;
}

const countOf = async (table: string): Promise<number> =>
  (await bed.database.query<{ count: number }>({ text: `SELECT count(*) AS count FROM ${table}` }))[0]?.count ?? -1;

async function nodeError(id: string): Promise<string | undefined> {
  const { errors } = await ask('query ($id: ID!) { node(id: $id) { id } }', { id });
  return errors[0]?.message;
}

const TODAY = /was deleted on \d{4}-\d\d-\d\d: It was wrong\.$/;

describe('Deleting a detection run', () => {
  it('counts and changes nothing in a dry run', async () => {
    expect(await remove('deleteDetectionRun', { id: run.id, dryRun: true })).toEqual({
      deleted: false,
      refusal: null,
      counts: { RUN_IMAGES: 3, DETECTIONS: expect.any(Number), EVALUATIONS: 1, REVIEWS: 0, RETRIES: 0 },
    });
    expect(await countOf('detection_run')).toBe(1);
    expect(await countOf('tombstone')).toBe(0);
  });

  it('is refused while a radiologist has said something of it, unless everything is to go', async () => {
    await bed.database.query({
      text: `INSERT INTO detection_review (detection_id, verdict, reviewer) SELECT min(id), 'LESION', 'Ada' FROM detection`,
    });
    expect((await remove('deleteDetectionRun', { id: run.id, dryRun: true })).refusal).toMatch(/\(1 reviews\): set/);
    expect(await refusal('deleteDetectionRun', { id: run.id })).toMatch(/^CONFLICT: .*\(1 reviews\): set cascade/);
    expect(await countOf('detection_run')).toBe(1);
    const { deleted, counts } = await remove('deleteDetectionRun', { id: run.id, cascade: true });
    expect({ deleted, reviews: counts.REVIEWS }).toEqual({ deleted: true, reviews: 1 });
    for (const table of ['detection_run', 'run_image', 'run_pending_images', 'detection', 'evaluation', 'metric_point'])
      expect([table, await countOf(table)]).toEqual([table, 0]);
  });

  it('leaves a tombstone, which the ids of the run and of what belonged to it say', async () => {
    expect(await nodeError(run.id)).toMatch(TODAY);
    const uuid = Buffer.from(run.id, 'base64url').toString().split(':')[1] ?? '';
    const detection = toGlobalId('Detection', { run: uuid, rank: 1, fileName: '000001_01_01_001.png' });
    expect(await nodeError(detection)).toMatch(/^The detection run that it belonged to was deleted/);
    expect(await refusal('deleteDetectionRun', { id: run.id })).toMatch(/^NOT_FOUND: Detection run was deleted on/);
    const [row] = await bed.database.query({ text: 'SELECT kind, key, deleted_by, reason FROM tombstone' });
    expect(row).toEqual({ kind: 'DetectionRun', key: uuid, deleted_by: 'local', reason: 'It was wrong.' });
    expect(
      await nodeError(toGlobalId('DetectionRun', { uuid: '00000000-0000-4000-8000-000000000000' })),
    ).toBeUndefined();
  });

  it('is refused while it is queued, even with cascade', async () => {
    const { id, uuid } = await bed.request('tiny-constant');
    const global = toGlobalId('DetectionRun', { uuid });
    const sentence = /^CONFLICT: Nothing was deleted, because 1 detection run has not finished: cancel/;
    expect(await refusal('deleteDetectionRun', { id: global, cascade: true })).toMatch(sentence);
    await ask('mutation ($id: ID!) { cancelJob(input: { id: $id }) { __typename } }', { id: global });
    expect((await remove('deleteDetectionRun', { id: global })).deleted).toBe(true);
    expect(await bed.database.query({ text: `SELECT FROM detection_run WHERE id = ${id}` })).toEqual([]);
  });

  it('wants a reason, and the id of a run', async () => {
    const id = toGlobalId('Dataset', { dataset: 'small@1' });
    expect(await refusal('deleteDetectionRun', { id })).toMatch(/^BAD_USER_INPUT/);
    const reason = { id, reason: ' ' };
    expect(await refusal('deleteDataset', reason)).toMatch(
      /^BAD_USER_INPUT: Expected a reason of 1 to 1000 characters/,
    );
    expect(await refusal('deleteDataset', { id, reason: 'x'.repeat(1_001) })).toMatch(/^BAD_USER_INPUT/);
  });
});

describe('Deleting a categorization', () => {
  it('takes the evaluations with it whose strata it is, if everything is to go', async () => {
    const [own] = await bed.database.query<{ uuid: string }>({ text: 'SELECT uuid FROM categorization LIMIT 1' });
    const id = toGlobalId('Categorization', { uuid: own?.uuid ?? '' });
    const counted = await remove('deleteCategorization', { id, dryRun: true });
    expect(counted).toMatchObject({ refusal: null, counts: { PSEUDO_CLUSTERS: 3, EVALUATIONS: 0, DETECTIONS: 0 } });
    expect((await remove('deleteCategorization', { id })).deleted).toBe(true);
    expect(await bed.database.query({ text: 'SELECT FROM pseudo_cluster' })).toEqual([]);
    expect(await nodeError(id)).toMatch(TODAY);
    const cluster = toGlobalId('PseudoCluster', { categorization: own?.uuid ?? '', clusterIndex: 1 });
    expect(await nodeError(cluster)).toMatch(/^The categorization that it belonged to was deleted/);
  });
});

describe('Deleting a data set version', () => {
  const id = toGlobalId('Dataset', { dataset: 'small@1' });

  it('is refused while runs depend on it, and takes them with it if everything is to go', async () => {
    const finished = await finishedRun();
    expect(await refusal('deleteDataset', { id })).toMatch(
      /^CONFLICT: Data set small@1 was not deleted, because something depends on it \(1 detection runs, \d+ detections/,
    );
    const open = await bed.request('tiny-constant');
    expect(await refusal('deleteDataset', { id, cascade: true })).toMatch(/1 detection runs and categorizations of it/);
    await bed.database.query({
      text: `UPDATE detection_run SET status = 'CANCELLED', finished_at = now() WHERE id = ${open.id}`,
    });
    const { deleted, counts } = await remove('deleteDataset', { id, cascade: true });
    expect({ deleted, runs: counts.DETECTION_RUNS, images: counts.IMAGES }).toEqual({
      deleted: true,
      runs: 2,
      images: 3,
    });
    expect(await countOf(`dataset WHERE slug = 'small'`)).toBe(0);
    expect(await countOf('detection')).toBe(0);
    expect(await nodeError(id)).toMatch(/^Data set small@1 was deleted/);
    expect(await nodeError(finished.id)).toMatch(TODAY);
    const lesion = toGlobalId('Lesion', { dataset: 'small@1', sourceRowIndex: 1 });
    expect(await nodeError(lesion)).toMatch(/^The data set small@1 that it belonged to was deleted/);
  });

  it('makes the version before the latest again, and its number is not given to other data', async () => {
    const first = await importDlInfo({ database: bed.database, csvPath: SMALL_CSV, slug: 'small' });
    expect(first.version).toBe(2);
    await seedDataset(bed.database, { slug: 'seed', version: 2, isLatest: false });
    await remove('deleteDataset', { id: toGlobalId('Dataset', { dataset: 'seed@1' }) });
    const { data } = await ask('{ dataset(slug: "seed") { version } }');
    expect(data.dataset).toEqual({ version: 2 });
  });
});

describe('Archiving a detector', () => {
  const archive = (what: 'archiveDetector' | 'unarchiveDetector', id: string) =>
    ask(`mutation ($id: ID!) { ${what}(input: { id: $id }) { detector { ready notReadyReason archivedAt } } }`, { id });

  it('keeps it from new runs until it is taken back', async () => {
    const detector = await bed.registry.find('tiny-constant');
    const { name, version, modelSha256: sha256 } = detector;
    const id = toGlobalId('Detector', { name, version, sha256 });
    const { data } = await archive('archiveDetector', id);
    expect(data.archiveDetector).toEqual({
      detector: { ready: false, notReadyReason: expect.stringMatching(/archived/), archivedAt: expect.any(String) },
    });
    await expect(bed.request('tiny-constant', { dataset: 'seed' })).rejects.toThrow(
      /tiny-constant@1\.0\.0 is archived and takes no new runs: unarchiveDetector/,
    );
    const names = async (archived: boolean) => {
      const query = '($archived: Boolean) { detectors(filter: { archived: $archived }) { nodes { name } } }';
      const found = (await ask(`query ${query}`, { archived })).data.detectors! as { nodes: { name: string }[] };
      return found.nodes.map((node) => node.name);
    };
    expect(await names(true)).toEqual(['tiny-constant']);
    expect(await names(false)).not.toContain('tiny-constant');
    const again = await archive('archiveDetector', id);
    expect(again.data).toEqual(data);
    const back = await archive('unarchiveDetector', id);
    expect(back.data.unarchiveDetector).toEqual({ detector: { ready: true, notReadyReason: null, archivedAt: null } });
    expect((await bed.request('tiny-constant', { dataset: 'seed' })).status).toBe('QUEUED');
  });
});
