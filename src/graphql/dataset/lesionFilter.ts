import { Field, ID, Int } from 'type-graphql';
import type { CoarseType, LesionFilter as RoomFilter, Sex, Split } from '../../dataset';
import { FloatRange } from '../core/floatRange';
import { CombinedFilter, combined, FilterOf } from '../core/inputs';
import { rowIdOf } from '../core/rowId';
import { CoarseTypeEnum, SexEnum, SplitEnum } from './enums';

@FilterOf<RoomFilter>('lesions')
export class LesionFilter extends CombinedFilter<LesionFilter> {
  @Field(() => String, {
    nullable: true,
    description:
      '`slug` for the latest version of a data set, `slug@2` for version 2; NOT_FOUND where there is none. Where a filter names no data set at all, it speaks of the latest version of each.',
  })
  dataset?: string | null;

  @Field(() => Int, { nullable: true, description: "The source's patient index." })
  patientIndex?: number | null;

  @Field(() => [Int], {
    nullable: true,
    description: 'One of these rows of the source file; the first row is 0. Empty: none.',
  })
  sourceRowIndex?: number[] | null;

  @Field(() => [SplitEnum], {
    nullable: true,
    description: 'One of these splits; a single value is fine. Empty: none.',
  })
  split?: Split[] | null;

  @Field(() => [CoarseTypeEnum], {
    nullable: true,
    description: 'One of these coarse types; a single value is fine. Empty: none.',
  })
  coarseType?: CoarseType[] | null;

  @Field(() => ID, { nullable: true, description: 'Global id of a pseudo-cluster that the lesion is in.' })
  pseudoCluster?: string | null;

  @Field(() => FloatRange, { nullable: true, description: 'Long RECIST diameter in mm.' })
  longDiameterMm?: FloatRange | null;

  @Field(() => FloatRange, { nullable: true, description: 'Short RECIST diameter in mm.' })
  shortDiameterMm?: FloatRange | null;

  @Field(() => [SexEnum], {
    nullable: true,
    description: 'Sex of the patient, one of these; a single value is fine. Empty: none.',
  })
  sex?: Sex[] | null;

  @Field(() => FloatRange, { nullable: true, description: 'Age of the patient at the study in years.' })
  ageYears?: FloatRange | null;

  @Field(() => Boolean, { nullable: true, description: "The authors' flag for a doubtful measurement." })
  possiblyNoisy?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the pixel file of its image is there.' })
  hasPixels?: boolean | null;
}

/**
 * The filter as the room takes it: global ids become row ids.
 *
 * @throws BadUserInput when an id is none of a PseudoCluster
 */
export function toLesionFilter({ pseudoCluster, ...rest }: LesionFilter): RoomFilter {
  return {
    ...rest,
    ...combined(rest, toLesionFilter),
    pseudoCluster: pseudoCluster == null ? null : rowIdOf(pseudoCluster, 'PseudoCluster', 'pseudoCluster'),
  };
}
