import { Conflict } from '../errors';
import { type RegisteredDetector } from '../models';
import type { Progress } from '../progress';
import { findAccuracyPoints, findEvaluationsOfRuns, findFrocPoints } from '../results';
import { findTimingOfRuns, isTerminal, requestRun, watchRun } from '../runs';
import type { Services } from '../services';
import type { RunFinding } from './findings';
import { type Training, trainingName } from './layout';

const TOP_K = [5, 1];
const FROC_RATES = [0.5, 1, 2, 4];

/** A training's detector over the evaluation images, evaluated. */
export interface EvaluatedTraining {
  training: Training;
  runId: number;
  evaluationId: number;
}

/**
 * Runs every detector over the evaluation images. A run that was finished by an earlier call is taken as it is.
 *
 * @param dataset `slug@version`
 * @param onlyTestSplit only images of the test split that have their pixel file: for a data set that holds the training
 *   images as well
 * @throws Conflict if a run fails
 */
export async function detectAll(
  services: Services,
  trainings: readonly Training[],
  { dataset, onlyTestSplit }: { dataset: string; onlyTestSplit: boolean },
  progress: Progress,
): Promise<EvaluatedTraining[]> {
  const runs: { training: Training; runId: number }[] = [];
  for (const training of trainings) {
    const detector = await services.registry.find(trainingName(training));
    const run = await requestRun(
      { ...services, client: 'reproduction' },
      {
        detector: detector.name,
        detectorVersion: detector.version,
        dataset,
        // an image without its file would fail, and the original is rarely complete
        filter: onlyTestSplit ? { split: ['TEST'], hasPixels: true } : null,
        idempotencyKey: `reproduction-${dataset}-${detector.modelSha256}${onlyTestSplit ? '-with-pixels' : ''}`,
      },
    );
    runs.push({ training, runId: run.id });
  }
  const evaluated: EvaluatedTraining[] = [];
  for (const [index, { training, runId }] of runs.entries()) {
    for await (const { run, progress: counts } of watchRun(services.database, runId)) {
      progress.update(index * counts.total + counts.completed + counts.failed, runs.length * counts.total);
      if (isTerminal(run.status) && (run.status !== 'SUCCEEDED' || counts.failed > 0))
        throw new Conflict(`Run ${run.id} ended ${run.status} with ${counts.failed} failed images: ${run.error ?? ''}`);
    }
    const [evaluation] = await findEvaluationsOfRuns(services.database, [runId]);
    if (!evaluation) throw new Conflict(`Run ${runId} has no evaluation.`);
    evaluated.push({ training, runId, evaluationId: evaluation.id });
  }
  return evaluated;
}

/** The facts of one training and its run in the report. */
export async function describeRun(services: Services, evaluated: EvaluatedTraining): Promise<RunFinding> {
  const { database, registry } = services;
  const { training, runId, evaluationId } = evaluated;
  const detector = await registry.find(trainingName(training));
  const [timing] = await findTimingOfRuns(database, [runId]);
  const accuracy = await Promise.all(
    TOP_K.map(async (topK) => {
      const points = await findAccuracyPoints(database, [evaluationId], { topK });
      const half = points.find(({ iouThreshold }) => iouThreshold === 0.5);
      return { topK, correct: half?.correct ?? 0, total: half?.total ?? 0 };
    }),
  );
  const froc = await findFrocPoints(database, [evaluationId], { falsePositivesPerImage: FROC_RATES });
  return {
    arm: training.arm,
    seed: training.seed,
    detector: `${detector.name}@${detector.version}`,
    modelSha256: detector.modelSha256,
    runId,
    meanMsPerImage: timing?.meanMsPerImage ?? null,
    ...trainingFacts(detector),
    accuracy,
    froc: froc.map(({ falsePositivesPerImage, sensitivity }) => ({ falsePositivesPerImage, sensitivity })),
  };
}

function trainingFacts({
  manifest,
}: RegisteredDetector): Pick<RunFinding, 'trainingCommand' | 'trainingHardware' | 'trainingMinutes'> {
  const minutes = manifest?.card.trainingMinutes;
  const hardware = manifest?.card.hardware;
  return {
    trainingCommand: manifest?.card.trainingCommand ?? '',
    trainingHardware: typeof hardware === 'string' ? hardware : '',
    trainingMinutes: typeof minutes === 'number' ? minutes : null,
  };
}
