// Made of viewer.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from './graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { scopes: Array<string>, signIn: { name: string, url: string } | null, person: { name: string, reviewer: string, issuer: string, subject: string, roles: Array<string>, expiresAt: string } | null, key: { id: string, name: string, prefix: string, note: string | null, scopes: Array<string>, datasets: Array<string> | null, expiresAt: string | null } | null } };

export const ViewerDocument: GraphDocument<ViewerQuery, ViewerQueryVariables> = {
  name: 'Viewer',
  text: "query Viewer {\n  viewer {\n    scopes\n    signIn {\n      name\n      url\n    }\n    person {\n      name\n      reviewer\n      issuer\n      subject\n      roles\n      expiresAt\n    }\n    key {\n      id\n      name\n      prefix\n      note\n      scopes\n      datasets\n      expiresAt\n    }\n  }\n}",
};
