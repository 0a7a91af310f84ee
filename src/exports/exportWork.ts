/** Writes an export that was asked for, in the process that keeps the files of exports. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Caller, callerLater } from '../access';
import type { Database, Queryable } from '../database';
import { messageOf, NotFound, UserError } from '../errors';
import type { Lease } from '../job';
import type { Logger } from '../log';
import type { ExportSource } from './export';
import type { ExportContent, ExportFiles, Written } from './exportFiles';
import { type ExportJobRow, findExportJobs } from './exportJobs';
import { exportSeenBy, exportSourceOf, exportViewerOf, openExport } from './exportSource';
import { findExport } from './findExport';

/** What the work takes. */
export interface ExportWorkContext {
  database: Database;
  files: ExportFiles;
  /** @returns what reads the filters of the graph for a caller */
  readFilterFor(caller: Caller): ExportSource['readFilter'];
  log: Logger;
}

/** An export that is to be written, and the lease to do it. */
export interface LeasedExport extends Lease {
  exportId: number;
}

/** How often the bytes that were written are noted, and whether it was cancelled is looked up. */
const LOOK_MS = 500;

/**
 * Writes an export below its address, until it has ended, also by a cancellation, the lease is lost or `stopping`
 * fires. It may be called again: of a file that was not finished nothing stays, and one that was is found.
 *
 * @returns whether work remains
 * @throws failures that are not the fault of the request, after which the job is delivered again
 */
export async function workOnExport(
  context: ExportWorkContext,
  { exportId, lost }: LeasedExport,
  stopping: AbortSignal,
): Promise<boolean> {
  const { database, log } = context;
  const unwanted = AbortSignal.any([stopping, lost]);
  const job = await startExport(database, exportId);
  if (!job) return false;
  try {
    const began = performance.now();
    const made = await openFor(context, job);
    const isWhole = made.bytes === 0 && !made.hasEnded;
    const written = await untilWritten(database, job.id, made, unwanted);
    const milliseconds = isWhole ? Math.round(performance.now() - began) : null;
    if (written) await succeed(database, job.id, { ...written, milliseconds });
  } catch (thrown) {
    if (unwanted.aborted) return stopping.aborted;
    if (!(thrown instanceof UserError) || thrown.code === 'UNAVAILABLE') throw thrown;
    log.warn({ exportId, reason: messageOf(thrown) }, 'an export failed');
    await failExport(database, exportId, thrown.message);
  }
  return stopping.aborted && !lost.aborted;
}

/** As its owner sees the data now. */
async function openFor(context: ExportWorkContext, job: ExportJobRow): Promise<ExportContent> {
  const { database, files, readFilterFor } = context;
  const caller = await callerLater(database, job.client, job.caller);
  const parts = { database, files, readFilter: readFilterFor(caller) };
  const path = job.path.split('/').map(decodeURIComponent);
  const viewer = await exportViewerOf(database, caller);
  const content = await findExport(exportSourceOf(parts, viewer, job.origin), { path, parameters: job.parameters });
  return openExport(parts, viewer, exportSeenBy(viewer, content));
}

/** @returns null if it is not wanted any more; then nothing more is written, unless somebody else reads it */
async function untilWritten(
  database: Database,
  id: number,
  made: ExportContent,
  unwanted: AbortSignal,
): Promise<Written | null> {
  const finished = made.finished();
  // What keeps it from being written may come when no one waits any more.
  finished.catch(() => undefined);
  try {
    while (!unwanted.aborted) {
      const written = await Promise.race([finished, sleep(LOOK_MS, null, { signal: unwanted }).catch(() => null)]);
      if (written) return written;
      if (!(await noteBytes(database, id, made.bytes))) return null;
    }
    return null;
  } finally {
    made.release();
  }
}

/** @returns the export, which is RUNNING now; null if it has ended */
async function startExport(database: Queryable, id: number): Promise<ExportJobRow | null> {
  const rows = await database.query({
    name: 'start-export',
    text: `UPDATE export_job SET status = 'RUNNING', started_at = coalesce(started_at, clock_timestamp()), bytes = 0
           WHERE id = $1 AND status IN ('QUEUED', 'RUNNING') RETURNING id`,
    values: [id],
  });
  const [row] = rows.length > 0 ? await findExportJobs(database, [id]) : [];
  return row ?? null;
}

/** @returns whether it is still wanted */
async function noteBytes(database: Queryable, id: number, bytes: number): Promise<boolean> {
  const rows = await database.query({
    name: 'note-bytes-of-export',
    text: `UPDATE export_job SET bytes = $2 WHERE id = $1 AND status = 'RUNNING' RETURNING id`,
    values: [id, bytes],
  });
  return rows.length > 0;
}

/** @param written `milliseconds` is null if not all of the file was written for this job */
async function succeed(
  database: Queryable,
  id: number,
  { bytes, sha256, milliseconds }: Written & { milliseconds: number | null },
): Promise<void> {
  await database.query({
    name: 'export-succeeded',
    text: `UPDATE export_job SET status = 'SUCCEEDED', bytes = $2, sha256 = $3, milliseconds = $4, finished_at = clock_timestamp()
           WHERE id = $1 AND status = 'RUNNING'`,
    values: [id, bytes, sha256, milliseconds],
  });
}

/** Makes it FAILED, unless it has ended. */
export async function failExport(database: Queryable, id: number, error: string): Promise<void> {
  await database.query({
    name: 'export-failed',
    text: `UPDATE export_job SET status = 'FAILED', error = $2, finished_at = clock_timestamp()
           WHERE id = $1 AND status IN ('QUEUED', 'RUNNING')`,
    values: [id, error],
  });
}

/**
 * Cancels an export: a queued one at once, one that is being written within half a second. One that has ended stays as
 * it is.
 *
 * @returns it as it is now
 * @throws NotFound
 */
export async function cancelExport(database: Queryable, id: number): Promise<ExportJobRow> {
  await database.query({
    name: 'cancel-export',
    text: `UPDATE export_job SET status = 'CANCELLED', finished_at = clock_timestamp()
           WHERE id = $1 AND status IN ('QUEUED', 'RUNNING')`,
    values: [id],
  });
  const [row] = await findExportJobs(database, [id]);
  if (!row) throw new NotFound('There is no export with this id.', 'id');
  return row;
}
