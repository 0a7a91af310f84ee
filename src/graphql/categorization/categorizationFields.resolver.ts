import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Resolver, Root } from 'type-graphql';
import { pseudoClusterListing } from '../../categorization';
import { BadUserInput, NotFound } from '../../errors';
import { connectInParent } from '../core/connect';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { rowIdOf } from '../core/rowId';
import { Dataset } from '../dataset/dataset';
import { CategorizationComparison, CoarseTypeAgreement } from './agreement';
import { Categorization } from './categorization';
import { CategorizationIteration, CategorizationQuality, CategorizationScan, Encoder } from './categorizationLineage';
import { PseudoClusterListArgs } from './listArgs';
import { PseudoCluster, PseudoClusterConnection } from './pseudoCluster';
import { toPseudoClusterFilter } from './pseudoClusterFilter';

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

  @FieldResolver(() => Encoder, { nullable: true, description: 'What made the features; null where it is not known.' })
  async encoder(@Root() { row }: Categorization, @Ctx() { loaders }: GraphContext) {
    return row.encoderId === null ? null : new Encoder(present(await loaders.encoder.load(row.encoderId)));
  }

  @FieldResolver(() => Categorization, {
    nullable: true,
    description:
      'The categorization whose centroids an ASSIGNED one took over; null otherwise, and where that is gone.',
  })
  async assignedFrom(@Root() { row }: Categorization, @Ctx() { loaders }: GraphContext) {
    if (row.assignedFromId === null) return null;
    return new Categorization(present(await loaders.categorization.load(row.assignedFromId)));
  }

  @FieldResolver(() => [CategorizationIteration], {
    description: 'Its rounds, in order; none where there was no loop.',
  })
  async iterations(@Root() { row }: Categorization, @Ctx() { loaders }: GraphContext) {
    const rows = await loaders.iterationsOfCategorization.load(row.id);
    return rows.map((iteration) => new CategorizationIteration(iteration));
  }

  @FieldResolver(() => [CategorizationScan], { description: 'The numbers of clusters that were tried, rising.' })
  async scan(@Root() { row }: Categorization, @Ctx() { loaders }: GraphContext) {
    return (await loaders.scanOfCategorization.load(row.id)).map((scan) => new CategorizationScan(scan));
  }

  @FieldResolver(() => CategorizationQuality, { description: 'How well the lesions fall apart into the clusters.' })
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
    description: 'How its clusters agree with coarse types; null where the type of none of its lesions is known.',
  })
  async agreementWithCoarseTypes(@Root() { row }: Categorization, @Ctx() { loaders }: GraphContext) {
    const agreement = await loaders.coarseTypeAgreement.load(row.id);
    return agreement && new CoarseTypeAgreement(agreement);
  }

  @FieldResolver(() => CategorizationComparison, {
    description:
      'How it agrees with another categorization of the same data set version, over the lesions that both have.',
  })
  async compareWith(
    @Arg('categorization', () => ID, { description: 'Global id of the other one.' }) categorization: string,
    @Root() { row }: Categorization,
    @Ctx() { loaders }: GraphContext,
  ) {
    const otherId = rowIdOf(categorization, 'Categorization', 'categorization');
    const other = await loaders.categorization.load(otherId);
    if (!other)
      throw new NotFound(
        'There is no categorization of this id: the query categorizations lists them.',
        'categorization',
      );
    if (other.datasetId !== row.datasetId)
      throw new BadUserInput(
        `Expected a categorization of the same data set version: ${other.name} and ${row.name} have no lesion in common.`,
        'categorization',
      );
    const comparison = present(await loaders.comparisonWith(otherId).load(row.id));
    return new CategorizationComparison(new Categorization(other), comparison);
  }
}
