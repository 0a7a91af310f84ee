import type { Database, Queryable } from '../database';
import { RENEW_MS } from '../runs';

/** One delivery of one job. `attempt` is the fencing token: every delivery of a job has its own. */
export interface Delivery {
  queue: string;
  id: string;
  attempt: number;
}

/** The right to work on a job. */
export interface Lease {
  /** @returns false when the job was delivered to somebody else meanwhile */
  renew(queryable: Queryable): Promise<boolean>;
  lost: AbortSignal;
  /** Ends the renewals. */
  close(): void;
}

/**
 * Renews a delivery until it is closed. pg-boss takes a job back when `started_on` is older than its `expire_in`, both on the database's
 * clock, and knows no other sign of life: so that is what is moved. The row that a renewal locks cannot be taken back before the
 * transaction ends, so whoever renews in the transaction in which it writes never writes for a job that is somebody else's.
 */
export function holdLease(database: Database, { queue, id, attempt }: Delivery): Lease {
  const lost = new AbortController();
  const renew = async (queryable: Queryable): Promise<boolean> => {
    const rows = await queryable.query({
      name: 'renew-lease',
      text: `UPDATE pgboss.job SET started_on = clock_timestamp()
             WHERE name = $1 AND id = $2 AND state = 'active' AND retry_count = $3 RETURNING id`,
      values: [queue, id, attempt],
    });
    if (rows.length === 0) lost.abort();
    return rows.length > 0;
  };
  // Where the database does not answer the lease runs out by itself, and the next renewal tells.
  const timer = setInterval(() => void renew(database).catch(() => undefined), RENEW_MS);
  return { renew, lost: lost.signal, close: () => clearInterval(timer) };
}
