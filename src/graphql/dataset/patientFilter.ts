import { Field, Int } from 'type-graphql';
import type { CoarseType, PatientFilter as RoomFilter, Sex, Split } from '../../dataset';
import { CombinedFilter, FilterOf } from '../core/inputs';
import { CoarseTypeEnum, SexEnum, SplitEnum } from './enums';

@FilterOf<RoomFilter>('patients')
export class PatientFilter extends CombinedFilter<PatientFilter> {
  @Field(() => String, {
    nullable: true,
    description:
      '`slug` for the latest version of a data set, `slug@2` for version 2; NOT_FOUND where there is none. Where a filter names no data set at all, it speaks of the latest version of each.',
  })
  dataset?: string | null;

  @Field(() => Int, { nullable: true, description: "The source's patient index." })
  patientIndex?: number | null;

  @Field(() => [SexEnum], { nullable: true, description: 'One of these; a single value is fine. Empty: none.' })
  sex?: Sex[] | null;

  @Field(() => [SplitEnum], { nullable: true, description: 'At least one lesion in one of these splits. Empty: none.' })
  split?: Split[] | null;

  @Field(() => [CoarseTypeEnum], {
    nullable: true,
    description: 'At least one lesion of one of these coarse types. Empty: none.',
  })
  coarseType?: CoarseType[] | null;
}
