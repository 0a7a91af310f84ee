import { Field, ID, InputType, Int } from 'type-graphql';
import type { CoarseType, BookmarkedImageFilter as RoomFilter, Sex, Split } from '../../dataset';
import { FloatRange } from '../core/floatRange';
import { rowIdOf } from '../core/rowId';
import { CoarseTypeEnum, SexEnum, SplitEnum } from './enums';

@InputType({
  description: 'Which bookmarked images: fields beside one another all hold; null is the same as left out.',
})
export class BookmarkedImageFilter {
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

  @Field(() => [BookmarkedImageFilter], { nullable: true, description: 'All of these hold. Empty: everything.' })
  and?: BookmarkedImageFilter[] | null;

  @Field(() => [BookmarkedImageFilter], { nullable: true, description: 'At least one of these holds. Empty: nothing.' })
  or?: BookmarkedImageFilter[] | null;

  @Field(() => BookmarkedImageFilter, {
    nullable: true,
    description: 'This does not hold; that includes whatever lacks a value it asks for.',
  })
  not?: BookmarkedImageFilter | null;
}

/**
 * The filter as the room takes it: global ids become row ids.
 *
 * @throws BadUserInput when an id is none of a PseudoCluster
 */
export function toBookmarkedImageFilter(filter: BookmarkedImageFilter): RoomFilter {
  const { pseudoCluster, and, or, not, ...rest } = filter;
  return {
    ...rest,
    pseudoCluster: pseudoCluster == null ? null : rowIdOf(pseudoCluster, 'PseudoCluster', 'pseudoCluster'),
    and: and?.map(toBookmarkedImageFilter),
    or: or?.map(toBookmarkedImageFilter),
    not: not && toBookmarkedImageFilter(not),
  };
}
