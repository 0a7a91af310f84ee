import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Info, Query, Resolver } from 'type-graphql';
import { lesionListing, lesionStatistics, type StatisticsGroup } from '../../dataset';
import { connect, selectionOfNodes } from '../core/connect';
import type { GraphContext } from '../core/context';
import { Selection } from '../core/lookAhead';
import { parentsOfLesions } from './embedding';
import { LesionGroupingEnum } from './enums';
import { Lesion, LesionConnection } from './lesion';
import { LesionFilter, toLesionFilter } from './lesionFilter';
import { LesionStatistics } from './lesionStatistics';
import { LesionListArgs } from './listArgs';
import { statisticsRequest } from './statisticsRequest';

@Resolver()
export class LesionsResolver {
  @Query(() => LesionConnection, {
    description: 'Lesions. Without a data set in the filter, those of the latest version of every data set.',
  })
  lesions(
    @Args(() => LesionListArgs) args: LesionListArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return connect(LesionConnection, context, info, {
      type: 'Lesion',
      args,
      listing: () =>
        lesionListing(toLesionFilter(args.filter ?? {}), args.orderBy ?? [], parentsOfLesions(selectionOfNodes(info))),
      toNode: (row) => new Lesion(row),
    });
  }

  @Query(() => [LesionStatistics], {
    description:
      'Counts and diameters of the lesions that a filter leaves, exact and computed in the database: one entry per group that has lesions, in the order of the keys; exactly one without `groupBy`.',
  })
  async lesionStatistics(
    @Arg('filter', () => LesionFilter, { nullable: true, description: 'Which lesions.' })
    filter: LesionFilter | null | undefined,
    @Arg('groupBy', () => [LesionGroupingEnum], {
      nullable: true,
      description: 'What to group by; a single value is fine. Nothing: all lesions are one group.',
    })
    groupBy: StatisticsGroup[] | null | undefined,
    @Ctx() { database }: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const request = statisticsRequest(toLesionFilter(filter ?? {}), groupBy ?? [], Selection.of(info), info.schema);
    const rows = await lesionStatistics(database, request);
    return rows.map((row) => new LesionStatistics(row, request));
  }
}
