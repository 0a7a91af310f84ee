import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Int, Resolver, Root } from 'type-graphql';
import { pseudoClusterListing } from '../../categorization';
import { lesionListing } from '../../dataset';
import { connectInParent, selectionOfNodes } from '../connect';
import type { GraphContext } from '../context';
import { parentsOfLesions } from '../embedding';
import { present } from '../found';
import { toLesionFilter } from '../inputs/lesionFilter';
import { LesionListArgs } from '../inputs/lesionListArgs';
import { toPseudoClusterFilter } from '../inputs/pseudoClusterFilter';
import { PseudoClusterListArgs } from '../inputs/pseudoClusterListArgs';
import { Categorization } from '../types/categorization';
import { Dataset } from '../types/dataset';
import { Lesion, LesionConnection } from '../types/lesion';
import { PseudoCluster, PseudoClusterConnection } from '../types/pseudoCluster';

@Resolver(() => Categorization)
export class CategorizationFieldsResolver {
  @FieldResolver(() => Dataset, { description: 'The data set version whose lesions it sorts.' })
  async dataset(@Root() { row }: Categorization, @Ctx() { loaders }: GraphContext) {
    return new Dataset(present(await loaders.dataset.load(row.datasetId)));
  }

  @FieldResolver(() => PseudoClusterConnection, { description: 'Its pseudo-clusters.' })
  pseudoClusters(
    @Args(() => PseudoClusterListArgs) args: PseudoClusterListArgs,
    @Root() { row }: Categorization,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return connectInParent(PseudoClusterConnection, context, info, row.id, 'Categorization.pseudoClusters', {
      type: 'PseudoCluster',
      args,
      listing: () =>
        pseudoClusterListing(toPseudoClusterFilter(args.filter ?? {}), args.orderBy ?? [], 'categorization'),
      toNode: (cluster) => new PseudoCluster(cluster),
    });
  }
}

@Resolver(() => PseudoCluster)
export class PseudoClusterFieldsResolver {
  @FieldResolver(() => Categorization, { description: 'The categorization it belongs to.' })
  async categorization(@Root() { row }: PseudoCluster, @Ctx() { loaders }: GraphContext) {
    return new Categorization(present(await loaders.categorization.load(row.categorizationId)));
  }

  @FieldResolver(() => Int, { description: 'Number of lesions in it.' })
  async size(@Root() { row }: PseudoCluster, @Ctx() { loaders }: GraphContext) {
    return present(await loaders.sizeOfPseudoCluster.load(row.id)).size;
  }

  @FieldResolver(() => LesionConnection, { description: 'The lesions in it.' })
  lesions(
    @Args(() => LesionListArgs) args: LesionListArgs,
    @Root() { row }: PseudoCluster,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const parents = parentsOfLesions(selectionOfNodes(info));
    return connectInParent(LesionConnection, context, info, row.id, 'PseudoCluster.lesions', {
      type: 'Lesion',
      args,
      listing: () => lesionListing(toLesionFilter(args.filter ?? {}), args.orderBy ?? [], parents, 'pseudoCluster'),
      toNode: (lesion) => new Lesion(lesion),
    });
  }
}
