import { Field, InputType, Int } from 'type-graphql';
import type { Sex } from '../../dataset';
import { FloatRange } from '../core/floatRange';
import { SexEnum } from './enums';

@InputType({ description: 'Which studies: fields beside one another all hold; null is the same as left out.' })
export class StudyFilter {
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

  @Field(() => [StudyFilter], { nullable: true, description: 'All of these hold. Empty: everything.' })
  and?: StudyFilter[] | null;

  @Field(() => [StudyFilter], { nullable: true, description: 'At least one of these holds. Empty: nothing.' })
  or?: StudyFilter[] | null;

  @Field(() => StudyFilter, {
    nullable: true,
    description: 'This does not hold; that includes whatever lacks a value it asks for.',
  })
  not?: StudyFilter | null;
}
