import {
  type Columns,
  columnReader,
  type Listing,
  type OrderBy,
  type SortKey,
  SqlParameters,
  selectColumns,
  sortKeys,
} from '../database';
import type { AuditEventRow, AuditOutcome } from './auditEvents';
import type { Caller } from './caller';
import { holderOfOwner } from './keys';
import { seesAll } from './sight';

/** Which events. */
export interface AuditEventFilter {
  /** ID of a key with or without `dl_`, name of a key, or address as it is stored */
  actor?: string | null;
  action?: string | null;
  outcome?: AuditOutcome | null;
  /** inclusive */
  from?: Date | null;
  /** exclusive */
  to?: Date | null;
}

const COLUMNS: Columns<AuditEventRow> = {
  number: 'number',
  at: 'at',
  keyId: 'key_id',
  keyName: 'key_name',
  address: 'address',
  action: 'action',
  target: 'target',
  outcome: 'outcome',
  code: 'code',
  requestId: 'request_id',
  changes: 'changes',
  previousSha256: 'previous_sha256',
  sha256: 'sha256',
};

export const AUDIT_EVENT_ORDER_FIELDS = ['NUMBER'] as const;
const BY_NUMBER: SortKey = { expression: 'audit_event.number', type: 'int4' };
const NEWEST_FIRST: OrderBy<'NUMBER'> = { field: 'NUMBER', direction: 'DESC' };

/** Events, the newest first. A key that does not see all data sets finds those of the keys that it manages alone. */
export function auditEventListing(
  caller: Caller,
  { actor, action, outcome, from, to }: AuditEventFilter,
  orderBy: readonly OrderBy<'NUMBER'>[] = [NEWEST_FIRST],
): Listing<AuditEventRow> {
  const parameters = new SqlParameters();
  const where: string[] = [];
  if (!seesAll(caller))
    where.push(
      `audit_event.key_id IN (SELECT key_id FROM api_key WHERE created_by = ${parameters.add(caller.owner)}
         OR holder = ${parameters.add(holderOfOwner(caller.owner))}::uuid)`,
    );
  if (actor != null) {
    const name = parameters.add(actor);
    where.push(
      `(audit_event.key_id = ${parameters.add(actor.replace(/^dl_/, ''))} OR audit_event.key_name = ${name}
         OR audit_event.address = ${name})`,
    );
  }
  if (action != null) where.push(`audit_event.action = ${parameters.add(action)}`);
  if (outcome != null) where.push(`audit_event.outcome = ${parameters.add(outcome)}`);
  if (from != null) where.push(`audit_event.at >= ${parameters.add(from)}::timestamptz`);
  if (to != null) where.push(`audit_event.at < ${parameters.add(to)}::timestamptz`);
  return {
    columns: selectColumns(COLUMNS, 'audit_event'),
    from: 'audit_event',
    where,
    order: sortKeys(orderBy.length > 0 ? orderBy : [NEWEST_FIRST], { NUMBER: BY_NUMBER }, BY_NUMBER),
    parameters,
    read: columnReader(COLUMNS, ''),
  };
}
