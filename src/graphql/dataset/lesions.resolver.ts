import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import { databaseWithin, sightOf } from '../../access';
import { keptLesionStatistics, lesionListing, type StatisticsGroup } from '../../dataset';
import { keyOf } from '../../globalId';
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
    description: 'Lesions; those of the latest version of every data set unless the filter names a data set.',
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

  @Query(() => Lesion, { nullable: true, description: 'Finds one lesion; null if there is none.' })
  async lesion(
    @Arg('id', () => ID, { description: 'Global id of the lesion.' }) id: string,
    @Ctx() { loaders }: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const parents = parentsOfLesions(Selection.of(info));
    const row = await loaders.lesionByKey(parents).load(keyOf(id, 'Lesion', 'id'));
    return row && new Lesion(row);
  }

  @Query(() => [LesionStatistics], {
    description:
      'Exact counts and diameter statistics of the lesions that match a filter, computed in the ' +
      'database: one entry per group that has lesions, in the order of the keys; exactly one entry ' +
      'without `groupBy`.',
  })
  async lesionStatistics(
    @Arg('filter', () => LesionFilter, { nullable: true, description: 'Filter for lesions.' })
    filter: LesionFilter | null | undefined,
    @Arg('groupBy', () => [LesionGroupingEnum], {
      nullable: true,
      description: 'Keys to group by; a single value need not be a list. If omitted, all lesions form one group.',
    })
    groupBy: StatisticsGroup[] | null | undefined,
    @Ctx() { database, services, caller }: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const request = statisticsRequest(toLesionFilter(filter ?? {}), groupBy ?? [], Selection.of(info), info.schema);
    const sight = await sightOf(services.database, caller);
    const seen = databaseWithin(database, sight);
    const rows = await keptLesionStatistics(services.database, seen, JSON.stringify(sight), request);
    return rows.map((row) => new LesionStatistics(row, request));
  }
}
