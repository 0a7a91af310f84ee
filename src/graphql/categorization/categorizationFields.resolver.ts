import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Resolver, Root } from 'type-graphql';
import { pseudoClusterListing } from '../../categorization';
import { BadUserInput, NotFound } from '../../errors';
import { keyOf } from '../../globalId';
import { connectInParent } from '../core/connect';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { Dataset } from '../dataset/dataset';
import { CategorizationComparison, CoarseTypeAgreement } from './agreement';
import { Categorization } from './categorization';
import { CategorizationIteration, CategorizationQuality, CategorizationScan, Encoder } from './categorizationLineage';
import { PseudoClusterListArgs } from './listArgs';
import { PseudoCluster, PseudoClusterConnection } from './pseudoCluster';
import { toPseudoClusterFilter } from './pseudoClusterFilter';

@Resolver(() => Categorization)
export class CategorizationFieldsResolver {
  @FieldResolver(() => Dataset, { description: 'The data set version whose lesions are assigned.' })
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

  @FieldResolver(() => Encoder, {
    nullable: true,
    description: 'The encoder that computed the features; null if unknown.',
  })
  async encoder(@Root() { row }: Categorization, @Ctx() { loaders }: GraphContext) {
    return row.encoderId === null ? null : new Encoder(present(await loaders.encoder.load(row.encoderId)));
  }

  @FieldResolver(() => Categorization, {
    nullable: true,
    description:
      'The categorization whose centroids were used, if the source is ASSIGNED; null for other ' +
      'sources, or if it no longer exists.',
  })
  async assignedFrom(@Root() { row }: Categorization, @Ctx() { loaders }: GraphContext) {
    if (row.assignedFromId === null) return null;
    // It may be of a data set that the caller does not see.
    const source = await loaders.categorization.load(row.assignedFromId);
    return source && new Categorization(source);
  }

  @FieldResolver(() => [CategorizationIteration], {
    description: 'The iterations, in order; empty if the method is not iterative.',
  })
  async iterations(@Root() { row }: Categorization, @Ctx() { loaders }: GraphContext) {
    const rows = await loaders.iterationsOfCategorization.load(row.id);
    return rows.map((iteration) => new CategorizationIteration(iteration));
  }

  @FieldResolver(() => [CategorizationScan], { description: 'The numbers of clusters that were tried, ascending.' })
  async scan(@Root() { row }: Categorization, @Ctx() { loaders }: GraphContext) {
    return (await loaders.scanOfCategorization.load(row.id)).map((scan) => new CategorizationScan(scan));
  }

  @FieldResolver(() => CategorizationQuality, { description: 'Quality of the clustering.' })
  async quality(@Root() { row }: Categorization, @Ctx() { loaders }: GraphContext) {
    const iterations = await loaders.iterationsOfCategorization.load(row.id);
    const clusters = await loaders.clustersOfCategorization.load(row.id);
    const sizes = await Promise.all(clusters.map(({ id }) => loaders.sizeOfPseudoCluster.load(id)));
    const chosen = iterations.find(({ iteration }) => iteration === row.chosenIteration);
    return new CategorizationQuality(
      chosen?.silhouette ?? null,
      sizes.map((size) => present(size).size),
    );
  }

  @FieldResolver(() => CoarseTypeAgreement, {
    nullable: true,
    description: 'Agreement of the clusters with the coarse types; null if no lesion has a known type.',
  })
  async agreementWithCoarseTypes(@Root() { row }: Categorization, @Ctx() { loaders }: GraphContext) {
    const agreement = await loaders.coarseTypeAgreement.load(row.id);
    return agreement && new CoarseTypeAgreement(agreement);
  }

  @FieldResolver(() => CategorizationComparison, {
    nullable: true,
    description:
      'Agreement with another categorization of the same data set version, over the lesions that both assign. ' +
      'Null, with an error of its own, for one of another data set version.',
  })
  async compareWith(
    @Arg('categorization', () => ID, { description: 'Global id of the other categorization.' }) categorization: string,
    @Root() { row }: Categorization,
    @Ctx() { loaders }: GraphContext,
  ) {
    const other = await loaders.categorizationByKey.load(keyOf(categorization, 'Categorization', 'categorization'));
    if (!other)
      throw new NotFound(
        'There is no categorization with this id: the query categorizations lists them.',
        'categorization',
      );
    if (other.datasetId !== row.datasetId)
      throw new BadUserInput(
        `Expected a categorization of the same data set version: ${other.name} and ${row.name} ` +
          'have no lesion in common.',
        'categorization',
      );
    const comparison = present(await loaders.comparisonWith(other.id).load(row.id));
    return new CategorizationComparison(new Categorization(other), comparison);
  }
}
