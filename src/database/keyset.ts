/**
 * Keyset paging: a page is found by the sort keys of a row, never by OFFSET, so that ties, nulls and rows that come or
 * go between two pages neither skip nor repeat anything. Nulls come last in both directions; reading backwards turns
 * everything round.
 */
import type { SqlParameters } from './parameters';

/** One column of an ordering. The last key of an ordering is unique, which makes the ordering total. */
export interface SortKey {
  /** SQL expression over the listing's tables */
  expression: string;
  /** SQL type of the expression: int4, float8, text, timestamptz (milliseconds) or the name of an enum */
  type: string;
  /** the values of an enum */
  values?: readonly string[];
  nullable?: boolean;
  descending?: boolean;
}

/** The sort keys of one row, in the order of the ordering; an enum as text, a time in milliseconds since 1970. */
export type Position = readonly (string | number | null)[];

/** Which part of a list is requested; `first` reads forwards, `last` backwards. */
export interface PageWindow {
  first?: number;
  last?: number;
  after?: Position;
  before?: Position;
}

/** @returns the ORDER BY list; `reversed` for a page that is read from its end */
export function orderBySql(keys: readonly SortKey[], reversed: boolean): string {
  return keys
    .map(({ expression, nullable, descending }) => {
      const direction = Boolean(descending) === reversed ? 'ASC' : 'DESC';
      return `${expression} ${direction}${nullable ? ` NULLS ${reversed ? 'FIRST' : 'LAST'}` : ''}`;
    })
    .join(', ');
}

/** @returns an expression for a row's position as JSON text */
export function positionSql(keys: readonly SortKey[]): string {
  return `json_build_array(${keys.map(positionOfKeySql).join(', ')})::text`;
}

/** @returns a condition for the rows strictly after (or before) a position in an ordering */
export function beyondSql(
  keys: readonly SortKey[],
  position: Position,
  side: 'after' | 'before',
  parameters: SqlParameters,
): string {
  const alternatives: string[] = [];
  const equals: string[] = [];
  keys.forEach((key, index) => {
    const value = position[index] ?? null;
    const placeholder = value === null ? null : valueSql(key, parameters.add(value));
    const further = furtherSql(key, placeholder, side);
    if (further !== null) alternatives.push([...equals, further].join(' AND '));
    equals.push(placeholder === null ? `${key.expression} IS NULL` : `${key.expression} = ${placeholder}`);
  });
  return alternatives.length === 0 ? 'false' : `(${alternatives.map((one) => `(${one})`).join(' OR ')})`;
}

/** The condition for the rows after a position by their first key only; null if there can be none. */
function furtherSql(key: SortKey, placeholder: string | null, side: 'after' | 'before'): string | null {
  if (placeholder === null) return side === 'after' ? null : `${key.expression} IS NOT NULL`;
  const comparison = `${key.expression} ${Boolean(key.descending) === (side === 'after') ? '<' : '>'} ${placeholder}`;
  return key.nullable && side === 'after' ? `(${comparison} OR ${key.expression} IS NULL)` : comparison;
}

/** JSON keeps integers and doubles exactly. */
function positionOfKeySql({ expression, type }: SortKey): string {
  if (type === 'timestamptz') return `(extract(epoch FROM ${expression}) * 1000)::float8`;
  return type === 'int4' || type === 'float8' ? expression : `${expression}::text`;
}

function valueSql({ type }: SortKey, placeholder: string): string {
  return type === 'timestamptz' ? `to_timestamp(${placeholder}::float8 / 1000)` : `${placeholder}::${type}`;
}
