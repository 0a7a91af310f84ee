import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Info, Int, Query, Resolver } from 'type-graphql';
import { findPatientByIndex, patientListing, studyListing } from '../../dataset';
import { connect, selectionOfNodes } from '../core/connect';
import type { GraphContext } from '../core/context';
import { named } from '../core/naming';
import { contentsOfPatients, contentsOfStudies } from './embedding';
import { PatientListArgs, StudyListArgs } from './listArgs';
import { Patient, PatientConnection } from './patient';
import { toPatientFilter } from './patientFilter';
import { Study, StudyConnection } from './study';
import { toStudyFilter } from './studyFilter';

@Resolver()
export class PatientsResolver {
  @Query(() => PatientConnection, {
    description: 'Patients; those of the latest version of every data set unless the filter names a data set.',
  })
  patients(
    @Args(() => PatientListArgs) args: PatientListArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return connect(PatientConnection, context, info, {
      type: 'Patient',
      args,
      listing: () =>
        patientListing(
          toPatientFilter(args.filter ?? {}),
          args.orderBy ?? [],
          contentsOfPatients(selectionOfNodes(info)),
        ),
      toNode: (row) => new Patient(row),
    });
  }

  @Query(() => Patient, {
    nullable: true,
    description: 'Finds one patient by the index in the source; null if there is none.',
  })
  async patient(
    @Arg('dataset', () => String, { description: 'The data set: `slug` or `slug@version`.' }) dataset: string,
    @Arg('patientIndex', () => Int, { description: "The source's index of the patient." }) patientIndex: number,
    @Ctx() context: GraphContext,
  ) {
    const row = await named(context, await findPatientByIndex(context.database, dataset, patientIndex));
    return row && new Patient(row);
  }

  @Query(() => StudyConnection, {
    description: 'Studies; those of the latest version of every data set unless the filter names a data set.',
  })
  studies(
    @Args(() => StudyListArgs) args: StudyListArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return connect(StudyConnection, context, info, {
      type: 'Study',
      args,
      listing: () =>
        studyListing(toStudyFilter(args.filter ?? {}), args.orderBy ?? [], contentsOfStudies(selectionOfNodes(info))),
      toNode: (row) => new Study(row),
    });
  }
}
