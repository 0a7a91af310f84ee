import type { Position, SortKey } from '../../database';
import { BadUserInput } from '../../errors';
import { isStorable } from '../../storableText';

const VERSION = 2;
/** The maximum length of a cursor made here: the sort keys may include a long file name. */
const MAX_LENGTH = 2_000;
/** The latest date of JavaScript; that of PostgreSQL is later. */
const MAX_TIME_MS = 8.64e15;

/**
 * Identifies an ordering by the type, each field with its direction and the database, so that a cursor is valid only
 * for the ordering that returned it. A position ends with a row number, which breaks ties and means something else in
 * another database.
 *
 * @param databaseId of `Database.identity`
 */
export function orderingName(
  type: string,
  orderBy: readonly { field: string; direction: string }[],
  databaseId: string,
): string {
  return [type, ...orderBy.map(({ field, direction }) => `${field}-${direction}`), `@${databaseId}`].join(' ');
}

/** @returns the ordering without the database */
const withoutDatabase = (ordering: string): string => ordering.replace(/ @\S*$/, '');

/** @param position the sort keys of a row as JSON */
export function encodeCursor(ordering: string, position: string): string {
  return Buffer.from(`[${VERSION},${JSON.stringify(ordering)},${position}]`).toString('base64url');
}

/**
 * @param argument `after` or `before`
 * @param keys the sort keys that the position has to match
 * @throws BadUserInput for any cursor that this ordering has not returned
 */
export function decodeCursor(cursor: string, argument: string, ordering: string, keys: readonly SortKey[]): Position {
  const parsed = cursor.length <= MAX_LENGTH && /^[\w-]+$/.test(cursor) ? parseJson(cursor) : undefined;
  const [version, name, position] = Array.isArray(parsed) ? parsed : [];
  if (version === VERSION && name === ordering && isPosition(position, keys)) return position;
  if (version === VERSION && typeof name === 'string' && withoutDatabase(name) === withoutDatabase(ordering))
    throw new BadUserInput(
      `Expected ${argument} to be a cursor of this database, got one of another: the data have been imported or ` +
        'restored again since then. Read the list from its beginning.',
      argument,
    );
  throw new BadUserInput(
    `Expected ${argument} to be a cursor from a previous response of the same list with the same ` +
      'ordering: pass a pageInfo.endCursor, pageInfo.startCursor or edges.cursor unchanged.',
    argument,
  );
}

function parseJson(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function isPosition(value: unknown, keys: readonly SortKey[]): value is Position {
  return Array.isArray(value) && value.length === keys.length && keys.every((key, index) => fits(value[index], key));
}

function fits(value: unknown, { type, nullable, values }: SortKey): boolean {
  if (value === null) return nullable === true;
  switch (type) {
    case 'int4':
      return Number.isInteger(value) && Math.abs(value as number) < 2 ** 31;
    case 'float8':
      return Number.isFinite(value);
    case 'timestamptz':
      return Number.isInteger(value) && Math.abs(value as number) <= MAX_TIME_MS;
    case 'text':
      return typeof value === 'string' && isStorable(value);
    default:
      return typeof value === 'string' && values?.includes(value) === true;
  }
}
