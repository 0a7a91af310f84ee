import { type Database, openDatabase, type Transaction } from '../../src/database';
import { cookbook } from '../../src/graphql';
import type { DetectorRegistry } from '../../src/models';
import { graphOf, testServices } from '../graphql/testGraph';

/** Recipes that tell of the process that answers, and not of its database. */
const OF_THE_PROCESS = ['server'];

/** The recipes of examples/ that read: each asks a database of the bed in place of the demo. */
const RECIPES = cookbook.filter(({ kind, name }) => kind === 'query' && !OF_THE_PROCESS.includes(name));

/** The names that the recipes have of the demo, and what is in their place. */
export type Names = Readonly<Record<'demo' | 'phantom-single' | 'phantom-multi', string>>;

const valueAt = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (found, key) => (typeof found === 'object' && found !== null ? Reflect.get(found, key) : null),
      value,
    );

/** @returns the text of the answer to each recipe, by its name @throws if one is answered with errors */
export async function answersOf(
  database: Database,
  registry: DetectorRegistry,
  names: Names,
): Promise<Record<string, string>> {
  const ask = graphOf(testServices(database, { registry }));
  const named = (text: string): string =>
    Object.entries(names).reduce((changed, [from, to]) => changed.replaceAll(`"${from}`, `"${to}`), text);
  const answers: Record<string, string> = {};
  for (const { name, text, variables, find } of RECIPES) {
    const found = find === null ? {} : (await ask(named(find))).data;
    const filled: Record<string, unknown> = JSON.parse(named(JSON.stringify(variables)), (_key, value) =>
      typeof value === 'string' && value.startsWith('find:') ? valueAt(found, value.slice('find:'.length)) : value,
    );
    const { data, errors } = await ask(named(text), filled);
    if (errors.length > 0) throw new Error(`${name}: ${errors.map(({ message }) => message).join(' ')}`);
    answers[name] = JSON.stringify(data);
  }
  return answers;
}

/**
 * Gives a backup a database whose snapshot others can look into: before the transaction of the backup ends, `look` gets a
 * database that sees exactly what the backup saw, whatever was written since.
 *
 * @returns the database for the backup, its `onTable`, and what `look` returned
 */
export function lookIntoSnapshot<T>(database: Database, url: string, look: (moment: Database) => Promise<T>) {
  let held: Transaction | undefined;
  let snapshot: Promise<{ id: string }[]> | undefined;
  let seen: T | undefined;
  const watched: Database = Object.create(database, {
    transaction: {
      value: <R>(work: (transaction: Transaction) => Promise<R>) =>
        database.transaction(async (transaction) => {
          held = transaction;
          const result = await work(transaction);
          const [exported] = (await snapshot) ?? [];
          seen = await lookFrom(url, exported?.id ?? '', look);
          return result;
        }),
    },
  });
  return {
    database: watched,
    /** The snapshot is there when the first table comes. */
    onTable: (done: number): void => {
      if (done === 0) snapshot = held?.query<{ id: string }>({ text: 'SELECT pg_export_snapshot() AS id' });
    },
    seen(): T {
      if (seen === undefined) throw new Error('The backup has not ended.');
      return seen;
    },
  };
}

/** One connection in one transaction, so that every statement of the graph sees the same. */
async function lookFrom<T>(url: string, snapshotId: string, look: (moment: Database) => Promise<T>): Promise<T> {
  const moment = openDatabase(url, { maxConnections: 1 });
  try {
    await moment.query({ text: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' });
    await moment.query({ text: `SET TRANSACTION SNAPSHOT '${snapshotId}'` });
    return await look(moment);
  } finally {
    await moment.close();
  }
}
