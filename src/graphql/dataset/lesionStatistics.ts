import { Int, ObjectType } from 'type-graphql';
import { AGE_BAND_YEARS, type StatisticsRequest, type StatisticsRow } from '../../dataset';
import { Property } from '../core/property';
import { DiameterStatisticsType } from './diameterStatistics';
import { CoarseTypeEnum, SexEnum, SplitEnum } from './enums';

@ObjectType({ description: 'A band of ages at the study, in years.' })
export class AgeBand {
  constructor(from: number) {
    this.fromYears = from;
    this.toYears = from + AGE_BAND_YEARS;
  }

  @Property(() => Int, 'First age of the band in years.')
  readonly fromYears: number;

  @Property(() => Int, 'First age beyond the band in years.')
  readonly toYears: number;
}

@ObjectType({
  description:
    'Statistics of one group of lesions. A key is null where it was not grouped by, or where the group is that of the unknown.',
})
export class LesionStatistics {
  constructor(
    readonly row: StatisticsRow,
    private readonly request: StatisticsRequest,
  ) {}

  @Property(() => SplitEnum, 'Key: the split, when grouped by SPLIT.', { nullable: true })
  get split() {
    return this.row.split ?? null;
  }

  @Property(() => CoarseTypeEnum, 'Key: the coarse type, when grouped by COARSE_TYPE.', { nullable: true })
  get coarseType() {
    return this.row.coarseType ?? null;
  }

  @Property(() => SexEnum, "Key: the patient's sex, when grouped by SEX.", { nullable: true })
  get sex() {
    return this.row.sex ?? null;
  }

  @Property(() => AgeBand, 'Key: the age at the study, when grouped by AGE_BAND; null where the age is unknown.', {
    nullable: true,
  })
  get ageBand(): AgeBand | null {
    const { ageBandFrom } = this.row;
    return ageBandFrom === null || ageBandFrom === undefined ? null : new AgeBand(ageBandFrom);
  }

  @Property(() => Int, 'Lesions in the group.')
  get lesionCount(): number {
    return this.row.lesions;
  }

  @Property(() => Int, 'Bookmarked images with a lesion in the group.')
  get imageCount(): number {
    return this.row.images ?? 0;
  }

  @Property(() => Int, 'Patients with a lesion in the group.')
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
