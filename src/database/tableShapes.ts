/** The tables and sequences of this product as the catalogue of any of its versions tells them. */
import { escapeIdentifier } from 'pg';
import type { Queryable } from './database';

/** A table and the columns that are stored, in their order. */
export interface TableShape {
  name: string;
  columns: string[];
}

/** A sequence and where it is. */
export interface SequenceState {
  name: string;
  value: number;
  /** whether `value` was given out already */
  isCalled: boolean;
}

/** Not data: how the database came to be. */
const BOOKS = ['_prisma_migrations', '_deeplesion_restore'];

interface FoundTable extends TableShape {
  /** tables that its foreign keys lead to */
  needs: string[];
}

/**
 * @returns all tables, each behind those that its foreign keys lead to
 * @throws Error if foreign keys lead in a circle
 */
export async function findTableShapes(queryable: Queryable): Promise<TableShape[]> {
  const tables = await queryable.query<FoundTable>({
    text: `SELECT c.relname::text AS name,
             (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute AS a
               WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
             ARRAY(SELECT DISTINCT f.confrelid::regclass::text FROM pg_constraint AS f
               WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid) AS needs
           FROM pg_class AS c
           WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> ALL($1::text[])
             AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
           ORDER BY c.relname COLLATE "C"`,
    values: [BOOKS],
  });
  return inOrder(tables);
}

function inOrder(tables: readonly FoundTable[]): TableShape[] {
  const ordered: TableShape[] = [];
  const placed = new Set<string>();
  while (ordered.length < tables.length) {
    const next = tables.filter(({ name, needs }) => !placed.has(name) && needs.every((needed) => placed.has(needed)));
    if (next.length === 0) throw new Error('The foreign keys of the tables lead in a circle.');
    for (const { name, columns } of next) {
      ordered.push({ name, columns });
      placed.add(name);
    }
  }
  return ordered;
}

/** Sequences know no snapshots: read behind a snapshot, each is beyond all numbers that the snapshot holds. */
export async function findSequences(queryable: Queryable): Promise<SequenceState[]> {
  const names = await queryable.query<{ name: string }>({
    text: `SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
           ORDER BY relname COLLATE "C"`,
  });
  const sequences: SequenceState[] = [];
  for (const { name } of names) {
    const [state] = await queryable.query<Omit<SequenceState, 'name'>>({
      text: `SELECT last_value AS value, is_called AS "isCalled" FROM public.${escapeIdentifier(name)}`,
    });
    if (state) sequences.push({ name, ...state });
  }
  return sequences;
}

export async function setSequence(queryable: Queryable, { name, value, isCalled }: SequenceState): Promise<void> {
  await queryable.query({
    text: 'SELECT setval($1::regclass, $2::int8, $3)',
    values: [`public.${escapeIdentifier(name)}`, value, isCalled],
  });
}

/**
 * Begins a snapshot that all later statements of the transaction see, and holds the tables' shapes as they are; others
 * read and write meanwhile.
 */
export async function beginSnapshot(queryable: Queryable): Promise<TableShape[]> {
  await queryable.query({ text: 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY' });
  const tables = await findTableShapes(queryable);
  const names = tables.map(({ name }) => `public.${escapeIdentifier(name)}`);
  if (names.length > 0) await queryable.query({ text: `LOCK TABLE ${names.join(', ')} IN ACCESS SHARE MODE` });
  return tables;
}

/** @returns the identity of the database in this snapshot */
export async function findDatabaseId(queryable: Queryable): Promise<string | null> {
  return (await queryable.prisma.databaseIdentity.findFirst())?.id ?? null;
}
