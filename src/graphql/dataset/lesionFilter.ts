import { Field, ID, Int } from 'type-graphql';
import type { CoarseType, LesionFilter as RoomFilter, Sex, Split } from '../../dataset';
import { keyOf } from '../../globalId';
import { FloatRange } from '../core/floatRange';
import { CombinedFilter, combined, FilterOf } from '../core/inputs';
import { CoarseTypeEnum, SexEnum, SplitEnum } from './enums';
import { AgeAtStudy, AnyOf, InCohort, InDataset, OfPatient, OneOf } from './filterFields';

@FilterOf<RoomFilter>('lesions')
export class LesionFilter extends CombinedFilter<LesionFilter> {
  @InDataset()
  dataset?: string | null;

  @OfPatient()
  patientIndex?: number | null;

  @AnyOf(() => Int, 'One of these row numbers of the source file, starting at 0')
  sourceRowIndex?: number[] | null;

  @OneOf(() => SplitEnum, 'splits')
  split?: Split[] | null;

  @OneOf(() => CoarseTypeEnum, 'coarse types')
  coarseType?: CoarseType[] | null;

  @InCohort('it contains the lesion')
  cohort?: string | null;

  @Field(() => ID, { nullable: true, description: 'Global id of a pseudo-cluster that contains the lesion.' })
  pseudoCluster?: string | null;

  @Field(() => FloatRange, { nullable: true, description: 'Long RECIST diameter in mm.' })
  longDiameterMm?: FloatRange | null;

  @Field(() => FloatRange, { nullable: true, description: 'Short RECIST diameter in mm.' })
  shortDiameterMm?: FloatRange | null;

  @Field(() => FloatRange, {
    nullable: true,
    description: 'Relative position in the body from head to feet, 0 to 1 (`Lesion.normalizedLocation.z`).',
  })
  locationZ?: FloatRange | null;

  @OneOf(() => SexEnum, 'sexes of the patient')
  sex?: Sex[] | null;

  @AgeAtStudy()
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
 * @throws BadUserInput if an id is not that of a PseudoCluster or a Cohort
 */
export function toLesionFilter({ pseudoCluster, cohort, ...rest }: LesionFilter): RoomFilter {
  return {
    ...rest,
    ...combined(rest, toLesionFilter),
    cohort: cohort == null ? null : keyOf(cohort, 'Cohort', 'cohort'),
    pseudoCluster: pseudoCluster == null ? null : keyOf(pseudoCluster, 'PseudoCluster', 'pseudoCluster'),
  };
}
