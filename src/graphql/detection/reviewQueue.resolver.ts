import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import { findReviewProgress, reviewedDetectionsListing, reviewQueueListing } from '../../results';
import { connectInParent } from '../core/connect';
import type { GraphContext } from '../core/context';
import { expectRun } from '../core/nodes';
import { PageArgs } from '../core/pageArgs';
import { Detection, DetectionConnection } from './detection';
import { ReviewProgressType } from './reviewProgress';
import { ReviewQueueArgs, toReviewQueueFilter } from './reviewQueueFilter';

const RUN = { description: 'Global id of the detection run.' };

@Resolver()
export class ReviewQueueResolver {
  @Query(() => DetectionConnection, {
    description:
      'False positives of a run without a verdict, the highest score first unless `orderBy` says otherwise, because ' +
      'verdicts on these change the metrics most. Boxes that overlap an annotated lesion, or a detection of any run ' +
      'with a verdict, with an IoU of 0.5 or more are excluded. A withdrawn verdict returns them to the queue.',
  })
  async reviewQueue(
    @Arg('run', () => ID, RUN) run: string,
    @Args(() => ReviewQueueArgs) args: ReviewQueueArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { id: runId } = await expectRun(context, run, 'run');
    return connectInParent(DetectionConnection, context, info, runId, 'reviewQueue', {
      type: 'ReviewQueue',
      args,
      listing: () => reviewQueueListing(toReviewQueueFilter(args.filter ?? {}), args.orderBy ?? []),
      toNode: (detection) => new Detection(detection),
    });
  }

  @Query(() => DetectionConnection, {
    description:
      'Detections of a run on which a verdict counts, the one that was reviewed last first: what a reviewer may want ' +
      'to see again or to withdraw. Detections whose verdicts are all withdrawn are not in it.',
  })
  async reviewedDetections(
    @Arg('run', () => ID, RUN) run: string,
    @Arg('reviewer', () => String, {
      nullable: true,
      description: 'Only those with a verdict of this reviewer, by its time; of anyone if omitted.',
    })
    reviewer: string | null | undefined,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { id: runId } = await expectRun(context, run, 'run');
    const name = `reviewedDetections ${JSON.stringify(reviewer ?? null)}`;
    return connectInParent(DetectionConnection, context, info, runId, name, {
      type: 'ReviewedDetection',
      args: page,
      listing: () => reviewedDetectionsListing(reviewer ?? null),
      toNode: (detection) => new Detection(detection),
    });
  }

  @Query(() => ReviewProgressType, { description: 'How far the review of a detection run has come.' })
  async reviewProgress(@Arg('run', () => ID, RUN) run: string, @Ctx() context: GraphContext) {
    const { id: runId } = await expectRun(context, run, 'run');
    return new ReviewProgressType(await findReviewProgress(context.database, runId));
  }
}
