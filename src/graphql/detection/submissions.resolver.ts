import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { KeepAnswer } from '../../database';
import { findRun, hasModel } from '../../runs';
import { submitDetections, validateSubmission } from '../../submissions';
import type { GraphContext } from '../core/context';
import { expectUsableDataset } from '../core/datasetsOfKeys';
import { present } from '../core/found';
import { countingTries } from '../core/hiddenTruth';
import { answered, createOnce } from '../core/idempotency';
import { charging } from '../core/quota';
import { BookmarkedImage } from '../dataset/bookmarkedImage';
import { DetectionRun } from './detectionRun';
import { DetectionSubmission, SubmissionExample, SubmissionReportType, SubmitDetectionsPayload } from './submission';
import { DetectionRunOriginEnum } from './submissionEnums';
import { SubmitDetectionsInput, toSubmissionRequest } from './submissionInput';

@Resolver()
export class SubmissionsResolver {
  @Query(() => SubmissionReportType, {
    description:
      'Reads a file of detections as submitDetections would, and changes nothing: problems, counts, examples to look at, and ' +
      'what may be wrong with all boxes. A file of a million boxes takes some seconds.',
  })
  async validateSubmission(
    @Arg('input', () => SubmitDetectionsInput, {
      description: 'As for submitDetections; the idempotencyKey is not used.',
    })
    { idempotencyKey: _, ...input }: SubmitDetectionsInput,
    @Ctx() context: GraphContext,
  ) {
    const { services, database, loaders, signal } = context;
    const { uploads } = services;
    await expectUsableDataset(context, input.dataset, 'dataset');
    const leaves = signal ?? new AbortController().signal;
    const report = await validateSubmission({ database, uploads }, toSubmissionRequest(input), leaves);
    const examples = report.examples.map(async ({ imageId, boxes }) => {
      const image = new BookmarkedImage(present(await loaders.image({}).load(imageId)));
      return new SubmissionExample(image, boxes);
    });
    return new SubmissionReportType(report, await Promise.all(examples));
  }

  @Mutation(() => SubmitDetectionsPayload, {
    description:
      'Makes a run of an external detector of a file of detections that were made elsewhere, sent by PUT /uploads. A file of ' +
      'up to 4 MiB is read at once, and its problems refuse the request; a larger one is read by the job, and its run fails ' +
      'with the same problems (`submission { problems }`). All detections are stored, or none. The run is then evaluated.',
  })
  async submitDetections(
    @Arg('input', () => SubmitDetectionsInput, { description: 'The file, the images and the detector.' })
    { idempotencyKey, ...input }: SubmitDetectionsInput,
    @Ctx() context: GraphContext,
  ) {
    const { services, client, loaders } = context;
    await expectUsableDataset(context, input.dataset, 'dataset');
    const submit = (keep?: KeepAnswer) =>
      submitDetections(
        { ...services, client, reads: context.database },
        toSubmissionRequest(input),
        countingTries(
          context,
          charging(context, 'submissions', () => 1, keep),
        ),
      );
    const { dataset, format, detector } = input;
    const id = await createOnce(
      context,
      'submitDetections',
      { idempotencyKey, ...input },
      submit,
      async (transaction, made) => ({
        target: new DetectionRun(await findRun(transaction, Number(made))).id,
        changes: { dataset, format, detector: `${detector.name}@${detector.version}` },
      }),
    );
    return new SubmitDetectionsPayload(new DetectionRun(answered(await loaders.run.load(Number(id)))));
  }
}

@Resolver(() => DetectionRun)
export class RunSubmissionResolver {
  @FieldResolver(() => DetectionRunOriginEnum, { description: 'Whether this server made the detections.' })
  origin(@Root() { row }: DetectionRun) {
    return hasModel(row) ? 'OWN' : 'SUBMITTED';
  }

  @FieldResolver(() => DetectionSubmission, {
    nullable: true,
    description: 'The file that the detections come from, and how it was read; null unless the origin is SUBMITTED.',
  })
  async submission(@Root() { row }: DetectionRun, @Ctx() { loaders }: GraphContext) {
    const submission = await loaders.submissionOfRun.load(row.id);
    return submission && new DetectionSubmission(submission);
  }
}
