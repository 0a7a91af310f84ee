import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { categorizationListing } from '../../categorization';
import { imageListing, lesionListing, patientListing } from '../../dataset';
import { Categorization, CategorizationConnection } from '../categorization/categorization';
import { CategorizationListArgs } from '../categorization/listArgs';
import { connectInParent, selectionOfNodes } from '../core/connect';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { BookmarkedImage, BookmarkedImageConnection } from './bookmarkedImage';
import { toBookmarkedImageFilter } from './bookmarkedImageFilter';
import { Dataset, DatasetCounts, DatasetEdit } from './dataset';
import { contentsOfImages, contentsOfPatients, parentsOfImages, parentsOfLesions } from './embedding';
import { Lesion, LesionConnection } from './lesion';
import { toLesionFilter } from './lesionFilter';
import { BookmarkedImageListArgs, LesionListArgs, PatientListArgs } from './listArgs';
import { Patient, PatientConnection } from './patient';

@Resolver(() => Dataset)
export class DatasetFieldsResolver {
  @FieldResolver(() => DatasetCounts, { description: 'Number of rows of each kind.' })
  async counts(@Root() { row }: Dataset, @Ctx() { loaders }: GraphContext) {
    return new DatasetCounts(present(await loaders.countsOfDataset.load(row.id)));
  }

  @FieldResolver(() => [String], {
    description:
      'Problems of the data set on this server, with remedies, e.g. a missing or moved image folder. ' +
      'Empty if there are none. Problems of the workers are in `workers { problems }`.',
  })
  async problems(@Root() { row }: Dataset, @Ctx() { loaders }: GraphContext) {
    const problem = (await loaders.imageRootOfDataset.load(row.id))?.problem;
    return problem ? [problem] : [];
  }

  @FieldResolver(() => [DatasetEdit], {
    description: 'Changes of its name, licence, citation and description, the latest first; at most 100.',
  })
  async edits(@Root() { row }: Dataset, @Ctx() { loaders }: GraphContext) {
    return (await loaders.editsOfDataset.load(row.id)).map((edit) => new DatasetEdit(edit));
  }

  @FieldResolver(() => LesionConnection, { description: 'Its lesions.' })
  lesions(
    @Args(() => LesionListArgs) args: LesionListArgs,
    @Root() { row }: Dataset,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const parents = parentsOfLesions(selectionOfNodes(info));
    return connectInParent(LesionConnection, context, info, row.id, 'Dataset.lesions', {
      type: 'Lesion',
      args,
      listing: () => lesionListing(toLesionFilter(args.filter ?? {}), args.orderBy ?? [], parents, 'dataset'),
      toNode: (lesion) => new Lesion(lesion),
    });
  }

  @FieldResolver(() => BookmarkedImageConnection, { description: 'Its bookmarked images.' })
  bookmarkedImages(
    @Args(() => BookmarkedImageListArgs) args: BookmarkedImageListArgs,
    @Root() { row }: Dataset,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const nodes = selectionOfNodes(info);
    const company = { ...parentsOfImages(nodes), ...contentsOfImages(nodes) };
    return connectInParent(BookmarkedImageConnection, context, info, row.id, 'Dataset.bookmarkedImages', {
      type: 'BookmarkedImage',
      args,
      listing: () => imageListing(toBookmarkedImageFilter(args.filter ?? {}), args.orderBy ?? [], company, 'dataset'),
      toNode: (image) => new BookmarkedImage(image),
    });
  }

  @FieldResolver(() => PatientConnection, { description: 'Its patients.' })
  patients(
    @Args(() => PatientListArgs) args: PatientListArgs,
    @Root() { row }: Dataset,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return connectInParent(PatientConnection, context, info, row.id, 'Dataset.patients', {
      type: 'Patient',
      args,
      listing: () =>
        patientListing(args.filter ?? {}, args.orderBy ?? [], contentsOfPatients(selectionOfNodes(info)), 'dataset'),
      toNode: (patient) => new Patient(patient),
    });
  }

  @FieldResolver(() => CategorizationConnection, { description: 'The categorizations of its lesions.' })
  categorizations(
    @Args(() => CategorizationListArgs) args: CategorizationListArgs,
    @Root() { row }: Dataset,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return connectInParent(CategorizationConnection, context, info, row.id, 'Dataset.categorizations', {
      type: 'Categorization',
      args,
      listing: () => categorizationListing(args.filter ?? {}, args.orderBy ?? [], 'dataset'),
      toNode: (categorization) => new Categorization(categorization),
    });
  }
}
