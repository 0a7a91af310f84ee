import type { Database, Queryable } from '../database';
import type { Lease } from '../job';
import { RENEW_MS } from '../runs';
import { type Delivery, renewDelivery } from './bossJobs';

/**
 * Renews a delivery until it is closed. The row that a renewal locks cannot be taken back before the transaction ends,
 * so a worker that renews in the transaction in which it writes never writes for a job that another worker has.
 */
export function holdLease(database: Database, delivery: Delivery): { lease: Lease; close(): void } {
  const lost = new AbortController();
  const renew = async (queryable: Queryable): Promise<boolean> => {
    const isHeld = await renewDelivery(queryable, delivery);
    if (!isHeld) lost.abort();
    return isHeld;
  };
  // If the database does not respond, the lease expires by itself, and the next renewal fails.
  const timer = setInterval(() => void renew(database).catch(() => undefined), RENEW_MS);
  return { lease: { renew, lost: lost.signal }, close: () => clearInterval(timer) };
}
