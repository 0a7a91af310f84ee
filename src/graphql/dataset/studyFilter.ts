import { Field, Int } from 'type-graphql';
import type { StudyFilter as RoomFilter, Sex } from '../../dataset';
import { FloatRange } from '../core/floatRange';
import { CombinedFilter, FilterOf } from '../core/inputs';
import { SexEnum } from './enums';

@FilterOf<RoomFilter>('studies')
export class StudyFilter extends CombinedFilter<StudyFilter> {
  @Field(() => String, {
    nullable: true,
    description:
      '`slug` for the latest version of a data set, `slug@2` for version 2; NOT_FOUND where there is none. Where a filter names no data set at all, it speaks of the latest version of each.',
  })
  dataset?: string | null;

  @Field(() => Int, { nullable: true, description: "The source's patient index." })
  patientIndex?: number | null;

  @Field(() => [SexEnum], {
    nullable: true,
    description: 'Sex of the patient, one of these; a single value is fine. Empty: none.',
  })
  sex?: Sex[] | null;

  @Field(() => FloatRange, { nullable: true, description: 'Age of the patient at the study in years.' })
  ageYears?: FloatRange | null;
}
