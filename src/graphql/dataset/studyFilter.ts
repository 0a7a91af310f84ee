import type { StudyFilter as RoomFilter, Sex } from '../../dataset';
import { FloatRange } from '../core/floatRange';
import { CombinedFilter, FilterOf } from '../core/inputs';
import { SexEnum } from './enums';
import { AgeAtStudy, InDataset, OfPatient, OneOf } from './filterFields';

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
}
