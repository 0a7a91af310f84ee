// Made of work.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../data/schemaTypes.generated';

export type CategorizeLesionsMutationVariables = Exact<{
  input: Schema.CategorizeLesionsInput;
}>;


export type CategorizeLesionsMutation = { categorizeLesions: { categorization: { id: string } } };

export type CancelCategorizationMutationVariables = Exact<{
  input: Schema.CancelJobInput;
}>;


export type CancelCategorizationMutation = { cancelJob: { job:
      | { id: string, status: Schema.JobStatus }
      | { id: string, status: Schema.JobStatus }
      | { id: string, status: Schema.JobStatus }
      | { id: string, status: Schema.JobStatus }
     } };

export const CategorizeLesionsDocument: GraphDocument<CategorizeLesionsMutation, CategorizeLesionsMutationVariables> = {
  name: 'CategorizeLesions',
  text: "mutation CategorizeLesions($input: CategorizeLesionsInput!) {\n  categorizeLesions(input: $input) {\n    categorization {\n      id\n    }\n  }\n}",
};

export const CancelCategorizationDocument: GraphDocument<CancelCategorizationMutation, CancelCategorizationMutationVariables> = {
  name: 'CancelCategorization',
  text: "mutation CancelCategorization($input: CancelJobInput!) {\n  cancelJob(input: $input) {\n    job {\n      id\n      status\n    }\n  }\n}",
};
