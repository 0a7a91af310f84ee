/** What the lesions of a pseudo-cluster are like. */
import { Float, Int, ObjectType } from 'type-graphql';
import type { ClusterProfile, CoordinateSummary, DiameterSummary } from '../../categorization';
import type { CoarseType, Split } from '../../dataset';
import { Column, Property } from '../core/property';
import { CoarseTypeEnum, SplitEnum } from '../dataset/enums';

@ObjectType('DiameterSummary', {
  description: 'A diameter over the lesions that have it, in mm. A figure without lesions is null, never 0.',
})
export class DiameterSummaryType {
  constructor(readonly row: DiameterSummary) {}

  @Column(() => Int, 'Lesions that have the diameter.')
  declare readonly count: number;

  @Column(() => Float, 'Arithmetic mean in mm.', { nullable: true })
  declare readonly mean: number | null;

  @Property(() => Float, 'Smallest, in mm.', { nullable: true })
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

  @Property(() => Float, 'Largest, in mm.', { nullable: true })
  get max(): number | null {
    return this.row.quartiles?.[4] ?? null;
  }
}

@ObjectType('CoordinateSummary', { description: 'One coordinate of the body over the lesions that have it, 0 to 1.' })
export class CoordinateSummaryType {
  constructor(readonly row: CoordinateSummary) {}

  @Column(() => Float, 'Arithmetic mean.', { nullable: true })
  declare readonly mean: number | null;

  @Column(() => Float, 'Standard deviation of a sample (n - 1); null below two lesions.', { nullable: true })
  declare readonly standardDeviation: number | null;
}

@ObjectType({ description: 'Where in the body the lesions are (DL_info.csv: Normalized_lesion_location).' })
export class LocationSummary {
  constructor(private readonly profile: ClusterProfile) {}

  @Property(() => Int, 'Lesions with a location.')
  get count(): number {
    return this.profile.located;
  }

  @Property(() => CoordinateSummaryType, 'Left to right in the picture.')
  get x(): CoordinateSummaryType {
    return new CoordinateSummaryType(this.profile.location[0]);
  }

  @Property(() => CoordinateSummaryType, 'Front to back.')
  get y(): CoordinateSummaryType {
    return new CoordinateSummaryType(this.profile.location[1]);
  }

  @Property(() => CoordinateSummaryType, 'Head to feet.')
  get z(): CoordinateSummaryType {
    return new CoordinateSummaryType(this.profile.location[2]);
  }
}

@ObjectType({ description: 'How many lesions are of a coarse type.' })
export class CoarseTypeShare {
  constructor(
    readonly row: { coarseType: CoarseType; lesions: number },
    private readonly total: number,
  ) {}

  @Column(() => CoarseTypeEnum, 'The coarse type.')
  declare readonly coarseType: CoarseType;

  @Column(() => Int, 'Lesions of it.')
  declare readonly lesions: number;

  @Property(() => Float, 'Their share of the lesions whose type is known, 0 to 1.')
  get share(): number {
    return this.row.lesions / this.total;
  }
}

@ObjectType({ description: 'How many lesions are in a part of the data set.' })
export class SplitShare {
  constructor(
    readonly row: { split: Split; lesions: number },
    private readonly total: number,
  ) {}

  @Column(() => SplitEnum, 'The part.')
  declare readonly split: Split;

  @Column(() => Int, 'Lesions in it.')
  declare readonly lesions: number;

  @Property(() => Float, "Their share of the pseudo-cluster's lesions, 0 to 1.")
  get share(): number {
    return this.row.lesions / this.total;
  }
}
