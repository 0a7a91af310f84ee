import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { PseudoCluster } from '../categorization/pseudoCluster';
import type { GraphContext } from '../core/context';
import { Dataset } from './dataset';
import { LesionStatistics } from './lesionStatistics';

@Resolver(() => LesionStatistics)
export class LesionStatisticsFieldsResolver {
  @FieldResolver(() => Dataset, { nullable: true, description: 'Key: the data set version, if grouped by DATASET.' })
  async dataset(@Root() { row }: LesionStatistics, @Ctx() { loaders }: GraphContext) {
    const dataset = row.datasetId === undefined ? null : await loaders.dataset.load(row.datasetId);
    return dataset && new Dataset(dataset);
  }

  @FieldResolver(() => PseudoCluster, {
    nullable: true,
    description:
      'Key: the pseudo-cluster, if grouped by PSEUDO_CLUSTER; null for the lesions without a pseudo-cluster.',
  })
  async pseudoCluster(@Root() { row }: LesionStatistics, @Ctx() { loaders }: GraphContext) {
    const id = row.pseudoClusterId ?? null;
    const cluster = id === null ? null : await loaders.pseudoCluster.load(id);
    return cluster && new PseudoCluster(cluster);
  }
}
