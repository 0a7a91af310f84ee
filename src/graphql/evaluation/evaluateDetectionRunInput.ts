import { Field, Float, ID, Int } from 'type-graphql';
import type { EvaluationRequest } from '../../results';
import { RepeatableInput } from '../core/idempotency';
import { InputOf } from '../core/inputs';
import {
  BoxMeasureEnum,
  ComparatorEnum,
  EvaluationPresetEnum,
  FrocCriterionEnum,
  FrocDuplicatesEnum,
  NoisyLesionsEnum,
  ReviewPolicyEnum,
} from './enums';
import { StratumInput, toOwnStratum } from './stratumInput';

@InputOf<EvaluationRequest, 'id' | 'idempotencyKey'>('The detection run to evaluate, and the evaluation protocol.')
export class EvaluateDetectionRunInput extends RepeatableInput {
  @Field(() => ID, { description: 'Global id of the detection run.' })
  id!: string;

  @Field(() => [Float], {
    nullable: true,
    description:
      'IoU thresholds in addition to 0.05 to 0.95 and those of the run: between 0 and 1, at most three decimals.',
  })
  iouThresholds?: number[] | null;

  @Field(() => [Int], {
    nullable: true,
    description:
      'Numbers of top-scoring detections per image that count (top-k), 1 to 1000, in addition to 1, 5 ' +
      'and that of the run; a single value need not be a list.',
  })
  topK?: number[] | null;

  @Field(() => EvaluationPresetEnum, {
    nullable: true,
    description: 'The evaluation convention, whose rules the other fields can override: PAPER by default.',
  })
  preset?: EvaluationRequest['preset'] | null;

  @Field(() => FrocCriterionEnum, { nullable: true, description: 'Overlap measure for a hit in the accuracy.' })
  accuracyCriterion?: EvaluationRequest['accuracyCriterion'] | null;

  @Field(() => ComparatorEnum, {
    nullable: true,
    description: 'Whether an overlap equal to the threshold is a hit in the accuracy.',
  })
  accuracyComparator?: EvaluationRequest['accuracyComparator'] | null;

  @Field(() => BoxMeasureEnum, {
    nullable: true,
    description: 'Whether box width is x2 − x1 or x2 − x1 + 1 in the accuracy.',
  })
  accuracyBoxMeasure?: EvaluationRequest['accuracyBoxMeasure'] | null;

  @Field(() => ComparatorEnum, {
    nullable: true,
    description: 'Whether an overlap equal to the threshold is a hit in the FROC.',
  })
  frocComparator?: EvaluationRequest['frocComparator'] | null;

  @Field(() => BoxMeasureEnum, {
    nullable: true,
    description: 'Whether box width is x2 − x1 or x2 − x1 + 1 in the FROC.',
  })
  frocBoxMeasure?: EvaluationRequest['frocBoxMeasure'] | null;

  @Field(() => FrocDuplicatesEnum, { nullable: true, description: 'How the FROC counts a second box on a lesion.' })
  frocDuplicates?: EvaluationRequest['frocDuplicates'] | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Minimum score, 0 to 1: detections with a lower score do not count in any metric. All detections ' +
      'count if omitted.',
  })
  scoreFloor?: number | null;

  @Field(() => FrocCriterionEnum, { nullable: true, description: 'Overlap measure for a hit in the FROC.' })
  frocCriterion?: EvaluationRequest['frocCriterion'] | null;

  @Field(() => [Float], { nullable: true, description: 'Overlap thresholds of the FROC: 0.5 by default.' })
  frocThresholds?: number[] | null;

  @Field(() => NoisyLesionsEnum, {
    nullable: true,
    description: 'How possibly noisy lesions are treated: LEAVE_OUT by default.',
  })
  possiblyNoisyLesions?: EvaluationRequest['possiblyNoisyLesions'] | null;

  @Field(() => ReviewPolicyEnum, {
    nullable: true,
    description: 'Whether lesions confirmed by radiologists count like annotated ones: IGNORE by default.',
  })
  reviews?: EvaluationRequest['reviews'] | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'With reviews: INCLUDE, the number of reviews of the data set version that count, as given by reviewsUpTo ' +
      'in the protocol of an earlier evaluation: all reviews by default.',
  })
  reviewsUpTo?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'With reviews: INCLUDE, whether only reviews count whose reviewer was identified by a key: all by default.',
  })
  authenticatedReviewsOnly?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'Name of the categorization whose pseudo-clusters are strata: the newest of the data set by default.',
  })
  categorization?: string | null;

  @Field(() => [StratumInput], {
    nullable: true,
    description:
      'Strata of your own, in addition to those of the run: at most 50. They become part of the protocol, and every ' +
      'curve takes their names.',
  })
  strata?: StratumInput[] | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of resamples of the bootstrap over patients, 100 to 10000: 1000 by default.',
  })
  resamples?: number | null;

  @Field(() => Int, { nullable: true, description: 'Seed of the bootstrap, 0 or more: 1 by default.' })
  seed?: number | null;
}

/** Converts the input to the request of the results room; null is the same as omitted. */
export function toEvaluationRequest(input: EvaluateDetectionRunInput): EvaluationRequest {
  return {
    preset: input.preset ?? undefined,
    accuracyCriterion: input.accuracyCriterion ?? undefined,
    accuracyComparator: input.accuracyComparator ?? undefined,
    accuracyBoxMeasure: input.accuracyBoxMeasure ?? undefined,
    frocComparator: input.frocComparator ?? undefined,
    frocBoxMeasure: input.frocBoxMeasure ?? undefined,
    frocDuplicates: input.frocDuplicates ?? undefined,
    scoreFloor: input.scoreFloor ?? undefined,
    iouThresholds: input.iouThresholds ?? undefined,
    topK: input.topK ?? undefined,
    frocCriterion: input.frocCriterion ?? undefined,
    frocThresholds: input.frocThresholds ?? undefined,
    possiblyNoisyLesions: input.possiblyNoisyLesions ?? undefined,
    reviews: input.reviews ?? undefined,
    reviewsUpTo: input.reviewsUpTo ?? undefined,
    authenticatedReviewsOnly: input.authenticatedReviewsOnly ?? undefined,
    categorization: input.categorization ?? undefined,
    strata: input.strata?.map(toOwnStratum),
    resamples: input.resamples ?? undefined,
    seed: input.seed ?? undefined,
  } satisfies Record<Exclude<keyof EvaluateDetectionRunInput, 'id' | 'idempotencyKey'>, unknown>;
}
