import { RUN_WEBHOOKS, writeWorker } from '../../src/runs';
import { createRunBed, type RunBed } from '../runs/runBed';
import { EXECUTORS, type ExecutorName, graphOf, testServices } from './testGraph';

const IMAGES = 3;

describe.each(EXECUTORS)('what an operator asks (%s)', (executor: ExecutorName) => {
  let bed: RunBed;
  beforeAll(async () => {
    bed = await createRunBed(IMAGES, { webhookHosts: ['hooks.example'], webhookSecret: `whsec_${'a'.repeat(32)}` });
  });
  afterAll(() => bed.drop());

  const ask = async (query: string) => {
    const { data, errors } = await graphOf(testServices(bed.database), executor)(query);
    expect(errors).toEqual([]);
    return data;
  };
  const live = () =>
    writeWorker(bed.database, {
      ...{ id: '5b1e9a34-1f0c-4c5e-9d6f-000000000001', host: 'here', processId: 1, codeVersion: 'test' },
      ...{ executionProvider: 'cpu', device: null, batch: null, imagesPerSecond: 0, problems: [] },
      refused: { detectorIds: [], datasetIds: [] },
    });

  it('is how much waits, and what no worker can process', async () => {
    const query = '{ queueStatus { queuedImages runningRuns queuedRuns stranded } }';
    expect(await ask(query)).toEqual({
      queueStatus: { queuedImages: 0, runningRuns: 0, queuedRuns: 0, stranded: 0 },
    });
    const { id } = await bed.request('tiny-constant');
    await bed.request('tiny-constant');
    await bed.database.query({
      text: "UPDATE detection_run SET status = 'RUNNING', started_at = now() WHERE id = $1",
      values: [id],
    });
    await bed.database.query({
      text: `UPDATE run_image SET state = 'COMPLETED', milliseconds = 1, finished_at = now() WHERE run_id = $1 AND image_id = $2`,
      values: [id, bed.imageIds[0]],
    });
    const waiting = { queuedImages: 2 * IMAGES - 1, runningRuns: 1, queuedRuns: 1 };
    expect(await ask(query)).toEqual({ queueStatus: { ...waiting, stranded: 2 } });
    await live();
    expect(await ask(query)).toEqual({ queueStatus: { ...waiting, stranded: 0 } });
    await bed.database.query({ text: 'UPDATE detection_run SET unserved_since = now() WHERE id = $1', values: [id] });
    expect(await ask(query)).toEqual({ queueStatus: { ...waiting, stranded: 1 } });
  });

  it('is how much space the database and the uploads take', async () => {
    await bed.database.query({
      text: `INSERT INTO upload (id, kind, slice_indices, width, height, windows, removed_tags, warnings, stored_bytes, expires_at, created_at)
             VALUES ('keptkeptkeptkeptkept22', 'PNG', '{0}', 8, 8, '{}', '{}', '{}', 5e9, now() + interval '1 hour', now()),
               ('expiredexpiredexpired2', 'PNG', '{0}', 8, 8, '{}', '{}', '{}', 100, now() - interval '1 hour', now() - interval '2 hours')`,
    });
    const { storage } = (await ask('{ storage { databaseBytes uploadBytes uploadCount } }')) as unknown as {
      storage: { databaseBytes: number; uploadBytes: number; uploadCount: number };
    };
    expect(storage).toMatchObject({ uploadBytes: 5e9, uploadCount: 1 });
    expect(storage.databaseBytes).toBeGreaterThan(1e6);
  });

  it('is who may show pages of the server in a frame', async () => {
    const query = '{ serverInfo { embedding { allowed ancestors } } }';
    const parts = (embedAncestors: string[]) => ({
      registry: bed.registry,
      config: { executionProviders: ['cpu'], embedAncestors } as never,
    });
    const of = async (sites: string[]) =>
      (await graphOf(testServices(bed.database, parts(sites)), executor)(query)).data as unknown;
    expect(await of([])).toEqual({ serverInfo: { embedding: { allowed: false, ancestors: [] } } });
    expect(await of(['https://wiki.example.org'])).toEqual({
      serverInfo: { embedding: { allowed: true, ancestors: ['https://wiki.example.org'] } },
    });
  });

  it('is what would be deleted by its age', async () => {
    const config = { retention: { runsDays: 30 }, uploadTtlHours: 24 } as never;
    const query = '{ retention { runsDays uploadsHours wouldDelete nextRunAt lastRunAt lastDeleted } }';
    const { data, errors } = await graphOf(testServices(bed.database, { config }), executor)(query);
    expect(errors).toEqual([]);
    expect(data).toEqual({
      retention: {
        ...{ runsDays: 30, uploadsHours: 24, wouldDelete: 0 },
        ...{ nextRunAt: expect.any(String), lastRunAt: null, lastDeleted: 0 },
      },
    });
  });

  it('is nothing of readiness in a process that does not serve HTTP', async () => {
    expect(await ask('{ readiness { name } }')).toEqual({ readiness: [] });
  });

  it('is the fate of a webhook, whose address only the client of the run sees', async () => {
    const url = 'https://hooks.example/T0/secret';
    const { id } = await bed.request('tiny-constant', { webhookUrl: url });
    const webhook = async () => {
      const data = await ask(
        `{ detectionRuns(first: 1, orderBy: { field: ID, direction: DESC }) { nodes {
          webhook { url state attempts lastStatus lastError lastAttemptAt } } } }`,
      );
      return (data as unknown as { detectionRuns: { nodes: { webhook: Record<string, unknown> }[] } }).detectionRuns
        .nodes[0]?.webhook;
    };
    expect(await webhook()).toEqual({
      ...{ url: null, state: 'WAITING', attempts: 0, lastStatus: null, lastError: null, lastAttemptAt: null },
    });
    // `local` is the client of the requests of this test.
    await bed.database.query({ text: "UPDATE detection_run SET client_key = 'local' WHERE id = $1", values: [id] });
    await RUN_WEBHOOKS.record(bed.database, id, { state: 'QUEUED', status: 503, error: 'The receiver answered 503.' });
    expect(await webhook()).toEqual({
      ...{ url, state: 'QUEUED', attempts: 1, lastStatus: 503, lastError: 'The receiver answered 503.' },
      lastAttemptAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });
});
