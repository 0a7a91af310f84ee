// Made of terms.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../data/schemaTypes.generated';

export type TermsQueryVariables = Exact<{
  dataset: string;
}>;


export type TermsQuery = { dataset: { name: string, terms: { id: string, version: string, title: string, text: string, url: string | null, duoCodes: Array<string>, mustAccept: boolean, acceptedAt: string | null } | null } | null };

export type AcceptTermsMutationVariables = Exact<{
  input: Schema.AcceptTermsInput;
}>;


export type AcceptTermsMutation = { acceptTerms: { acceptance: { version: string, acceptedAt: string } } };

export const TermsDocument: GraphDocument<TermsQuery, TermsQueryVariables> = {
  name: 'Terms',
  text: "query Terms($dataset: String!) {\n  dataset(slug: $dataset) {\n    name\n    terms {\n      id\n      version\n      title\n      text\n      url\n      duoCodes\n      mustAccept\n      acceptedAt\n    }\n  }\n}",
};

export const AcceptTermsDocument: GraphDocument<AcceptTermsMutation, AcceptTermsMutationVariables> = {
  name: 'AcceptTerms',
  text: "mutation AcceptTerms($input: AcceptTermsInput!) {\n  acceptTerms(input: $input) {\n    acceptance {\n      version\n      acceptedAt\n    }\n  }\n}",
};
