import { type Listing, type OrderBy, type SortKey, SqlParameters, sortKeys } from '../database';
import type { Caller } from './caller';
import { seesAllKeys } from './grants';
import { API_KEY_SQL, type ApiKeyRow, holderOfOwner, IS_ACTIVE_SQL, readKeyRow } from './keys';

/** Which keys. */
export interface ApiKeyFilter {
  /** neither revoked nor expired */
  active?: boolean | null;
  name?: string | null;
}

export const API_KEY_ORDER_FIELDS = ['CREATED_AT', 'ID', 'NAME'] as const;
export type ApiKeyOrderField = (typeof API_KEY_ORDER_FIELDS)[number];

const UNIQUE: SortKey = { expression: 'api_key.id', type: 'int4' };
const SORT_KEYS: Record<ApiKeyOrderField, SortKey> = {
  CREATED_AT: { expression: 'api_key.created_at', type: 'timestamptz' },
  ID: UNIQUE,
  NAME: { expression: 'api_key.name COLLATE "C"', type: 'text' },
};

/** The keys that a caller manages: those that it made and its own, or all. */
export function apiKeyListing(
  caller: Caller,
  { active, name }: ApiKeyFilter,
  orderBy: readonly OrderBy<ApiKeyOrderField>[],
): Listing<ApiKeyRow> {
  const parameters = new SqlParameters();
  const where: string[] = [];
  if (!seesAllKeys(caller)) {
    const holder = parameters.add(holderOfOwner(caller.owner));
    where.push(`(api_key.created_by = ${parameters.add(caller.owner)} OR api_key.holder = ${holder}::uuid)`);
  }
  if (active != null) where.push(active ? IS_ACTIVE_SQL : `NOT (${IS_ACTIVE_SQL})`);
  if (name != null) where.push(`api_key.name = ${parameters.add(name)}`);
  return {
    columns: API_KEY_SQL,
    from: 'api_key',
    where,
    order: sortKeys(orderBy, SORT_KEYS, UNIQUE),
    parameters,
    read: readKeyRow,
  };
}
