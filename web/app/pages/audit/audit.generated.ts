// Made of audit.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../data/schemaTypes.generated';

export type AuditTrailQueryVariables = Exact<{
  filter?: Schema.AuditEventFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type AuditTrailQuery = { auditEvents: { totalCount: number, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, nodes: Array<{ number: number, at: string, action: string, target: string | null, outcome: Schema.AuditOutcome, code: string | null, requestId: string | null, changes: unknown, actor: { prefix: string | null, name: string | null, address: string | null } }> } };

export const AuditTrailDocument: GraphDocument<AuditTrailQuery, AuditTrailQueryVariables> = {
  name: 'AuditTrail',
  text: "query AuditTrail($filter: AuditEventFilter, $first: Int, $after: String, $last: Int, $before: String) {\n  auditEvents(\n    filter: $filter\n    first: $first\n    after: $after\n    last: $last\n    before: $before\n  ) {\n    totalCount\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n    nodes {\n      number\n      at\n      action\n      target\n      outcome\n      code\n      requestId\n      changes\n      actor {\n        prefix\n        name\n        address\n      }\n    }\n  }\n}",
};
