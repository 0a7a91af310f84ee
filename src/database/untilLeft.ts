import { setTimeout as sleep } from 'node:timers/promises';
import { Pool, type PoolClient } from 'pg';
import { withSessionSettings } from './address';
import { databaseErrorCode } from './errorCodes';

/** The statements of a client that may disconnect before they are answered. */
export class Asker {
  private readonly leaving = new Set<() => void>();
  private readonly leave = (): void => {
    for (const leave of this.leaving) leave();
  };

  constructor(private readonly signal: AbortSignal) {}

  get hasLeft(): boolean {
    return this.signal.aborted;
  }

  /** @throws the reason of the signal if the client has disconnected */
  mustBeThere(): void {
    this.signal.throwIfAborted();
  }

  /** Calls `leave` if the client disconnects during the work. */
  async during<T>(leave: () => void, work: () => Promise<T>): Promise<T> {
    // One listener for all statements, and none between them: the signal of a socket lives as long as the socket.
    if (this.leaving.size === 0) this.signal.addEventListener('abort', this.leave, { once: true });
    this.leaving.add(leave);
    try {
      return await work();
    } finally {
      this.leaving.delete(leave);
      if (this.leaving.size === 0) this.signal.removeEventListener('abort', this.leave);
    }
  }
}

/** Between two requests to cancel the same statement. */
const AGAIN_MS = 50;

/**
 * Cancels statements over a separate connection, because those of the pool may all be in use for clients that
 * disconnected.
 */
export class Canceller {
  private pool: Pool | undefined;

  constructor(private readonly url: string) {}

  /**
   * Asks PostgreSQL to end what the client's connection is at, again and again until it has: a request that comes
   * before PostgreSQL has begun with the statement is forgotten, and one that comes while it is busy may not be
   * answered in time.
   */
  async cancelUntil(client: PoolClient, isSettled: () => boolean): Promise<void> {
    const processId: unknown = Reflect.get(client, 'processID');
    if (typeof processId !== 'number') return;
    this.pool ??= this.open();
    while (!isSettled()) {
      await this.pool.query('SELECT pg_cancel_backend($1)', [processId]).catch(() => undefined);
      if (!isSettled()) await sleep(AGAIN_MS);
    }
  }

  async close(): Promise<void> {
    await this.pool?.end();
  }

  private open(): Pool {
    const pool = new Pool({
      connectionString: withSessionSettings(this.url),
      max: 1,
      connectionTimeoutMillis: 2_000,
      query_timeout: 2_000,
      idleTimeoutMillis: 1_000,
      allowExitOnIdle: true,
    });
    pool.on('error', () => undefined);
    return pool;
  }
}

const QUERY_CANCELLED = '57014';

/**
 * Sends one statement for a client. The connection returns to the pool only after the request to cancel was answered: a
 * later one would cancel the statement of another client.
 *
 * @throws the reason of the client's signal if it disconnected
 */
export async function sendUntilLeft<T>(
  pool: Pool,
  canceller: Canceller,
  asker: Asker,
  send: (client: PoolClient) => Promise<T>,
): Promise<T> {
  asker.mustBeThere();
  const client = await pool.connect();
  let broken: Error | undefined;
  // A connection that dies fails the current statement; without a listener it would also end the process.
  const died = (failure: Error): void => {
    broken = failure;
  };
  client.on('error', died);
  let isSettled = false;
  let cancelled: Promise<void> | undefined;
  const leave = (): void => {
    cancelled = canceller.cancelUntil(client, () => isSettled);
  };
  try {
    asker.mustBeThere();
    return await asker.during(leave, () => send(client));
  } catch (thrown) {
    if (!asker.hasLeft) broken = thrown instanceof Error ? thrown : new Error(String(thrown));
    else if (cancelled && !isCancellation(thrown)) broken ??= new Error('The connection was lost.');
    asker.mustBeThere();
    throw thrown;
  } finally {
    isSettled = true;
    await cancelled;
    client.off('error', died);
    client.release(broken);
  }
}

const isCancellation = (thrown: unknown): boolean => databaseErrorCode(thrown) === QUERY_CANCELLED;
