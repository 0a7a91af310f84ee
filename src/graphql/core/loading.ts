import DataLoader from 'dataloader';
import type { FeatureMatrices } from '../../categorization';
import type { Queryable } from '../../database';
import type { DatasetMember } from '../../dataset';
import { type GlobalKeys, type GlobalType, toGlobalId } from '../../globalId';

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

/**
 * A loader that answers the one row of each key that global ids of a type are made of; null where there is none.
 *
 * @param tell is given each row that was found
 */
export function oneByGlobalKey<Type extends GlobalType, Row>(
  type: Type,
  find: (keys: readonly GlobalKeys[Type][]) => Promise<Row[]>,
  keyOfRow: (row: Row) => GlobalKeys[Type],
  tell: (row: Row) => void = () => undefined,
): DataLoader<GlobalKeys[Type], Row | null, string> {
  const textOf = (key: GlobalKeys[Type]): string => toGlobalId(type, key);
  return new DataLoader(
    async (keys) => {
      const found = await find(keys);
      found.forEach(tell);
      const rows = new Map(found.map((row) => [textOf(keyOfRow(row)), row]));
      return keys.map((key) => rows.get(textOf(key)) ?? null);
    },
    { maxBatchSize: MAX_BATCH, cacheKeyFn: textOf },
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

/** Fills the names of their data set versions into rows: ids are made of them. */
export type NameMembers = <Member extends DatasetMember>(members: Member[]) => Promise<Member[]>;

/**
 * Loaders by row id that are given rows which were found by their global ids: what refers to those needs no statement.
 */
type ToldLoader =
  | 'dataset'
  | 'patient'
  | 'study'
  | 'series'
  | 'categorization'
  | 'cohort'
  | 'exportJob'
  | 'pseudoCluster'
  | 'detector'
  | 'run'
  | 'detection'
  | 'review'
  | 'evaluation'
  | 'apiKey';

/** The dependencies of the loaders of one request. */
export interface LoaderSources {
  database: Queryable;
  named: NameMembers;
  prime(loader: ToldLoader, row: { id: number }): void;
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
