/** Summary of the lesions of a pseudo-cluster. */
import { Float, Int, ObjectType } from 'type-graphql';
import type { ClusterProfile, CoordinateSummary, DiameterSummary } from '../../categorization';
import type { CoarseType, Split } from '../../dataset';
import { Column, Property } from '../core/property';
import { CoarseTypeEnum, SplitEnum } from '../dataset/enums';

@ObjectType('DiameterSummary', {
  description:
    'Summary of a diameter in mm, over the lesions that have it. Statistics are null, never 0, if ' +
    'there are no such lesions.',
})
export class DiameterSummaryType {
  constructor(readonly row: DiameterSummary) {}

  @Column(() => Int, 'Number of lesions that have the diameter.')
  declare readonly count: number;

  @Column(() => Float, 'Arithmetic mean in mm.', { nullable: true })
  declare readonly mean: number | null;

  @Property(() => Float, 'Minimum in mm.', { nullable: true })
  get min(): number | null {
    return this.row.quartiles?.[0] ?? null;
  }

  @Property(() => Float, 'Lower quartile in mm, linearly interpolated.', { nullable: true })
  get p25(): number | null {
    return this.row.quartiles?.[1] ?? null;
  }

  @Property(() => Float, 'Median in mm.', { nullable: true })
  get p50(): number | null {
    return this.row.quartiles?.[2] ?? null;
  }

  @Property(() => Float, 'Upper quartile in mm, linearly interpolated.', { nullable: true })
  get p75(): number | null {
    return this.row.quartiles?.[3] ?? null;
  }

  @Property(() => Float, 'Maximum in mm.', { nullable: true })
  get max(): number | null {
    return this.row.quartiles?.[4] ?? null;
  }
}

@ObjectType('CoordinateSummary', {
  description: 'Summary of one normalized body coordinate, 0 to 1, over the lesions that have it.',
})
export class CoordinateSummaryType {
  constructor(readonly row: CoordinateSummary) {}

  @Column(() => Float, 'Arithmetic mean.', { nullable: true })
  declare readonly mean: number | null;

  @Column(() => Float, 'Sample standard deviation (n - 1); null for fewer than two lesions.', { nullable: true })
  declare readonly standardDeviation: number | null;
}

@ObjectType({ description: 'Location of the lesions in the body (DL_info.csv: Normalized_lesion_location).' })
export class LocationSummary {
  constructor(private readonly profile: ClusterProfile) {}

  @Property(() => Int, 'Number of lesions with a location.')
  get count(): number {
    return this.profile.located;
  }

  @Property(() => CoordinateSummaryType, 'Position from left to right in the image.')
  get x(): CoordinateSummaryType {
    return new CoordinateSummaryType(this.profile.location[0]);
  }

  @Property(() => CoordinateSummaryType, 'Position from front to back.')
  get y(): CoordinateSummaryType {
    return new CoordinateSummaryType(this.profile.location[1]);
  }

  @Property(() => CoordinateSummaryType, 'Position from head to feet.')
  get z(): CoordinateSummaryType {
    return new CoordinateSummaryType(this.profile.location[2]);
  }
}

@ObjectType({ description: 'Number of lesions of one coarse type.' })
export class CoarseTypeShare {
  constructor(
    readonly row: { coarseType: CoarseType; lesions: number },
    private readonly total: number,
  ) {}

  @Column(() => CoarseTypeEnum, 'The coarse type.')
  declare readonly coarseType: CoarseType;

  @Column(() => Int, 'Number of lesions of this type.')
  declare readonly lesions: number;

  @Property(() => Float, 'Fraction of the lesions whose type is known, 0 to 1.')
  get share(): number {
    return this.row.lesions / this.total;
  }
}

@ObjectType({ description: 'Number of lesions in one split of the data set.' })
export class SplitShare {
  constructor(
    readonly row: { split: Split; lesions: number },
    private readonly total: number,
  ) {}

  @Column(() => SplitEnum, 'The split.')
  declare readonly split: Split;

  @Column(() => Int, 'Number of lesions in it.')
  declare readonly lesions: number;

  @Property(() => Float, 'Fraction of the lesions of the pseudo-cluster, 0 to 1.')
  get share(): number {
    return this.row.lesions / this.total;
  }
}
