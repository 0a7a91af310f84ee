import { Float, Int, ObjectType } from 'type-graphql';
import type {
  EvaluationComparison as ComparisonRow,
  AccuracyDifference as DifferenceRow,
  DiscordantLesion as DiscordantRow,
} from '../../results';
import { Column, Property } from '../core/property';
import { DiscordantSideEnum, MissReasonEnum } from './enums';
import { Evaluation } from './evaluation';

@ObjectType({ description: 'The accuracy of two runs on the same lesions at one IoU threshold.' })
export class AccuracyDifference {
  constructor(readonly row: DifferenceRow) {}

  @Column(() => Float, 'IoU threshold, 0 to 1.')
  declare readonly iouThreshold: number;

  @Column(() => Float, 'Accuracy of the other run minus that of the baseline, -1 to 1. Null if there are no lesions.', {
    nullable: true,
  })
  declare readonly difference: number | null;

  @Column(
    () => Float,
    'Lower bound of the 95 % confidence interval of the difference, by a paired bootstrap over ' +
      'patients. Null for fewer than two patients.',
    { nullable: true },
  )
  declare readonly ciLow: number | null;

  @Column(
    () => Float,
    'Upper bound of the 95 % confidence interval of the difference, by a paired bootstrap over ' +
      'patients. Null for fewer than two patients.',
    { nullable: true },
  )
  declare readonly ciHigh: number | null;

  @Property(() => Int, 'Number of lesions that the baseline hits.')
  get correctBaseline(): number {
    return this.row.correctSecond;
  }

  @Property(() => Int, 'Number of lesions that the other run hits.')
  get correctOther(): number {
    return this.row.correctFirst;
  }

  @Column(() => Int, 'Number of lesions of the stratum on the images that both runs completed.')
  declare readonly total: number;

  @Property(() => Int, 'Number of lesions that the baseline hits and the other run does not.')
  get onlyBaseline(): number {
    return this.row.onlySecond;
  }

  @Property(() => Int, 'Number of lesions that the other run hits and the baseline does not.')
  get onlyOther(): number {
    return this.row.onlyFirst;
  }

  @Column(
    () => Float,
    'Two-sided p-value of the exact McNemar test, whose null hypothesis is that both runs are ' +
      'equally likely to be the only one to hit a lesion. The test assumes independent lesions; the ' +
      'confidence interval does not.',
  )
  declare readonly mcNemarP: number;
}

@ObjectType({ description: 'A lesion that only one of two runs found.' })
export class DiscordantLesion {
  constructor(readonly row: DiscordantRow) {}

  @Property(() => DiscordantSideEnum, 'The run that found it.')
  get foundBy() {
    return this.row.foundBy === 'SECOND' ? 'BASELINE' : 'OTHER';
  }

  @Column(() => MissReasonEnum, 'The reason why the other run did not find it.')
  declare readonly reason: DiscordantRow['reason'];

  @Property(
    () => Float,
    'The greatest overlap of a box of the run that missed the lesion, 0 to 1; 0 if there is no such box.',
  )
  get bestOverlap(): number {
    return this.row.overlap;
  }

  @Property(
    () => Int,
    'Rank of that box among the detections of its image by score, starting at 1. Null if there is no such box.',
    {
      nullable: true,
    },
  )
  get bestRank(): number | null {
    return this.row.rank;
  }

  @Property(() => Float, 'Score of that box, 0 to 1. Null if there is no such box.', { nullable: true })
  get bestScore(): number | null {
    return this.row.score;
  }
}

@ObjectType({
  description: 'Difference of one evaluation from the baseline, per lesion on the images that both runs completed.',
})
export class EvaluationDifference {
  constructor(
    baseline: Evaluation,
    other: Evaluation,
    readonly row: ComparisonRow,
  ) {
    this.baseline = baseline;
    this.other = other;
  }

  @Property(() => Evaluation, 'The evaluation from which the other differs.')
  readonly baseline: Evaluation;

  @Property(() => Evaluation, 'The evaluation that is compared with the baseline.')
  readonly other: Evaluation;

  @Column(() => String, 'The stratum.')
  declare readonly stratum: string;

  @Column(() => Int, 'Number of top-scoring detections per image that count (top-k).')
  declare readonly topK: number;

  @Column(() => Int, 'Number of evaluated images that both runs completed.')
  declare readonly imageCount: number;

  @Property(
    () => [AccuracyDifference],
    'Differences at the thresholds that both evaluations have, by ascending IoU threshold.',
  )
  get points(): AccuracyDifference[] {
    return this.row.points.map((point) => new AccuracyDifference(point));
  }
}

/** The arguments of the comparison, for the fields that compute it. */
export interface ComparisonRequest {
  stratum: string;
  topK?: number;
}

@ObjectType('EvaluationComparison', { description: 'A comparison of evaluations.' })
export class EvaluationComparisonType {
  constructor(
    evaluations: Evaluation[],
    /** one of `evaluations` */
    baseline: Evaluation,
    readonly request: ComparisonRequest,
  ) {
    this.evaluations = evaluations;
    this.baseline = baseline;
  }

  @Property(() => [Evaluation], 'The evaluations, in the order of the ids.')
  readonly evaluations: Evaluation[];

  @Property(() => Evaluation, 'The evaluation from which the others differ.')
  readonly baseline: Evaluation;
}
