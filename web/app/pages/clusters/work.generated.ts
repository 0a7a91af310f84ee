// Made of work.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** The job to cancel. */
export type CancelJobInput = {
  /** Id of a detection run, a categorization or a detection in an upload. */
  id: string;
};

/** The lesions to assign to pseudo-clusters, and the method. */
export type CategorizeLesionsInput = {
  /** Global id of a categorization of any data set. If given, there is no new clustering: lesions are assigned to the nearest centroid of that categorization, with its encoder, K and cluster names. */
  assignTo?: string | null | undefined;
  /** Number of pseudo-clusters, K, 1 to 1000; 5 if omitted (Yan et al. 2017). */
  clusterCount?: number | null | undefined;
  /** `slug` for the latest version of a data set, `slug@2` for version 2. */
  dataset: string;
  /** Name of the encoder; may be omitted if there is only one. */
  encoder?: string | null | undefined;
  /** Version of the encoder; the highest version if omitted. */
  encoderVersion?: string | null | undefined;
  /** The lesions to assign; all lesions of the data set if omitted. Training uses `possiblyNoisy: false`. */
  filter?: LesionFilter | null | undefined;
  /** A key chosen by the client, 1 to 200 characters: a repeated request of the same client with the same key returns the first result, for at least 24 hours; a different request with the key is a CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** Name of the categorization, 1 to 200 characters, unique within the data set version. */
  name: string;
  /** Seed of the clustering, 0 or more; 1 if omitted. */
  seed?: number | null | undefined;
};

/** Coarse lesion type of DeepLesion, which its authors provide for the validation and test splits only. */
export type CoarseType =
  /** Abdomen, other than liver and kidney (source value 2). */
  | 'ABDOMEN'
  /** Bone (source value 1). */
  | 'BONE'
  /** Kidney (source value 6). */
  | 'KIDNEY'
  /** Liver (source value 4). */
  | 'LIVER'
  /** Lung (source value 5). */
  | 'LUNG'
  /** Mediastinum, mostly lymph nodes (source value 3). */
  | 'MEDIASTINUM'
  /** Pelvis (source value 8). */
  | 'PELVIS'
  /** Soft tissue: muscle, skin, fat (source value 7). */
  | 'SOFT_TISSUE'
  /** Unknown (source value -1). */
  | 'UNKNOWN';

/** A closed interval; a bound that is omitted is open. A missing value is not in any interval. */
export type FloatRange = {
  /** Greater than or equal to this value. */
  gte?: number | null | undefined;
  /** Less than or equal to this value. */
  lte?: number | null | undefined;
};

/** Status of a job. A job ends with exactly one of SUCCEEDED, FAILED and CANCELLED. */
export type JobStatus =
  /** It was cancelled. */
  | 'CANCELLED'
  /** It failed; `error` gives the reason. */
  | 'FAILED'
  /** Accepted; the work has not started yet. */
  | 'QUEUED'
  /** The work has started. */
  | 'RUNNING'
  /** It has been completed; individual images or lesions may have failed. */
  | 'SUCCEEDED';

/** Filter for lesions: all given fields must match; null is the same as omitting a field. */
export type LesionFilter = {
  /** Age of the patient at the time of the study in years. */
  ageYears?: FloatRange | null | undefined;
  /** All of these filters must match. An empty list matches everything. */
  and?: Array<LesionFilter> | null | undefined;
  /** One of these coarse types; a single value need not be a list. An empty list matches nothing. */
  coarseType?: Array<CoarseType> | null | undefined;
  /** `slug` for the latest version of a data set, `slug@2` for version 2. If a filter names no data set, it covers the latest version of each; NOT_FOUND if there is no such data set. */
  dataset?: string | null | undefined;
  /** Whether the pixel file of its image was present at the time of the import. */
  hasPixels?: boolean | null | undefined;
  /** Relative position in the body from head to feet, 0 to 1 (`Lesion.normalizedLocation.z`). */
  locationZ?: FloatRange | null | undefined;
  /** Long RECIST diameter in mm. */
  longDiameterMm?: FloatRange | null | undefined;
  /** This filter must not match. Rows that lack a value that it tests are included. */
  not?: LesionFilter | null | undefined;
  /** At least one of these filters must match. An empty list matches nothing. */
  or?: Array<LesionFilter> | null | undefined;
  /** The source's patient index. */
  patientIndex?: number | null | undefined;
  /** The authors' flag for a possibly noisy measurement. */
  possiblyNoisy?: boolean | null | undefined;
  /** Global id of a pseudo-cluster that contains the lesion. */
  pseudoCluster?: string | null | undefined;
  /** One of these sexes of the patient; a single value need not be a list. An empty list matches nothing. */
  sex?: Array<Sex> | null | undefined;
  /** Short RECIST diameter in mm. */
  shortDiameterMm?: FloatRange | null | undefined;
  /** One of these row numbers of the source file, starting at 0. An empty list matches nothing. */
  sourceRowIndex?: Array<number> | null | undefined;
  /** One of these splits; a single value need not be a list. An empty list matches nothing. */
  split?: Array<Split> | null | undefined;
};

/** The patient's sex according to the source. */
export type Sex =
  /** Female (source value F). */
  | 'FEMALE'
  /** Male (source value M). */
  | 'MALE'
  /** The source is empty or has another value. */
  | 'UNKNOWN';

/** Split of the data set. All rows of a patient are in the same split. */
export type Split =
  /** Test, for reported metrics (source value 3). */
  | 'TEST'
  /** Training (source value 1). */
  | 'TRAIN'
  /** The source gives no split. */
  | 'UNASSIGNED'
  /** Validation, for choosing among trained models (source value 2). */
  | 'VALIDATION';

export type CategorizeLesionsMutationVariables = Exact<{
  input: CategorizeLesionsInput;
}>;


export type CategorizeLesionsMutation = { categorizeLesions: { categorization: { id: string } } };

export type CancelCategorizationMutationVariables = Exact<{
  input: CancelJobInput;
}>;


export type CancelCategorizationMutation = { cancelJob: { job:
      | { id: string, status: JobStatus }
      | { id: string, status: JobStatus }
      | { id: string, status: JobStatus }
     } };

export const CategorizeLesionsDocument: GraphDocument<CategorizeLesionsMutation, CategorizeLesionsMutationVariables> = {
  name: 'CategorizeLesions',
  text: "mutation CategorizeLesions($input: CategorizeLesionsInput!) {\n  categorizeLesions(input: $input) {\n    categorization {\n      id\n    }\n  }\n}",
};

export const CancelCategorizationDocument: GraphDocument<CancelCategorizationMutation, CancelCategorizationMutationVariables> = {
  name: 'CancelCategorization',
  text: "mutation CancelCategorization($input: CancelJobInput!) {\n  cancelJob(input: $input) {\n    job {\n      id\n      status\n    }\n  }\n}",
};
