import { Client } from 'pg';
import type { Database } from './database';

/**
 * Receives one channel's notifications of all processes, over one connection that is open only while someone listens.
 */
class Notifications {
  private readonly listeners = new Map<string, Set<() => void>>();
  private readonly ofAll = new Set<(payload: string | null) => void>();
  private client: Client | undefined;

  constructor(
    private readonly database: Database,
    private readonly channel: string,
  ) {}

  listen(payload: string, listener: () => void): () => void {
    const all = this.listeners.get(payload) ?? new Set();
    this.listeners.set(payload, all.add(listener));
    this.connect();
    return () => {
      all.delete(listener);
      if (all.size === 0) this.listeners.delete(payload);
      this.disconnectIfUnheard();
    };
  }

  listenToAll(listener: (payload: string | null) => void): () => void {
    this.ofAll.add(listener);
    this.connect();
    return () => {
      this.ofAll.delete(listener);
      this.disconnectIfUnheard();
    };
  }

  /** Reconnects with every new listener if the connection was lost. */
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
    client.on('notification', ({ payload = '' }) => {
      for (const listener of this.listeners.get(payload) ?? []) listener();
      for (const listener of this.ofAll) listener(payload);
    });
    // What changed before PostgreSQL listened was not told.
    const ready = (): void => {
      for (const listeners of this.listeners.values()) for (const listener of listeners) listener();
      for (const listener of this.ofAll) listener(null);
    };
    client
      .connect()
      .then(() => client.query(`LISTEN ${client.escapeIdentifier(this.channel)}`))
      .then(ready)
      .catch(lost);
  }

  private disconnectIfUnheard(): void {
    if (this.listeners.size > 0 || this.ofAll.size > 0) return;
    const client = this.client;
    this.client = undefined;
    void client?.end().catch(() => undefined);
  }
}

/** By pool, because a database has many views (`Database.until`), and each listener would have a connection of its own. */
const ofPools = new WeakMap<Database['pool'], Map<string, Notifications>>();

/**
 * Calls `listener` after every notification of the channel that has this payload, and once notifications come.
 * Notifications are lost with the connection: a listener still polls from time to time.
 *
 * @returns the way to stop listening
 */
export function listenTo(database: Database, channel: string, payload: string, listener: () => void): () => void {
  return notificationsOf(database, channel).listen(payload, listener);
}

/**
 * Calls `listener` with the payload after every notification of the channel, as `listenTo` does for one payload; null
 * says that notifications come from now on.
 */
export function listenToAll(
  database: Database,
  channel: string,
  listener: (payload: string | null) => void,
): () => void {
  return notificationsOf(database, channel).listenToAll(listener);
}

function notificationsOf(database: Database, channel: string): Notifications {
  const channels = ofPools.get(database.pool) ?? new Map<string, Notifications>();
  ofPools.set(database.pool, channels);
  const notifications = channels.get(channel) ?? new Notifications(database, channel);
  channels.set(channel, notifications);
  return notifications;
}
