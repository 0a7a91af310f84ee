/** The kinds of jobs that have a message at their end: one way to send them all. */
import { z } from 'zod';
import type { Database, Queryable } from '../database';
import { EXPORT_WEBHOOKS, findExportEnd } from '../exports';
import {
  findRunEnd,
  findTraceparent,
  type JobEnd,
  RUN_WEBHOOKS,
  type WebhookCounts,
  type WebhookOutbox,
  type WebhookSettings,
} from '../runs';

/** A message of the queue: the run or the export whose end it tells. */
export const WebhookJob = z.union([z.object({ runId: z.number().int() }), z.object({ exportId: z.number().int() })]);
export type WebhookJob = z.infer<typeof WebhookJob>;

/** One kind of job. */
interface WebhookKind {
  outbox: WebhookOutbox;
  /** the name of the row id in a job of the queue */
  key: 'runId' | 'exportId';
  jobOf(id: number): WebhookJob;
  /** @returns what the message says; undefined if the job has not ended */
  end(database: Database, id: number, settings: WebhookSettings): Promise<JobEnd | undefined>;
  /** @returns the W3C traceparent of the request that made the job; null without traces */
  parent(database: Queryable, id: number): Promise<string | null>;
}

const RUNS: WebhookKind = {
  outbox: RUN_WEBHOOKS,
  key: 'runId',
  jobOf: (runId) => ({ runId }),
  end: (database, id, { publicUrl }) => findRunEnd(database, id, publicUrl ? publicUrl.origin + publicUrl.path : null),
  parent: findTraceparent,
};
const EXPORTS: WebhookKind = {
  outbox: EXPORT_WEBHOOKS,
  key: 'exportId',
  jobOf: (exportId) => ({ exportId }),
  end: findExportEnd,
  parent: async () => null,
};
export const WEBHOOK_KINDS: readonly WebhookKind[] = [RUNS, EXPORTS];

/** @returns the kind of a message of the queue, and the row id of its run or export */
export const subjectOf = (job: WebhookJob): { kind: WebhookKind; id: number } =>
  'runId' in job ? { kind: RUNS, id: job.runId } : { kind: EXPORTS, id: job.exportId };

/** @returns the messages of all kinds together */
export async function countWebhooks(database: Queryable): Promise<WebhookCounts> {
  const total: WebhookCounts = { open: 0, unencrypted: 0, failed: 0 };
  for (const { outbox } of WEBHOOK_KINDS) {
    const { open, unencrypted, failed } = await outbox.count(database);
    total.open += open;
    total.unencrypted += unencrypted;
    total.failed += failed;
  }
  return total;
}
