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
      '`slug` for the latest version of a data set, `slug@2` for version 2. If a filter names no data ' +
      'set, it covers the latest version of each; NOT_FOUND if there is no such data set.',
  })
  dataset?: string | null;

  @Field(() => Int, { nullable: true, description: "The source's patient index." })
  patientIndex?: number | null;

  @Field(() => [SexEnum], {
    nullable: true,
    description: 'One of these sexes of the patient; a single value need not be a list. An empty list matches nothing.',
  })
  sex?: Sex[] | null;

  @Field(() => FloatRange, { nullable: true, description: 'Age of the patient at the time of the study in years.' })
  ageYears?: FloatRange | null;
}
