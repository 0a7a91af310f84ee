import { join } from 'node:path';
import type { Arm, ReproductionSettings } from './settings';

/** Where a reproduction keeps its intermediate results. */
export interface Layout {
  /** folders in DeepLesion's layout */
  trainingSet: string;
  evaluationSet: string;
  categorization: string;
  /** the evaluation lesions, put to the clusters */
  evaluationClusters: string;
  prepared: string;
  /** one folder a training */
  runs: string;
  /** the exported models, as the server takes them */
  models: string;
  /** what the models' cards say */
  cards: string;
  /** data folder of the reproduction's own server */
  server: string;
  logs: string;
  stages: string;
}

/**
 * The folders of a reproduction. The original data set is its own training and evaluation set, told apart by its
 * splits.
 */
export function layoutOf({ workDir, data }: ReproductionSettings): Layout {
  const below = (name: string): string => join(workDir, name);
  return {
    trainingSet: data ?? below('training-set'),
    evaluationSet: data ?? below('evaluation-set'),
    categorization: below('categorization'),
    evaluationClusters: below('evaluation-clusters'),
    prepared: below('prepared'),
    runs: below('runs'),
    models: below('models'),
    cards: below('cards'),
    server: below('server'),
    logs: below('logs'),
    stages: below('stages'),
  };
}

/** One training: an arm and a seed. */
export interface Training {
  arm: Arm;
  seed: number;
  /** of the multi-class arm, if it is not 1: the weight of "which cluster" relative to "lesion or not" in its loss */
  clusterWeight?: number;
}

/** `multi-seed-2`, `multi-weight-0.2-seed-2`: the name of a training's folder and of its model. */
export function trainingName({ arm, seed, clusterWeight }: Training): string {
  return `${arm}${clusterWeight === undefined ? '' : `-weight-${clusterWeight}`}-seed-${seed}`;
}

/**
 * Both arms with each seed. The single-class arm has no clusters to weigh, so that its trainings serve for every
 * weight.
 */
export function trainingsOf({ seeds, clusterWeight }: ReproductionSettings): Training[] {
  const weight = clusterWeight === 1 ? {} : { clusterWeight };
  return seeds.flatMap((seed): Training[] => [
    { arm: 'single', seed },
    { arm: 'multi', seed, ...weight },
  ]);
}
