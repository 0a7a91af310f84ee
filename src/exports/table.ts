/** What a table of rows is, whatever the format in which it leaves. */
import type { Statement, TextRow } from '../database';

/** INTEGER has 32 bits. ENUM is one of a closed list, written as in the graph. */
export type CellType = 'INTEGER' | 'DOUBLE' | 'BOOLEAN' | 'TEXT' | 'ENUM';

/** A column of a table. */
export interface Column {
  /** snake case of the graph's name, with its unit */
  readonly name: string;
  readonly type: CellType;
  /** of an ENUM */
  readonly values?: readonly string[];
  readonly isNullable: boolean;
  /** with unit and source */
  readonly description: string;
}

/** A column that PostgreSQL computes. */
export interface SqlColumn extends Column {
  /** the expression, over the tables of `from` */
  readonly sql: string;
}

/** A table that PostgreSQL computes, before a data set version and a filter are chosen. */
export interface TableDefinition {
  readonly name: string;
  /** what a row is, as a sentence */
  readonly description: string;
  readonly columns: readonly SqlColumn[];
  readonly from: string;
  /** the natural key: every row has its place whatever the database */
  readonly order: string;
}

/** The rows of a table as a format gets them, each in the order of the columns. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: AsyncIterable<readonly TextRow[]>;
}

type Rest = Partial<Pick<Column, 'values' | 'isNullable'>>;

/** Describes a column. It is never empty unless `isNullable` says so. */
export function column(name: string, type: CellType, sql: string, description: string, rest: Rest = {}): SqlColumn {
  return { name, type, sql, description, isNullable: false, ...rest };
}

/** @returns the statement that reads these columns of the rows that match all conditions, in the table's order */
export function tableStatement(
  { from, order }: TableDefinition,
  columns: readonly SqlColumn[],
  where: readonly string[],
  values: readonly unknown[],
): Statement {
  const list = columns.map(({ name, sql }) => `${sql} AS "${name}"`).join(', ');
  const conditions = where.map((condition) => `(${condition})`).join(' AND ');
  return { text: `SELECT ${list} FROM ${from} WHERE ${conditions} ORDER BY ${order}`, values };
}

/** Global ids as `toGlobalId` makes them, computed where the rows are. @param key an expression of type text */
export const globalIdSql = (type: string, key: string): string =>
  `translate(encode(convert_to('${type}:' || ${key}, 'UTF8'), 'base64'), E'+/=\\n', '-_')`;
