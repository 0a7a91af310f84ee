/** What the lesions of a pseudo-cluster are like. */
import { Float, Int, ObjectType } from 'type-graphql';
import type { ClusterProfile, CoordinateSummary, DiameterSummary } from '../../categorization';
import type { CoarseType, Split } from '../../dataset';
import { Property } from '../core/property';
import { CoarseTypeEnum, SplitEnum } from '../dataset/enums';

@ObjectType('DiameterSummary', {
  description: 'A diameter over the lesions that have it, in mm. A figure without lesions is null, never 0.',
})
export class DiameterSummaryType {
  constructor(private readonly figures: DiameterSummary) {}

  @Property(() => Int, 'Lesions that have the diameter.')
  get count(): number {
    return this.figures.count;
  }

  @Property(() => Float, 'Arithmetic mean in mm.', { nullable: true })
  get mean(): number | null {
    return this.figures.mean;
  }

  @Property(() => Float, 'Smallest, in mm.', { nullable: true })
  get min(): number | null {
    return this.figures.quartiles?.[0] ?? null;
  }

  @Property(() => Float, 'Lower quartile in mm, linearly interpolated.', { nullable: true })
  get p25(): number | null {
    return this.figures.quartiles?.[1] ?? null;
  }

  @Property(() => Float, 'Median in mm.', { nullable: true })
  get p50(): number | null {
    return this.figures.quartiles?.[2] ?? null;
  }

  @Property(() => Float, 'Upper quartile in mm, linearly interpolated.', { nullable: true })
  get p75(): number | null {
    return this.figures.quartiles?.[3] ?? null;
  }

  @Property(() => Float, 'Largest, in mm.', { nullable: true })
  get max(): number | null {
    return this.figures.quartiles?.[4] ?? null;
  }
}

@ObjectType('CoordinateSummary', { description: 'One coordinate of the body over the lesions that have it, 0 to 1.' })
export class CoordinateSummaryType {
  constructor(private readonly figures: CoordinateSummary) {}

  @Property(() => Float, 'Arithmetic mean.', { nullable: true })
  get mean(): number | null {
    return this.figures.mean;
  }

  @Property(() => Float, 'Standard deviation of a sample (n - 1); null below two lesions.', { nullable: true })
  get standardDeviation(): number | null {
    return this.figures.standardDeviation;
  }
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
    private readonly entry: { coarseType: CoarseType; lesions: number },
    private readonly total: number,
  ) {}

  @Property(() => CoarseTypeEnum, 'The coarse type.')
  get coarseType(): CoarseType {
    return this.entry.coarseType;
  }

  @Property(() => Int, 'Lesions of it.')
  get lesions(): number {
    return this.entry.lesions;
  }

  @Property(() => Float, 'Their share of the lesions whose type is known, 0 to 1.')
  get share(): number {
    return this.entry.lesions / this.total;
  }
}

@ObjectType({ description: 'How many lesions are in a part of the data set.' })
export class SplitShare {
  constructor(
    private readonly entry: { split: Split; lesions: number },
    private readonly total: number,
  ) {}

  @Property(() => SplitEnum, 'The part.')
  get split(): Split {
    return this.entry.split;
  }

  @Property(() => Int, 'Lesions in it.')
  get lesions(): number {
    return this.entry.lesions;
  }

  @Property(() => Float, "Their share of the pseudo-cluster's lesions, 0 to 1.")
  get share(): number {
    return this.entry.lesions / this.total;
  }
}
