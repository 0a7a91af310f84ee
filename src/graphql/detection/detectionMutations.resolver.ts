import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { addReview } from '../../results';
import { cancelRun, requestRun, retryRun } from '../../runs';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { rowIdOf } from '../core/rowId';
import { EvaluateDetectionRunInput, toEvaluationRequest } from '../evaluation/evaluateDetectionRunInput';
import { Evaluation } from '../evaluation/evaluation';
import { EvaluateDetectionRunPayload } from '../evaluation/payloads';
import { CancelDetectionRunInput } from './cancelDetectionRunInput';
import { Detection, DetectionReview } from './detection';
import { DetectionRun } from './detectionRun';
import {
  CancelDetectionRunPayload,
  RetryDetectionRunPayload,
  ReviewDetectionPayload,
  RunDetectionPayload,
} from './payloads';
import { RetryDetectionRunInput } from './retryDetectionRunInput';
import { ReviewDetectionInput } from './reviewDetectionInput';
import { RunDetectionInput, toRunRequest } from './runDetectionInput';

@Resolver()
export class DetectionMutationsResolver {
  @Mutation(() => RunDetectionPayload, {
    description:
      'Starts a detection run and answers at once; follow it with detectionRun or detectionRunProgress. Where too much waits already, nothing is stored, and the error RATE_LIMITED says in `extensions.retryAfterSeconds` when it is worth asking again.',
  })
  async runDetection(
    @Arg('input', () => RunDetectionInput, { description: 'What to detect.' }) input: RunDetectionInput,
    @Ctx() { services, client }: GraphContext,
  ) {
    const run = await requestRun({ ...services, client }, toRunRequest(input));
    return new RunDetectionPayload(new DetectionRun(run));
  }

  @Mutation(() => RetryDetectionRunPayload, {
    description:
      'Tries those images of a run again that failed, or that a failed run never reached, with the same model file and settings. A run that has ended stays as it is: the answer is a new run, which names the old one in `retryOf`.',
  })
  async retryDetectionRun(
    @Arg('input', () => RetryDetectionRunInput, { description: 'Which run.' }) { id }: RetryDetectionRunInput,
    @Ctx() { services, client }: GraphContext,
  ) {
    const run = await retryRun({ ...services, client }, rowIdOf(id, 'DetectionRun', 'id'));
    return new RetryDetectionRunPayload(new DetectionRun(run));
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
    description:
      'Evaluates the completed images of a run. The same protocol on the same run is evaluated once. Evaluations wait for one another, end when their client leaves, and are RATE_LIMITED where too many wait.',
  })
  async evaluateDetectionRun(
    @Arg('input', () => EvaluateDetectionRunInput, { description: 'Which run, and by what protocol.' })
    input: EvaluateDetectionRunInput,
    @Ctx() { services, loaders, client, signal }: GraphContext,
  ) {
    const runId = rowIdOf(input.id, 'DetectionRun', 'id');
    const id = await services.evaluations.evaluate(runId, toEvaluationRequest(input), { client, signal });
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
    const review = await addReview(database, { ...input, detectionId, remark: input.remark ?? null });
    const detection = present(await loaders.detection.load(detectionId));
    return new ReviewDetectionPayload(new DetectionReview(review), new Detection(detection));
  }
}
