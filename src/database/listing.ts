/** Lists in SQL: one description of a list serves its pages, its pages under many parents at once, and its counts. */
import type { Queryable } from './database';
import { beyondSql, orderBySql, type PageWindow, type Position, positionSql, type SortKey } from './keyset';
import type { SqlParameters } from './parameters';
import type { Statement } from './prisma';

/** A list as the rooms describe it. All SQL here is written by us; values from outside stand in `parameters`. */
export interface Listing<Row> {
  /** select list */
  columns: string;
  /** tables with their joins */
  from: string;
  /** joins that the select list needs and counting does not */
  joins?: string;
  /** conditions, all of which hold */
  where: readonly string[];
  /** ends with a unique key */
  order: readonly SortKey[];
  parameters: SqlParameters;
  read(flat: Record<string, unknown>): Row;
  /** for lists inside parents: the column that holds the parent's id */
  parentColumn?: string;
  /** where the number of its rows under a parent is kept; null in the column if it is not known */
  keptCounts?: { table: string; parentColumn: string; column: string };
  /** whether its rows belong to data set versions, of whose names their ids are made */
  ofDataset?: boolean;
}

/** One page. */
export interface Page<Row> {
  rows: Row[];
  /** the position of each row, as JSON text */
  positions: string[];
  /** whether more rows follow in the direction of reading */
  hasMore: boolean;
}

type Flat = Record<string, unknown> & { position: string };

/**
 * @returns the same page as `readPage`: the statement first finds the rows by what selects and orders them, which an index
 *   alone may know, and then reads all else of those alone
 */
export async function readPageKeysFirst<Row>(
  database: Queryable,
  listing: Listing<Row>,
  window: PageWindow,
): Promise<Page<Row>> {
  const { columns, from, joins, order } = listing;
  // The last key of an ordering is unique.
  const unique = order.at(-1)?.expression ?? '';
  const found = pageStatement(
    { ...listing, columns: `${unique} AS id`, joins: undefined },
    window,
    listing.parameters.copy(),
  );
  const flats = await database.query<Flat>({
    text: `SELECT ${columns}, ${positionSql(order)} AS position FROM (${found.text}) AS page, ${from}${joins ? ` ${joins}` : ''}
        WHERE ${unique} = page.id ORDER BY ${orderBySql(order, window.last !== undefined)}`,
    values: found.values,
  });
  return toPage(listing, window, flats);
}

/** @returns one page of a list */
export async function readPage<Row>(
  database: Queryable,
  listing: Listing<Row>,
  window: PageWindow,
): Promise<Page<Row>> {
  const flats = await database.query<Flat>(pageStatement(listing, window, listing.parameters.copy()));
  return toPage(listing, window, flats);
}

/** @returns the same page under each of many parents, in one statement; a parent without rows has an empty page */
export async function readPagesOfParents<Row>(
  database: Queryable,
  listing: Listing<Row>,
  window: PageWindow,
  parentIds: readonly number[],
): Promise<Map<number, Page<Row>>> {
  const parameters = listing.parameters.copy();
  const ids = parameters.add(parentIds);
  const inner = pageStatement(listing, window, parameters, `${listing.parentColumn} = parent.id`);
  const flats = await database.query<Flat & { parentId: number }>({
    text: `SELECT parent.id AS "parentId", page.* FROM unnest(${ids}::int4[]) AS parent (id) CROSS JOIN LATERAL (${inner.text}) AS page`,
    values: inner.values,
  });
  const flatsOfParent = new Map<number, Flat[]>(parentIds.map((id) => [id, []]));
  for (const flat of flats) flatsOfParent.get(flat.parentId)?.push(flat);
  return new Map([...flatsOfParent].map(([id, rows]) => [id, toPage(listing, window, rows)]));
}

/** @returns how many rows a list has, all pages together */
export async function countRows(database: Queryable, listing: Listing<unknown>): Promise<number> {
  const { from, where, parameters } = listing;
  const [row] = await database.query<{ count: number }>({
    text: `SELECT count(*) AS count FROM ${from}${whereSql(where)}`,
    values: parameters.values,
  });
  return row?.count ?? 0;
}

/** @returns how many rows a list has under each of many parents, in one statement, or two where not all numbers are kept */
export async function countRowsOfParents(
  database: Queryable,
  listing: Listing<unknown>,
  parentIds: readonly number[],
): Promise<Map<number, number>> {
  const kept = await findKeptCounts(database, listing, parentIds);
  const others = parentIds.filter((id) => !kept.has(id));
  return others.length === 0 ? kept : new Map([...kept, ...(await countOfParents(database, listing, others))]);
}

async function findKeptCounts(
  database: Queryable,
  { keptCounts, where }: Listing<unknown>,
  parentIds: readonly number[],
): Promise<Map<number, number>> {
  // What is kept is the number of all rows.
  if (!keptCounts || where.length > 0) return new Map();
  const { table, parentColumn, column } = keptCounts;
  const rows = await database.query<{ parentId: number; count: number }>({
    text: `SELECT ${parentColumn} AS "parentId", ${column} AS count FROM ${table} WHERE ${parentColumn} = ANY($1::int4[]) AND ${column} IS NOT NULL`,
    values: [parentIds],
  });
  return new Map(rows.map(({ parentId, count }) => [parentId, count]));
}

async function countOfParents(
  database: Queryable,
  listing: Listing<unknown>,
  parentIds: readonly number[],
): Promise<Map<number, number>> {
  const { from, where, parentColumn } = listing;
  const parameters = listing.parameters.copy();
  const ids = parameters.add(parentIds);
  const rows = await database.query<{ parentId: number; count: number }>({
    text: `SELECT ${parentColumn} AS "parentId", count(*) AS count
        FROM ${from}${whereSql([...where, `${parentColumn} = ANY(${ids}::int4[])`])} GROUP BY 1`,
    values: parameters.values,
  });
  const counts = new Map(parentIds.map((id) => [id, 0]));
  for (const { parentId, count } of rows) counts.set(parentId, count);
  return counts;
}

/** @returns whether a list has a row at a position or on the given side of it */
export async function hasRowsBeyond(
  database: Queryable,
  listing: Listing<unknown>,
  position: Position,
  side: 'upTo' | 'from',
): Promise<boolean> {
  const { from, where, order } = listing;
  const parameters = listing.parameters.copy();
  const beyond = beyondSql(order, position, side === 'upTo' ? 'after' : 'before', parameters);
  const [row] = await database.query<{ found: boolean }>({
    text: `SELECT EXISTS (SELECT FROM ${from}${whereSql([...where, `(${beyond}) IS NOT TRUE`])}) AS found`,
    values: parameters.values,
  });
  return row?.found ?? false;
}

/** @returns the part of a list that lies within one parent */
export function withinParent<Row>(listing: Listing<Row>, parentId: number): Listing<Row> {
  const parameters = listing.parameters.copy();
  const condition = `${listing.parentColumn} = ${parameters.add(parentId)}::int4`;
  return { ...listing, parameters, where: [...listing.where, condition] };
}

function pageStatement(
  listing: Listing<unknown>,
  window: PageWindow,
  parameters: SqlParameters,
  parentCondition?: string,
): Statement {
  const { columns, from, joins, where, order } = listing;
  const conditions = [...where];
  if (parentCondition) conditions.push(parentCondition);
  if (window.after) conditions.push(beyondSql(order, window.after, 'after', parameters));
  if (window.before) conditions.push(beyondSql(order, window.before, 'before', parameters));
  const limit = parameters.add((window.last ?? window.first ?? 0) + 1);
  return {
    text: `SELECT ${columns}, ${positionSql(order)} AS position
        FROM ${from}${joins ? ` ${joins}` : ''}${whereSql(conditions)} ORDER BY ${orderBySql(order, window.last !== undefined)} LIMIT ${limit}`,
    values: parameters.values,
  };
}

/** One row more than requested was read: it shows whether there are more, and is removed. */
function toPage<Row>(listing: Listing<Row>, window: PageWindow, flats: readonly Flat[]): Page<Row> {
  const size = window.last ?? window.first ?? 0;
  const kept = flats.slice(0, size);
  if (window.last !== undefined) kept.reverse();
  return {
    rows: kept.map((flat) => listing.read(flat)),
    positions: kept.map(({ position }) => position),
    hasMore: flats.length > size,
  };
}

function whereSql(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
}
