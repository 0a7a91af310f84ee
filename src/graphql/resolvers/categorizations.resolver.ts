import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import { categorizationListing, labelPseudoCluster, pseudoClusterListing } from '../../categorization';
import { connect } from '../connect';
import type { GraphContext } from '../context';
import { CategorizationListArgs } from '../inputs/categorizationListArgs';
import { LabelPseudoClusterInput } from '../inputs/labelPseudoClusterInput';
import { toPseudoClusterFilter } from '../inputs/pseudoClusterFilter';
import { PseudoClusterListArgs } from '../inputs/pseudoClusterListArgs';
import { rowIdOf } from '../rowId';
import { Categorization, CategorizationConnection } from '../types/categorization';
import { LabelPseudoClusterPayload } from '../types/payloads';
import { PseudoCluster, PseudoClusterConnection } from '../types/pseudoCluster';

@Resolver()
export class CategorizationsResolver {
  @Query(() => CategorizationConnection, { description: 'Categorizations of all data sets.' })
  categorizations(
    @Args(() => CategorizationListArgs) args: CategorizationListArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return connect(CategorizationConnection, context, info, {
      type: 'Categorization',
      args,
      listing: () => categorizationListing(args.filter ?? {}, args.orderBy ?? []),
      toNode: (row) => new Categorization(row),
    });
  }

  @Query(() => Categorization, {
    nullable: true,
    description: 'One categorization; null if there is none with this id.',
  })
  async categorization(
    @Arg('id', () => ID, { description: 'Global id.' }) id: string,
    @Ctx() { loaders }: GraphContext,
  ) {
    const row = await loaders.categorization.load(rowIdOf(id, 'Categorization', 'id'));
    return row && new Categorization(row);
  }

  @Query(() => PseudoClusterConnection, { description: 'Pseudo-clusters of all categorizations.' })
  pseudoClusters(
    @Args(() => PseudoClusterListArgs) args: PseudoClusterListArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return connect(PseudoClusterConnection, context, info, {
      type: 'PseudoCluster',
      args,
      listing: () => pseudoClusterListing(toPseudoClusterFilter(args.filter ?? {}), args.orderBy ?? []),
      toNode: (row) => new PseudoCluster(row),
    });
  }

  @Mutation(() => LabelPseudoClusterPayload, {
    description: "Gives a pseudo-cluster a radiologist's name, or takes it away.",
  })
  async labelPseudoCluster(
    @Arg('input', () => LabelPseudoClusterInput, { description: 'Which one, and the name.' })
    { pseudoClusterId, label }: LabelPseudoClusterInput,
    @Ctx() { database }: GraphContext,
  ) {
    const id = rowIdOf(pseudoClusterId, 'PseudoCluster', 'pseudoClusterId');
    return new LabelPseudoClusterPayload(new PseudoCluster(await labelPseudoCluster(database, id, label ?? null)));
  }
}
