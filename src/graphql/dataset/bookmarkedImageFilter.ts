import { Field, ID, Int } from 'type-graphql';
import type { CoarseType, BookmarkedImageFilter as RoomFilter, Sex, Split } from '../../dataset';
import { keyOf } from '../../globalId';
import { FloatRange } from '../core/floatRange';
import { CombinedFilter, combined, FilterOf } from '../core/inputs';
import { CoarseTypeEnum, SexEnum, SplitEnum } from './enums';

@FilterOf<RoomFilter>('bookmarked images')
export class BookmarkedImageFilter extends CombinedFilter<BookmarkedImageFilter> {
  @Field(() => String, {
    nullable: true,
    description:
      '`slug` for the latest version of a data set, `slug@2` for version 2. If a filter names no data ' +
      'set, it covers the latest version of each; NOT_FOUND if there is no such data set.',
  })
  dataset?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'One of these file names; a single value need not be a list. An empty list matches nothing.',
  })
  fileName?: string[] | null;

  @Field(() => Int, { nullable: true, description: "The source's patient index." })
  patientIndex?: number | null;

  @Field(() => [SplitEnum], {
    nullable: true,
    description: 'One of these splits; a single value need not be a list. An empty list matches nothing.',
  })
  split?: Split[] | null;

  @Field(() => [SexEnum], {
    nullable: true,
    description: 'One of these sexes of the patient; a single value need not be a list. An empty list matches nothing.',
  })
  sex?: Sex[] | null;

  @Field(() => FloatRange, { nullable: true, description: 'Age of the patient at the time of the study in years.' })
  ageYears?: FloatRange | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the pixel file was present at the time of the import.',
  })
  hasPixels?: boolean | null;

  @Field(() => [CoarseTypeEnum], {
    nullable: true,
    description: 'At least one lesion has one of these coarse types. An empty list matches nothing.',
  })
  coarseType?: CoarseType[] | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Global id of a pseudo-cluster that contains at least one lesion of the image.',
  })
  pseudoCluster?: string | null;

  @Field(() => FloatRange, { nullable: true, description: 'Pixel spacing in mm.' })
  pixelSpacingMm?: FloatRange | null;

  @Field(() => FloatRange, { nullable: true, description: 'Distance between neighbouring slices in mm.' })
  sliceIntervalMm?: FloatRange | null;
}

/**
 * Converts the filter to that of the room: global ids become keys.
 *
 * @throws BadUserInput if an id is not that of a PseudoCluster
 */
export function toBookmarkedImageFilter({ pseudoCluster, ...rest }: BookmarkedImageFilter): RoomFilter {
  return {
    ...rest,
    ...combined(rest, toBookmarkedImageFilter),
    pseudoCluster: pseudoCluster == null ? null : keyOf(pseudoCluster, 'PseudoCluster', 'pseudoCluster'),
  };
}
