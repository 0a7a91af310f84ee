/** The types of differences of evaluations in any metric, and of the judgement whether one is no worse. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { ChosenMetric, MetricDifference as DifferenceRow, NonInferiority as JudgementRow } from '../../results';
import { InputOf } from '../core/inputs';
import { Column, Property } from '../core/property';
import { MetricKindEnum } from './enums';
import { Evaluation } from './evaluation';

@InputOf<ChosenMetric>('One metric of an evaluation.')
export class ComparedMetricInput {
  @Field(() => MetricKindEnum, { description: 'Which metric.' })
  kind!: ChosenMetric['kind'];

  @Field(() => Float, {
    nullable: true,
    description:
      'Overlap threshold of a hit, any above 0 and below 1 with at most three decimals: 0.5 by default, and for ' +
      'AVERAGE_PRECISION the mean over 0.50 to 0.95.',
  })
  iouThreshold?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Of ACCURACY: the number of top-scoring detections per image that count; that of the baseline by default.',
  })
  topK?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Of SENSITIVITY: the false positives per image, 0 to 1000; 4 by default.',
  })
  falsePositivesPerImage?: number | null;
}

@ObjectType({ description: 'One metric of an evaluation, complete.' })
export class ComparedMetric {
  constructor(readonly row: DifferenceRow['metric']) {}

  @Column(() => MetricKindEnum, 'Which metric.')
  declare readonly kind: DifferenceRow['metric']['kind'];

  @Column(() => Float, 'Overlap threshold of a hit. Null for the mean over the IoU thresholds 0.50 to 0.95.', {
    nullable: true,
  })
  declare readonly iouThreshold: number | null;

  @Column(() => Int, 'Number of top-scoring detections per image that count. Null unless the kind is ACCURACY.', {
    nullable: true,
  })
  declare readonly topK: number | null;

  @Column(() => Float, 'False positives per image. Null unless the kind is SENSITIVITY.', { nullable: true })
  declare readonly falsePositivesPerImage: number | null;
}

const PAIRED =
  'the 95 % confidence interval of the difference, by a bootstrap over patients in which both runs have the same draws.';
const TWO_PATIENTS = 'Null for fewer than two patients.';

@ObjectType({
  description: 'One metric of two evaluations, on the images that both runs completed, and its difference.',
})
export class MetricDifference {
  constructor(
    baseline: Evaluation,
    other: Evaluation,
    readonly row: DifferenceRow,
  ) {
    this.baseline = baseline;
    this.other = other;
  }

  @Property(() => Evaluation, 'The evaluation from which the other differs.')
  readonly baseline: Evaluation;

  @Property(() => Evaluation, 'The evaluation that is compared with the baseline.')
  readonly other: Evaluation;

  @Property(() => ComparedMetric, 'The metric.')
  get metric(): ComparedMetric {
    return new ComparedMetric(this.row.metric);
  }

  @Column(() => String, 'The stratum.')
  declare readonly stratum: string;

  @Column(() => Int, 'Number of evaluated images that both runs completed.')
  declare readonly imageCount: number;

  @Column(() => Int, 'Number of lesions of the stratum on these images.')
  declare readonly lesionCount: number;

  @Property(() => Float, 'The metric of the baseline, 0 to 1. Null if there are no lesions.', { nullable: true })
  get valueBaseline(): number | null {
    return this.row.second;
  }

  @Property(() => Float, 'The metric of the other run, 0 to 1. Null if there are no lesions.', { nullable: true })
  get valueOther(): number | null {
    return this.row.first;
  }

  @Column(() => Float, 'valueOther − valueBaseline, −1 to 1. Null if there are no lesions.', { nullable: true })
  declare readonly difference: number | null;

  @Column(() => Float, `Lower bound of ${PAIRED} ${TWO_PATIENTS}`, { nullable: true })
  declare readonly ciLow: number | null;

  @Column(() => Float, `Upper bound of ${PAIRED} ${TWO_PATIENTS}`, { nullable: true })
  declare readonly ciHigh: number | null;

  @Column(
    () => Float,
    'Two-sided p-value that belongs to the interval: twice the fraction of the draws that lie on the rarer side of 0, ' +
      'draws of exactly 0 on both sides, with one draw added to either; never below 2 / (resamples + 1), and 1 for a ' +
      `run and itself. ${TWO_PATIENTS}`,
    { nullable: true },
  )
  declare readonly pValue: number | null;

  @Column(
    () => Float,
    'pValue by the correction of Holm (1979) over all differences of the field: if none of them is real, the chance that ' +
      `any is below 0.05 is at most 5 %. ${TWO_PATIENTS}`,
    { nullable: true },
  )
  declare readonly adjustedPValue: number | null;
}

@ObjectType({
  description:
    'Whether a candidate is no worse than a reference by more than a margin: the lower bound of the 95 % confidence ' +
    'interval of the difference is not below −margin, which is a one-sided test at 2.5 %.',
})
export class NonInferiority {
  constructor(readonly row: JudgementRow) {}

  @Column(
    () => Boolean,
    'Whether ciLow ≥ −margin. False does not say that the candidate is worse: with few patients the interval is wide.',
  )
  declare readonly holds: boolean;

  @Property(() => ComparedMetric, 'The metric.')
  get metric(): ComparedMetric {
    return new ComparedMetric(this.row.metric);
  }

  @Column(() => Float, 'How much worse is still acceptable, 0 to 1.')
  declare readonly margin: number;

  @Column(() => Float, 'The metric of the candidate, 0 to 1. Null if there are no lesions.', { nullable: true })
  declare readonly candidate: number | null;

  @Column(() => Float, 'The metric of the reference, 0 to 1. Null if there are no lesions.', { nullable: true })
  declare readonly reference: number | null;

  @Column(() => Float, 'candidate − reference, −1 to 1. Null if there are no lesions.', { nullable: true })
  declare readonly difference: number | null;

  @Column(() => Float, `Lower bound of ${PAIRED} ${TWO_PATIENTS}`, { nullable: true })
  declare readonly ciLow: number | null;

  @Column(() => Float, `Upper bound of ${PAIRED} ${TWO_PATIENTS}`, { nullable: true })
  declare readonly ciHigh: number | null;

  @Column(() => Int, 'Number of evaluated images that both runs completed.')
  declare readonly imageCount: number;

  @Column(() => Int, 'Number of lesions of the stratum on these images.')
  declare readonly lesionCount: number;

  @Column(() => String, 'The judgement with its figures, for readers.')
  declare readonly sentence: string;
}
