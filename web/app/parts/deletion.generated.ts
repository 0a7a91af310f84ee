// Made of deletion.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../data/schemaTypes.generated';

export type DeletionResultFragment = { deleted: boolean, refusal: string | null, counts: Array<{ what: Schema.CountedThing, count: number, isDependent: boolean }> };

export type DeleteRunMutationVariables = Exact<{
  input: Schema.DeletionInput;
}>;


export type DeleteRunMutation = { deletion: { deleted: boolean, refusal: string | null, counts: Array<{ what: Schema.CountedThing, count: number, isDependent: boolean }> } };

export type DeleteDatasetMutationVariables = Exact<{
  input: Schema.DeletionInput;
}>;


export type DeleteDatasetMutation = { deletion: { deleted: boolean, refusal: string | null, counts: Array<{ what: Schema.CountedThing, count: number, isDependent: boolean }> } };

export type DeleteCategorizationMutationVariables = Exact<{
  input: Schema.DeletionInput;
}>;


export type DeleteCategorizationMutation = { deletion: { deleted: boolean, refusal: string | null, counts: Array<{ what: Schema.CountedThing, count: number, isDependent: boolean }> } };

export type DeleteCohortMutationVariables = Exact<{
  input: Schema.DeletionInput;
}>;


export type DeleteCohortMutation = { deletion: { deleted: boolean, refusal: string | null, counts: Array<{ what: Schema.CountedThing, count: number, isDependent: boolean }> } };

export const DeleteRunDocument: GraphDocument<DeleteRunMutation, DeleteRunMutationVariables> = {
  name: 'DeleteRun',
  text: "mutation DeleteRun($input: DeletionInput!) {\n  deletion: deleteDetectionRun(input: $input) {\n    ...DeletionResult\n  }\n}\n\nfragment DeletionResult on DeletionPayload {\n  deleted\n  refusal\n  counts {\n    what\n    count\n    isDependent\n  }\n}",
};

export const DeleteDatasetDocument: GraphDocument<DeleteDatasetMutation, DeleteDatasetMutationVariables> = {
  name: 'DeleteDataset',
  text: "mutation DeleteDataset($input: DeletionInput!) {\n  deletion: deleteDataset(input: $input) {\n    ...DeletionResult\n  }\n}\n\nfragment DeletionResult on DeletionPayload {\n  deleted\n  refusal\n  counts {\n    what\n    count\n    isDependent\n  }\n}",
};

export const DeleteCategorizationDocument: GraphDocument<DeleteCategorizationMutation, DeleteCategorizationMutationVariables> = {
  name: 'DeleteCategorization',
  text: "mutation DeleteCategorization($input: DeletionInput!) {\n  deletion: deleteCategorization(input: $input) {\n    ...DeletionResult\n  }\n}\n\nfragment DeletionResult on DeletionPayload {\n  deleted\n  refusal\n  counts {\n    what\n    count\n    isDependent\n  }\n}",
};

export const DeleteCohortDocument: GraphDocument<DeleteCohortMutation, DeleteCohortMutationVariables> = {
  name: 'DeleteCohort',
  text: "mutation DeleteCohort($input: DeletionInput!) {\n  deletion: deleteCohort(input: $input) {\n    ...DeletionResult\n  }\n}\n\nfragment DeletionResult on DeletionPayload {\n  deleted\n  refusal\n  counts {\n    what\n    count\n    isDependent\n  }\n}",
};
