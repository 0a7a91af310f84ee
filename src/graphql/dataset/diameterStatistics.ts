import { Args, ArgsType, Field, Float, Int, ObjectType } from 'type-graphql';
import {
  DEFAULT_BINS,
  type DiameterSpec,
  type DiameterStatistics,
  type Histogram,
  MAX_BINS,
  PERCENTILES,
} from '../../dataset';
import { Column, Property } from '../core/property';
import { sameHistogram, toHistogramSpec } from './statisticsRequest';

@ObjectType('DiameterHistogram', { description: 'A histogram: bins are right-open, the last one is closed.' })
export class DiameterHistogram {
  constructor(readonly row: Histogram) {}

  @Column(() => [Float], 'The ends of the bins in mm: one more than there are bins.')
  declare readonly edges: number[];

  @Column(() => [Int], 'Lesions in each bin.')
  declare readonly counts: number[];

  @Column(() => Int, 'Lesions below the first end.')
  declare readonly below: number;

  @Column(() => Int, 'Lesions above the last end.')
  declare readonly above: number;

  @Column(() => Int, 'Lesions without this diameter.')
  declare readonly nullCount: number;
}

@ArgsType()
export class HistogramArgs {
  @Field(() => Int, { defaultValue: DEFAULT_BINS, description: `Number of bins of equal width, 1 to ${MAX_BINS}.` })
  bins!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Lower end in mm; the smallest diameter of all lesions under the filter where it is left out.',
  })
  min?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Upper end in mm; the largest diameter of all lesions under the filter where it is left out.',
  })
  max?: number | null;
}

@ObjectType('DiameterStatistics', {
  description: 'Statistics of a diameter over the lesions that have it. A figure without lesions is null, never 0.',
})
export class DiameterStatisticsType {
  constructor(
    private readonly figures: DiameterStatistics | null,
    private readonly spec: DiameterSpec | undefined,
  ) {}

  @Property(() => Int, 'Lesions that have the diameter.')
  get count(): number {
    return this.figures?.count ?? 0;
  }

  @Property(() => Float, 'Arithmetic mean in mm.', { nullable: true })
  get mean(): number | null {
    return this.figures?.mean ?? null;
  }

  @Property(() => Float, 'Standard deviation of a sample (n - 1) in mm; null below two lesions.', { nullable: true })
  get standardDeviation(): number | null {
    return this.figures?.standardDeviation ?? null;
  }

  @Property(() => Float, 'Smallest, in mm.', { nullable: true })
  get min(): number | null {
    return this.figures?.min ?? null;
  }

  @Property(() => Float, 'Largest, in mm.', { nullable: true })
  get max(): number | null {
    return this.figures?.max ?? null;
  }

  @Property(() => Float, '5th percentile in mm, linearly interpolated.', { nullable: true })
  get p5(): number | null {
    return this.percentile(5);
  }

  @Property(() => Float, '25th percentile in mm, linearly interpolated.', { nullable: true })
  get p25(): number | null {
    return this.percentile(25);
  }

  @Property(() => Float, 'Median in mm.', { nullable: true })
  get p50(): number | null {
    return this.percentile(50);
  }

  @Property(() => Float, '75th percentile in mm, linearly interpolated.', { nullable: true })
  get p75(): number | null {
    return this.percentile(75);
  }

  @Property(() => Float, '95th percentile in mm, linearly interpolated.', { nullable: true })
  get p95(): number | null {
    return this.percentile(95);
  }

  @Field(() => DiameterHistogram, {
    nullable: true,
    description:
      'Its histogram; all groups have the same bins. Null where the ends are nowhere: none were given and no lesion has the diameter.',
  })
  histogram(@Args(() => HistogramArgs) args: HistogramArgs): DiameterHistogram | null {
    const wanted = toHistogramSpec(args);
    const index = this.spec?.histograms.findIndex((one) => sameHistogram(one, wanted)) ?? -1;
    const histogram = this.figures?.histograms[index];
    return histogram ? new DiameterHistogram(histogram) : null;
  }

  private percentile(percentile: (typeof PERCENTILES)[number]): number | null {
    return this.figures?.percentiles?.[PERCENTILES.indexOf(percentile)] ?? null;
  }
}
