import type { Database } from './database';

/** How a PostgreSQL server is set up, as far as we depend on it. */
export interface ServerFacts {
  /** such as 150004 */
  version: number;
  versionText: string;
  encoding: string;
  readOnly: boolean;
  fsync: boolean;
  fullPageWrites: boolean;
  maxConnections: number;
  /** of all databases of the server, as far as this user may see them */
  usedConnections: number;
  databaseBytes: number;
  /** clock of the database less that of this machine; exact to half the time of a statement */
  aheadSeconds: number;
}

export async function findServerFacts(database: Database): Promise<ServerFacts> {
  // The first statement opens the connection, which takes longer.
  await database.query({ text: 'SELECT 1' });
  const before = Date.now();
  const [clock] = await database.query<{ milliseconds: number }>({
    text: 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS milliseconds',
  });
  const here = (before + Date.now()) / 2;
  const [facts] = await database.query<Omit<ServerFacts, 'aheadSeconds'>>({
    text: `SELECT current_setting('server_version_num')::int4 AS version, current_setting('server_version') AS "versionText",
             current_setting('server_encoding') AS encoding, current_setting('transaction_read_only') = 'on' AS "readOnly",
             current_setting('fsync') = 'on' AS fsync, current_setting('full_page_writes') = 'on' AS "fullPageWrites",
             current_setting('max_connections')::int4 AS "maxConnections",
             (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS "usedConnections",
             pg_database_size(current_database())::float8 AS "databaseBytes"`,
  });
  if (!facts || !clock) throw new Error('PostgreSQL did not report its settings.');
  return { ...facts, aheadSeconds: (clock.milliseconds - here) / 1000 };
}
