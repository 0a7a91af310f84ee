import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Info, Query, Resolver } from 'type-graphql';
import { datasetListing, findDatasetByReference } from '../../dataset';
import { connect } from '../core/connect';
import type { GraphContext } from '../core/context';
import { Dataset, DatasetConnection, NamedDataset } from './dataset';
import { DatasetListArgs } from './listArgs';

@Resolver()
export class DatasetsResolver {
  @Query(() => DatasetConnection, {
    description: 'Data sets: the latest version of each unless the filter specifies otherwise.',
  })
  datasets(
    @Args(() => DatasetListArgs) args: DatasetListArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return connect(DatasetConnection, context, info, {
      type: 'Dataset',
      args,
      listing: () => datasetListing(args.filter ?? {}, args.orderBy ?? []),
      toNode: (row) => new Dataset(row),
    });
  }

  @Query(() => Dataset, { nullable: true, description: 'Finds one data set by its slug; null if there is none.' })
  async dataset(
    @Arg('slug', () => String, { description: '`slug` for the latest version, `slug@2` for version 2.' }) slug: string,
    @Ctx() { database }: GraphContext,
  ) {
    const row = await findDatasetByReference(database, slug);
    return row && new NamedDataset(row);
  }
}
