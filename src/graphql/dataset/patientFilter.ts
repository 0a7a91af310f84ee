import type { CoarseType, PatientFilter as RoomFilter, Sex, Split } from '../../dataset';
import { CombinedFilter, FilterOf } from '../core/inputs';
import { CoarseTypeEnum, SexEnum, SplitEnum } from './enums';
import { AnyOf, InDataset, OfPatient, OneOf } from './filterFields';

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
}
