// Made of explorer.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../data/schemaTypes.generated';

export type ExplorerDatasetQueryVariables = Exact<{
  slug: string;
}>;


export type ExplorerDatasetQuery = { dataset: { id: string, slug: string, name: string, version: number, synthetic: boolean, citation: string, licence: string, counts: { lesions: number, images: number, imagesWithPixels: number } | null } | null };

export type ExplorerLesionsQueryVariables = Exact<{
  filter: Schema.LesionFilter;
  orderBy?: Array<Schema.LesionOrder> | Schema.LesionOrder | null | undefined;
  first: number;
  after?: string | null | undefined;
  count: boolean;
  sketch: boolean;
}>;


export type ExplorerLesionsQuery = { lesions: { totalCount?: number, pageInfo: { endCursor: string | null }, nodes: Array<{ id: string, sourceRowIndex: number, coarseType: Schema.CoarseType, split: Schema.Split, possiblyNoisy: boolean, longDiameterMm: number | null, shortDiameterMm: number | null, url: string | null, normalizedLocation: { z: number } | null, pseudoCluster: { id: string, clusterIndex: number, label: string | null } | null, patient: { patientIndex: number, sex: Schema.Sex }, image: { id: string, fileName: string, pixelSpacingMm: number | null, study: { ageYears: number | null } }, boundingBox?: { x1: number, y1: number, x2: number, y2: number }, longAxis?: { start: { x: number, y: number }, end: { x: number, y: number } } | null, shortAxis?: { start: { x: number, y: number }, end: { x: number, y: number } } | null }> } };

export type ExplorerCursorQueryVariables = Exact<{
  filter: Schema.LesionFilter;
  orderBy?: Array<Schema.LesionOrder> | Schema.LesionOrder | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type ExplorerCursorQuery = { lesions: { pageInfo: { endCursor: string | null } } };

export type ExplorerCountsQueryVariables = Exact<{
  filter: Schema.LesionFilter;
  withoutSize: Schema.LesionFilter;
}>;


export type ExplorerCountsQuery = { all: Array<{ lesionCount: number, imageCount: number, patientCount: number, longDiameterMm: { p25: number | null, p50: number | null, p75: number | null } }>, sizes: Array<{ lesionCount: number, longDiameterMm: { histogram: { edges: Array<number>, counts: Array<number>, above: number, nullCount: number } | null } }>, lesionFacets: Array<{ field: Schema.LesionFacetField, buckets: Array<{ key: string | null, label: string, count: number }> }>, lesionHistograms: Array<{ field: Schema.LesionHistogramField, edges: Array<number>, counts: Array<number>, nullCount: number }> };

export type ExplorerLesionFragment = { id: string, sourceRowIndex: number, coarseType: Schema.CoarseType, split: Schema.Split, possiblyNoisy: boolean, longDiameterMm: number | null, shortDiameterMm: number | null, url: string | null, normalizedLocation: { z: number } | null, pseudoCluster: { id: string, clusterIndex: number, label: string | null } | null, patient: { patientIndex: number, sex: Schema.Sex }, image: { id: string, fileName: string, pixelSpacingMm: number | null, study: { ageYears: number | null } }, boundingBox?: { x1: number, y1: number, x2: number, y2: number }, longAxis?: { start: { x: number, y: number }, end: { x: number, y: number } } | null, shortAxis?: { start: { x: number, y: number }, end: { x: number, y: number } } | null };

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
