// Made of map.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../data/schemaTypes.generated';

export type ClusterMapQueryVariables = Exact<{
  id: string;
}>;


export type ClusterMapQuery = { categorization: { featureMap: { method: string, explainedVariance: Array<number>, lesionCount: number, stride: number, lesionIds: Array<string>, clusterIndexes: Array<number>, x: Array<number>, y: Array<number> } | null } | null };

export type ClusterMapLesionQueryVariables = Exact<{
  id: string;
}>;


export type ClusterMapLesionQuery = { lesion: { id: string, sourceRowIndex: number, coarseType: Schema.CoarseType, longDiameterMm: number | null, shortDiameterMm: number | null, url: string | null, image: { id: string } } | null };

export const ClusterMapDocument: GraphDocument<ClusterMapQuery, ClusterMapQueryVariables> = {
  name: 'ClusterMap',
  text: "query ClusterMap($id: ID!) {\n  categorization(id: $id) {\n    featureMap {\n      method\n      explainedVariance\n      lesionCount\n      stride\n      lesionIds\n      clusterIndexes\n      x\n      y\n    }\n  }\n}",
};

export const ClusterMapLesionDocument: GraphDocument<ClusterMapLesionQuery, ClusterMapLesionQueryVariables> = {
  name: 'ClusterMapLesion',
  text: "query ClusterMapLesion($id: ID!) {\n  lesion(id: $id) {\n    id\n    sourceRowIndex\n    coarseType\n    longDiameterMm\n    shortDiameterMm\n    url(size: 160, marginMm: 15)\n    image {\n      id\n    }\n  }\n}",
};
