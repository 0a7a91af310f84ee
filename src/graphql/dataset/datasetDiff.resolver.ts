import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { expectTermsAccepted } from '../../access';
import {
  countKeyedChanges,
  countLesionChanges,
  DATASET_CHANGE_KINDS,
  type DatasetChangeKind,
  findDatasetByReference,
  type KeyedKind,
  lesionChangeListing,
  unknownDataset,
} from '../../dataset';
import { connect } from '../core/connect';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { PageArgs } from '../core/pageArgs';
import { DatasetChangeKindEnum, DatasetDiff, DiffCounts, LesionChange, LesionChangeConnection } from './datasetDiff';
import { Lesion } from './lesion';

const VERSION = '`slug` for the latest version of a data set, `slug@2` for version 2.';

@Resolver()
export class DatasetDiffResolver {
  @Query(() => DatasetDiff, {
    description: 'Compares two data set versions, row by row. Each of its fields counts as 1000 fields.',
  })
  async datasetDiff(
    @Arg('a', () => String, { description: `The first version: ${VERSION}` }) a: string,
    @Arg('b', () => String, { description: `The second version: ${VERSION}` }) b: string,
    @Ctx() context: GraphContext,
  ) {
    return new DatasetDiff(await expectReadable(context, a, 'a'), await expectReadable(context, b, 'b'));
  }
}

/** @throws NotFound with the known data sets, Forbidden or Unauthenticated if terms are not accepted */
async function expectReadable(context: GraphContext, reference: string, argument: string) {
  const { database, services, caller } = context;
  const row = await findDatasetByReference(database, reference);
  if (!row) throw await unknownDataset(database, reference, argument);
  await expectTermsAccepted(services.database, caller, reference, argument);
  return row;
}

@Resolver(() => DatasetDiff)
export class DatasetDiffFieldsResolver {
  @FieldResolver(() => DiffCounts, { description: 'Number of patients; their sex is compared.' })
  patients(@Root() diff: DatasetDiff, @Ctx() context: GraphContext) {
    return countKeyed(context, diff, 'patients');
  }

  @FieldResolver(() => DiffCounts, { description: 'Number of studies; the age of the patient is compared.' })
  studies(@Root() diff: DatasetDiff, @Ctx() context: GraphContext) {
    return countKeyed(context, diff, 'studies');
  }

  @FieldResolver(() => DiffCounts, {
    description:
      'Number of bookmarked images; their size, spacing, slices, windows, split and pixel files are compared.',
  })
  images(@Root() diff: DatasetDiff, @Ctx() context: GraphContext) {
    return countKeyed(context, diff, 'images');
  }

  @FieldResolver(() => DiffCounts, { description: 'Number of lesions; all that was measured is compared.' })
  async lesions(@Root() { versions }: DatasetDiff, @Ctx() { database }: GraphContext) {
    return new DiffCounts(await countLesionChanges(database, versions));
  }

  @FieldResolver(() => LesionChangeConnection, {
    description: 'The lesions that differ, by file name and row of the source file.',
  })
  changedLesions(
    @Arg('kinds', () => [DatasetChangeKindEnum], {
      defaultValue: DATASET_CHANGE_KINDS,
      description: 'The kinds of changes to list. An empty list matches nothing.',
    })
    kinds: DatasetChangeKind[],
    @Args(() => PageArgs) args: PageArgs,
    @Root() { versions }: DatasetDiff,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return connect(LesionChangeConnection, context, info, {
      type: 'LesionChange',
      args,
      listing: () => lesionChangeListing(versions, kinds),
      toNode: (row) => new LesionChange(row),
    });
  }
}

async function countKeyed({ database }: GraphContext, { versions }: DatasetDiff, kind: KeyedKind): Promise<DiffCounts> {
  return new DiffCounts(await countKeyedChanges(database, kind, versions));
}

@Resolver(() => LesionChange)
export class LesionChangeResolver {
  @FieldResolver(() => Lesion, {
    nullable: true,
    description: 'The lesion in the first version; null if it was added.',
  })
  before(@Root() { row }: LesionChange, @Ctx() context: GraphContext) {
    return lesionOf(context, row.beforeId);
  }

  @FieldResolver(() => Lesion, {
    nullable: true,
    description: 'The lesion in the second version; null if it was removed.',
  })
  after(@Root() { row }: LesionChange, @Ctx() context: GraphContext) {
    return lesionOf(context, row.afterId);
  }
}

async function lesionOf({ loaders }: GraphContext, id: number | null): Promise<Lesion | null> {
  return id === null ? null : new Lesion(present(await loaders.lesion().load(id)));
}
