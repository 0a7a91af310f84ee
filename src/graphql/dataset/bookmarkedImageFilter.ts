import { Field, ID, Int } from 'type-graphql';
import type { CoarseType, BookmarkedImageFilter as RoomFilter, Sex, Split } from '../../dataset';
import { FloatRange } from '../core/floatRange';
import { CombinedFilter, combined, FilterOf } from '../core/inputs';
import { rowIdOf } from '../core/rowId';
import { CoarseTypeEnum, SexEnum, SplitEnum } from './enums';

@FilterOf<RoomFilter>('bookmarked images')
export class BookmarkedImageFilter extends CombinedFilter<BookmarkedImageFilter> {
  @Field(() => String, {
    nullable: true,
    description:
      '`slug` for the latest version of a data set, `slug@2` for version 2; NOT_FOUND where there is none. Where a filter names no data set at all, it speaks of the latest version of each.',
  })
  dataset?: string | null;

  @Field(() => [String], { nullable: true, description: 'One of these file names; a single one is fine. Empty: none.' })
  fileName?: string[] | null;

  @Field(() => Int, { nullable: true, description: "The source's patient index." })
  patientIndex?: number | null;

  @Field(() => [SplitEnum], {
    nullable: true,
    description: 'One of these splits; a single value is fine. Empty: none.',
  })
  split?: Split[] | null;

  @Field(() => [SexEnum], {
    nullable: true,
    description: 'Sex of the patient, one of these; a single value is fine. Empty: none.',
  })
  sex?: Sex[] | null;

  @Field(() => FloatRange, { nullable: true, description: 'Age of the patient at the study in years.' })
  ageYears?: FloatRange | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the pixel file is there.' })
  hasPixels?: boolean | null;

  @Field(() => [CoarseTypeEnum], {
    nullable: true,
    description: 'At least one lesion of one of these coarse types. Empty: none.',
  })
  coarseType?: CoarseType[] | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Global id of a pseudo-cluster with at least one lesion of the image.',
  })
  pseudoCluster?: string | null;

  @Field(() => FloatRange, { nullable: true, description: 'Edge of a pixel in mm.' })
  pixelSpacingMm?: FloatRange | null;

  @Field(() => FloatRange, { nullable: true, description: 'Distance of neighbouring slices in mm.' })
  sliceIntervalMm?: FloatRange | null;
}

/**
 * The filter as the room takes it: global ids become row ids.
 *
 * @throws BadUserInput when an id is none of a PseudoCluster
 */
export function toBookmarkedImageFilter({ pseudoCluster, ...rest }: BookmarkedImageFilter): RoomFilter {
  return {
    ...rest,
    ...combined(rest, toBookmarkedImageFilter),
    pseudoCluster: pseudoCluster == null ? null : rowIdOf(pseudoCluster, 'PseudoCluster', 'pseudoCluster'),
  };
}
