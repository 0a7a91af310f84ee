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

@ObjectType('DiameterHistogram', {
  description: 'A histogram. Each bin includes its lower edge and excludes its upper edge; the last bin includes both.',
})
export class DiameterHistogram {
  constructor(readonly row: Histogram) {}

  @Column(() => [Float], 'The bin edges in mm; there is one more edge than bins.')
  declare readonly edges: number[];

  @Column(() => [Int], 'Number of lesions in each bin.')
  declare readonly counts: number[];

  @Column(() => Int, 'Number of lesions below the first edge.')
  declare readonly below: number;

  @Column(() => Int, 'Number of lesions above the last edge.')
  declare readonly above: number;

  @Column(() => Int, 'Number of lesions without this diameter.')
  declare readonly nullCount: number;
}

@ArgsType()
export class HistogramArgs {
  @Field(() => Int, { defaultValue: DEFAULT_BINS, description: `Number of bins of equal width, 1 to ${MAX_BINS}.` })
  bins!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'Lower edge of the histogram in mm; the smallest diameter of all lesions that match the filter if omitted.',
  })
  min?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Upper edge of the histogram in mm; the largest diameter of all lesions that match the filter if omitted.',
  })
  max?: number | null;
}

@ObjectType('DiameterStatistics', {
  description:
    'Statistics of a diameter over the lesions that have it. Statistics are null, never 0, if there ' +
    'are no such lesions.',
})
export class DiameterStatisticsType {
  constructor(
    private readonly figures: DiameterStatistics | null,
    private readonly spec: DiameterSpec | undefined,
  ) {}

  @Property(() => Int, 'Number of lesions that have the diameter.')
  get count(): number {
    return this.figures?.count ?? 0;
  }

  @Property(() => Float, 'Arithmetic mean in mm.', { nullable: true })
  get mean(): number | null {
    return this.figures?.mean ?? null;
  }

  @Property(() => Float, 'Sample standard deviation (n - 1) in mm; null for fewer than two lesions.', {
    nullable: true,
  })
  get standardDeviation(): number | null {
    return this.figures?.standardDeviation ?? null;
  }

  @Property(() => Float, 'Minimum in mm.', { nullable: true })
  get min(): number | null {
    return this.figures?.min ?? null;
  }

  @Property(() => Float, 'Maximum in mm.', { nullable: true })
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
      'Histogram with the same bins for all groups. Null if the edges are undetermined, because none ' +
      'were given and no lesion has the diameter.',
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
