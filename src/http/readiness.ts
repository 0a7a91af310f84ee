import { Router } from 'express';
import { type Database, pendingMigrations } from '../database';
import type { Logger } from '../log';
import { HttpError, sendError } from './errors';

/** Whether this server is about to stop. */
export interface Lifecycle {
  draining: boolean;
}

const PATIENCE_MS = 2_000;

/**
 * `/healthz`: the process answers. `/readyz`: it can do its work, which takes a database that is reachable and fully migrated, and a
 * server that is not about to stop; else 503 with the reason.
 */
export function createHealthRouter(database: Database, lifecycle: Lifecycle, log: Logger): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const reason = lifecycle.draining ? 'the server is stopping' : await databaseTrouble(database, log);
    if (reason) sendError(response, new HttpError('UNAVAILABLE', `Not ready: ${reason}.`), log);
    else response.set('Cache-Control', 'no-store').json({ status: 'ready' });
  });
  return router;
}

/** @returns why the database cannot serve, or undefined */
async function databaseTrouble(database: Database, log: Logger): Promise<string | undefined> {
  const url = database.pool.options.connectionString;
  if (!url) return 'no database is configured';
  const clock = AbortSignal.timeout(PATIENCE_MS);
  const tooLate = new Promise<never>((_resolve, reject) => {
    clock.addEventListener('abort', () => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), { once: true });
  });
  try {
    const pending = await Promise.race([pendingMigrations(url), tooLate]);
    return pending.length > 0 ? `migrations are pending (${pending.join(', ')})` : undefined;
  } catch (failure) {
    log.warn({ err: failure }, 'the database is not reachable');
    return 'the database is not reachable';
  }
}
