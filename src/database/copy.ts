/** COPY of whole tables as streams, for backups. Their text form is the same from PostgreSQL 15 on. */
import { Duplex, type Readable, type Writable } from 'node:stream';
import { escapeIdentifier, type PoolClient } from 'pg';
import { from, to } from 'pg-copy-streams';
import type { TableShape } from './tableShapes';

const columnList = (columns: readonly string[]): string => columns.map(escapeIdentifier).join(', ');

/**
 * Reads a table in the snapshot of the connection's transaction. The text form is used, because the binary form of an
 * array names the type of its elements by a number that differs from database to database.
 *
 * @param read takes the whole stream; if it fails, the connection is given up, because the rest of the rows is on its way
 * @returns number of rows
 */
export async function copyOut(
  client: PoolClient,
  { name, columns }: TableShape,
  read: (rows: Readable) => Promise<void>,
): Promise<number> {
  const rows = client.query(to(`COPY public.${escapeIdentifier(name)} (${columnList(columns)}) TO STDOUT`));
  try {
    await read(rows);
    return rows.rowCount;
  } catch (thrown) {
    breakConnection(client);
    throw thrown;
  }
}

/**
 * Fills a table; foreign keys and checks hold.
 *
 * @param write gives all rows to the stream and ends it
 * @returns number of rows
 */
export async function copyIn(
  client: PoolClient,
  { name, columns }: TableShape,
  write: (rows: Writable) => Promise<void>,
): Promise<number> {
  const rows = client.query(from(`COPY public.${escapeIdentifier(name)} (${columnList(columns)}) FROM STDIN`));
  await write(rows);
  return rows.rowCount;
}

function breakConnection(client: PoolClient): void {
  const connection: unknown = Reflect.get(client, 'connection');
  const stream: unknown = typeof connection === 'object' && connection ? Reflect.get(connection, 'stream') : undefined;
  if (stream instanceof Duplex) stream.destroy();
}

/** Empties tables: migrations write rows of their own. */
export async function emptyTables(client: PoolClient, tables: readonly TableShape[]): Promise<void> {
  const names = tables.map(({ name }) => `public.${escapeIdentifier(name)}`);
  await client.query(`TRUNCATE ${names.join(', ')}`);
}

/**
 * Switches our own triggers off or on again: they would count, notify and check what was counted and checked already.
 * The owner of a table may, so that no superuser is needed; those of foreign keys stay.
 */
export async function switchTriggers(client: PoolClient, tables: readonly TableShape[], on: boolean): Promise<void> {
  for (const { name } of tables)
    await client.query(`ALTER TABLE public.${escapeIdentifier(name)} ${on ? 'ENABLE' : 'DISABLE'} TRIGGER USER`);
}
