import type { GraphQLResolveInfo } from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';
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
import { mayReadContent } from './mayReadContent';
import { Patient, PatientConnection } from './patient';
import { toPatientFilter } from './patientFilter';

@Resolver(() => Dataset)
export class DatasetFieldsResolver {
  @FieldResolver(() => DatasetCounts, {
    nullable: true,
    description: 'Number of rows of each kind. Null if you have to accept the terms of the data set first.',
  })
  async counts(@Root() dataset: Dataset, @Ctx() context: GraphContext) {
    if (!(await mayReadContent(dataset, context))) return null;
    return new DatasetCounts(present(await context.loaders.countsOfDataset.load(dataset.row.id)));
  }

  @FieldResolver(() => GraphQLJSON, {
    nullable: true,
    description:
      'Report of the import: counts, rows that were skipped, boxes that differ from their axes, and ' +
      'notes on what was only partly imported. Null if you have to accept the terms of the data set first, or if the ground ' +
      'truth of a split is hidden from you.',
  })
  async importReport(@Root() dataset: Dataset, @Ctx() context: GraphContext): Promise<unknown> {
    return (await mayReadContent(dataset, context)) ? dataset.row.importReport : null;
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
  async lesions(
    @Args(() => LesionListArgs) args: LesionListArgs,
    @Root() dataset: Dataset,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    await mayReadContent(dataset, context);
    const parents = parentsOfLesions(selectionOfNodes(info));
    return connectInParent(LesionConnection, context, info, dataset.row.id, 'Dataset.lesions', {
      type: 'Lesion',
      args,
      listing: () => lesionListing(toLesionFilter(args.filter ?? {}), args.orderBy ?? [], parents, 'dataset'),
      toNode: (lesion) => new Lesion(lesion),
    });
  }

  @FieldResolver(() => BookmarkedImageConnection, { description: 'Its bookmarked images.' })
  async bookmarkedImages(
    @Args(() => BookmarkedImageListArgs) args: BookmarkedImageListArgs,
    @Root() dataset: Dataset,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    await mayReadContent(dataset, context);
    const nodes = selectionOfNodes(info);
    const company = { ...parentsOfImages(nodes), ...contentsOfImages(nodes) };
    return connectInParent(BookmarkedImageConnection, context, info, dataset.row.id, 'Dataset.bookmarkedImages', {
      type: 'BookmarkedImage',
      args,
      listing: () => imageListing(toBookmarkedImageFilter(args.filter ?? {}), args.orderBy ?? [], company, 'dataset'),
      toNode: (image) => new BookmarkedImage(image),
    });
  }

  @FieldResolver(() => PatientConnection, { description: 'Its patients.' })
  async patients(
    @Args(() => PatientListArgs) args: PatientListArgs,
    @Root() dataset: Dataset,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    await mayReadContent(dataset, context);
    return connectInParent(PatientConnection, context, info, dataset.row.id, 'Dataset.patients', {
      type: 'Patient',
      args,
      listing: () =>
        patientListing(
          toPatientFilter(args.filter ?? {}),
          args.orderBy ?? [],
          contentsOfPatients(selectionOfNodes(info)),
          'dataset',
        ),
      toNode: (patient) => new Patient(patient),
    });
  }

  @FieldResolver(() => CategorizationConnection, { description: 'The categorizations of its lesions.' })
  async categorizations(
    @Args(() => CategorizationListArgs) args: CategorizationListArgs,
    @Root() dataset: Dataset,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    await mayReadContent(dataset, context);
    return connectInParent(CategorizationConnection, context, info, dataset.row.id, 'Dataset.categorizations', {
      type: 'Categorization',
      args,
      listing: () => categorizationListing(args.filter ?? {}, args.orderBy ?? [], 'dataset'),
      toNode: (categorization) => new Categorization(categorization),
    });
  }
}
