// Made of keys.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../data/schemaTypes.generated';

export type ListedQuotaFragment = { name: string, limit: number, used: number, resetAt: string };

export type OwnQuotasQueryVariables = Exact<{ [key: string]: never; }>;


export type OwnQuotasQuery = { viewer: { quotas: Array<{ name: string, limit: number, used: number, resetAt: string }> } };

export type ListedKeyFragment = { id: string, name: string, prefix: string, note: string | null, scopes: Array<string>, datasets: Array<string> | null, createdBy: string | null, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null, quotas: Array<{ name: string, limit: number, used: number, resetAt: string }> };

export type KeysQueryVariables = Exact<{
  filter?: Schema.ApiKeyFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type KeysQuery = { apiKeys: { totalCount: number, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, nodes: Array<{ id: string, name: string, prefix: string, note: string | null, scopes: Array<string>, datasets: Array<string> | null, createdBy: string | null, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null, quotas: Array<{ name: string, limit: number, used: number, resetAt: string }> }> } };

export type CreateKeyMutationVariables = Exact<{
  input: Schema.CreateApiKeyInput;
}>;


export type CreateKeyMutation = { createApiKey: { secret: string | null, apiKey: { id: string, name: string, prefix: string, note: string | null, scopes: Array<string>, datasets: Array<string> | null, createdBy: string | null, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null, quotas: Array<{ name: string, limit: number, used: number, resetAt: string }> } } };

export type RotateKeyMutationVariables = Exact<{
  input: Schema.RotateApiKeyInput;
}>;


export type RotateKeyMutation = { rotateApiKey: { secret: string | null, apiKey: { id: string, name: string, prefix: string, note: string | null, scopes: Array<string>, datasets: Array<string> | null, createdBy: string | null, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null, quotas: Array<{ name: string, limit: number, used: number, resetAt: string }> } } };

export type RevokeKeyMutationVariables = Exact<{
  input: Schema.RevokeApiKeyInput;
}>;


export type RevokeKeyMutation = { revokeApiKey: { apiKey: { id: string, name: string, prefix: string, note: string | null, scopes: Array<string>, datasets: Array<string> | null, createdBy: string | null, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null, quotas: Array<{ name: string, limit: number, used: number, resetAt: string }> } } };

export const OwnQuotasDocument: GraphDocument<OwnQuotasQuery, OwnQuotasQueryVariables> = {
  name: 'OwnQuotas',
  text: "query OwnQuotas {\n  viewer {\n    quotas {\n      ...ListedQuota\n    }\n  }\n}\n\nfragment ListedQuota on Quota {\n  name\n  limit\n  used\n  resetAt\n}",
};

export const KeysDocument: GraphDocument<KeysQuery, KeysQueryVariables> = {
  name: 'Keys',
  text: "query Keys($filter: ApiKeyFilter, $first: Int, $after: String, $last: Int, $before: String) {\n  apiKeys(\n    filter: $filter\n    first: $first\n    after: $after\n    last: $last\n    before: $before\n    orderBy: {field: CREATED_AT, direction: DESC}\n  ) {\n    totalCount\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n    nodes {\n      ...ListedKey\n    }\n  }\n}\n\nfragment ListedKey on ApiKey {\n  id\n  name\n  prefix\n  note\n  scopes\n  datasets\n  createdBy\n  createdAt\n  expiresAt\n  lastUsedAt\n  revokedAt\n  quotas {\n    ...ListedQuota\n  }\n}\n\nfragment ListedQuota on Quota {\n  name\n  limit\n  used\n  resetAt\n}",
};

export const CreateKeyDocument: GraphDocument<CreateKeyMutation, CreateKeyMutationVariables> = {
  name: 'CreateKey',
  text: "mutation CreateKey($input: CreateApiKeyInput!) {\n  createApiKey(input: $input) {\n    secret\n    apiKey {\n      ...ListedKey\n    }\n  }\n}\n\nfragment ListedKey on ApiKey {\n  id\n  name\n  prefix\n  note\n  scopes\n  datasets\n  createdBy\n  createdAt\n  expiresAt\n  lastUsedAt\n  revokedAt\n  quotas {\n    ...ListedQuota\n  }\n}\n\nfragment ListedQuota on Quota {\n  name\n  limit\n  used\n  resetAt\n}",
};

export const RotateKeyDocument: GraphDocument<RotateKeyMutation, RotateKeyMutationVariables> = {
  name: 'RotateKey',
  text: "mutation RotateKey($input: RotateApiKeyInput!) {\n  rotateApiKey(input: $input) {\n    secret\n    apiKey {\n      ...ListedKey\n    }\n  }\n}\n\nfragment ListedKey on ApiKey {\n  id\n  name\n  prefix\n  note\n  scopes\n  datasets\n  createdBy\n  createdAt\n  expiresAt\n  lastUsedAt\n  revokedAt\n  quotas {\n    ...ListedQuota\n  }\n}\n\nfragment ListedQuota on Quota {\n  name\n  limit\n  used\n  resetAt\n}",
};

export const RevokeKeyDocument: GraphDocument<RevokeKeyMutation, RevokeKeyMutationVariables> = {
  name: 'RevokeKey',
  text: "mutation RevokeKey($input: RevokeApiKeyInput!) {\n  revokeApiKey(input: $input) {\n    apiKey {\n      ...ListedKey\n    }\n  }\n}\n\nfragment ListedKey on ApiKey {\n  id\n  name\n  prefix\n  note\n  scopes\n  datasets\n  createdBy\n  createdAt\n  expiresAt\n  lastUsedAt\n  revokedAt\n  quotas {\n    ...ListedQuota\n  }\n}\n\nfragment ListedQuota on Quota {\n  name\n  limit\n  used\n  resetAt\n}",
};
