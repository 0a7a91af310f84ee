import { cpSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ExecutionResult, parse, subscribe } from 'graphql';
import { createKey } from '../../src/access';
import {
  cancelCategorization,
  clusterInThread,
  requestCategorization,
  workOnCategorization,
} from '../../src/categorization';
import { importDlInfo } from '../../src/dataset';
import { createContext } from '../../src/graphql';
import { InferenceHost } from '../../src/inference';
import { createLogger } from '../../src/log';
import { generatePhantoms } from '../../src/phantom';
import { moveRun, requestRun } from '../../src/runs';
import { childrenWith } from '../killChild';
import { createRunBed, type RunBed } from '../runs/runBed';
import { EXECUTORS, graphOf, testSchema, testServices } from './testGraph';

const JOB = `fragment Job on Job { __typename id status progress { completed failed total } queuePosition estimatedEndAt
  createdAt startedAt finishedAt error owner webhook { state } }`;
const log = createLogger('silent');

describe('the interface Job', () => {
  const phantoms = join(tmpdir(), `deeplesion-jobs-${process.pid}`);
  let bed: RunBed;
  beforeAll(async () => {
    bed = await createRunBed(8);
    cpSync(resolve(__dirname, '../../models/phantom-encoder'), join(bed.modelsDir, 'phantom-encoder'), {
      recursive: true,
    });
    await generatePhantoms({ patients: 6, seed: 1, neighbours: 0, outDir: phantoms });
    await importDlInfo({
      database: bed.database,
      csvPath: join(phantoms, 'DL_info.csv'),
      imagesDir: join(phantoms, 'Images_png'),
      slug: 'phantoms',
      synthetic: true,
    });
  }, 60_000);
  afterAll(async () => {
    await bed.drop();
    rmSync(phantoms, { recursive: true, force: true });
  });
  afterEach(async () => {
    await bed.database.query({ text: 'DELETE FROM pgboss.job' });
    for (const table of ['detection_run', 'categorization', 'worker'])
      await bed.database.query({ text: `DELETE FROM ${table}` });
  });

  const services = () =>
    testServices(bed.database, {
      queue: bed.queue,
      registry: bed.registry,
      config: { modelsDir: bed.modelsDir, maxQueuedImages: 1_000, maxQueuedRunsPerClient: 100 } as never,
    });
  const ask = async (source: string, variables = {}, executor: (typeof EXECUTORS)[number] = 'graphql-js') => {
    const { data, errors } = await graphOf(services(), executor)(source, variables);
    expect(errors).toEqual([]);
    // biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is what the tests look at
    return data as Record<string, any>;
  };
  const requested = (client: string, rest = {}) =>
    requestRun({ ...bed.context, client }, { detector: 'tiny-constant', dataset: 'small', ...rest });
  const categorized = (name: string, client?: string) =>
    requestCategorization(
      { database: bed.database, queue: bed.queue, config: bed, codeVersion: 'test', client },
      { dataset: 'phantoms', name, clusterCount: 2 },
    );
  const RUNS = `{ detectionRuns(orderBy: [{ field: ID }]) { nodes { id status queuePosition estimatedEndAt owner } } }`;

  it.each(EXECUTORS)('is of runs and categorizations alike, with who asked, run by %s', async (executor) => {
    await requested('192.0.2.7');
    await categorized('first', '192.0.2.8');
    const ids = [
      (await ask('{ detectionRuns { nodes { id } } }')).detectionRuns.nodes[0].id,
      (await ask('{ categorizations { nodes { id } } }')).categorizations.nodes[0].id,
    ];
    for (const [index, type] of ['DetectionRun', 'Categorization'].entries()) {
      const { job } = await ask(`query ($id: ID!) { job(id: $id) { ...Job } } ${JOB}`, { id: ids[index] }, executor);
      expect(job).toEqual({
        __typename: type,
        id: ids[index],
        status: 'QUEUED',
        progress: { completed: 0, failed: 0, total: expect.any(Number) },
        queuePosition: 0,
        estimatedEndAt: null,
        createdAt: expect.any(String),
        startedAt: null,
        finishedAt: null,
        error: null,
        owner: null,
        webhook: null,
      });
    }
    expect((await ask(`query ($id: ID!) { job(id: $id) { id } }`, { id: 'A'.repeat(22) })).job).toBeNull();
  });

  it('tells its owner by the name of the key, and no address', async () => {
    const { row } = await createKey(bed.database, { name: 'Dr Example', scopes: ['detect'] }, null);
    await requested(`key:${row.holder}`);
    await requested('192.0.2.7');
    expect((await ask(RUNS)).detectionRuns.nodes).toMatchObject([{ owner: 'Dr Example' }, { owner: null }]);
  });

  it('tells no owner of what the operator asked for', async () => {
    await requested('cli');
    await categorized('by the command line');
    expect((await ask(RUNS)).detectionRuns.nodes).toMatchObject([{ owner: null }]);
    expect((await ask('{ categorizations { nodes { owner } } }')).categorizations.nodes).toEqual([{ owner: null }]);
  });

  it('places runs in the order in which the fair queue serves them, in one statement for a list', async () => {
    await requested('a');
    await requested('a');
    await requested('b');
    await requested('c', { priority: 'INTERACTIVE' });
    let statements = 0;
    const stop = bed.database.onStatement(() => {
      statements++;
    });
    const { nodes } = (await ask(RUNS)).detectionRuns;
    stop();
    expect(statements).toBe(2);
    // By the queue itself: the runs by the first of their batches.
    const rows = await bed.database.query<{ runId: number }>({
      text: `SELECT (data ->> 'runId')::int4 AS "runId" FROM pgboss.job WHERE name = 'detection-batch' ORDER BY priority DESC, created_on, id`,
    });
    const served = [...new Set(rows.map(({ runId }) => runId))];
    const first = Math.min(...served);
    expect(nodes.map(({ queuePosition }: { queuePosition: number }) => queuePosition)).toEqual(
      [0, 1, 2, 3].map((offset) => served.indexOf(first + offset)),
    );
  });

  it('places none behind batches of a run that has ended', async () => {
    const gone = await requested('a');
    await requested('a');
    await moveRun(bed.database, gone.id, 'CANCELLED');
    const { nodes } = (await ask(RUNS)).detectionRuns;
    expect(nodes).toMatchObject([{ status: 'CANCELLED', queuePosition: null }, { queuePosition: 0 }]);
  });

  it('estimates the end of a run from the images before it and its own, and the speed of the living workers', async () => {
    await requested('a');
    await requested('a');
    await bed.database.query({
      text: `INSERT INTO worker (id, host, process_id, code_version, images_per_second) VALUES (gen_random_uuid(), 'here', 1, 'test', 0.1)`,
    });
    const { nodes } = (await ask(RUNS)).detectionRuns;
    const seconds = nodes.map(
      ({ estimatedEndAt }: { estimatedEndAt: string }) => (Date.parse(estimatedEndAt) - Date.now()) / 1000,
    );
    expect(seconds[0]).toBeGreaterThan(60);
    expect(seconds[0]).toBeLessThanOrEqual(81);
    expect(seconds[1] - seconds[0]).toBeCloseTo(80, 0);
  });

  it('estimates it from the newest run where the workers have been idle', async () => {
    const done = await requested('a');
    await bed.database.query({
      text: `UPDATE run_image SET state = 'COMPLETED', finished_at = now() WHERE run_id = $1`,
      values: [done.id],
    });
    await moveRun(bed.database, done.id, 'RUNNING');
    await moveRun(bed.database, done.id, 'SUCCEEDED');
    await bed.database.query({
      text: `UPDATE detection_run SET started_at = finished_at - interval '80 seconds' WHERE id = $1`,
      values: [done.id],
    });
    await requested('a');
    const { nodes } = (await ask(RUNS)).detectionRuns;
    expect(nodes[0].estimatedEndAt).toBeNull();
    const seconds = (Date.parse(nodes[1].estimatedEndAt) - Date.now()) / 1000;
    expect(seconds).toBeGreaterThan(60);
    expect(seconds).toBeLessThanOrEqual(81);
  });

  it('places categorizations one after another, and knows their end from the newest one', async () => {
    const LIST =
      '{ categorizations(orderBy: [{ field: ID }]) { nodes { queuePosition estimatedEndAt progress { total } } } }';
    const done = await categorized('done');
    await bed.database.query({
      text: `UPDATE categorization SET status = 'RUNNING', started_at = now() WHERE id = $1`,
      values: [done.id],
    });
    await categorized('next');
    await categorized('last');
    await bed.database.query({
      text: `DELETE FROM pgboss.job WHERE (data ->> 'categorizationId')::int4 = $1`,
      values: [done.id],
    });
    const before = (await ask(LIST)).categorizations.nodes;
    expect(before).toMatchObject([
      { queuePosition: null, estimatedEndAt: null },
      { queuePosition: 0, estimatedEndAt: null },
      { queuePosition: 1, estimatedEndAt: null },
    ]);
    await bed.database.query({
      text: `UPDATE categorization SET status = 'SUCCEEDED', completed = total, finished_at = started_at + interval '100 seconds' WHERE id = $1`,
      values: [done.id],
    });
    const { nodes } = (await ask(LIST)).categorizations;
    const seconds = nodes
      .slice(1)
      .map(({ estimatedEndAt }: { estimatedEndAt: string }) => (Date.parse(estimatedEndAt) - Date.now()) / 1000);
    expect(seconds[0]).toBeCloseTo(100, -1);
    expect(seconds[1]).toBeCloseTo(200, -1);
  });

  it('lists the execution providers that its text holds', async () => {
    await requested('a');
    const LIST = '{ detectionRuns { nodes { executionProvider executionProviders } } }';
    expect((await ask(LIST)).detectionRuns.nodes).toEqual([{ executionProvider: null, executionProviders: [] }]);
    await bed.database.query({ text: `UPDATE detection_run SET execution_provider = 'webgpu, cpu'` });
    expect((await ask(LIST)).detectionRuns.nodes).toEqual([
      { executionProvider: 'webgpu, cpu', executionProviders: ['WEBGPU', 'CPU'] },
    ]);
  });

  it('cancels runs and categorizations that wait, and leaves those that have ended as they are', async () => {
    await requested('a');
    await categorized('unwanted');
    const CANCEL = `mutation ($id: ID!) { cancelJob(input: { id: $id }) { job { ...Job } } } ${JOB}`;
    for (const list of ['detectionRuns', 'categorizations']) {
      const { id } = (await ask(`{ ${list} { nodes { id } } }`))[list].nodes[0];
      const { job } = (await ask(CANCEL, { id })).cancelJob;
      expect(job).toMatchObject({
        status: 'CANCELLED',
        finishedAt: expect.any(String),
        queuePosition: null,
        error: null,
      });
      expect((await ask(CANCEL, { id })).cancelJob.job).toEqual(job);
    }
    const { errors } = await graphOf(services())(CANCEL, { id: 'nothing' });
    expect(errors[0]?.message).toMatch(/^There is no detection in an upload with this id/);
  });

  it('is followed until it has ended, of whatever kind', async () => {
    const { id: row } = await categorized('followed');
    const { id } = (await ask('{ categorizations { nodes { id } } }')).categorizations.nodes[0];
    const events = await subscribe({
      schema: testSchema,
      document: parse('subscription ($id: ID!) { jobProgress(id: $id) { id status progress { completed } } }'),
      variableValues: { id },
      contextValue: createContext(services()),
    });
    if (!(Symbol.asyncIterator in events)) throw new Error(JSON.stringify(events));
    const seen: unknown[] = [];
    for await (const { data, errors } of events as AsyncIterable<
      ExecutionResult<{ jobProgress: { status: string } }>
    >) {
      expect(errors).toBeUndefined();
      seen.push(data?.jobProgress.status);
      if (seen.length === 1) await cancelCategorization(bed.database, row);
    }
    expect(seen).toEqual(['QUEUED', 'CANCELLED']);
  });

  describe('a categorization that is cancelled while it is worked on', () => {
    const host = new InferenceHost({ executionProviders: ['cpu'] });
    afterAll(() => host.stop('The test is over.'));
    const work = async (name: string, cluster: typeof clusterInThread) => {
      const { id } = await categorized(name);
      const lease = { categorizationId: id, renew: async () => true, lost: new AbortController().signal };
      const context = { database: bed.database, host, config: bed, log, cluster };
      const left = await workOnCategorization(context, lease, new AbortController().signal);
      const [row] = await bed.database.query<{ status: string; clusters: number }>({
        text: `SELECT status, (SELECT count(*) FROM pseudo_cluster WHERE categorization_id = c.id) AS clusters FROM categorization AS c
          WHERE id = $1`,
        values: [id],
      });
      return { left, ...row };
    };
    const cancelAll = async () => {
      const rows = await bed.database.query<{ id: number }>({
        text: `SELECT id FROM categorization WHERE status = 'RUNNING'`,
      });
      for (const { id } of rows) await cancelCategorization(bed.database, id);
      return rows.length;
    };

    it('ends while its lesions are clustered, and leaves no clusters', async () => {
      const never = new Promise<never>(() => undefined);
      const outcome = await work('while clustering', async () => {
        await cancelAll();
        return never;
      });
      expect(outcome).toEqual({ left: false, status: 'CANCELLED', clusters: 0 });
    }, 60_000);

    it('is not written when its clusters come a moment too late', async () => {
      const outcome = await work('too late', async (features, options) => {
        const clustered = await clusterInThread(features, options);
        await cancelAll();
        return clustered;
      });
      expect(outcome).toEqual({ left: false, status: 'CANCELLED', clusters: 0 });
    }, 60_000);

    it('ends within the image in hand', async () => {
      // The process that encodes is there from now on; one that is stopped answers nothing.
      expect(await work('undisturbed', clusterInThread)).toMatchObject({ status: 'SUCCEEDED' });
      await bed.database.query({ text: 'DELETE FROM lesion_feature' });
      for (const pid of childrenWith('inferenceProcess')) process.kill(pid, 'SIGSTOP');
      const working = work('hanging', clusterInThread);
      let isCancelled = false;
      while (!isCancelled) {
        isCancelled = (await cancelAll()) > 0;
        await sleep(5);
      }
      expect(await working).toEqual({ left: false, status: 'CANCELLED', clusters: 0 });
    }, 60_000);
  });
});
