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

  @Column(() => Float, 'IoU that a box has to exceed, 0 to 1.')
  declare readonly iouThreshold: number;

  @Column(() => Float, 'Accuracy of the other run less that of the baseline, -1 to 1. Null without lesions.', {
    nullable: true,
  })
  declare readonly difference: number | null;

  @Column(
    () => Float,
    'Lower end of the 95 % interval of the difference, by a bootstrap over patients that is paired. Null below two patients.',
    { nullable: true },
  )
  declare readonly ciLow: number | null;

  @Column(
    () => Float,
    'Upper end of the 95 % interval of the difference, by a bootstrap over patients that is paired. Null below two patients.',
    { nullable: true },
  )
  declare readonly ciHigh: number | null;

  @Property(() => Int, 'Lesions that the baseline hits.')
  get correctBaseline(): number {
    return this.row.correctSecond;
  }

  @Property(() => Int, 'Lesions that the other run hits.')
  get correctOther(): number {
    return this.row.correctFirst;
  }

  @Column(() => Int, 'Lesions of the stratum on the images that both runs completed.')
  declare readonly total: number;

  @Property(() => Int, 'Lesions that the baseline hits and the other run does not.')
  get onlyBaseline(): number {
    return this.row.onlySecond;
  }

  @Property(() => Int, 'Lesions that the other run hits and the baseline does not.')
  get onlyOther(): number {
    return this.row.onlyFirst;
  }

  @Column(
    () => Float,
    'Two-sided p of the exact McNemar test: were both equally good, each lesion that one alone hits would be a fair coin. It takes lesions as independent; the interval does not.',
  )
  declare readonly mcNemarP: number;
}

@ObjectType({ description: 'A lesion that one of two runs found and the other did not.' })
export class DiscordantLesion {
  constructor(readonly row: DiscordantRow) {}

  @Property(() => DiscordantSideEnum, 'The run that found it.')
  get foundBy() {
    return this.row.foundBy === 'SECOND' ? 'BASELINE' : 'OTHER';
  }

  @Column(() => MissReasonEnum, 'Why the other one did not.')
  declare readonly reason: DiscordantRow['reason'];

  @Property(() => Float, 'The greatest overlap of any box of the run that missed it, 0 to 1; 0 without one.')
  get bestOverlap(): number {
    return this.row.overlap;
  }

  @Property(() => Int, 'Place of that box among the boxes of its image by score; 1 is the best. Null without one.', {
    nullable: true,
  })
  get bestRank(): number | null {
    return this.row.rank;
  }

  @Property(() => Float, 'Score of that box, 0 to 1. Null without one.', { nullable: true })
  get bestScore(): number | null {
    return this.row.score;
  }
}

@ObjectType({
  description: 'One evaluation against the baseline, lesion by lesion on the images that both runs completed.',
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

  @Property(() => Evaluation, 'The evaluation that was named first.')
  readonly baseline: Evaluation;

  @Property(() => Evaluation, 'The evaluation that is held against it.')
  readonly other: Evaluation;

  @Column(() => String, 'The stratum.')
  declare readonly stratum: string;

  @Column(() => Int, 'How many of the best boxes of an image count.')
  declare readonly topK: number;

  @Column(() => Int, 'Images that both runs completed and that were evaluated.')
  declare readonly imageCount: number;

  @Property(() => [AccuracyDifference], 'By rising IoU threshold, at the thresholds that both evaluations have.')
  get points(): AccuracyDifference[] {
    return this.row.points.map((point) => new AccuracyDifference(point));
  }
}

/** What was asked of the comparison, for the fields that compute it. */
export interface ComparisonRequest {
  stratum: string;
  topK?: number;
}

@ObjectType('EvaluationComparison', { description: 'Evaluations side by side.' })
export class EvaluationComparisonType {
  constructor(
    evaluations: Evaluation[],
    readonly request: ComparisonRequest,
  ) {
    this.evaluations = evaluations;
  }

  @Property(() => [Evaluation], 'The evaluations, in the order of the ids; the first is the baseline.')
  readonly evaluations: Evaluation[];
}
