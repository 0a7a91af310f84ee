import { Field, Int } from 'type-graphql';
import type { CoarseType, PatientFilter as RoomFilter, Sex, Split } from '../../dataset';
import { CombinedFilter, FilterOf } from '../core/inputs';
import { CoarseTypeEnum, SexEnum, SplitEnum } from './enums';

@FilterOf<RoomFilter>('patients')
export class PatientFilter extends CombinedFilter<PatientFilter> {
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
    description: 'One of these sexes; a single value need not be a list. An empty list matches nothing.',
  })
  sex?: Sex[] | null;

  @Field(() => [SplitEnum], {
    nullable: true,
    description: 'At least one lesion is in one of these splits. An empty list matches nothing.',
  })
  split?: Split[] | null;

  @Field(() => [CoarseTypeEnum], {
    nullable: true,
    description: 'At least one lesion has one of these coarse types. An empty list matches nothing.',
  })
  coarseType?: CoarseType[] | null;
}
