// Made of home.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../data/schemaTypes.generated';

export type HomeQueryVariables = Exact<{ [key: string]: never; }>;


export type HomeQuery = { datasets: { nodes: Array<{ id: string, slug: string, name: string, version: number, synthetic: boolean, description: string, citation: string, licence: string, importedAt: string, visibility: Schema.DatasetVisibility, terms: { title: string, version: string, mustAccept: boolean } | null, counts: { patients: number, studies: number, images: number, imagesWithPixels: number, lesions: number } | null }> }, detectors: { nodes: Array<{ id: string, name: string, version: string, architecture: string | null, ready: boolean, notReadyReason: string | null, latestAccuracies: Array<{ dataset: { slug: string }, top1: { iouThreshold: number, accuracy: number | null, ciLow: number | null, ciHigh: number | null, total: number } | null }> }> }, detectionRuns: { nodes: Array<{ id: string, status: Schema.JobStatus, createdAt: string, finishedAt: string | null, dataset: { slug: string, version: number }, detector: { name: string, version: string }, progress: { completed: number, failed: number, total: number }, evaluations: Array<{ id: string, accuracyCurve: Array<{ iouThreshold: number, accuracy: number | null }> | null }> }> } };

export const HomeDocument: GraphDocument<HomeQuery, HomeQueryVariables> = {
  name: 'Home',
  text: "query Home {\n  datasets(first: 20, orderBy: {field: IMPORTED_AT, direction: DESC}) {\n    nodes {\n      id\n      slug\n      name\n      version\n      synthetic\n      description\n      citation\n      licence\n      importedAt\n      visibility\n      terms {\n        title\n        version\n        mustAccept\n      }\n      counts {\n        patients\n        studies\n        images\n        imagesWithPixels\n        lesions\n      }\n    }\n  }\n  detectors(first: 20) {\n    nodes {\n      id\n      name\n      version\n      architecture\n      ready\n      notReadyReason\n      latestAccuracies {\n        dataset {\n          slug\n        }\n        top1 {\n          iouThreshold\n          accuracy\n          ciLow\n          ciHigh\n          total\n        }\n      }\n    }\n  }\n  detectionRuns(first: 6, orderBy: {field: CREATED_AT, direction: DESC}) {\n    nodes {\n      id\n      status\n      createdAt\n      finishedAt\n      dataset {\n        slug\n        version\n      }\n      detector {\n        name\n        version\n      }\n      progress {\n        completed\n        failed\n        total\n      }\n      evaluations {\n        id\n        accuracyCurve(topK: 1) {\n          iouThreshold\n          accuracy\n        }\n      }\n    }\n  }\n}",
};
