import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FeatureMatrices } from './categorization';
import { readCodeVersion } from './codeVersion';
import { type Config, readConfig } from './config';
import { acquirePostgres, type EmbeddedPostgres, migrate, openDatabase } from './database';
import { prepareDemo } from './demo';
import { createRegistry, findExecutionProviders } from './detection';
import { Conflict } from './errors';
import { buildSchema } from './graphql';
import { createHttpServer } from './http';
import { createQueue, evaluateInThread, startWorker, WORKER_CONNECTIONS } from './jobs';
import { createLogger, type Logger } from './log';
import { holdProcessLock } from './processes';
import type { Services } from './services';
import { Uploads } from './uploads';

/** A client's slowest page is allowed to take this long; imports and runs have pools without a limit. */
const STATEMENT_TIMEOUT_MS = 10_000;
const STOP_GRACE_MS = 8_000;
/** npm passes on a Ctrl-C that came from the terminal already. */
const SAME_WISH_MS = 2_000;

/**
 * Starts the whole product in this process and prints `ready http://HOST:PORT/graphql` when it answers. It stops on SIGINT and SIGTERM:
 * no new requests, then the worker hands back its batch, then the database stops. A second signal, after two seconds, ends it
 * at once.
 *
 * @throws UserError when the settings do not fit or the data folder is in use
 */
export async function serve(environment: Record<string, string | undefined>): Promise<void> {
  const config = readConfig(environment);
  const log = createLogger(config.logLevel);
  const stack: Shutdown[] = [];
  const stop = onSignals(stack, log);
  try {
    await start(config, log, stack);
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

type Shutdown = () => Promise<void> | void;

async function start(config: Config, log: Logger, stack: Shutdown[]): Promise<void> {
  stack.push(holdDataDir(config));
  const databaseUrl = await startDatabase(config, log, stack);
  const applied = await migrate(databaseUrl);
  if (applied.length > 0) log.info({ applied }, 'migrations applied');

  const database = openDatabase(databaseUrl, { maxConnections: 10, statementTimeoutMs: STATEMENT_TIMEOUT_MS });
  stack.push(() => database.close());
  const jobsDatabase = openDatabase(databaseUrl, { maxConnections: 5, ...WORKER_CONNECTIONS });
  stack.push(() => jobsDatabase.close());

  const registry = await createRegistry({ database: jobsDatabase, config, log });
  const queue = await createQueue({ database: jobsDatabase, log });
  const codeVersion = readCodeVersion();
  const uploads = new Uploads({ config, database: jobsDatabase, registry, codeVersion, log });
  const services: Services = {
    config,
    database,
    databaseUrl,
    registry,
    featureMatrices: new FeatureMatrices(database),
    queue,
    uploads,
    evaluate: (runId, request) => evaluateInThread(databaseUrl, runId, request),
    log,
    codeVersion,
  };

  const worker = await startWorker({ ...services, database: jobsDatabase });
  stack.push(() => worker.stop());
  if (config.demo) await prepareDemo({ ...services, database: jobsDatabase });

  await uploads.start();
  stack.push(() => uploads.stop());
  const server = createHttpServer(services, buildSchema());
  stack.push(() => server.stop());
  const address = await server.listen();
  process.stdout.write(`ready ${address}/graphql\n`);
  log.info({ providers: await findExecutionProviders() }, 'execution providers of this machine');
}

/** One server a data folder: two would run the same demo and show the same embedded database under two addresses. */
function holdDataDir(config: Config): Shutdown {
  mkdirSync(config.dataDir, { recursive: true });
  const held = holdProcessLock(join(config.dataDir, 'server.lock'));
  if (typeof held === 'number')
    throw new Conflict(
      `Another server (process ${held}) uses DATA_DIR=${config.dataDir}: stop it or set another DATA_DIR.`,
      'DATA_DIR',
    );
  return held;
}

async function startDatabase(config: Config, log: Logger, stack: Shutdown[]): Promise<string> {
  if (config.databaseUrl) return config.databaseUrl;
  const embedded: EmbeddedPostgres = await acquirePostgres({
    dataDir: config.dataDir,
    onRestart: (reason) => log.warn(reason),
  });
  stack.push(() => embedded.release());
  return embedded.url;
}

/** @returns the orderly stop: what was started last stops first */
function onSignals(stack: Shutdown[], log: Logger): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  let askedAt = 0;
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      for (const shutdown of stack.reverse()) {
        try {
          await shutdown();
        } catch (failure) {
          log.error({ failure }, 'a part did not stop cleanly');
        }
      }
    })();
    return stopping;
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping && Date.now() - askedAt < SAME_WISH_MS) return;
      if (stopping) process.exit(1);
      askedAt = Date.now();
      log.info({ signal }, 'stopping');
      setTimeout(() => process.exit(1), STOP_GRACE_MS + 2_000).unref();
      void stop().then(() => process.exit(0));
    });
  }
  return stop;
}
