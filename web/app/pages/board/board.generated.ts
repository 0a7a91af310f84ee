// Made of board.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../data/schemaTypes.generated';

export type BoardQueryVariables = Exact<{
  dataset: string;
  protocol: Schema.EvaluationPreset;
  split: Schema.Split;
  metric: Schema.LeaderboardMetricInput;
  stratum: string;
}>;


export type BoardQuery = { dataset: { slug: string, name: string, version: number, synthetic: boolean, hiddenSplits: Array<{ split: Schema.Split, submissionLimit: number, periodDays: number, triesUsed: number, nextTryAt: string | null }> } | null, leaderboard: { metric: string, isHidden: boolean, resolvableDifference: number | null, imageCount: number, imagesWithoutPixels: number, lesionCount: number | null, patientCount: number | null, resamples: number, entries: Array<{ standing: Schema.LeaderboardStanding, rank: number | null, rankLow: number | null, rankHigh: number | null, group: number | null, tiedWithBest: boolean | null, value: number | null, ciLow: number | null, ciHigh: number | null, coverage: number, imagesMissing: number, verified: boolean, sawTestPatients: boolean | null, sawTestPatientsBecause: string, tries: number | null, submittedAt: string | null, evaluation: { id: string } | null, run: { id: string }, detector: { name: string, version: string } }> } };

export const BoardDocument: GraphDocument<BoardQuery, BoardQueryVariables> = {
  name: 'Board',
  text: "query Board($dataset: String!, $protocol: EvaluationPreset!, $split: Split!, $metric: LeaderboardMetricInput!, $stratum: String!) {\n  dataset(slug: $dataset) {\n    slug\n    name\n    version\n    synthetic\n    hiddenSplits {\n      split\n      submissionLimit\n      periodDays\n      triesUsed\n      nextTryAt\n    }\n  }\n  leaderboard(\n    dataset: $dataset\n    protocol: $protocol\n    split: $split\n    metric: $metric\n    stratum: $stratum\n  ) {\n    metric\n    isHidden\n    resolvableDifference\n    imageCount\n    imagesWithoutPixels\n    lesionCount\n    patientCount\n    resamples\n    entries {\n      standing\n      rank\n      rankLow\n      rankHigh\n      group\n      tiedWithBest\n      value\n      ciLow\n      ciHigh\n      coverage\n      imagesMissing\n      verified\n      sawTestPatients\n      sawTestPatientsBecause\n      tries\n      submittedAt\n      evaluation {\n        id\n      }\n      run {\n        id\n      }\n      detector {\n        name\n        version\n      }\n    }\n  }\n}",
};
