import type { Transaction } from '../database';

/** What was made of the detections of runs. */
export interface ResultCounts {
  evaluations: number;
  /** verdicts of radiologists */
  reviews: number;
}

export async function countResultsOfRuns({ prisma }: Transaction, runIds: readonly number[]): Promise<ResultCounts> {
  const ofRuns = { runId: { in: [...runIds] } };
  return {
    evaluations: await prisma.evaluation.count({ where: ofRuns }),
    reviews: await prisma.detectionReview.count({ where: { detection: ofRuns } }),
  };
}

/** The evaluations whose strata are the pseudo-clusters of a categorization. */
const byCategorization = (uuid: string) => ({ protocol: { path: ['categorization', 'id'], equals: uuid } });

export function countEvaluationsBy({ prisma }: Transaction, categorizationUuid: string): Promise<number> {
  return prisma.evaluation.count({ where: byCategorization(categorizationUuid) });
}

export async function deleteEvaluationsBy({ prisma }: Transaction, categorizationUuid: string): Promise<void> {
  await prisma.evaluation.deleteMany({ where: byCategorization(categorizationUuid) });
}
