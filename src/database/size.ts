import type { Queryable } from './database';

/** @returns bytes on disk of this database: tables, indexes and what they have left over; not the log of the server */
export async function findDatabaseBytes(database: Queryable): Promise<number> {
  const [row] = await database.query<{ bytes: number }>({
    name: 'database-bytes',
    text: 'SELECT pg_database_size(current_database())::float8 AS bytes',
  });
  if (!row) throw new Error('SELECT without FROM answered no row');
  return row.bytes;
}
