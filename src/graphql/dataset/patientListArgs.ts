import { ArgsType, Field, InputType } from 'type-graphql';
import type { PatientOrderField } from '../../dataset';
import { SortDirection } from '../core/enums';
import { PageArgs } from '../core/pageArgs';
import { PatientOrderFieldEnum } from './enums';
import { PatientFilter } from './patientFilter';

@InputType({ description: 'How patients are ordered.' })
export class PatientOrder {
  @Field(() => PatientOrderFieldEnum, { description: 'The field that is compared.' })
  field!: PatientOrderField;

  @Field(() => SortDirection, { defaultValue: 'ASC', description: 'The direction.' })
  direction!: 'ASC' | 'DESC';
}

/** The arguments of every list of patients. */
@ArgsType()
export class PatientListArgs extends PageArgs {
  @Field(() => PatientFilter, { nullable: true, description: 'Which patients.' })
  filter?: PatientFilter | null;

  @Field(() => [PatientOrder], {
    nullable: true,
    description: 'The ordering: the first entry weighs most, a single one is fine. Ties are in the order of ids.',
  })
  orderBy?: PatientOrder[] | null;
}
