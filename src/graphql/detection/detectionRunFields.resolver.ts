import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Int, Resolver, Root } from 'type-graphql';
import { completenessOf, detectionListing, type RunImageRow, runImageListing } from '../../runs';
import { connectInParent } from '../core/connect';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { checkedLength, PageArgs } from '../core/pageArgs';
import { Dataset } from '../dataset/dataset';
import { Evaluation } from '../evaluation/evaluation';
import { Detection, DetectionConnection } from './detection';
import { toDetectionFilter } from './detectionFilter';
import { DetectionRun, RunProgressType, RunTimingType, RunWebhookType } from './detectionRun';
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

  @FieldResolver(() => Dataset, { description: 'The data set version whose images it looks at.' })
  async dataset(@Root() { row }: DetectionRun, @Ctx() { loaders }: GraphContext) {
    return new Dataset(present(await loaders.dataset.load(row.datasetId)));
  }

  @FieldResolver(() => DetectionRun, {
    nullable: true,
    description: 'The run whose failed images this one tries again; null for any other run.',
  })
  async retryOf(@Root() { row }: DetectionRun, @Ctx() { loaders }: GraphContext) {
    if (row.retryOfId === null) return null;
    const earlier = await loaders.run.load(row.retryOfId);
    return earlier && new DetectionRun(earlier);
  }

  @FieldResolver(() => RunProgressType, { description: 'How many of its images are done.' })
  async progress(@Root() { row }: DetectionRun, @Ctx() { loaders }: GraphContext) {
    return new RunProgressType(present(await loaders.progressOfRun.load(row.id)));
  }

  @FieldResolver(() => Int, {
    description:
      'How many of its completed images had another pixel file than at the import (`images { pixelsChanged }`): its figures are not of the imported data where this is not 0.',
  })
  async changedImageCount(@Root() { row }: DetectionRun, @Ctx() { loaders }: GraphContext) {
    return present(await loaders.changedImagesOfRun.load(row.id)).count;
  }

  @FieldResolver(() => RunCompletenessEnum, {
    nullable: true,
    description:
      'Whether it has an answer for every image; null until it has ended. `images(state: FAILED)` names those without one, and `retryDetectionRun` tries them again.',
  })
  async completeness(@Root() { row }: DetectionRun, @Ctx() { loaders }: GraphContext) {
    return completenessOf(row.status, present(await loaders.progressOfRun.load(row.id)));
  }

  @FieldResolver(() => RunTimingType, { description: 'How fast it is.' })
  async timing(@Root() { row }: DetectionRun, @Ctx() { loaders }: GraphContext) {
    return new RunTimingType(present(await loaders.timingOfRun.load(row.id)));
  }

  @FieldResolver(() => RunWebhookType, {
    nullable: true,
    description: 'The message of its end; null where the request named no webhookUrl.',
  })
  async webhook(@Root() { row }: DetectionRun, @Ctx() { loaders }: GraphContext) {
    const webhook = await loaders.webhookOfRun.load(row.id);
    return webhook && new RunWebhookType(webhook);
  }

  @FieldResolver(() => DetectionConnection, { description: 'The boxes it found so far.' })
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

  @FieldResolver(() => RunImageConnection, { description: 'What became of each of its images.' })
  images(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('state', () => [RunImageStateEnum], {
      nullable: true,
      description: 'Only images in one of these states; a single value is fine.',
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
      'Its evaluations, the latest first. A run is evaluated when it ends. The query `evaluations` lists those of a run in pages.',
  })
  async evaluations(
    @Arg('first', () => Int, {
      nullable: true,
      defaultValue: DEFAULT_EVALUATIONS,
      description: `At most so many, 0 to ${MAX_EVALUATIONS}.`,
    })
    first: number | null,
    @Root() { row }: DetectionRun,
    @Ctx() { loaders }: GraphContext,
  ) {
    const count = checkedLength(first ?? DEFAULT_EVALUATIONS, MAX_EVALUATIONS);
    const evaluations = await loaders.evaluationsOfRun(count).load(row.id);
    return evaluations.map((evaluation) => new Evaluation(evaluation));
  }

  @FieldResolver(() => Int, { description: 'How many evaluations it has.' })
  async evaluationCount(@Root() { row }: DetectionRun, @Ctx() { loaders }: GraphContext) {
    return (await loaders.evaluationCountOfRun.load(row.id))?.count ?? 0;
  }
}
