import { Int, ObjectType } from 'type-graphql';
import { AGE_BAND_YEARS, type StatisticsRequest, type StatisticsRow } from '../../dataset';
import { Property } from '../core/property';
import { DiameterStatisticsType } from './diameterStatistics';
import { CoarseTypeEnum, SexEnum, SplitEnum } from './enums';

@ObjectType({ description: 'A band of ages at the time of the study, in years.' })
export class AgeBand {
  constructor(from: number) {
    this.fromYears = from;
    this.toYears = from + AGE_BAND_YEARS;
  }

  @Property(() => Int, 'Lower bound of the band in years, inclusive.')
  readonly fromYears: number;

  @Property(() => Int, 'Upper bound of the band in years, exclusive.')
  readonly toYears: number;
}

@ObjectType({
  description:
    'Statistics of one group of lesions. A key is null if the lesions were not grouped by it, or if ' +
    'its value is unknown in this group.',
})
export class LesionStatistics {
  constructor(
    readonly row: StatisticsRow,
    private readonly request: StatisticsRequest,
  ) {}

  @Property(() => SplitEnum, 'Key: the split, if grouped by SPLIT.', { nullable: true })
  get split() {
    return this.row.split ?? null;
  }

  @Property(() => CoarseTypeEnum, 'Key: the coarse type, if grouped by COARSE_TYPE.', { nullable: true })
  get coarseType() {
    return this.row.coarseType ?? null;
  }

  @Property(() => SexEnum, "Key: the patient's sex, if grouped by SEX.", { nullable: true })
  get sex() {
    return this.row.sex ?? null;
  }

  @Property(
    () => AgeBand,
    'Key: the age at the time of the study, if grouped by AGE_BAND; null if the age is unknown.',
    {
      nullable: true,
    },
  )
  get ageBand(): AgeBand | null {
    const { ageBandFrom } = this.row;
    return ageBandFrom === null || ageBandFrom === undefined ? null : new AgeBand(ageBandFrom);
  }

  @Property(() => Int, 'Number of lesions in the group.')
  get lesionCount(): number {
    return this.row.lesions;
  }

  @Property(() => Int, 'Number of bookmarked images with a lesion in the group.')
  get imageCount(): number {
    return this.row.images ?? 0;
  }

  @Property(() => Int, 'Number of patients with a lesion in the group.')
  get patientCount(): number {
    return this.row.patients ?? 0;
  }

  @Property(() => DiameterStatisticsType, 'Long RECIST diameter in mm.')
  get longDiameterMm(): DiameterStatisticsType {
    return new DiameterStatisticsType(this.row.longDiameter, this.request.longDiameter);
  }

  @Property(() => DiameterStatisticsType, 'Short RECIST diameter in mm.')
  get shortDiameterMm(): DiameterStatisticsType {
    return new DiameterStatisticsType(this.row.shortDiameter, this.request.shortDiameter);
  }
}
