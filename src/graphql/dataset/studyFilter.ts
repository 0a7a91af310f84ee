import type { StudyFilter as RoomFilter, Sex } from '../../dataset';
import { keyOf } from '../../globalId';
import { FloatRange } from '../core/floatRange';
import { CombinedFilter, combined, FilterOf } from '../core/inputs';
import { SexEnum } from './enums';
import { AgeAtStudy, InCohort, InDataset, OfPatient, OneOf } from './filterFields';

@FilterOf<RoomFilter>('studies')
export class StudyFilter extends CombinedFilter<StudyFilter> {
  @InDataset()
  dataset?: string | null;

  @OfPatient()
  patientIndex?: number | null;

  @OneOf(() => SexEnum, 'sexes of the patient')
  sex?: Sex[] | null;

  @AgeAtStudy()
  ageYears?: FloatRange | null;

  @InCohort('it contains at least one lesion of the study')
  cohort?: string | null;
}

/**
 * Converts the filter to that of the room: global ids become keys.
 *
 * @throws BadUserInput if an id is not that of a Cohort
 */
export function toStudyFilter({ cohort, ...rest }: StudyFilter): RoomFilter {
  return {
    ...rest,
    ...combined(rest, toStudyFilter),
    cohort: cohort == null ? null : keyOf(cohort, 'Cohort', 'cohort'),
  };
}
