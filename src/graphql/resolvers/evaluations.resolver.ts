import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Info, Query, Resolver } from 'type-graphql';
import { evaluationListing } from '../../detection';
import { connect } from '../connect';
import type { GraphContext } from '../context';
import { toEvaluationFilter } from '../inputs/evaluationFilter';
import { EvaluationListArgs } from '../inputs/evaluationListArgs';
import { Evaluation, EvaluationConnection } from '../types/evaluation';

@Resolver()
export class EvaluationsResolver {
  @Query(() => EvaluationConnection, { description: 'Evaluations of detection runs.' })
  evaluations(
    @Args(() => EvaluationListArgs) args: EvaluationListArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return connect(EvaluationConnection, context, info, {
      type: 'Evaluation',
      args,
      listing: () => evaluationListing(toEvaluationFilter(args.filter ?? {}), args.orderBy ?? []),
      toNode: (row) => new Evaluation(row),
    });
  }
}
