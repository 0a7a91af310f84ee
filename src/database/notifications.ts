import { Client } from 'pg';
import type { Database } from './database';

/**
 * Receives one channel's notifications of all processes, over one connection that is open only while someone listens.
 */
class Notifications {
  private readonly listeners = new Map<string, Set<() => void>>();
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
      if (this.listeners.size === 0) this.disconnect();
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
    client.on('notification', ({ payload }) => {
      for (const listener of this.listeners.get(payload ?? '') ?? []) listener();
    });
    client
      .connect()
      .then(() => client.query(`LISTEN ${client.escapeIdentifier(this.channel)}`), lost)
      .catch(lost);
  }

  private disconnect(): void {
    const client = this.client;
    this.client = undefined;
    void client?.end().catch(() => undefined);
  }
}

const ofDatabases = new WeakMap<Database, Map<string, Notifications>>();

/**
 * Calls `listener` after every notification of the channel that has this payload. Notifications are lost with the
 * connection: a listener still polls from time to time.
 *
 * @returns the way to stop listening
 */
export function listenTo(database: Database, channel: string, payload: string, listener: () => void): () => void {
  const channels = ofDatabases.get(database) ?? new Map<string, Notifications>();
  ofDatabases.set(database, channels);
  const notifications = channels.get(channel) ?? new Notifications(database, channel);
  channels.set(channel, notifications);
  return notifications.listen(payload, listener);
}
