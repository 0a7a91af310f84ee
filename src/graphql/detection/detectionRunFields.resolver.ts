import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Int, Resolver, Root } from 'type-graphql';
import { completenessOf, detectionListing, type RunImageRow, runImageListing } from '../../runs';
import { connectInParent } from '../core/connect';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { checkedLength, PageArgs } from '../core/pageArgs';
import { Dataset } from '../dataset/dataset';
import { Evaluation } from '../evaluation/evaluation';
import { JobWebhookType } from '../job/webhook';
import { Detection, DetectionConnection } from './detection';
import { toDetectionFilter } from './detectionFilter';
import { DetectionRun, RunProgressType, RunTimingType } from './detectionRun';
import { Detector } from './detector';
import { RunCompletenessEnum, RunImageStateEnum } from './enums';
import { DetectionListArgs } from './listArgs';
import { RunImage, RunImageConnection } from './runImage';

const DEFAULT_EVALUATIONS = 5;
const MAX_EVALUATIONS = 100;

@Resolver(() => DetectionRun)
export class DetectionRunFieldsResolver {
  @FieldResolver(() => Detector, { description: 'The detector.' })
  async detector(@Root() { row }: DetectionRun, @Ctx() { loaders }: GraphContext) {
    return new Detector(present(await loaders.detector.load(row.detectorId)));
  }

  @FieldResolver(() => Dataset, { description: 'The data set version to which the images belong.' })
  async dataset(@Root() { row }: DetectionRun, @Ctx() { loaders }: GraphContext) {
    return new Dataset(present(await loaders.dataset.load(row.datasetId)));
  }

  @FieldResolver(() => DetectionRun, {
    nullable: true,
    description: 'The run whose failed images this run retries; null if it is not a retry.',
  })
  async retryOf(@Root() { row }: DetectionRun, @Ctx() { loaders }: GraphContext) {
    if (row.retryOfId === null) return null;
    const earlier = await loaders.run.load(row.retryOfId);
    return earlier && new DetectionRun(earlier);
  }

  @FieldResolver(() => RunProgressType, { description: 'Progress of the run.' })
  async progress(@Root() { row }: DetectionRun, @Ctx() { loaders }: GraphContext) {
    return new RunProgressType(present(await loaders.progressOfRun.load(row.id)));
  }

  @FieldResolver(() => Int, {
    description:
      'Number of completed images whose pixel file differs from the file at the time of the import ' +
      '(`images { pixelsChanged }`). If it is not 0, the metrics of the run do not describe the ' +
      'imported data.',
  })
  async changedImageCount(@Root() { row }: DetectionRun, @Ctx() { loaders }: GraphContext) {
    return present(await loaders.changedImagesOfRun.load(row.id)).count;
  }

  @FieldResolver(() => RunCompletenessEnum, {
    nullable: true,
    description:
      'Whether every image has a result; null until the run has finished. `images(state: FAILED)` ' +
      'lists the failed images, and `retryDetectionRun` retries the images without a result.',
  })
  async completeness(@Root() { row }: DetectionRun, @Ctx() { loaders }: GraphContext) {
    return completenessOf(row.status, present(await loaders.progressOfRun.load(row.id)));
  }

  @FieldResolver(() => RunTimingType, { description: 'Speed of the run.' })
  async timing(@Root() { row }: DetectionRun, @Ctx() { loaders }: GraphContext) {
    return new RunTimingType(present(await loaders.timingOfRun.load(row.id)));
  }

  @FieldResolver(() => JobWebhookType, {
    nullable: true,
    description: 'Delivery state of the completion webhook; null if the request had no webhookUrl.',
  })
  async webhook(@Root() { row }: DetectionRun, @Ctx() { loaders, client }: GraphContext) {
    const webhook = await loaders.webhookOfRun.load(row.id);
    return webhook && new JobWebhookType(webhook, row.clientKey === client);
  }

  @FieldResolver(() => DetectionConnection, { description: 'The detections found so far.' })
  detections(
    @Args(() => DetectionListArgs) args: DetectionListArgs,
    @Root() { row }: DetectionRun,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return connectInParent(DetectionConnection, context, info, row.id, 'DetectionRun.detections', {
      type: 'Detection',
      args,
      listing: () => detectionListing(toDetectionFilter(args.filter ?? {}), args.orderBy ?? []),
      toNode: (detection) => new Detection(detection),
    });
  }

  @FieldResolver(() => RunImageConnection, { description: 'The images of the run with their results.' })
  images(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('state', () => [RunImageStateEnum], {
      nullable: true,
      description: 'Only images in one of these states; a single value need not be a list.',
    })
    state: RunImageRow['state'][] | null | undefined,
    @Root() { row }: DetectionRun,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return connectInParent(RunImageConnection, context, info, row.id, `DetectionRun.images ${state?.join() ?? ''}`, {
      type: 'DetectionRunImage',
      args: page,
      listing: () => runImageListing({ state }),
      toNode: (image) => new RunImage(image),
    });
  }

  @FieldResolver(() => [Evaluation], {
    description:
      'Its evaluations, latest first. A run is evaluated automatically when it finishes. The query ' +
      '`evaluations` lists the evaluations of a run in pages.',
  })
  async evaluations(
    @Arg('first', () => Int, {
      nullable: true,
      defaultValue: DEFAULT_EVALUATIONS,
      description: `Maximum number, 0 to ${MAX_EVALUATIONS}.`,
    })
    first: number | null,
    @Root() { row }: DetectionRun,
    @Ctx() { loaders }: GraphContext,
  ) {
    const count = checkedLength(first ?? DEFAULT_EVALUATIONS, MAX_EVALUATIONS);
    const evaluations = await loaders.evaluationsOfRun(count).load(row.id);
    return evaluations.map((evaluation) => new Evaluation(evaluation));
  }

  @FieldResolver(() => Int, { description: 'Number of evaluations of the run.' })
  async evaluationCount(@Root() { row }: DetectionRun, @Ctx() { loaders }: GraphContext) {
    return (await loaders.evaluationCountOfRun.load(row.id))?.count ?? 0;
  }
}
