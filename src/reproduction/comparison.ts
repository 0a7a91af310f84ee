import { type ArmsOnStratum, compareTrainingArms } from '../results';
import type { Services } from '../services';
import type { CategorizationFacts } from './categorization';
import type { EvaluatedTraining } from './detections';
import type { Estimate, Findings, StratumComparison } from './findings';
import type { Arm } from './settings';

const TOP_K = [5, 1];

/**
 * Both arms over the evaluation images: all lesions, then each pseudo-cluster, for the five top-k detections and for
 * the best one.
 */
export async function compareOnServer(
  { database }: Services,
  evaluated: readonly EvaluatedTraining[],
  categorization: CategorizationFacts,
): Promise<Pick<Findings, 'comparisons'> & { counts: Omit<Findings['dataset'], 'reference'> }> {
  const ofArm = (arm: Arm): number[] =>
    evaluated.filter(({ training }) => training.arm === arm).map(({ evaluationId }) => evaluationId);
  const { images, lesions, patients, strata } = await compareTrainingArms(
    database,
    ofArm('single'),
    ofArm('multi'),
    TOP_K,
  );
  const shown = [
    { stratum: 'ALL', label: 'all' },
    ...categorization.clusters.map(({ stratum, label }) => ({ stratum, label })),
  ];
  const comparisons = TOP_K.flatMap((topK) =>
    shown.flatMap(({ stratum, label }) => {
      const found = strata.find((one) => one.stratum === stratum && one.topK === topK);
      return found ? [describeStratum(found, label)] : [];
    }),
  );
  return { comparisons, counts: { images, lesions, patients } };
}

function describeStratum({ stratum, lesions, topK, points }: ArmsOnStratum, label: string): StratumComparison {
  const estimate = (value: number | null, interval: { low: number; high: number } | null): Estimate => ({
    value,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
  });
  return {
    stratum,
    label,
    lesions,
    topK,
    points: points.map((point) => ({
      iouThreshold: point.iouThreshold,
      single: estimate(point.first, point.firstInterval),
      multi: estimate(point.second, point.secondInterval),
      difference: estimate(point.difference, point.differenceInterval),
      pairs: point.pairs,
    })),
  };
}
