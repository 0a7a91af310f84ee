import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { isTerminal } from '../../src/runs';
import { createFaultBed, type FaultBed } from './faultBed';
import { inferenceProcessOf, type Running } from './processes';
import { startProxy } from './proxy';

/** Draws a number in 0 … 1. */
export type Draw = () => number;

/** A run in the middle, and the worker that is at it. */
interface Scene {
  bed: FaultBed;
  runId: number;
  draw: Draw;
}

/** What can happen to a run. */
export interface Fault {
  name: string;
  /** @returns why it cannot be made here, or null */
  unfit?(): string | null;
  /** @returns a bed of its own where the common one does not do */
  makeBed?(): Promise<FaultBed>;
  /**
   * Starts workers, lets the fault happen in the middle of the run.
   *
   * @returns seconds from the fault until the run went on
   */
  strike(scene: Scene): Promise<number>;
}

const LOOK_MS = 10;
/** The database has answered whatever it was asked. */
const SETTLED_MS = 300;
/** On a machine that has much else to do as well, what does not happen in this time never will. */
export const PATIENCE_MS = 120_000;

async function until(what: string, holds: () => Promise<boolean>): Promise<number> {
  const start = performance.now();
  while (!(await holds())) {
    if (performance.now() - start > PATIENCE_MS) throw new Error(`Not within ${PATIENCE_MS / 1000} s: ${what}.`);
    await sleep(LOOK_MS);
  }
  return (performance.now() - start) / 1000;
}

/** Waits until a drawn part of the run is done, and some milliseconds into the next image. */
async function untilMiddle({ bed, runId, draw }: Scene): Promise<void> {
  const wanted = (0.1 + 0.4 * draw()) * bed.images;
  await until('the run is in the middle', async () => (await bed.done(runId)) >= wanted);
  await sleep(60 * draw());
}

/** Waits until a worker has a batch in hand, in the middle of the run. */
async function untilAtWork(scene: Scene, worker: Running): Promise<void> {
  await untilMiddle(scene);
  await until('the worker has a batch', async () => (await scene.bed.heldBy(worker)).length > 0);
}

/**
 * Stops the only worker while it has a batch. Its row in the list of workers may name the batch before, so the queue is
 * asked: what the worker had asked of the database when it was stopped is done by then.
 */
async function stopOverBatch({ bed, runId, draw }: Scene, worker: Running): Promise<void> {
  await until('the worker is stopped over a batch', async () => {
    if (isTerminal(await bed.status(runId))) throw new Error('The run ended before its worker was stopped.');
    worker.signal('SIGSTOP');
    await sleep(SETTLED_MS);
    if (await bed.isHeld(runId)) return true;
    worker.signal('SIGCONT');
    await sleep(60 * draw());
    return false;
  });
}

/** @returns seconds until more images are done than are now */
async function goesOn({ bed, runId }: Scene): Promise<number> {
  const before = await bed.done(runId);
  return until('the run goes on', async () => (await bed.done(runId)) > before || isTerminal(await bed.status(runId)));
}

const workerKilled: Fault = {
  name: 'a worker is killed',
  async strike(scene) {
    const { bed, runId } = scene;
    const worker = await bed.startWorker();
    await untilAtWork(scene, worker);
    await bed.startWorker();
    await worker.end('SIGKILL');
    const held = await bed.heldBy(worker);
    return until("the dead worker's images are done", () => bed.areDone(runId, held));
  },
};

const workerStopped: Fault = {
  name: 'a worker sleeps longer than its lease and comes back',
  async strike(scene) {
    const { bed, runId } = scene;
    const sleeper = await bed.startWorker();
    await untilAtWork(scene, sleeper);
    await stopOverBatch(scene, sleeper);
    await bed.startWorker();
    const seconds = await until('the batch is given to another worker', () => bed.isRedelivered(runId));
    sleeper.signal('SIGCONT');
    return seconds;
  },
};

/** A child of the worker, which the system chooses first where memory runs out. */
async function signalInference(worker: Running, signal: NodeJS.Signals): Promise<void> {
  await until('the inference process gets a signal', async () => {
    const pid = inferenceProcessOf(worker);
    return pid !== undefined && process.kill(pid, signal);
  });
}

const inferenceKilled: Fault = {
  name: 'an inference process is killed',
  async strike(scene) {
    const worker = await scene.bed.startWorker();
    await untilAtWork(scene, worker);
    await signalInference(worker, 'SIGKILL');
    return goesOn(scene);
  },
};

const inferenceStopped: Fault = {
  name: 'an inference process is stopped for good',
  async strike(scene) {
    const worker = await scene.bed.startWorker();
    await untilAtWork(scene, worker);
    await signalInference(worker, 'SIGSTOP');
    return goesOn(scene);
  },
};

const postmasterKilled: Fault = {
  name: 'PostgreSQL is killed',
  async strike(scene) {
    const { bed } = scene;
    await bed.startWorker();
    await untilMiddle(scene);
    process.kill(bed.postmasterPid(), 'SIGKILL');
    return goesOn(scene);
  },
};

/** @param mend what ends the cut */
const networkCut = (name: string, mend: 'heal' | 'drop'): Fault => ({
  name,
  async strike(scene) {
    const { bed, draw } = scene;
    const proxy = await startProxy(bed.databaseUrl);
    await bed.startWorker(proxy.url);
    bed.onClose(() => proxy.close());
    await untilMiddle(scene);
    proxy.cut();
    // Mostly short, now and then longer than a lease.
    await sleep(1_000 + 19_000 * draw() ** 4);
    proxy[mend]();
    return goesOn(scene);
  },
});

const serverRestarted: Fault = {
  name: 'the server is restarted',
  async strike(scene) {
    const { bed } = scene;
    const server = await bed.startServer();
    await untilMiddle(scene);
    const status = await server.end('SIGTERM');
    if (status !== 0) throw new Error(`The server ended with ${status}.`);
    const goingOn = goesOn(scene);
    await bed.startServer();
    return goingOn;
  },
};

const serverKilled: Fault = {
  name: 'the server is killed',
  async strike(scene) {
    const { bed } = scene;
    const server = await bed.startServer();
    await untilMiddle(scene);
    await server.end('SIGKILL');
    const goingOn = goesOn(scene);
    await bed.startServer();
    return goingOn;
  },
};

const TMPFS_MB = 160;

const diskFull: Fault = {
  name: "the database's disk is full",
  unfit() {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux can make a small disk';
    const probe = mkdtempSync(join(tmpdir(), 'deeplesion-disk-'));
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe]);
    if (status === 0) spawnSync('umount', [probe]);
    rmSync(probe, { recursive: true, force: true });
    return status === 0 ? null : 'this system mounts no small disk';
  },
  async makeBed() {
    const disk = mkdtempSync(join(tmpdir(), 'deeplesion-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${TMPFS_MB}m,mode=755`, 'tmpfs', disk]);
    const bed = await createFaultBed(disk);
    bed.onClose(() => {
      execFileSync('umount', ['-l', disk]);
      rmSync(disk, { recursive: true, force: true });
    });
    return bed;
  },
  async strike(scene) {
    const { bed } = scene;
    await bed.startWorker();
    await untilMiddle(scene);
    const ballast = join(bed.dataDir, 'ballast');
    fillDisk(ballast);
    await writeUntilRefused(bed.databaseUrl);
    await sleep(2_000);
    rmSync(ballast);
    return goesOn(scene);
  },
};

function fillDisk(file: string): void {
  const handle = openSync(file, 'w');
  const block = Buffer.alloc(64 * 1024);
  try {
    for (;;) writeSync(handle, block);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOSPC') throw thrown;
  } finally {
    closeSync(handle);
  }
}

/** Until then the database lives on space that its files had before. */
async function writeUntilRefused(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  try {
    await client.connect();
    for (;;)
      await client.query(
        `CREATE TABLE filler AS SELECT repeat('x', 1000) FROM generate_series(1, 1000); DROP TABLE filler`,
      );
  } catch {
    // Refused, or PostgreSQL went down because it could not even write its log.
  } finally {
    await client.end().catch(() => undefined);
  }
}

export const FAULTS: readonly Fault[] = [
  workerKilled,
  workerStopped,
  inferenceKilled,
  inferenceStopped,
  postmasterKilled,
  networkCut('the network swallows everything for a while', 'heal'),
  networkCut('the network swallows everything and then drops the connections', 'drop'),
  serverRestarted,
  serverKilled,
  diskFull,
];
