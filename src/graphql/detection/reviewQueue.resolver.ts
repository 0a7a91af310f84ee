import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import { reviewQueueListing } from '../../results';
import { connectInParent } from '../core/connect';
import type { GraphContext } from '../core/context';
import { expectRun } from '../core/nodes';
import { PageArgs } from '../core/pageArgs';
import { Detection, DetectionConnection } from './detection';

@Resolver()
export class ReviewQueueResolver {
  @Query(() => DetectionConnection, {
    description:
      'False positives of a run without a review, the highest score first, because verdicts on these ' +
      'change the metrics most. Boxes that overlap an annotated lesion, or a reviewed detection of any ' +
      'run, with an IoU of 0.5 or more are excluded.',
  })
  async reviewQueue(
    @Arg('run', () => ID, { description: 'Global id of the detection run.' }) run: string,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { id: runId } = await expectRun(context, run, 'run');
    return connectInParent(DetectionConnection, context, info, runId, 'reviewQueue', {
      type: 'Detection',
      args: page,
      listing: reviewQueueListing,
      toNode: (detection) => new Detection(detection),
    });
  }
}
