import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { MAX_MAP_POINTS } from '../../categorization';
import { datasetKey } from '../../dataset';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { declareList } from '../core/listBounds';
import { Categorization } from './categorization';
import { FeatureMap } from './featureMap';

for (const list of ['lesionIds', 'x', 'y', 'clusterIndexes'])
  declareList(`FeatureMap.${list}`, {
    most: MAX_MAP_POINTS,
    because: 'A map has at most 5,000 points (featureMaps.ts).',
  });
declareList('FeatureMap.explainedVariance', { most: 2, because: 'A plane has two axes.' });

@Resolver(() => Categorization)
export class FeatureMapResolver {
  @FieldResolver(() => FeatureMap, {
    nullable: true,
    description:
      'Its lesions as points of a plane, at most 5,000: of more lesions every n-th is shown. Null if the categorization ' +
      'has no stored features. Computed when it is first requested; it counts as 5,000 fields.',
  })
  async featureMap(@Root() { row }: Categorization, @Ctx() { loaders, services }: GraphContext) {
    const set = present(await loaders.featureSet.load(row.id));
    const map = await services.featureMaps.mapOf(set);
    if (!map) return null;
    const { dataset } = datasetKey(present(await loaders.dataset.load(row.datasetId)));
    return new FeatureMap(map, dataset);
  }
}
