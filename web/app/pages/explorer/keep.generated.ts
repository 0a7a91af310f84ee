// Made of keep.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../data/schemaTypes.generated';

export type KeptCohortsQueryVariables = Exact<{
  dataset: string;
}>;


export type KeptCohortsQuery = { cohorts: { totalCount: number, nodes: Array<{ id: string, name: string, owner: string | null, createdAt: string, lesionCount: number, imageCount: number, patientCount: number, membersSha256: string }> } };

export type CreateCohortMutationVariables = Exact<{
  input: Schema.CreateCohortInput;
}>;


export type CreateCohortMutation = { createCohort: { cohort: { id: string, name: string, owner: string | null, createdAt: string, lesionCount: number, imageCount: number, patientCount: number, membersSha256: string } } };

export type SelectionCitationQueryVariables = Exact<{
  dataset?: string | null | undefined;
  filter?: Schema.LesionFilter | null | undefined;
  cohort?: string | null | undefined;
}>;


export type SelectionCitationQuery = { citationOf: { text: string, bibtex: string, cslJson: string, ris: string } };

export type KeptCohortFragment = { id: string, name: string, owner: string | null, createdAt: string, lesionCount: number, imageCount: number, patientCount: number, membersSha256: string };

export const KeptCohortsDocument: GraphDocument<KeptCohortsQuery, KeptCohortsQueryVariables> = {
  name: 'KeptCohorts',
  text: "query KeptCohorts($dataset: String!) {\n  cohorts(\n    first: 20\n    filter: {dataset: $dataset}\n    orderBy: {field: CREATED_AT, direction: DESC}\n  ) {\n    totalCount\n    nodes {\n      ...KeptCohort\n    }\n  }\n}\n\nfragment KeptCohort on Cohort {\n  id\n  name\n  owner\n  createdAt\n  lesionCount\n  imageCount\n  patientCount\n  membersSha256\n}",
};

export const CreateCohortDocument: GraphDocument<CreateCohortMutation, CreateCohortMutationVariables> = {
  name: 'CreateCohort',
  text: "mutation CreateCohort($input: CreateCohortInput!) {\n  createCohort(input: $input) {\n    cohort {\n      ...KeptCohort\n    }\n  }\n}\n\nfragment KeptCohort on Cohort {\n  id\n  name\n  owner\n  createdAt\n  lesionCount\n  imageCount\n  patientCount\n  membersSha256\n}",
};

export const SelectionCitationDocument: GraphDocument<SelectionCitationQuery, SelectionCitationQueryVariables> = {
  name: 'SelectionCitation',
  text: "query SelectionCitation($dataset: String, $filter: LesionFilter, $cohort: ID) {\n  citationOf(dataset: $dataset, filter: $filter, cohort: $cohort) {\n    text\n    bibtex\n    cslJson\n    ris\n  }\n}",
};
