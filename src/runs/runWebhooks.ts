/** The message of a run's end. */
import type { Queryable } from '../database';
import { type GlobalKeys, toGlobalId } from '../globalId';
import type { JobStatus } from '../job';
import { ownerOfRun } from './runRows';
import { completenessOf } from './runState';
import { type WebhookOutbox, webhookOutbox } from './webhookOutbox';

/** The trigger `detection_run_webhook` makes them due. */
export const RUN_WEBHOOKS: WebhookOutbox = webhookOutbox('run_webhook', 'run_id');

/** The end of a job, for the message about it. */
export interface JobEnd {
  /** such as `detection_run.ended` */
  type: string;
  finishedAt: Date;
  /** what the message says of the job */
  data: object;
  /** slug of its data set */
  dataset: string;
  /** who requested it; null: no one who could lose sight of the data set */
  owner: string | null;
  createdAt: Date;
}

interface RunEndRow {
  uuid: GlobalKeys['DetectionRun']['uuid'];
  status: JobStatus;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date;
  completed: number;
  failed: number;
  total: number;
  dataset: string;
  clientKey: string;
}

/**
 * @param publicUrl the address of the server without a slash at its end; null: the message names no address
 * @returns the end of a run; undefined if it has not ended
 */
export async function findRunEnd(
  database: Queryable,
  runId: number,
  publicUrl: string | null,
): Promise<JobEnd | undefined> {
  const [row] = await database.query<RunEndRow>({
    name: 'run-end',
    text: `SELECT run.uuid, run.status, run.created_at AS "createdAt", run.started_at AS "startedAt", run.finished_at AS "finishedAt",
             count(*) FILTER (WHERE i.state = 'COMPLETED') AS completed, count(*) FILTER (WHERE i.state = 'FAILED') AS failed,
             count(i.image_id) AS total, dataset.slug AS dataset, run.client_key AS "clientKey"
           FROM detection_run AS run JOIN dataset ON dataset.id = run.dataset_id LEFT JOIN run_image AS i ON i.run_id = run.id
           WHERE run.id = $1 AND run.finished_at IS NOT NULL GROUP BY run.id, dataset.id`,
    values: [runId],
  });
  if (!row) return undefined;
  const { uuid, status, completed, failed, total, createdAt, startedAt, finishedAt, dataset } = row;
  const id = toGlobalId('DetectionRun', { uuid });
  return {
    ...{ type: 'detection_run.ended', finishedAt, dataset, createdAt, owner: ownerOfRun(row) },
    data: {
      id,
      ...(publicUrl !== null && { url: `${publicUrl}/runs/${id}` }),
      status,
      completeness: completenessOf(status, { completed, total }),
      progress: { completed, failed, total },
      createdAt,
      startedAt,
      finishedAt,
    },
  };
}
