import { Field, ID } from 'type-graphql';
import type { CoarseType, BookmarkedImageFilter as RoomFilter, Sex, Split } from '../../dataset';
import { keyOf } from '../../globalId';
import { FloatRange } from '../core/floatRange';
import { CombinedFilter, combined, FilterOf } from '../core/inputs';
import { CoarseTypeEnum, SexEnum, SplitEnum } from './enums';
import { AgeAtStudy, AnyOf, InCohort, InDataset, OfPatient, OneOf } from './filterFields';
import { LesionFilter, toLesionFilter } from './lesionFilter';

@FilterOf<RoomFilter>('bookmarked images')
export class BookmarkedImageFilter extends CombinedFilter<BookmarkedImageFilter> {
  @InDataset()
  dataset?: string | null;

  @OneOf(() => String, 'file names')
  fileName?: string[] | null;

  @OfPatient()
  patientIndex?: number | null;

  @OneOf(() => SplitEnum, 'splits')
  split?: Split[] | null;

  @OneOf(() => SexEnum, 'sexes of the patient')
  sex?: Sex[] | null;

  @AgeAtStudy()
  ageYears?: FloatRange | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the pixel file was present at the time of the import.',
  })
  hasPixels?: boolean | null;

  @AnyOf(() => CoarseTypeEnum, 'At least one lesion has one of these coarse types')
  coarseType?: CoarseType[] | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Global id of a pseudo-cluster that contains at least one lesion of the image.',
  })
  pseudoCluster?: string | null;

  @InCohort('it contains at least one lesion of the image')
  cohort?: string | null;

  @Field(() => LesionFilter, {
    nullable: true,
    description: 'At least one lesion of the image fits this filter; one lesion fits all of its fields.',
  })
  lesion?: LesionFilter | null;

  @Field(() => FloatRange, { nullable: true, description: 'Pixel spacing in mm.' })
  pixelSpacingMm?: FloatRange | null;

  @Field(() => FloatRange, { nullable: true, description: 'Distance between neighbouring slices in mm.' })
  sliceIntervalMm?: FloatRange | null;
}

/**
 * Converts the filter to that of the room: global ids become keys.
 *
 * @throws BadUserInput if an id is not that of a PseudoCluster or a Cohort
 */
export function toBookmarkedImageFilter({ pseudoCluster, cohort, lesion, ...rest }: BookmarkedImageFilter): RoomFilter {
  return {
    ...rest,
    lesion: lesion && toLesionFilter(lesion),
    ...combined(rest, toBookmarkedImageFilter),
    cohort: cohort == null ? null : keyOf(cohort, 'Cohort', 'cohort'),
    pseudoCluster: pseudoCluster == null ? null : keyOf(pseudoCluster, 'PseudoCluster', 'pseudoCluster'),
  };
}
