import { Field, InputType, Int } from 'type-graphql';
import type { CoarseType, Sex, Split } from '../../dataset';
import { CoarseTypeEnum, SexEnum, SplitEnum } from './enums';

@InputType({ description: 'Which patients: fields beside one another all hold; null is the same as left out.' })
export class PatientFilter {
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

  @Field(() => [PatientFilter], { nullable: true, description: 'All of these hold. Empty: everything.' })
  and?: PatientFilter[] | null;

  @Field(() => [PatientFilter], { nullable: true, description: 'At least one of these holds. Empty: nothing.' })
  or?: PatientFilter[] | null;

  @Field(() => PatientFilter, {
    nullable: true,
    description: 'This does not hold; that includes whatever lacks a value it asks for.',
  })
  not?: PatientFilter | null;
}
