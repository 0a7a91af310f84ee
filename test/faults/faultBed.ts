import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquirePostgres, type Database, migrate, openDatabase } from '../../src/database';
import type { JobStatus } from '../../src/job';
import { createQueue } from '../../src/jobs';
import { createLogger } from '../../src/log';
import { createRegistry } from '../../src/models';
import { isTerminal, requestRun } from '../../src/runs';
import { copyTinyModels } from '../inference/tinyModels';
import { insertImages } from '../runs/runBed';
import { type Running, startCommand } from './processes';

const IMAGES = 48;
const DETECTOR = 'tiny-slow';

/** A PostgreSQL of its own, a data set of tiny images, and processes of the product that work on it. */
export interface FaultBed {
  readonly databaseUrl: string;
  readonly dataDir: string;
  /** how many images a run has */
  readonly images: number;
  /** number of PostgreSQL's first process */
  postmasterPid(): number;
  /** @param databaseUrl another way to the database */
  startWorker(databaseUrl?: string): Promise<Running>;
  startServer(): Promise<Running>;
  /** Asks for a run over all images. @returns its row id */
  request(): Promise<number>;
  /** @returns how many images have an outcome */
  done(runId: number): Promise<number>;
  /** @returns the images of a process's batch, none while it waits for one */
  heldBy(process: Running): Promise<number[]>;
  /** @returns whether each of the images has an outcome */
  areDone(runId: number, imageIds: readonly number[]): Promise<boolean>;
  /** @returns whether a worker has a batch of the run, living or not */
  isHeld(runId: number): Promise<boolean>;
  /** @returns whether a batch of the run was taken from its worker and given to another */
  isRedelivered(runId: number): Promise<boolean>;
  status(runId: number): Promise<JobStatus>;
  /**
   * Everything that a run found: outcomes, detections, figures. The same for every run on these images, if nothing is
   * lost or doubled.
   */
  findings(runId: number): Promise<Findings>;
  /** What the processes that were started have logged, and where the run's jobs stand. */
  account(runId: number): Promise<string>;
  /**
   * Ends the processes that were started and forgets them.
   *
   * @returns those that had ended by themselves, by their logs
   */
  endProcesses(): Promise<string[]>;
  /** Has something done when the bed closes, last of all. */
  onClose(action: () => Promise<void> | void): void;
  close(): Promise<void>;
}

export interface Findings {
  status: JobStatus;
  outcomes: unknown[];
  detections: unknown[];
  evaluations: number;
  figures: unknown[];
}

/** @param dataDir where the database lies; a folder of its own where it is left out */
export async function createFaultBed(dataDir?: string): Promise<FaultBed> {
  const folder = mkdtempSync(join(tmpdir(), 'deeplesion-faults-'));
  const models = copyTinyModels('accepted');
  const data = dataDir ?? join(folder, 'data');
  const postgres = await acquirePostgres({ dataDir: data });
  await migrate(postgres.url);
  const database = openDatabase(postgres.url, { maxConnections: 4 });
  const log = createLogger('silent');
  await insertImages(database, join(folder, 'Images_png'), IMAGES);
  const registry = await createRegistry({ database, config: { modelsDir: models.folder, dataDir: data }, log });
  const queue = await createQueue({ database, log });
  const query = patient(database);
  const processes: Running[] = [];
  const closing: (() => Promise<void> | void)[] = [];
  const environment = { MODELS_DIR: models.folder };
  const start = async (words: string[], rest: Record<string, string>, ready?: RegExp): Promise<Running> => {
    const running = await startCommand(words, { ...environment, ...rest }, ready);
    processes.push(running);
    return running;
  };
  const truth = async (text: string, values: unknown[]): Promise<boolean> =>
    (await query<{ holds: boolean }>(`SELECT (${text}) AS holds`, values))[0]?.holds === true;

  return {
    databaseUrl: postgres.url,
    dataDir: data,
    images: IMAGES,
    postmasterPid: () => Number(readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]),
    startWorker: (databaseUrl = postgres.url) => start(['worker'], { DATABASE_URL: databaseUrl }),
    startServer: () => start(['serve'], { DATA_DIR: data, DEMO: '0', PORT: '0' }, /^ready /m),
    request: async () => {
      const config = { maxQueuedImages: 1_000_000, maxQueuedRunsPerClient: 1_000 };
      const context = { database, registry, queue, config, codeVersion: 'test', client: 'test' };
      return (await requestRun(context, { detector: DETECTOR, dataset: 'small' })).id;
    },
    async done(runId) {
      const [row] = await query<{ count: number }>(
        `SELECT count(*) AS count FROM run_image WHERE run_id = $1 AND state <> 'PENDING'`,
        [runId],
      );
      return row?.count ?? 0;
    },
    async heldBy({ pid }) {
      const [row] = await query<{ ids: number[] }>(
        'SELECT image_ids AS ids FROM worker WHERE process_id = $1 AND run_id IS NOT NULL ORDER BY last_seen_at DESC LIMIT 1',
        [pid],
      );
      return row?.ids ?? [];
    },
    areDone: (runId, imageIds) =>
      truth(
        `SELECT NOT EXISTS (SELECT FROM run_image WHERE run_id = $1 AND image_id = ANY($2::int4[]) AND state = 'PENDING')`,
        [runId, imageIds],
      ),
    isHeld: (runId) =>
      truth(
        `SELECT EXISTS (SELECT FROM pgboss.job WHERE name = 'detection-batch' AND state = 'active' AND (data ->> 'runId')::int4 = $1)`,
        [runId],
      ),
    isRedelivered: (runId) =>
      truth(
        // Where all its images have an outcome already, the other worker is done with it between two looks.
        `SELECT EXISTS (SELECT FROM pgboss.job WHERE name = 'detection-batch' AND state IN ('active', 'completed') AND retry_count > 0
           AND (data ->> 'runId')::int4 = $1)`,
        [runId],
      ),
    async status(runId) {
      const [row] = await query<{ status: JobStatus }>('SELECT status FROM detection_run WHERE id = $1', [runId]);
      if (!row) throw new Error(`Run ${runId} is lost.`);
      return row.status;
    },
    findings: (runId) => readFindings(query, runId),
    async account(runId) {
      const jobs = await query(
        `SELECT name, state, retry_count, started_on, completed_on, now(), data -> 'imageIds' AS ids, output FROM pgboss.job
         WHERE (data ->> 'runId')::int4 = $1 ORDER BY created_on, id`,
        [runId],
      );
      const logs = processes.map(({ pid, log }) => `process ${pid}: ${log().trim().slice(-2_000)}`);
      return [...logs, ...jobs.map((job) => JSON.stringify(job))].join('\n');
    },
    async endProcesses() {
      const fallen = processes
        .filter(({ hasEnded, wasEnded }) => hasEnded && !wasEnded)
        .map((running) => running.log());
      await Promise.all(processes.splice(0).map((running) => running.end('SIGKILL')));
      return fallen;
    },
    onClose: (action) => void closing.push(action),
    async close() {
      await Promise.all(processes.map((running) => running.end('SIGKILL')));
      await queue.stop();
      await database.close();
      await postgres.release();
      models.remove();
      rmSync(folder, { recursive: true, force: true });
      for (const action of closing) await action();
    },
  };
}

type Query = <Row>(text: string, values: unknown[]) => Promise<Row[]>;

const PATIENCE_MS = 60_000;

/** Asks until there is an answer: the database may be away for some seconds. */
function patient(database: Database): Query {
  return async (text, values) => {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await database.query({ text, values });
      } catch (thrown) {
        if (Date.now() > deadline) throw thrown;
        await sleep(100);
      }
    }
  };
}

async function readFindings(query: Query, runId: number): Promise<Findings> {
  const [run] = await query<{ status: JobStatus; evaluations: number }>(
    `SELECT status, (SELECT count(*) FROM evaluation WHERE run_id = run.id) AS evaluations FROM detection_run AS run WHERE id = $1`,
    [runId],
  );
  if (!run || !isTerminal(run.status)) throw new Error(`Run ${runId} has not ended.`);
  return {
    ...run,
    outcomes: await query('SELECT image_id, state, error FROM run_image WHERE run_id = $1 ORDER BY image_id', [runId]),
    detections: await query(
      `SELECT image_id, rank, x1, y1, x2, y2, score, class_index FROM detection WHERE run_id = $1
       ORDER BY image_id, rank, x1, y1, x2, y2, score`,
      [runId],
    ),
    figures: await query(
      `SELECT kind, stratum, top_k, iou_threshold_milli, abscissa, value, numerator, denominator, ci_low, ci_high FROM metric_point
       WHERE evaluation_id IN (SELECT id FROM evaluation WHERE run_id = $1)
       ORDER BY kind, stratum, top_k, iou_threshold_milli, abscissa`,
      [runId],
    ),
  };
}
