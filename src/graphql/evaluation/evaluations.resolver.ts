import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import { keyOf } from '../../globalId';
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
  @Query(() => Evaluation, {
    nullable: true,
    description: 'Finds one evaluation by its global id; null if there is none with this id.',
  })
  async evaluation(@Arg('id', () => ID, { description: 'Global id.' }) id: string, @Ctx() { loaders }: GraphContext) {
    const row = await loaders.evaluationByKey.load(keyOf(id, 'Evaluation', 'id'));
    return row && new Evaluation(row);
  }
}
