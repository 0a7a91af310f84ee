import DataLoader from 'dataloader';
import type { FeatureMatrices } from '../../categorization';
import type { Queryable } from '../../database';

/** Maximum number of ids of one statement; PostgreSQL accepts more, and no page has more. */
const MAX_BATCH = 10_000;

/** A loader that returns one row per key; null if there is none. */
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

/** A loader that returns all rows per key, in the order of `find`; an empty list if there are none. */
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

/**
 * One loader per name, made at its first use, e.g. per set of embedded parents of a lesion or per arguments of a
 * nested list.
 */
type Variants = <Loader>(name: string, make: () => Loader) => Loader;

/** The dependencies of the loaders of one request. */
export interface LoaderSources {
  database: Queryable;
  featureMatrices: FeatureMatrices;
  variant: Variants;
}

/** The factory of each loader of a domain, by its name among all loaders. */
export type LoaderMakers = Readonly<Record<string, (sources: LoaderSources) => unknown>>;

/** The variants of one request. A name always denotes the same type of loader, regardless of the domain. */
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

/** The key of a row that is loaded by its own id. */
export const idOf = (row: { id: number }): number => row.id;
