import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { addReview, cancelRun, requestRun } from '../../detection';
import type { GraphContext } from '../context';
import { present } from '../found';
import { CancelDetectionRunInput } from '../inputs/cancelDetectionRunInput';
import { EvaluateDetectionRunInput, toEvaluationRequest } from '../inputs/evaluateDetectionRunInput';
import { ReviewDetectionInput } from '../inputs/reviewDetectionInput';
import { RunDetectionInput, toRunRequest } from '../inputs/runDetectionInput';
import { rowIdOf } from '../rowId';
import { Detection, DetectionReview } from '../types/detection';
import { DetectionRun } from '../types/detectionRun';
import { Evaluation } from '../types/evaluation';
import {
  CancelDetectionRunPayload,
  EvaluateDetectionRunPayload,
  ReviewDetectionPayload,
  RunDetectionPayload,
} from '../types/payloads';

@Resolver()
export class DetectionMutationsResolver {
  @Mutation(() => RunDetectionPayload, {
    description: 'Starts a detection run and answers at once; follow it with detectionRun or detectionRunProgress.',
  })
  async runDetection(
    @Arg('input', () => RunDetectionInput, { description: 'What to detect.' }) input: RunDetectionInput,
    @Ctx() { services }: GraphContext,
  ) {
    return new RunDetectionPayload(new DetectionRun(await requestRun(services, toRunRequest(input))));
  }

  @Mutation(() => CancelDetectionRunPayload, {
    description: 'Cancels a run: at once while it waits, within one batch of images while it works.',
  })
  async cancelDetectionRun(
    @Arg('input', () => CancelDetectionRunInput, { description: 'Which run.' }) { id }: CancelDetectionRunInput,
    @Ctx() { database }: GraphContext,
  ) {
    return new CancelDetectionRunPayload(
      new DetectionRun(await cancelRun(database, rowIdOf(id, 'DetectionRun', 'id'))),
    );
  }

  @Mutation(() => EvaluateDetectionRunPayload, {
    description: 'Evaluates the completed images of a run. The same protocol on the same run is evaluated once.',
  })
  async evaluateDetectionRun(
    @Arg('input', () => EvaluateDetectionRunInput, { description: 'Which run, and by what protocol.' })
    input: EvaluateDetectionRunInput,
    @Ctx() { services, loaders }: GraphContext,
  ) {
    const runId = rowIdOf(input.id, 'DetectionRun', 'id');
    const id = await services.evaluate(runId, toEvaluationRequest(input));
    return new EvaluateDetectionRunPayload(new Evaluation(present(await loaders.evaluation.load(id))));
  }

  @Mutation(() => ReviewDetectionPayload, {
    description: "Adds a radiologist's verdict on a detection; earlier ones stay as history.",
  })
  async reviewDetection(
    @Arg('input', () => ReviewDetectionInput, { description: 'The verdict.' }) input: ReviewDetectionInput,
    @Ctx() { database, loaders }: GraphContext,
  ) {
    const detectionId = rowIdOf(input.detectionId, 'Detection', 'detectionId');
    const { verdict, reviewer, remark } = input;
    const review = await addReview(database, { detectionId, verdict, reviewer, remark: remark ?? null });
    const detection = present(await loaders.detection.load(detectionId));
    return new ReviewDetectionPayload(new DetectionReview(review), new Detection(detection));
  }
}
