/**
 * Images per second of one run that 1, 2 and 3 workers share: `deeplesion worker` processes that use one core each,
 * with the shipped detector on phantoms of another seed, over one embedded PostgreSQL. The limit is one worker's rate
 * times the number of workers, up to the cores.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compiledEntry, PROJECT_ROOT } from '../src/compiled';
import { acquirePostgres, type Database, migrate, openDatabase } from '../src/database';
import { importDlInfo } from '../src/dataset';
import { createQueue } from '../src/jobs';
import { createLogger } from '../src/log';
import { createRegistry } from '../src/models';
import { generatePhantoms } from '../src/phantom';
import { findRun, findWorkers, isTerminal, requestRun } from '../src/runs';

const PHANTOMS = { patients: 110, seed: 77, neighbours: 1 };
const WORKERS = [1, 2, 3];
const REPEATS = 3;
const MODELS_DIR = join(PROJECT_ROOT, 'models');

export async function main(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'workers-bench-'));
  const postgres = await acquirePostgres({ dataDir: root });
  try {
    await migrate(postgres.url);
    const database = openDatabase(postgres.url, { maxConnections: 4 });
    try {
      await measure(database, postgres.url, join(root, 'phantoms'));
    } finally {
      await database.close();
    }
  } finally {
    await postgres.release();
    rmSync(root, { recursive: true, force: true });
  }
}

async function measure(database: Database, url: string, outDir: string): Promise<void> {
  await generatePhantoms({ ...PHANTOMS, outDir });
  const { images } = await importDlInfo({
    database,
    csvPath: join(outDir, 'DL_info.csv'),
    imagesDir: join(outDir, 'Images_png'),
    slug: 'bench',
    name: 'Bench phantoms',
    synthetic: true,
  });
  console.log(
    `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown CPU'}, load ${loadavg()[0]?.toFixed(1)}, ` +
      `Node ${process.version}; ${images} images per run, median of ${REPEATS}`,
  );
  let single = 0;
  for (const count of WORKERS) {
    const workers = await startWorkers(database, url, count);
    const speeds: number[] = [];
    // The first run opens the model in each worker and is not counted.
    for (let repeat = 0; repeat <= REPEATS; repeat++) {
      const speed = await imagesPerSecond(database);
      if (repeat > 0) speeds.push(speed);
    }
    await Promise.all(workers.map(stop));
    const median = speeds.sort((a, b) => a - b)[Math.floor(REPEATS / 2)] ?? 0;
    single = count === 1 ? median : single;
    const limit = single * Math.min(count, availableParallelism());
    console.log(
      `  ${count} workers ${median.toFixed(1).padStart(7)} images/s, ${(median / single).toFixed(2)} of one; limit ${limit.toFixed(1)}`,
    );
  }
}

async function startWorkers(database: Database, url: string, count: number): Promise<ChildProcess[]> {
  const commandLine = `require(${JSON.stringify(compiledEntry('cli/main'))}).runCommandLine(['worker'])`;
  const env = {
    ...process.env,
    DATABASE_URL: url,
    MODELS_DIR,
    EXECUTION_PROVIDERS: 'cpu',
    INFERENCE_THREADS: '1',
    LOG_LEVEL: 'warn',
  };
  const workers = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', commandLine], { stdio: ['ignore', 'ignore', 'inherit'], env }),
  );
  while ((await findWorkers(database)).length < count) await sleep(50);
  return workers;
}

async function stop(worker: ChildProcess): Promise<void> {
  const ended = once(worker, 'exit');
  worker.kill('SIGTERM');
  await ended;
}

/** From the first outcome to the last: one worker makes the evaluation at the end, however many there are. */
async function imagesPerSecond(database: Database): Promise<number> {
  const log = createLogger('silent');
  const registry = await createRegistry({ database, config: { modelsDir: MODELS_DIR, dataDir: tmpdir() }, log });
  const queue = await createQueue({ database, log });
  const config = { maxQueuedImages: 1_000_000, maxQueuedRunsPerClient: 100 };
  const context = { database, registry, queue, config, codeVersion: 'bench', client: 'bench' };
  const { id } = await requestRun(context, { detector: 'phantom-single', dataset: 'bench' });
  while (!isTerminal((await findRun(database, id)).status)) await sleep(20);
  await queue.stop();
  const [row] = await database.query<{ speed: number }>({
    text: `SELECT (count(*) - 1) / extract(epoch FROM max(finished_at) - min(finished_at))::float8 AS speed
           FROM run_image WHERE run_id = $1`,
    values: [id],
  });
  return row?.speed ?? 0;
}
