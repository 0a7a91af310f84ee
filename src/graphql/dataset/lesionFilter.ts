import { Field, ID, Int } from 'type-graphql';
import type { CoarseType, LesionFilter as RoomFilter, Sex, Split } from '../../dataset';
import { keyOf } from '../../globalId';
import { FloatRange } from '../core/floatRange';
import { CombinedFilter, combined, FilterOf } from '../core/inputs';
import { CoarseTypeEnum, SexEnum, SplitEnum } from './enums';

@FilterOf<RoomFilter>('lesions')
export class LesionFilter extends CombinedFilter<LesionFilter> {
  @Field(() => String, {
    nullable: true,
    description:
      '`slug` for the latest version of a data set, `slug@2` for version 2. If a filter names no data ' +
      'set, it covers the latest version of each; NOT_FOUND if there is no such data set.',
  })
  dataset?: string | null;

  @Field(() => Int, { nullable: true, description: "The source's patient index." })
  patientIndex?: number | null;

  @Field(() => [Int], {
    nullable: true,
    description: 'One of these row numbers of the source file, starting at 0. An empty list matches nothing.',
  })
  sourceRowIndex?: number[] | null;

  @Field(() => [SplitEnum], {
    nullable: true,
    description: 'One of these splits; a single value need not be a list. An empty list matches nothing.',
  })
  split?: Split[] | null;

  @Field(() => [CoarseTypeEnum], {
    nullable: true,
    description: 'One of these coarse types; a single value need not be a list. An empty list matches nothing.',
  })
  coarseType?: CoarseType[] | null;

  @Field(() => ID, { nullable: true, description: 'Global id of a pseudo-cluster that contains the lesion.' })
  pseudoCluster?: string | null;

  @Field(() => FloatRange, { nullable: true, description: 'Long RECIST diameter in mm.' })
  longDiameterMm?: FloatRange | null;

  @Field(() => FloatRange, { nullable: true, description: 'Short RECIST diameter in mm.' })
  shortDiameterMm?: FloatRange | null;

  @Field(() => [SexEnum], {
    nullable: true,
    description: 'One of these sexes of the patient; a single value need not be a list. An empty list matches nothing.',
  })
  sex?: Sex[] | null;

  @Field(() => FloatRange, { nullable: true, description: 'Age of the patient at the time of the study in years.' })
  ageYears?: FloatRange | null;

  @Field(() => Boolean, { nullable: true, description: "The authors' flag for a possibly noisy measurement." })
  possiblyNoisy?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the pixel file of its image was present at the time of the import.',
  })
  hasPixels?: boolean | null;
}

/**
 * Converts the filter to that of the room: global ids become keys.
 *
 * @throws BadUserInput if an id is not that of a PseudoCluster
 */
export function toLesionFilter({ pseudoCluster, ...rest }: LesionFilter): RoomFilter {
  return {
    ...rest,
    ...combined(rest, toLesionFilter),
    pseudoCluster: pseudoCluster == null ? null : keyOf(pseudoCluster, 'PseudoCluster', 'pseudoCluster'),
  };
}
