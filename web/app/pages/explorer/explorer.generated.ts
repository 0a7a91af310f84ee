// Made of explorer.graphql and schema.graphql by scripts/webTypes.mjs.
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

/** A field by whose values lesions are counted, and the field of `LesionFilter` that selects one of them. */
export type LesionFacetField =
  /** The patient's age at the time of the study, in bands of ten years; `ageYears`. */
  | 'AGE_BAND'
  /** The coarse lesion type; `coarseType`. */
  | 'COARSE_TYPE'
  /** The authors' flag for a possibly noisy measurement; `possiblyNoisy`. */
  | 'POSSIBLY_NOISY'
  /** The pseudo-cluster in the categorization that the filter names by `pseudoCluster`, otherwise in the newest one that has succeeded of each data set version; `pseudoCluster`. */
  | 'PSEUDO_CLUSTER'
  /** The patient's sex; `sex`. */
  | 'SEX'
  /** The split; `split`. */
  | 'SPLIT';

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

/** A number of each lesion. */
export type LesionHistogramField =
  /** The patient's age at the time of the study in years. */
  | 'AGE_YEARS'
  /** Position from head to feet, 0 to 1 (DL_info.csv: Normalized_lesion_location, third value). */
  | 'LOCATION_Z'
  /** Long RECIST diameter in mm. */
  | 'LONG_DIAMETER_MM'
  /** Pixel spacing of the image in mm. */
  | 'PIXEL_SPACING_MM'
  /** Short RECIST diameter in mm. */
  | 'SHORT_DIAMETER_MM'
  /** Distance between neighbouring slices in mm. */
  | 'SLICE_INTERVAL_MM';

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

export type ExplorerDatasetQueryVariables = Exact<{
  slug: string;
}>;


export type ExplorerDatasetQuery = { dataset: { id: string, slug: string, name: string, version: number, synthetic: boolean, citation: string, licence: string, counts: { lesions: number, images: number, imagesWithPixels: number } } | null };

export type ExplorerLesionsQueryVariables = Exact<{
  filter: LesionFilter;
  orderBy?: Array<LesionOrder> | LesionOrder | null | undefined;
  first: number;
  after?: string | null | undefined;
  count: boolean;
  sketch: boolean;
}>;


export type ExplorerLesionsQuery = { lesions: { totalCount?: number, pageInfo: { endCursor: string | null }, nodes: Array<{ id: string, sourceRowIndex: number, coarseType: CoarseType, split: Split, possiblyNoisy: boolean, longDiameterMm: number | null, shortDiameterMm: number | null, url: string | null, normalizedLocation: { z: number } | null, pseudoCluster: { id: string, clusterIndex: number, label: string | null } | null, patient: { patientIndex: number, sex: Sex }, image: { id: string, fileName: string, pixelSpacingMm: number | null, study: { ageYears: number | null } }, boundingBox?: { x1: number, y1: number, x2: number, y2: number }, longAxis?: { start: { x: number, y: number }, end: { x: number, y: number } } | null, shortAxis?: { start: { x: number, y: number }, end: { x: number, y: number } } | null }> } };

export type ExplorerCursorQueryVariables = Exact<{
  filter: LesionFilter;
  orderBy?: Array<LesionOrder> | LesionOrder | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type ExplorerCursorQuery = { lesions: { pageInfo: { endCursor: string | null } } };

export type ExplorerCountsQueryVariables = Exact<{
  filter: LesionFilter;
  withoutSize: LesionFilter;
}>;


export type ExplorerCountsQuery = { all: Array<{ lesionCount: number, imageCount: number, patientCount: number, longDiameterMm: { p25: number | null, p50: number | null, p75: number | null } }>, sizes: Array<{ lesionCount: number, longDiameterMm: { histogram: { edges: Array<number>, counts: Array<number>, above: number, nullCount: number } | null } }>, lesionFacets: Array<{ field: LesionFacetField, buckets: Array<{ key: string | null, label: string, count: number }> }>, lesionHistograms: Array<{ field: LesionHistogramField, edges: Array<number>, counts: Array<number>, nullCount: number }> };

export type ExplorerLesionFragment = { id: string, sourceRowIndex: number, coarseType: CoarseType, split: Split, possiblyNoisy: boolean, longDiameterMm: number | null, shortDiameterMm: number | null, url: string | null, normalizedLocation: { z: number } | null, pseudoCluster: { id: string, clusterIndex: number, label: string | null } | null, patient: { patientIndex: number, sex: Sex }, image: { id: string, fileName: string, pixelSpacingMm: number | null, study: { ageYears: number | null } }, boundingBox?: { x1: number, y1: number, x2: number, y2: number }, longAxis?: { start: { x: number, y: number }, end: { x: number, y: number } } | null, shortAxis?: { start: { x: number, y: number }, end: { x: number, y: number } } | null };

export const ExplorerDatasetDocument: GraphDocument<ExplorerDatasetQuery, ExplorerDatasetQueryVariables> = {
  name: 'ExplorerDataset',
  text: "query ExplorerDataset($slug: String!) {\n  dataset(slug: $slug) {\n    id\n    slug\n    name\n    version\n    synthetic\n    citation\n    licence\n    counts {\n      lesions\n      images\n      imagesWithPixels\n    }\n  }\n}",
};

export const ExplorerLesionsDocument: GraphDocument<ExplorerLesionsQuery, ExplorerLesionsQueryVariables> = {
  name: 'ExplorerLesions',
  text: "query ExplorerLesions($filter: LesionFilter!, $orderBy: [LesionOrder!], $first: Int!, $after: String, $count: Boolean!, $sketch: Boolean!) {\n  lesions(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {\n    totalCount @include(if: $count)\n    pageInfo {\n      endCursor\n    }\n    nodes {\n      ...ExplorerLesion\n    }\n  }\n}\n\nfragment ExplorerLesion on Lesion {\n  id\n  sourceRowIndex\n  coarseType\n  split\n  possiblyNoisy\n  longDiameterMm\n  shortDiameterMm\n  url(size: 160, marginMm: 15)\n  normalizedLocation {\n    z\n  }\n  pseudoCluster {\n    id\n    clusterIndex\n    label\n  }\n  patient {\n    patientIndex\n    sex\n  }\n  image {\n    id\n    fileName\n    pixelSpacingMm\n    study {\n      ageYears\n    }\n  }\n  boundingBox @include(if: $sketch) {\n    x1\n    y1\n    x2\n    y2\n  }\n  longAxis @include(if: $sketch) {\n    start {\n      x\n      y\n    }\n    end {\n      x\n      y\n    }\n  }\n  shortAxis @include(if: $sketch) {\n    start {\n      x\n      y\n    }\n    end {\n      x\n      y\n    }\n  }\n}",
};

export const ExplorerCursorDocument: GraphDocument<ExplorerCursorQuery, ExplorerCursorQueryVariables> = {
  name: 'ExplorerCursor',
  text: "query ExplorerCursor($filter: LesionFilter!, $orderBy: [LesionOrder!], $first: Int!, $after: String) {\n  lesions(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {\n    pageInfo {\n      endCursor\n    }\n  }\n}",
};

export const ExplorerCountsDocument: GraphDocument<ExplorerCountsQuery, ExplorerCountsQueryVariables> = {
  name: 'ExplorerCounts',
  text: "query ExplorerCounts($filter: LesionFilter!, $withoutSize: LesionFilter!) {\n  all: lesionStatistics(filter: $filter) {\n    lesionCount\n    imageCount\n    patientCount\n    longDiameterMm {\n      p25\n      p50\n      p75\n    }\n  }\n  sizes: lesionStatistics(filter: $withoutSize) {\n    lesionCount\n    longDiameterMm {\n      histogram(bins: 40, min: 0, max: 100) {\n        edges\n        counts\n        above\n        nullCount\n      }\n    }\n  }\n  lesionFacets(filter: $filter) {\n    field\n    buckets {\n      key\n      label\n      count\n    }\n  }\n  lesionHistograms(filter: $filter, fields: [LOCATION_Z], bins: 40) {\n    field\n    edges\n    counts\n    nullCount\n  }\n}",
};
