import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  AuditTrail,
  anonymousScopesOf,
  type Caller,
  isOpenToOthers,
  Quotas,
  SignedUrls,
  secretInFolder,
} from './access';
import { FeatureMaps, FeatureMatrices } from './categorization';
import { readCodeVersion } from './codeVersion';
import { type Config, objectStorageOf, readConfig } from './config';
import { acquirePostgres, type Database, type EmbeddedPostgres, loadPrisma, migrate, openDatabase } from './database';
import { prepareDemo } from './demo';
import { Doctor } from './doctor';
import { Conflict, UserError } from './errors';
import { exportFilesOf } from './exports';
import { buildSchema, createFilterReader } from './graphql';
import { createHttpServer } from './http';
import { findExecutionProviders } from './inference';
import { AnalysisDesk, createQueue, EvaluationDesk, startWorker, WORKER_CONNECTIONS } from './jobs';
import { createLogger, type Logger } from './log';
import { createRegistry } from './models';
import { setObjectStorage } from './objects';
import { outageOf } from './outages';
import { holdProcessLock } from './processes';
import { startRetention } from './retention';
import type { Services } from './services';
import { checkListenAddress, folderErrorOf, inFolder, listenErrorOf } from './startErrors';
import { startTracing } from './tracing';
import { Uploads } from './uploads';

/** A client's slowest page is allowed to take this long; imports and runs have pools without a limit. */
const STATEMENT_TIMEOUT_MS = 10_000;
const STOP_GRACE_MS = 8_000;
/** npm passes on a Ctrl-C that came from the terminal already. */
const SAME_WISH_MS = 2_000;

/**
 * Starts the whole product in this process and prints `ready http://HOST:PORT/graphql` when it serves. It stops on
 * SIGINT and SIGTERM: no new requests, then the worker requeues its batch, then the database stops. A second signal,
 * after two seconds, ends it at once.
 *
 * @throws UserError if the settings do not fit, the data folder or the port is in use, or the database cannot be had;
 *   what was started by then is stopped again
 */
export async function serve(environment: Record<string, string | undefined>): Promise<void> {
  const config = readConfig(environment);
  const log = createLogger(config.logLevel);
  const parts = new StartedParts(log);
  stopOnSignals(parts, log);
  surviveForgottenFailures(log);
  try {
    await start(config, log, parts);
  } catch (thrown) {
    // Errors because the database is stopped during a start that is not wanted any more are ignored.
    if (parts.areStopping) return;
    await parts.stop();
    throw thrown instanceof UserError ? thrown : explain(config, thrown);
  }
}

/** What is written below DATA_DIR later on, such as the demo, fails for the same reasons as the folder itself. */
function explain({ dataDir }: Config, thrown: unknown): unknown {
  const path: unknown = typeof thrown === 'object' && thrown !== null ? Reflect.get(thrown, 'path') : undefined;
  const isBelow = typeof path === 'string' && path.startsWith(dataDir);
  return (isBelow ? folderErrorOf('DATA_DIR', dataDir, thrown) : undefined) ?? outageOf(thrown) ?? thrown;
}

type Shutdown = () => Promise<void> | void;

async function start(config: Config, log: Logger, parts: StartedParts): Promise<void> {
  parts.push(holdDataDir(config));
  setObjectStorage(objectStorageOf(config));
  parts.push(await startTracing(config.tracing, log));
  await checkListenAddress(config);
  // PostgreSQL starts in a separate process; this one continues meanwhile. Only the demo needs Prisma Client before the
  // server serves.
  const [databaseUrl] = await Promise.all([startDatabase(config, log, parts), config.demo ? loadPrisma() : undefined]);
  const applied = await migrate(databaseUrl);
  if (applied.length > 0) log.info({ applied }, 'migrations applied');

  const { services, jobsDatabase } = await createServices(config, log, databaseUrl, parts);
  const schema = buildSchema();
  const exports = {
    files: exportFilesOf(config),
    readFilterFor: (caller: Caller) => createFilterReader(schema, services, caller),
  };
  const worker = await startWorker({ ...services, database: jobsDatabase, exports });
  parts.push(() => worker.stop());
  if (config.demo) await prepareDemo({ ...services, database: jobsDatabase });

  const retention = startRetention({ database: jobsDatabase, rules: config.retention, log });
  parts.push(() => retention.stop());
  await services.uploads.start();
  parts.push(() => services.uploads.stop());
  const server = createHttpServer(services, schema);
  // Both at once: each has its own grace, and the whole stop has one.
  parts.push(async () => {
    await Promise.all([server.stop(), services.evaluations.stop(), services.analyses.stop()]);
  });
  const address = await server.listen().catch((thrown: unknown) => {
    throw listenErrorOf(config, thrown) ?? thrown;
  });
  process.stdout.write(`ready ${address}/graphql\n`);
  sayWhoMayDoWhat(config, log);
  // So that no request waits for it.
  if (!config.demo) await loadPrisma();
  log.info({ providers: await findExecutionProviders() }, 'execution providers of this machine');
}

/** The services, with what has threads to stop. */
type StartedServices = Services & { evaluations: EvaluationDesk; analyses: AnalysisDesk };

/** @returns what the rooms share, and the connections of work that is no request */
async function createServices(
  config: Config,
  log: Logger,
  databaseUrl: string,
  parts: StartedParts,
): Promise<{ services: StartedServices; jobsDatabase: Database }> {
  const database = openDatabase(databaseUrl, { maxConnections: 10, statementTimeoutMs: STATEMENT_TIMEOUT_MS });
  parts.push(() => database.close());
  const jobsDatabase = openDatabase(databaseUrl, { maxConnections: 5, ...WORKER_CONNECTIONS });
  parts.push(() => jobsDatabase.close());

  const registry = await createRegistry({ database: jobsDatabase, config, log });
  const queue = await createQueue({ database: jobsDatabase, log });
  parts.push(() => queue.stop());
  const codeVersion = readCodeVersion();
  const uploads = new Uploads({ config, database: jobsDatabase, registry, codeVersion, log });
  const evaluations = new EvaluationDesk(databaseUrl);
  const analyses = new AnalysisDesk(databaseUrl);
  const featureMatrices = new FeatureMatrices(database);
  const quotas = new Quotas(database, config, log);
  parts.push(() => quotas.stop());
  const services: StartedServices = {
    config,
    database,
    databaseUrl,
    registry,
    featureMatrices,
    featureMaps: new FeatureMaps(database, featureMatrices),
    queue,
    uploads,
    evaluations,
    analyses,
    audit: new AuditTrail(database, log),
    quotas,
    urls: new SignedUrls(config.urlSigningSecret ?? secretInFolder(config.dataDir)),
    doctor: new Doctor({ config, database: jobsDatabase, databaseUrl }),
    log,
    codeVersion,
  };
  return { services, jobsDatabase };
}

/** The defaults depend on the host, so that the log says them. */
function sayWhoMayDoWhat(config: Config, log: Logger): void {
  const scopes = anonymousScopesOf(config);
  const mayChange = scopes.some((scope) => scope !== 'read' && scope !== 'export');
  const message = `requests without a key have the scopes: ${scopes.join(', ') || 'none'} (ANONYMOUS_SCOPES)`;
  log[isOpenToOthers(config) && mayChange ? 'warn' : 'info'](message);
}

/** One server a data folder: two would run the same demo and show the same embedded database under two addresses. */
function holdDataDir(config: Config): Shutdown {
  inFolder('DATA_DIR', config.dataDir, () => mkdirSync(config.dataDir, { recursive: true }));
  const held = holdProcessLock(join(config.dataDir, 'server.lock'));
  if (typeof held === 'number')
    throw new Conflict(
      `Another server (process ${held}) uses DATA_DIR=${config.dataDir}: stop it or set another DATA_DIR.`,
      'DATA_DIR',
    );
  return held;
}

async function startDatabase(config: Config, log: Logger, parts: StartedParts): Promise<string> {
  if (config.databaseUrl) return config.databaseUrl;
  const unwanted = new AbortController();
  const starting: Promise<EmbeddedPostgres> = acquirePostgres({
    dataDir: config.dataDir,
    signal: unwanted.signal,
    onRestart: (reason) => log.warn(reason),
    onMended: (what) => log.warn(what),
  });
  // Installed at once, so that a signal during the start of the database stops it as well.
  parts.push(() => {
    unwanted.abort();
    return starting.then(
      (embedded) => embedded.release(),
      () => undefined,
    );
  });
  return (await starting).url;
}

/** What was started, in its order. */
class StartedParts {
  private readonly shutdowns: Shutdown[] = [];
  private stopping: Promise<void> | undefined;

  constructor(private readonly log: Logger) {}

  get areStopping(): boolean {
    return this.stopping !== undefined;
  }

  /** @throws Error if the stop has begun: nothing more is to be started then, and this part is stopped */
  push(shutdown: Shutdown): void {
    this.shutdowns.push(shutdown);
    if (!this.stopping) return;
    this.stopping = this.stopping.then(() => this.stopAll());
    throw new Error('The server was stopped while it started.');
  }

  /** The orderly stop: what was started last stops first. */
  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  private async stopAll(): Promise<void> {
    for (let shutdown = this.shutdowns.pop(); shutdown; shutdown = this.shutdowns.pop()) {
      try {
        await shutdown();
      } catch (failure) {
        this.log.error({ failure }, 'a part did not stop cleanly');
      }
    }
  }
}

/**
 * A rejected promise that is not awaited any more, for example of a field next to one that failed before, must not end
 * the server.
 */
function surviveForgottenFailures(log: Logger): void {
  process.on('unhandledRejection', (failure) => log.error({ failure }, 'an unhandled rejection'));
}

function stopOnSignals(parts: StartedParts, log: Logger): void {
  let askedAt = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (parts.areStopping && Date.now() - askedAt < SAME_WISH_MS) return;
      // Its users release the database when the process exits.
      if (parts.areStopping) process.exit(1);
      askedAt = Date.now();
      log.info({ signal }, 'stopping');
      setTimeout(() => process.exit(1), STOP_GRACE_MS + 2_000).unref();
      void parts.stop().then(() => process.exit(0));
    });
  }
}
