import DataLoader from 'dataloader';
import type { FeatureMatrices } from '../../categorization';
import type { Queryable } from '../../database';

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

/** One loader for each name, made at its first use: the rows above a lesion that come along, the arguments of a nested list. */
type Variants = <Loader>(name: string, make: () => Loader) => Loader;

/** What the loaders of one request are made of. */
export interface LoaderSources {
  database: Queryable;
  featureMatrices: FeatureMatrices;
  variant: Variants;
}

/** How each loader of a domain is made, by its name among all loaders. */
export type LoaderMakers = Readonly<Record<string, (sources: LoaderSources) => unknown>>;

/** The variants of one request. A name stands for one type of loader, whatever domain asks for it. */
export function createVariants(): Variants {
  const shared = new Map<string, unknown>();
  return <Loader>(name: string, make: () => Loader): Loader => {
    const known = shared.get(name) as Loader | undefined;
    if (known) return known;
    const made = make();
    shared.set(name, made);
    return made;
  };
}

/** The key of a row that is asked for by its own id. */
export const idOf = (row: { id: number }): number => row.id;
