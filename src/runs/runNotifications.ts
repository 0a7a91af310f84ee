import { Client } from 'pg';
import type { Database } from '../database';

/** Hears of changes of runs, in any process, over one connection that is open only while somebody listens. */
class RunNotifications {
  private readonly listeners = new Map<number, Set<() => void>>();
  private client: Client | undefined;

  constructor(private readonly database: Database) {}

  /**
   * Calls `listener` after every change of the run's status or of one of its images. Notifications can be lost with the connection: a
   * listener still looks by itself from time to time.
   *
   * @returns the way to stop listening
   */
  listen(runId: number, listener: () => void): () => void {
    const all = this.listeners.get(runId) ?? new Set();
    this.listeners.set(runId, all.add(listener));
    this.connect();
    return () => {
      all.delete(listener);
      if (all.size === 0) this.listeners.delete(runId);
      if (this.listeners.size === 0) this.disconnect();
    };
  }

  /** Tries again with every new listener where the connection was lost. */
  private connect(): void {
    if (this.client) return;
    // Not one of the pool's: a pool waits for the connections that are out when it closes.
    const client = new Client({ ...this.database.pool.options, statement_timeout: 0 });
    this.client = client;
    const lost = (): void => {
      if (this.client === client) this.client = undefined;
      void client.end().catch(() => undefined);
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ payload }) => {
      for (const listener of this.listeners.get(Number(payload)) ?? []) listener();
    });
    client
      .connect()
      .then(() => client.query('LISTEN detection_run'), lost)
      .catch(lost);
  }

  private disconnect(): void {
    const client = this.client;
    this.client = undefined;
    void client?.end().catch(() => undefined);
  }
}

const ofDatabases = new WeakMap<Database, RunNotifications>();

/** @see RunNotifications.listen */
export function listenToRun(database: Database, runId: number, listener: () => void): () => void {
  const notifications = ofDatabases.get(database) ?? new RunNotifications(database);
  ofDatabases.set(database, notifications);
  return notifications.listen(runId, listener);
}
