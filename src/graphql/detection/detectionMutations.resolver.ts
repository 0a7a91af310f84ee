import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { expectOwner, isKnown, reviewerOf } from '../../access';
import type { KeepAnswer, Transaction } from '../../database';
import { NotFound } from '../../errors';
import { keyOf } from '../../globalId';
import { addReview } from '../../results';
import { cancelRun, findProgressOfRuns, findRun, ownerOfRun, requestRun, retryRun, updateRun } from '../../runs';
import { recorded, recording } from '../core/audit';
import type { GraphContext } from '../core/context';
import { expectOwnDataset, expectUsableDataset } from '../core/datasetsOfKeys';
import { present } from '../core/found';
import { countingTries, expectTruthOfRun } from '../core/hiddenTruth';
import { answered, createOnce } from '../core/idempotency';
import { expectRun } from '../core/nodes';
import { charging } from '../core/quota';
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
  UpdateDetectionRunPayload,
} from './payloads';
import { RetryDetectionRunInput } from './retryDetectionRunInput';
import { ReviewDetectionInput } from './reviewDetectionInput';
import { RunDetectionInput, toRunRequest } from './runDetectionInput';
import { UpdateDetectionRunInput } from './updateDetectionRunInput';

async function countImagesOfRun(transaction: Transaction, id: string): Promise<number> {
  const [progress] = await findProgressOfRuns(transaction, [Number(id)]);
  return progress?.total ?? 0;
}

@Resolver()
export class DetectionMutationsResolver {
  @Mutation(() => RunDetectionPayload, {
    description:
      'Starts a detection run and returns immediately; follow its progress with detectionRun or ' +
      'detectionRunProgress. If the queue is full, nothing is stored, and the error RATE_LIMITED gives ' +
      'the time to wait before a retry in `extensions.retryAfterSeconds`.',
  })
  async runDetection(
    @Arg('input', () => RunDetectionInput, { description: 'The images, the detector and the evaluation.' })
    input: RunDetectionInput,
    @Ctx() context: GraphContext,
  ) {
    const { services, client } = context;
    await expectUsableDataset(context, input.dataset, 'dataset');
    const { dataset, detector } = input;
    const record = recording(context, async (transaction, id) => ({
      target: new DetectionRun(await findRun(transaction, Number(id))).id,
      changes: { dataset, detector },
    }));
    const charged = countingTries(context, charging(context, 'images', countImagesOfRun, record));
    const run = await requestRun({ ...services, client, reads: context.database }, toRunRequest(input), charged);
    return new RunDetectionPayload(new DetectionRun(run));
  }

  @Mutation(() => RetryDetectionRunPayload, {
    description:
      'Retries the images of a run that failed, or that a failed run did not process, with the same ' +
      'model file and settings. A finished run never changes: the result is a new run, which refers to ' +
      'the earlier run in `retryOf`.',
  })
  async retryDetectionRun(
    @Arg('input', () => RetryDetectionRunInput, { description: 'The detection run.' }) input: RetryDetectionRunInput,
    @Ctx() context: GraphContext,
  ) {
    const { services, client, loaders } = context;
    const retry = async (keep?: KeepAnswer) => {
      const run = await expectRun(context, input.id, 'id');
      await expectOwnDataset(context, run.datasetId, 'id');
      const charged = countingTries(context, charging(context, 'images', countImagesOfRun, keep));
      return retryRun({ ...services, client }, run.id, charged);
    };
    const id = await createOnce(context, 'retryDetectionRun', input, retry, async (transaction, made) => ({
      target: new DetectionRun(await findRun(transaction, Number(made))).id,
      changes: { retryOf: input.id },
    }));
    return new RetryDetectionRunPayload(new DetectionRun(answered(await loaders.run.load(Number(id)))));
  }

  @Mutation(() => UpdateDetectionRunPayload, {
    description: 'Names, annotates and tags a detection run, in any status; its results do not change.',
  })
  async updateDetectionRun(
    @Arg('input', () => UpdateDetectionRunInput, { description: 'The detection run and its texts.' })
    { id, ...texts }: UpdateDetectionRunInput,
    @Ctx() context: GraphContext,
  ) {
    const run = await expectRun(context, id, 'id');
    expectOwner(context.caller, ownerOfRun(run), 'a run');
    await expectOwnDataset(context, run.datasetId, 'id');
    await recorded(context, { fields: Object.keys(texts) }, (transaction) => updateRun(transaction, run.id, texts));
    return new UpdateDetectionRunPayload(new DetectionRun(await findRun(context.database, run.id)));
  }

  @Mutation(() => CancelDetectionRunPayload, {
    description: 'Cancels a run: immediately if it is queued, within one image if it is running.',
    deprecationReason: 'cancelJob cancels jobs of all kinds.',
  })
  async cancelDetectionRun(
    @Arg('input', () => CancelDetectionRunInput, { description: 'The detection run.' }) { id }: CancelDetectionRunInput,
    @Ctx() context: GraphContext,
  ) {
    const run = await expectRun(context, id, 'id');
    expectOwner(context.caller, ownerOfRun(run), 'a run');
    await expectOwnDataset(context, run.datasetId, 'id');
    const cancelled = await recorded(context, {}, (transaction) => cancelRun(transaction, run.id));
    return new CancelDetectionRunPayload(new DetectionRun(cancelled));
  }

  @Mutation(() => EvaluateDetectionRunPayload, {
    description:
      'Evaluates the completed images of a run; a repeated request with the same protocol returns the ' +
      'stored evaluation. Evaluations are queued, are cancelled if the client disconnects, and are ' +
      'RATE_LIMITED if the queue is full.',
  })
  async evaluateDetectionRun(
    @Arg('input', () => EvaluateDetectionRunInput, { description: 'The detection run and the evaluation protocol.' })
    input: EvaluateDetectionRunInput,
    @Ctx() context: GraphContext,
  ) {
    const { services, loaders, client, signal } = context;
    const id = await createOnce(context, 'evaluateDetectionRun', input, async (keep) => {
      const { id: runId, datasetId } = await expectRun(context, input.id, 'id');
      await expectOwnDataset(context, datasetId, 'id');
      await expectTruthOfRun(context, { id: runId, datasetId }, 'id');
      const evaluation = await services.evaluations.evaluate(runId, toEvaluationRequest(input), { client, signal });
      // Afterwards: a request that is repeated in between finds the same evaluation by its protocol.
      if (keep) await services.database.transaction((transaction) => keep(transaction, evaluation));
      return { id: evaluation };
    });
    const evaluation = new Evaluation(answered(await loaders.evaluation.load(Number(id))));
    context.mutation?.note({ target: evaluation.id, changes: { run: input.id } });
    return new EvaluateDetectionRunPayload(evaluation);
  }

  @Mutation(() => ReviewDetectionPayload, {
    description:
      "Adds a radiologist's verdict on a detection; earlier verdicts are kept, and the latest of a reviewer counts. " +
      'WITHDRAWN takes it back; it is a CONFLICT if there is none.',
  })
  async reviewDetection(
    @Arg('input', () => ReviewDetectionInput, { description: 'The verdict.' }) input: ReviewDetectionInput,
    @Ctx() context: GraphContext,
  ) {
    const { services, loaders, caller } = context;
    const detection = await loaders.detectionByKey.load(keyOf(input.detectionId, 'Detection', 'detectionId'));
    if (!detection) throw new NotFound('There is no detection with this id.', 'detectionId');
    if (caller.datasets)
      await expectOwnDataset(context, present(await loaders.run.load(detection.runId)).datasetId, 'detectionId');
    await expectTruthOfRun(context, present(await loaders.run.load(detection.runId)), 'detectionId');
    const { verdict, remark = null } = input;
    const signed = {
      reviewer: reviewerOf(caller, input.reviewer),
      isAuthenticated: isKnown(caller),
      owner: caller.owner,
    };
    const add = (keep?: KeepAnswer) =>
      addReview(services.database, { detectionId: detection.id, verdict, remark, ...signed }, keep);
    const id = await createOnce(context, 'reviewDetection', input, add, () => ({ changes: { verdict } }));
    const review = answered(await loaders.review.load(Number(id)));
    return new ReviewDetectionPayload(new DetectionReview(review), new Detection(detection));
  }
}
