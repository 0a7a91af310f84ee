import type { CoarseType, PatientFilter as RoomFilter, Sex, Split } from '../../dataset';
import { keyOf } from '../../globalId';
import { CombinedFilter, combined, FilterOf } from '../core/inputs';
import { CoarseTypeEnum, SexEnum, SplitEnum } from './enums';
import { AnyOf, InCohort, InDataset, OfPatient, OneOf } from './filterFields';

@FilterOf<RoomFilter>('patients')
export class PatientFilter extends CombinedFilter<PatientFilter> {
  @InDataset()
  dataset?: string | null;

  @OfPatient()
  patientIndex?: number | null;

  @OneOf(() => SexEnum, 'sexes')
  sex?: Sex[] | null;

  @AnyOf(() => SplitEnum, 'At least one lesion is in one of these splits')
  split?: Split[] | null;

  @AnyOf(() => CoarseTypeEnum, 'At least one lesion has one of these coarse types')
  coarseType?: CoarseType[] | null;

  @InCohort('it contains at least one lesion of the patient')
  cohort?: string | null;
}

/**
 * Converts the filter to that of the room: global ids become keys.
 *
 * @throws BadUserInput if an id is not that of a Cohort
 */
export function toPatientFilter({ cohort, ...rest }: PatientFilter): RoomFilter {
  return {
    ...rest,
    ...combined(rest, toPatientFilter),
    cohort: cohort == null ? null : keyOf(cohort, 'Cohort', 'cohort'),
  };
}
