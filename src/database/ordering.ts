import { BadUserInput } from '../errors';
import type { SortKey } from './keyset';

/** How the rows of a list are ordered; the first entry weighs most. */
export interface OrderBy<Field extends string> {
  field: Field;
  direction: 'ASC' | 'DESC';
}

/** More sort keys than this add nothing and make every page slower. */
const MAX_SORT_KEYS = 5;

/**
 * @param keys the sort key behind each field
 * @param unique the key that makes the order total, added last
 * @throws BadUserInput if a field comes twice or there are too many
 */
export function sortKeys<Field extends string>(
  orderBy: readonly OrderBy<Field>[],
  keys: Readonly<Record<Field, SortKey>>,
  unique: SortKey,
): SortKey[] {
  if (orderBy.length > MAX_SORT_KEYS)
    throw new BadUserInput(`Expected at most ${MAX_SORT_KEYS} entries in orderBy, got ${orderBy.length}.`, 'orderBy');
  const fields = new Set(orderBy.map(({ field }) => field));
  if (fields.size < orderBy.length) throw new BadUserInput('Expected each field once in orderBy.', 'orderBy');
  return [...orderBy.map(({ field, direction }) => ({ ...keys[field], descending: direction === 'DESC' })), unique];
}
