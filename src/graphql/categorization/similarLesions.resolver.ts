import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Int, Resolver, Root } from 'type-graphql';
import type { FeatureSet } from '../../categorization';
import { BadUserInput, NotFound } from '../../errors';
import { keyOf } from '../../globalId';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { Selection } from '../core/lookAhead';
import { parentsOfLesions } from '../dataset/embedding';
import { Lesion } from '../dataset/lesion';
import { SimilarLesion } from './similarLesion';

const DEFAULT_SIMILAR = 10;
const MAX_SIMILAR = 100;

@Resolver(() => Lesion)
export class SimilarLesionsResolver {
  @FieldResolver(() => [SimilarLesion], {
    nullable: true,
    description:
      'The most similar lesions: an exact nearest-neighbour search by encoder features among all ' +
      'lesions of a categorization, nearest first. Empty if its features are not stored; null, with an error of ' +
      'its own, for a categorization that is not of its data set version.',
  })
  async similar(
    @Arg('first', () => Int, {
      nullable: true,
      defaultValue: DEFAULT_SIMILAR,
      description: `Maximum number, 1 to ${MAX_SIMILAR}.`,
    })
    first: number | null,
    @Arg('categorization', () => ID, {
      nullable: true,
      description:
        "Global id of a categorization of the lesion's data set version; the newest succeeded one with " +
        'stored features if omitted.',
    })
    categorization: string | null | undefined,
    @Root() { row }: Lesion,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SimilarLesion[]> {
    const count = first ?? DEFAULT_SIMILAR;
    if (count < 1 || count > MAX_SIMILAR)
      throw new BadUserInput(`Expected first to be from 1 to ${MAX_SIMILAR}, got ${count}.`, 'first');
    const set = await featureSetFor(context, row.datasetId, categorization ?? null);
    if (!set) return [];
    const near = await context.loaders.similarLesions(set, count).load(row.id);
    const lesion = context.loaders.lesion(parentsOfLesions(Selection.of(info).at('lesion')));
    const rows = await Promise.all(near.map(({ lesionId }) => lesion.load(lesionId)));
    return near.map(({ distance }, place) => new SimilarLesion(new Lesion(present(rows[place])), distance));
  }
}

/**
 * @param categorization global id; null for the newest one with features
 * @returns null if the data set has no features
 * @throws NotFound or BadUserInput if the categorization does not exist or belongs to another data set
 */
async function featureSetFor(
  { loaders }: GraphContext,
  datasetId: number,
  categorization: string | null,
): Promise<FeatureSet | null> {
  if (categorization === null) return loaders.newestFeatureSetOfDataset.load(datasetId);
  const row = await loaders.categorizationByKey.load(keyOf(categorization, 'Categorization', 'categorization'));
  const set = row && (await loaders.featureSet.load(row.id));
  if (!set)
    throw new NotFound(
      'There is no categorization with this id: take one from Dataset.categorizations.',
      'categorization',
    );
  if (set.datasetId !== datasetId)
    throw new BadUserInput(
      "Expected a categorization of the lesion's own data set version, got one of another: take one " +
        'from Dataset.categorizations.',
      'categorization',
    );
  return set;
}
