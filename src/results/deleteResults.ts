import type { Transaction } from '../database';

/** What was made of the detections of runs. */
export interface ResultCounts {
  evaluations: number;
  /** verdicts of radiologists */
  reviews: number;
}

export async function countResultsOfRuns(transaction: Transaction, runIds: readonly number[]): Promise<ResultCounts> {
  const [reviews] = await transaction.query<{ count: number }>({
    text: `SELECT count(*) AS count FROM detection_review AS review JOIN detection ON detection.id = review.detection_id
           WHERE detection.run_id = ANY($1::int4[])`,
    values: [runIds],
  });
  return {
    evaluations: await transaction.prisma.evaluation.count({ where: { runId: { in: [...runIds] } } }),
    reviews: reviews?.count ?? 0,
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
