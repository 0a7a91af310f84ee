/**
 * Rows as JSON text, which PostgreSQL writes as `JSON.stringify` writes the same values: what nothing here has to look at
 * goes to the client as it comes. A server takes 20 ms for a page of 50 patients with all below them as objects, and
 * less than 2 ms as text (Q1 of bench/graphql).
 */

/** An SQL expression of JSON text that is never NULL, for a row under an alias. */
export type JsonValue = (row: string) => string;

/**
 * A table and the parts of its rows, by the names that they have in the graph. Several tables refer to one another by the
 * names of these types.
 */
export interface JsonType {
  readonly table: string;
  /** what stands in columns */
  readonly values: Readonly<Record<string, JsonValue>>;
  /** objects that are made of the same row */
  readonly objects: Readonly<Record<string, JsonObject>>;
  /** rows of other tables */
  readonly relations: Readonly<Record<string, JsonRelation>>;
}

/** An object that is made of columns of a row. */
export interface JsonObject {
  /** of the graph, for `__typename` */
  readonly type: string;
  /** a condition; null is written where it does not hold */
  readonly exists?: JsonValue;
  readonly values: Readonly<Record<string, JsonValue>>;
  readonly objects?: Readonly<Record<string, JsonObject>>;
}

/** Rows that belong to a row above them. */
export interface JsonRelation {
  /** name of their type */
  readonly type: string;
  /** a condition on a row and the one above it */
  readonly on: (row: string, above: string) => string;
  /** `one` is there by a foreign key, `atMostOne` is null where there is none */
  readonly count: 'one' | 'atMostOne' | 'list';
  /** of a list */
  readonly order?: JsonValue;
}

/**
 * Stands where no text can be: a row that a foreign key promises was not found, or a list is longer than it may be. No JSON
 * has this character.
 */
const NO_JSON = '\u0001';
const NO_JSON_SQL = 'chr(1)';

/** A number: PostgreSQL writes those between 1e-4 and 1e15 as JavaScript does; `canonicalJson` finds the others. */
export const jsonNumber =
  (column: string): JsonValue =>
  (row) =>
    `${row}.${column}`;

export const jsonNumberOrNull =
  (column: string): JsonValue =>
  (row) =>
    `coalesce(${row}.${column}::text, 'null')`;

export const jsonBoolean =
  (column: string): JsonValue =>
  (row) =>
    `CASE WHEN ${row}.${column} THEN 'true' ELSE 'false' END`;

/** A value of an enum or another text without a character that JSON escapes. */
export const jsonWord =
  (column: string): JsonValue =>
  (row) =>
    `concat('"', ${row}.${column}, '"')`;

export const jsonText =
  (column: string): JsonValue =>
  (row) =>
    `to_json(${row}.${column}::text)::text`;

export const jsonTextOrNull =
  (column: string): JsonValue =>
  (row) =>
    `coalesce(to_json(${row}.${column}::text)::text, 'null')`;

/**
 * A global id, as `toGlobalId` writes it.
 *
 * @param key an SQL expression of its key
 */
export const jsonGlobalId =
  (type: string, key: JsonValue): JsonValue =>
  (row) =>
    `concat('"', translate(encode(convert_to(concat('${type}:', ${key(row)}), 'UTF8'), 'base64'), E'+/=\\n', '-_'), '"')`;

/** Arguments that a function of PostgreSQL takes. */
const MAX_ARGUMENTS = 90;

/** A part of a text: what is the same for each row, or an expression. */
export type TextPart = { readonly literal: string } | { readonly sql: string };

/** @returns an expression of all parts one after the other; none of them may be NULL */
export function concatenated(parts: readonly TextPart[]): string {
  const merged: string[] = [];
  let literal = '';
  const flush = (): void => {
    if (literal) merged.push(`'${literal.replaceAll("'", "''")}'`);
    literal = '';
  };
  for (const part of parts) {
    if ('literal' in part) literal += part.literal;
    else {
      flush();
      merged.push(part.sql);
    }
  }
  flush();
  const calls: string[] = [];
  for (let start = 0; start < merged.length; start += MAX_ARGUMENTS)
    calls.push(`concat(${merged.slice(start, start + MAX_ARGUMENTS).join(', ')})`);
  return calls.join(' || ') || "''";
}

/**
 * @param json of one row @param row alias of the row @param above alias of the row that they belong to
 * @param most how many rows a list may have
 * @returns an expression of the rows of a relation as JSON text
 */
export function relationSql(
  { on, count, order }: JsonRelation,
  { table }: Pick<JsonType, 'table'>,
  { json, row, above, most }: { json: string; row: string; above: string; most: number },
): string {
  const from = `FROM ${table} AS ${row} WHERE ${on(row, above)}`;
  if (count === 'one') return `coalesce((SELECT ${json} ${from}), ${NO_JSON_SQL})`;
  if (count === 'atMostOne') return `coalesce((SELECT ${json} ${from}), 'null')`;
  const ordered = order ? ` ORDER BY ${order(row)}` : '';
  return (
    `(SELECT CASE WHEN count(*) <= ${most} THEN concat('[', string_agg(${json}, ','${ordered}), ']') ` +
    `ELSE ${NO_JSON_SQL} END ${from})`
  );
}

/** What JavaScript writes in another way. Texts may have some of it too. */
const SUSPECT = /\de[-+]\d|-0[,}\]]|NaN|Infinity/;

/** @returns JSON text as `JSON.stringify` writes it; undefined if it is none */
export function canonicalJson(text: string): string | undefined {
  if (text.includes(NO_JSON)) return undefined;
  if (!SUSPECT.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return undefined;
  }
}
