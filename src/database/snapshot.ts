/**
 * Reads in one snapshot of the database, however long they take: what is written meanwhile is not in them, and of the
 * rows of a statement only a few are in memory.
 */
import type { PoolClient } from 'pg';

/** The cells of a row as PostgreSQL writes them: no driver's number stands between a stored value and its text. */
export type TextRow = readonly (string | null)[];

/** A statement without a name: it is sent once. */
interface OneStatement {
  readonly text: string;
  readonly values?: readonly unknown[];
}

const ROWS_AT_ONCE = 2_000;
const AS_TEXT = { getTypeParser: () => (text: string) => text };

/** Begins the snapshot; the first statement of its transaction. */
export async function beginReading({ query }: { query(statement: OneStatement): Promise<unknown> }): Promise<void> {
  await query({ text: 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY' });
  // Cursors are planned for their first rows unless told otherwise; here all rows are read.
  await query({ text: 'SET LOCAL cursor_tuple_fraction = 1' });
}

/**
 * Reads the rows of a statement through a cursor. The next part is on its way while the caller works on one.
 *
 * @param name of the cursor, which the transaction has no other of
 */
export async function* cursorRows(
  client: PoolClient,
  name: string,
  { text, values }: OneStatement,
  atOnce = ROWS_AT_ONCE,
): AsyncGenerator<TextRow[]> {
  await client.query({ text: `DECLARE ${name} NO SCROLL CURSOR FOR ${text}`, values: values as unknown[] | undefined });
  const fetch = async (): Promise<TextRow[]> => {
    const query = { text: `FETCH ${atOnce} FROM ${name}`, rowMode: 'array' as const, types: AS_TEXT };
    return (await client.query<(string | null)[]>(query)).rows;
  };
  let next = fetch();
  try {
    for (;;) {
      const rows = await next;
      const isLast = rows.length < atOnce;
      if (!isLast) next = fetch();
      if (rows.length > 0) yield rows;
      if (isLast) break;
    }
  } finally {
    // A part that no one waits for any more may fail with the transaction.
    await next.catch(() => undefined);
  }
  await client.query(`CLOSE ${name}`);
}
