// Made of selection.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
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

/** Ordering of lesions. */
export type LesionOrder = {
  /** The direction. */
  direction?: SortDirection;
  /** The field to order by. */
  field: LesionOrderField;
};

/** Fields by which lesions can be ordered. */
export type LesionOrderField =
  /** Coarse type, in the order of the source values. */
  | 'COARSE_TYPE'
  /** The order of insertion, which is stable and the default. */
  | 'ID'
  /** Long RECIST diameter in mm. */
  | 'LONG_DIAMETER_MM'
  /** Short RECIST diameter in mm. */
  | 'SHORT_DIAMETER_MM'
  /** Row number in the source file. */
  | 'SOURCE_ROW_INDEX'
  /** Split, in the order train, validation, test, unassigned. */
  | 'SPLIT';

/** The patient's sex according to the source. */
export type Sex =
  /** Female (source value F). */
  | 'FEMALE'
  /** Male (source value M). */
  | 'MALE'
  /** The source is empty or has another value. */
  | 'UNKNOWN';

/** The direction of an ordering. */
export type SortDirection =
  /** Ascending; missing values last. */
  | 'ASC'
  /** Descending; missing values last. */
  | 'DESC';

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

export type ExplorerSelectionQueryVariables = Exact<{
  filter: LesionFilter;
  orderBy?: Array<LesionOrder> | LesionOrder | null | undefined;
}>;


export type ExplorerSelectionQuery = { lesions: { nodes: Array<{ id: string, sourceRowIndex: number }> } };

export const ExplorerSelectionDocument: GraphDocument<ExplorerSelectionQuery, ExplorerSelectionQueryVariables> = {
  name: 'ExplorerSelection',
  text: "query ExplorerSelection($filter: LesionFilter!, $orderBy: [LesionOrder!]) {\n  lesions(filter: $filter, orderBy: $orderBy, first: 200) {\n    nodes {\n      id\n      sourceRowIndex\n    }\n  }\n}",
};
