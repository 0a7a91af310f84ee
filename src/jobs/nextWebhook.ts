import type { Queryable } from '../database';
import type { TakenJob } from './servableBatches';

/** Scheme, host and port of an address. */
const receiverOf = (url: string): string => `substring(${url} from '^[^/]*//[^/?#]+')`;

/**
 * Takes the next message as pg-boss does (`fetch` of 10.4: the same order, the same change of the row), but none to a receiver that is being
 * sent one already, by whichever server: a receiver that answers slowly holds up its own messages and nobody else's.
 */
export async function takeNextWebhook(database: Queryable, queue: string): Promise<TakenJob | undefined> {
  const [job] = await database.query<TakenJob>({
    name: 'take-next-webhook',
    text: `WITH next AS (
             SELECT job.id FROM pgboss.job AS job LEFT JOIN run_webhook AS hook ON hook.run_id = (job.data ->> 'runId')::int4
             WHERE job.name = $1 AND job.state < 'active' AND job.start_after < now() AND NOT EXISTS (
               SELECT FROM pgboss.job AS busy JOIN run_webhook AS other ON other.run_id = (busy.data ->> 'runId')::int4
               WHERE busy.name = $1 AND busy.state = 'active' AND ${receiverOf('other.url')} = ${receiverOf('hook.url')}
             )
             ORDER BY job.priority DESC, job.created_on, job.id LIMIT 1 FOR UPDATE OF job SKIP LOCKED
           )
           UPDATE pgboss.job AS job SET state = 'active', started_on = now(),
             retry_count = CASE WHEN job.started_on IS NOT NULL THEN job.retry_count + 1 ELSE job.retry_count END
           FROM next WHERE job.name = $1 AND job.id = next.id
           RETURNING job.id, job.data, job.priority, job.retry_count AS "retryCount"`,
    values: [queue],
  });
  return job;
}
