import { ID, Int, ObjectType } from 'type-graphql';
import type { PatientRow } from '../../dataset';
import { toGlobalId } from '../../globalId';
import { connectionOf } from '../core/connection';
import { Node } from '../core/node';
import { Property } from '../core/property';
import { SexEnum } from './enums';

@ObjectType({
  implements: Node,
  description: 'A patient of one data set version. Nothing else is known of the person.',
})
export class Patient implements Node {
  constructor(readonly row: PatientRow) {}

  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('Patient', this.row.id);
  }

  @Property(
    () => Int,
    "The source's index of the patient (DL_info.csv: Patient_index); unique within the data set version.",
  )
  get patientIndex(): number {
    return this.row.patientIndex;
  }

  @Property(() => SexEnum, 'Sex (DL_info.csv: Patient_gender).')
  get sex() {
    return this.row.sex;
  }
}

export const PatientConnection = connectionOf(Patient, 'Patient', 'patients');
