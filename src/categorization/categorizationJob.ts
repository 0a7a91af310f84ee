/** The row of a categorization while a worker is at it. */
import { z } from 'zod';
import { EXECUTION_NOTE, type Queryable } from '../database';
import type { LesionFilter } from '../dataset';
import { NotFound } from '../errors';
import type { OpenedModel } from '../inference';
import { isTerminal } from '../job';
import type { StoredRequest } from './categorizationRequest';
import { findCategorizations } from './categorizations';
import type { CategorizationRow } from './rows';

const Request = z.object({
  filter: z.custom<LesionFilter | null>(),
  encoder: z.object({ name: z.string(), version: z.string(), sha256: z.string() }),
  clusterCount: z.number().int(),
  seed: z.number().int(),
});

/** A categorization that has not finished. */
export interface CategorizationJob {
  id: number;
  datasetId: number;
  encoderId: number;
  total: number;
  /** the categorization whose centroids are taken over */
  assignedFromId: number | null;
  request: StoredRequest;
}

/** @returns null if it has finished or is not there */
export async function findJob(database: Queryable, id: number): Promise<CategorizationJob | null> {
  const [row] = await database.query<CategorizationJob>({
    text: `SELECT id, dataset_id AS "datasetId", encoder_id AS "encoderId", total, assigned_from_id AS "assignedFromId", request
           FROM categorization WHERE id = $1 AND status IN ('QUEUED', 'RUNNING')`,
    values: [id],
  });
  return row ? { ...row, request: Request.parse(row.request) } : null;
}

/** Says that a worker is at it, and what with. */
export async function startJob(
  database: Queryable,
  id: number,
  executionProvider: string,
  warnings: readonly string[],
): Promise<void> {
  await database.query({
    text: `UPDATE categorization SET status = 'RUNNING', started_at = coalesce(started_at, now()), execution_provider = $2, warnings = $3
           WHERE id = $1 AND status IN ('QUEUED', 'RUNNING')`,
    values: [id, executionProvider, warnings],
  });
}

/** Says how many lesions have their features. */
export async function recordProgress(database: Queryable, id: number, completed: number): Promise<void> {
  await database.query({
    text: `UPDATE categorization SET completed = least($2, total) WHERE id = $1 AND status = 'RUNNING'`,
    values: [id, completed],
  });
}

/** Makes it FAILED, unless it has finished. */
export async function failCategorization(database: Queryable, id: number, reason: string): Promise<void> {
  await database.query({
    text: `UPDATE categorization SET status = 'FAILED', error = $2, finished_at = now() WHERE id = $1 AND status IN ('QUEUED', 'RUNNING')`,
    values: [id, reason],
  });
}

/** @returns whether it has finished, or is not there any more */
export async function hasEnded(database: Queryable, id: number): Promise<boolean> {
  const row = await database.prisma.categorization.findFirst({ where: { id }, select: { status: true } });
  return !row || isTerminal(row.status);
}

/**
 * Cancels a categorization: a queued one at once, a running one within the image that is being encoded. One that has
 * finished stays as it is.
 *
 * @returns it as it is now
 * @throws NotFound
 */
export async function cancelCategorization(database: Queryable, id: number): Promise<CategorizationRow> {
  await database.query({
    text: `UPDATE categorization SET status = 'CANCELLED', finished_at = now() WHERE id = $1 AND status IN ('QUEUED', 'RUNNING')`,
    values: [id],
  });
  const [row] = await findCategorizations(database, [id]);
  if (!row) throw new NotFound('There is no categorization with this id.', 'id');
  return row;
}

/** Adds the execution provider and new warnings to a categorization that is being processed. */
export async function noteExecution(
  database: Queryable,
  id: number,
  { executionProvider, warnings }: OpenedModel,
): Promise<void> {
  await database.query({
    text: `UPDATE categorization AS job SET ${EXECUTION_NOTE} WHERE job.id = $1 AND job.status = 'RUNNING'`,
    values: [id, executionProvider, warnings],
  });
}
