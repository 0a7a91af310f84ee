// Made of differences.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../data/schemaTypes.generated';

export type DiscordantQueryVariables = Exact<{
  ids: Array<string> | string;
  iouThreshold: number;
  foundBy?: Schema.DiscordantSide | null | undefined;
}>;


export type DiscordantQuery = { compareEvaluations: { evaluations: Array<{ id: string, run: { id: string, detector: { name: string, version: string }, dataset: { slug: string, version: number, synthetic: boolean } }, protocol: { reviewsUpTo: number | null } }>, differences: Array<{ topK: number, points: Array<{ iouThreshold: number, difference: number | null, ciLow: number | null, ciHigh: number | null, mcNemarP: number, onlyBaseline: number, onlyOther: number, total: number }>, discordantLesions: Array<{ foundBy: Schema.DiscordantSide, reason: Schema.MissReason, bestOverlap: number, bestScore: number | null, bestRank: number | null, lesion: { id: string, longDiameterMm: number | null, coarseType: Schema.CoarseType } | null, image: { id: string, fileName: string, hasPixels: boolean, url: string | null } }> | null }> | null } };

export const DiscordantDocument: GraphDocument<DiscordantQuery, DiscordantQueryVariables> = {
  name: 'Discordant',
  text: "query Discordant($ids: [ID!]!, $iouThreshold: Float!, $foundBy: DiscordantSide) {\n  compareEvaluations(ids: $ids) {\n    evaluations {\n      id\n      run {\n        id\n        detector {\n          name\n          version\n        }\n        dataset {\n          slug\n          version\n          synthetic\n        }\n      }\n      protocol {\n        reviewsUpTo\n      }\n    }\n    differences {\n      topK\n      points {\n        iouThreshold\n        difference\n        ciLow\n        ciHigh\n        mcNemarP\n        onlyBaseline\n        onlyOther\n        total\n      }\n      discordantLesions(first: 200, iouThreshold: $iouThreshold, foundBy: $foundBy) {\n        foundBy\n        reason\n        bestOverlap\n        bestScore\n        bestRank\n        lesion {\n          id\n          longDiameterMm\n          coarseType\n        }\n        image {\n          id\n          fileName\n          hasPixels\n          url(size: 256)\n        }\n      }\n    }\n  }\n}",
};
