import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Int, Resolver, Root } from 'type-graphql';
import { type MemberOrder, pseudoClusterKey } from '../../categorization';
import { lesionListing } from '../../dataset';
import { BadUserInput } from '../../errors';
import { connectInParent, selectionOfNodes } from '../core/connect';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { Selection } from '../core/lookAhead';
import { parentsOfLesions } from '../dataset/embedding';
import { EXPIRES_IN_DESCRIPTION, montageUrl, signedUrl } from '../dataset/imageUrl';
import { Lesion, LesionConnection } from '../dataset/lesion';
import { toLesionFilter } from '../dataset/lesionFilter';
import { LesionListArgs } from '../dataset/listArgs';
import { Categorization } from './categorization';
import { CoarseTypeShare, DiameterSummaryType, LocationSummary, SplitShare } from './clusterProfile';
import { PseudoCluster } from './pseudoCluster';

const DEFAULT_MEMBERS = 10;
const MAX_MEMBERS = 100;

@Resolver(() => PseudoCluster)
export class PseudoClusterFieldsResolver {
  @FieldResolver(() => Categorization, { description: 'The categorization to which it belongs.' })
  async categorization(@Root() { row }: PseudoCluster, @Ctx() { loaders }: GraphContext) {
    return new Categorization(present(await loaders.categorization.load(row.categorizationId)));
  }

  @FieldResolver(() => Int, { description: 'Number of lesions in it.' })
  async size(@Root() { row }: PseudoCluster, @Ctx() { loaders }: GraphContext) {
    return present(await loaders.sizeOfPseudoCluster.load(row.id)).size;
  }

  @FieldResolver(() => LesionConnection, { description: 'Its lesions.' })
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

  @FieldResolver(() => DiameterSummaryType, { description: 'Long RECIST diameter in mm.' })
  async longDiameterMm(@Root() { row }: PseudoCluster, @Ctx() { loaders }: GraphContext) {
    return new DiameterSummaryType(present(await loaders.profileOfPseudoCluster.load(row.id)).longDiameter);
  }

  @FieldResolver(() => DiameterSummaryType, { description: 'Short RECIST diameter in mm.' })
  async shortDiameterMm(@Root() { row }: PseudoCluster, @Ctx() { loaders }: GraphContext) {
    return new DiameterSummaryType(present(await loaders.profileOfPseudoCluster.load(row.id)).shortDiameter);
  }

  @FieldResolver(() => LocationSummary, { description: 'Location of its lesions in the body.' })
  async location(@Root() { row }: PseudoCluster, @Ctx() { loaders }: GraphContext) {
    return new LocationSummary(present(await loaders.profileOfPseudoCluster.load(row.id)));
  }

  @FieldResolver(() => [CoarseTypeShare], {
    description:
      'The coarse types of its lesions, if known (DeepLesion: validation and test splits), the most common first.',
  })
  async coarseTypes(@Root() { row }: PseudoCluster, @Ctx() { loaders }: GraphContext) {
    const { coarseTypes } = present(await loaders.profileOfPseudoCluster.load(row.id));
    const total = coarseTypes.reduce((sum, { lesions }) => sum + lesions, 0);
    return [...coarseTypes].sort((a, b) => b.lesions - a.lesions).map((entry) => new CoarseTypeShare(entry, total));
  }

  @FieldResolver(() => [SplitShare], { description: 'Its lesions by split of the data set.' })
  async splits(@Root() { row }: PseudoCluster, @Ctx() { loaders }: GraphContext) {
    const { splits, lesions } = present(await loaders.profileOfPseudoCluster.load(row.id));
    return splits.map((entry) => new SplitShare(entry, lesions));
  }

  @FieldResolver(() => [Lesion], {
    description: 'Its most typical lesions: those nearest to its centroid, nearest first.',
  })
  typicalLesions(
    @Arg('first', () => Int, { defaultValue: DEFAULT_MEMBERS, description: `Maximum number, 1 to ${MAX_MEMBERS}.` })
    first: number,
    @Root() { row }: PseudoCluster,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return membersOf(context, info, row.id, 'TYPICAL', first);
  }

  @FieldResolver(() => [Lesion], {
    description:
      'Lesions at its border: those with the smallest margin between the distance to the nearest other ' +
      'centroid and the distance to their own. Empty if the features are not stored.',
  })
  borderLesions(
    @Arg('first', () => Int, { defaultValue: DEFAULT_MEMBERS, description: `Maximum number, 1 to ${MAX_MEMBERS}.` })
    first: number,
    @Root() { row }: PseudoCluster,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return membersOf(context, info, row.id, 'BORDER', first);
  }

  @FieldResolver(() => String, {
    description:
      'URL of a PNG montage of its most typical lesions: absolute if the server knows the address by ' +
      'which it was reached, otherwise a path.',
  })
  montageUrl(
    @Arg('count', () => Int, { defaultValue: 16, description: 'Number of lesions in the montage, 1 to 100.' })
    count: number,
    @Arg('size', () => Int, {
      defaultValue: 96,
      description: "Side length of each lesion's tile in pixels, 16 to 256.",
    })
    size: number,
    @Arg('expiresIn', () => Int, { nullable: true, description: EXPIRES_IN_DESCRIPTION })
    expiresIn: number | null | undefined,
    @Root() { row }: PseudoCluster,
    @Ctx() context: GraphContext,
  ) {
    return signedUrl(montageUrl(pseudoClusterKey(row), count, size, context.origin), expiresIn, context);
  }
}

/** Reads members and their lesions: two statements, regardless of the number of clusters. */
async function membersOf(
  { loaders }: GraphContext,
  info: GraphQLResolveInfo,
  pseudoClusterId: number,
  order: MemberOrder,
  first: number,
): Promise<Lesion[]> {
  if (first < 1 || first > MAX_MEMBERS)
    throw new BadUserInput(`Expected first to be from 1 to ${MAX_MEMBERS}, got ${first}.`, 'first');
  const members = await loaders.membersOfPseudoCluster(order, first).load(pseudoClusterId);
  const lesion = loaders.lesion(parentsOfLesions(Selection.of(info)));
  const rows = await Promise.all(members.map(({ lesionId }) => lesion.load(lesionId)));
  return rows.map((row) => new Lesion(present(row)));
}
