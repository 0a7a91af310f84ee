import type { IncomingMessage } from 'node:http';
import { Router } from 'express';
import { type Database, MigrationMismatch, pendingMigrations, type Queryable } from '../database';
import { findMissingImageRoots, missingImagesText } from '../dataset';
import { messageOf } from '../errors';
import type { Logger } from '../log';
import type { DetectorRegistry } from '../models';
import type { Readiness, ReadinessCheck, Services } from '../services';
import { type ErrorBody, statusOf } from './errors';
import { watchOwnFiles } from './ownFiles';

/** Whether this server is about to stop. */
export interface Lifecycle {
  draining: boolean;
}

/** What has to be right for this server to do its work. */
const CHECKS = ['server', 'database', 'migrations', 'detectors', 'files'] as const;
type CheckName = (typeof CHECKS)[number];
/** `ok`, or why not */
type Checks = Record<CheckName, string>;

const OK = 'ok';

/**
 * Notes the files of this server at this moment.
 *
 * @returns a look at what the work takes: a database that is reachable and fully migrated, a detector that is ready, the
 *   files that the server was started with, and a server that is not about to stop
 */
export function createReadiness(
  { database, registry, log }: Pick<Services, 'database' | 'registry' | 'log'>,
  lifecycle: Lifecycle,
): Readiness {
  const findDatabaseState = sharing(() => databaseState(database, log));
  const findFileState = sharing(watchOwnFiles(registry.list().flatMap(({ folder }) => folder?.onnxPath ?? [])));
  // Queries of a data set whose images are gone still work: that is reported here and takes no server out of service.
  const findWarnings = sharing(() => findMissingImageRoots(database).catch(() => []));
  return {
    async look(seen: Queryable = database) {
      const states: Checks = {
        server: lifecycle.draining ? 'the server is stopping' : OK,
        ...(await findDatabaseState()),
        detectors: detectorState(registry),
        files: await findFileState(),
      };
      const checks = CHECKS.map((name) => {
        const ok = states[name] === OK;
        return { name, ok, message: ok ? null : states[name] };
      });
      const look = seen === database ? findWarnings : () => findMissingImageRoots(seen).catch(() => []);
      const found = states.database === OK ? await look() : [];
      return { checks, warnings: found.map(missingImagesText) };
    },
  };
}

/**
 * `/healthz`: the process responds. `/readyz`: it can do its work, else 503. The latter names what it found:
 * `{"status", "checks": {NAME: "ok" | reason}, "warnings": [data sets whose image folder is gone, where there are any]}`.
 */
/** @param seenBy the database as the caller of a request sees it */
export function createHealthRouter(readiness: Readiness, seenBy: (request: IncomingMessage) => Queryable): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });
  router.get('/readyz', async (request, response) => {
    const report = await readiness.look(seenBy(request));
    const checks = Object.fromEntries(report.checks.map(({ name, message }) => [name, message ?? OK]));
    const warnings = report.warnings.length > 0 ? { warnings: report.warnings } : {};
    const bad = report.checks.filter(({ ok }) => !ok);
    response.set('Cache-Control', 'no-store');
    if (bad.length === 0) response.json({ status: 'ready', checks, ...warnings });
    else
      response
        .status(statusOf('UNAVAILABLE'))
        .json({ status: 'not ready', checks, ...warnings, errors: [explain(bad)] });
  });
  return router;
}

function explain(bad: readonly ReadinessCheck[]): ErrorBody {
  const reasons = bad.map(({ name, message }) => `${name}: ${message}`).join('; ');
  return { message: `Not ready: ${reasons}.`, extensions: { code: 'UNAVAILABLE' } };
}

async function databaseState(database: Database, log: Logger): Promise<Pick<Checks, 'database' | 'migrations'>> {
  const url = database.pool.options.connectionString ?? '';
  try {
    const pending = await pendingMigrations(url);
    return { database: OK, migrations: pending.length > 0 ? `pending are ${pending.join(', ')}` : OK };
  } catch (failure) {
    log.warn({ err: failure }, 'not ready');
    if (failure instanceof MigrationMismatch) return { database: OK, migrations: messageOf(failure) };
    return { database: 'it is not reachable', migrations: 'unknown while the database is not reachable' };
  }
}

function detectorState(registry: DetectorRegistry): string {
  if (registry.list().some(({ ready }) => ready)) return OK;
  return 'none is ready: the query "serverInfo" says why under refusedModels';
}

/** Probes that come during a check share its result, so that they never hold more than one connection. */
function sharing<T>(look: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | undefined;
  return () => {
    current ??= look().finally(() => {
      current = undefined;
    });
    return current;
  };
}
