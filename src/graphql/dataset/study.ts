import { Float, ID, Int, ObjectType } from 'type-graphql';
import { type StudyRow, studyKey } from '../../dataset';
import { toGlobalId } from '../../globalId';
import { connectionOf } from '../core/connection';
import { Node } from '../core/node';
import { Column, Property } from '../core/property';

@ObjectType({ implements: Node, description: 'One CT examination of a patient.' })
export class Study implements Node {
  constructor(readonly row: StudyRow) {}

  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('Study', studyKey(this.row));
  }

  @Column(() => Int, "The source's index of the study (DL_info.csv: Study_index); unique within the patient.")
  declare readonly studyIndex: number;

  @Column(
    () => Float,
    "The patient's age at the time of the study in years (DL_info.csv: Patient_age). Null if the " +
      'source value is empty, 0 or above 120.',
    { nullable: true },
  )
  declare readonly ageYears: number | null;
}

export const StudyConnection = connectionOf(Study, 'Study', 'studies');
