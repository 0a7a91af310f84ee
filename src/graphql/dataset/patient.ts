import { ID, Int, ObjectType } from 'type-graphql';
import { type PatientRow, patientKey } from '../../dataset';
import { toGlobalId } from '../../globalId';
import { connectionOf } from '../core/connection';
import { Node } from '../core/node';
import { Column, Property } from '../core/property';
import { SexEnum } from './enums';

@ObjectType({
  implements: Node,
  description: 'A patient of one data set version. No other attributes of the person are stored.',
})
export class Patient implements Node {
  constructor(readonly row: PatientRow) {}

  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('Patient', patientKey(this.row));
  }

  @Column(
    () => Int,
    "The source's index of the patient (DL_info.csv: Patient_index); unique within the data set version.",
  )
  declare readonly patientIndex: number;

  @Column(() => SexEnum, 'Sex (DL_info.csv: Patient_gender).')
  declare readonly sex: PatientRow['sex'];
}

export const PatientConnection = connectionOf(Patient, 'Patient', 'patients');
