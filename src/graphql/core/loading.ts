import DataLoader from 'dataloader';

/** Ids of one statement; PostgreSQL would take more, a page never has more. */
const MAX_BATCH = 10_000;

/** A loader that answers the one row of each key; null where there is none. */
export function oneByKey<Key extends number | string, Row>(
  find: (keys: readonly Key[]) => Promise<Row[]>,
  keyOf: (row: Row) => Key,
): DataLoader<Key, Row | null> {
  return new DataLoader(
    async (keys) => {
      const rows = new Map((await find(keys)).map((row) => [keyOf(row), row]));
      return keys.map((key) => rows.get(key) ?? null);
    },
    { maxBatchSize: MAX_BATCH },
  );
}

/** A loader that answers all rows of each key, in the order in which `find` has them; an empty list where there are none. */
export function manyByKey<Key extends number | string, Row>(
  find: (keys: readonly Key[]) => Promise<Row[]>,
  keyOf: (row: Row) => Key,
): DataLoader<Key, Row[]> {
  return new DataLoader(
    async (keys) => {
      const rows = new Map<Key, Row[]>(keys.map((key) => [key, []]));
      for (const row of await find(keys)) rows.get(keyOf(row))?.push(row);
      return keys.map((key) => rows.get(key) ?? []);
    },
    { maxBatchSize: MAX_BATCH },
  );
}
