import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Info, Query, Resolver } from 'type-graphql';
import { evaluationListing } from '../../results';
import { connect } from '../core/connect';
import type { GraphContext } from '../core/context';
import { Evaluation, EvaluationConnection } from './evaluation';
import { toEvaluationFilter } from './evaluationFilter';
import { EvaluationListArgs } from './listArgs';

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
