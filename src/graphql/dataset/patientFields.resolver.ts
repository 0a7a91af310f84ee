import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { lesionListing } from '../../dataset';
import { connectInParent, selectionOfNodes } from '../core/connect';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { Dataset } from './dataset';
import { parentsOfLesions } from './embedding';
import { Lesion, LesionConnection } from './lesion';
import { toLesionFilter } from './lesionFilter';
import { LesionListArgs } from './listArgs';
import { Patient } from './patient';
import { Study } from './study';

@Resolver(() => Patient)
export class PatientFieldsResolver {
  @FieldResolver(() => [Study], {
    description: 'The studies of the patient, in the order of their index: 2 to 3 on average in DeepLesion.',
  })
  studies(@Root() { row }: Patient, @Ctx() { loaders }: GraphContext) {
    if (row.studies) return row.studies.map((study) => new Study(study));
    return loaders.studiesOfPatient
      .load(row.id)
      .then((studies) => studies.map((study) => new Study({ ...study, patient: row })));
  }

  @FieldResolver(() => LesionConnection, { description: 'The lesions of the patient.' })
  lesions(
    @Args(() => LesionListArgs) args: LesionListArgs,
    @Root() { row }: Patient,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return connectInParent(LesionConnection, context, info, row.id, 'Patient.lesions', {
      type: 'Lesion',
      args,
      listing: () =>
        lesionListing(
          toLesionFilter(args.filter ?? {}),
          args.orderBy ?? [],
          parentsOfLesions(selectionOfNodes(info)),
          'patient',
        ),
      toNode: (lesion) => new Lesion(lesion),
    });
  }

  @FieldResolver(() => Dataset, { description: 'The data set version to which it belongs.' })
  async dataset(@Root() { row }: Patient, @Ctx() { loaders }: GraphContext) {
    return new Dataset(present(await loaders.dataset.load(row.datasetId)));
  }
}
