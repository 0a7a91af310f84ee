import { Float, Int, ObjectType } from 'type-graphql';
import type { PrecisionPoint } from '../../evaluation';
import type {
  AccuracyPoint as AccuracyRow,
  FrocPoint as FrocRow,
  PrecisionRecallPoint as PrecisionRecallRow,
} from '../../results';
import { Column, Property } from '../core/property';

@ObjectType({
  description:
    'One point of an accuracy curve (Yan et al. 2017): the fraction of lesions that are hit by one ' +
    'of the top-k detections of their image at IoU > iouThreshold, ignoring classes.',
})
export class AccuracyPoint {
  constructor(readonly row: AccuracyRow) {}

  @Column(() => Float, 'IoU threshold, 0 to 1.')
  declare readonly iouThreshold: number;

  @Column(() => Float, 'correct / total, 0 to 1. Null if there are no lesions.', { nullable: true })
  declare readonly accuracy: number | null;

  @Column(() => Int, 'Number of lesions that were hit.')
  declare readonly correct: number;

  @Column(() => Int, 'Number of lesions of the stratum.')
  declare readonly total: number;

  @Column(
    () => Float,
    'Lower bound of the 95 % confidence interval, by a bootstrap over patients. Null for fewer than two patients.',
    {
      nullable: true,
    },
  )
  declare readonly ciLow: number | null;

  @Column(
    () => Float,
    'Upper bound of the 95 % confidence interval, by a bootstrap over patients. Null for fewer than two patients.',
    {
      nullable: true,
    },
  )
  declare readonly ciHigh: number | null;

  @Column(() => Int, 'Number of top-scoring detections per image that count (top-k).')
  declare readonly topK: number;

  @Column(() => String, 'The stratum.')
  declare readonly stratum: string;
}

@ObjectType({
  description: 'One operating point of a FROC: the sensitivity at a rate of false positives per image.',
})
export class FrocPoint {
  /**
   * @param storedRates whose bands are stored, if the point is stored
   * @param compute the points with all bands
   */
  constructor(
    readonly row: Omit<FrocRow, 'evaluationId'>,
    private readonly storedRates?: readonly number[],
    private readonly compute?: () => Promise<readonly Omit<FrocRow, 'evaluationId'>[]>,
  ) {}

  /** An end of the band; asked for only if it is not stored. */
  private bandAt(end: 'ciLow' | 'ciHigh'): number | null | Promise<number | null> {
    const rate = this.row.falsePositivesPerImage;
    if (!this.compute || this.storedRates?.includes(rate)) return this.row[end];
    return this.compute().then((points) => points.find((one) => one.falsePositivesPerImage === rate)?.[end] ?? null);
  }

  @Column(() => Float, 'False positives per image.')
  declare readonly falsePositivesPerImage: number;

  @Column(() => Float, 'Fraction of lesions that are hit, 0 to 1. Null if there are no lesions.', { nullable: true })
  declare readonly sensitivity: number | null;

  @Column(() => Int, 'Number of lesions that are hit.')
  declare readonly truePositives: number;

  @Column(() => Int, 'Number of lesions of the stratum.')
  declare readonly total: number;

  @Property(
    () => Float,
    'Lower bound of the 95 % confidence interval, by a bootstrap over patients. Null for fewer than two patients.',
    { nullable: true },
  )
  get ciLow(): number | null | Promise<number | null> {
    return this.bandAt('ciLow');
  }

  @Property(
    () => Float,
    'Upper bound of the 95 % confidence interval, by a bootstrap over patients. Null for fewer than two patients.',
    { nullable: true },
  )
  get ciHigh(): number | null | Promise<number | null> {
    return this.bandAt('ciHigh');
  }

  @Column(() => Float, 'Minimum score of the detections that count at this point. Null before the first detection.', {
    nullable: true,
  })
  declare readonly scoreThreshold: number | null;

  @Column(
    () => Boolean,
    'Whether the detections reach this rate of false positives; if not, the sensitivity is that of all detections.',
  )
  declare readonly reachedFalsePositivesPerImage: boolean;
}

@ObjectType({ description: 'One point of a precision-recall curve, interpolated as in COCO.' })
export class PrecisionRecallPoint {
  /**
   * @param place of the recall in the curve
   * @param compute the points with their bands
   */
  constructor(
    readonly row: Pick<PrecisionRecallRow, 'recall' | 'precision' | 'scoreThreshold'>,
    private readonly place: number,
    private readonly compute: () => Promise<readonly PrecisionPoint[]>,
  ) {}

  @Column(() => Float, 'Fraction of lesions that are found, 0 to 1.')
  declare readonly recall: number;

  @Column(
    () => Float,
    'Maximum precision at this or a higher recall, 0 to 1; 0 beyond the highest recall that is reached.',
  )
  declare readonly precision: number;

  @Column(
    () => Float,
    'Minimum score of the detections that count at this point. Null beyond the highest recall that is reached.',
    { nullable: true },
  )
  declare readonly scoreThreshold: number | null;

  @Property(
    () => Float,
    'Lower bound of the 95 % confidence interval of the precision, by a bootstrap over patients. Null for fewer than ' +
      'two patients.',
    { nullable: true },
  )
  get ciLow(): Promise<number | null> {
    return this.compute().then((points) => points[this.place]?.interval?.low ?? null);
  }

  @Property(
    () => Float,
    'Upper bound of the 95 % confidence interval of the precision, by a bootstrap over patients. Null for fewer than ' +
      'two patients.',
    { nullable: true },
  )
  get ciHigh(): Promise<number | null> {
    return this.compute().then((points) => points[this.place]?.interval?.high ?? null);
  }
}
