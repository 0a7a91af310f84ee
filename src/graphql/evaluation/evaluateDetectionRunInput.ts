import { Field, Float, ID, Int } from 'type-graphql';
import type { EvaluationRequest } from '../../results';
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

@InputOf<EvaluationRequest, 'id'>('Which run to evaluate, and by what protocol.')
export class EvaluateDetectionRunInput {
  @Field(() => ID, { description: 'Global id of the detection run.' })
  id!: string;

  @Field(() => [Float], {
    nullable: true,
    description: "IoU thresholds beside 0.05 to 0.95 and the run's own: between 0 and 1, at most three decimals.",
  })
  iouThresholds?: number[] | null;

  @Field(() => [Int], {
    nullable: true,
    description:
      "How many of the best boxes of an image count, 1 to 1000, beside 1, 5 and the run's own; a single value is fine.",
  })
  topK?: number[] | null;

  @Field(() => EvaluationPresetEnum, {
    nullable: true,
    description: 'The convention that the single choices below start from: PAPER by default.',
  })
  preset?: EvaluationRequest['preset'] | null;

  @Field(() => FrocCriterionEnum, { nullable: true, description: 'Overlap that makes a hit in the accuracy.' })
  accuracyCriterion?: EvaluationRequest['accuracyCriterion'] | null;

  @Field(() => ComparatorEnum, {
    nullable: true,
    description: 'Whether an overlap at the threshold hits in the accuracy.',
  })
  accuracyComparator?: EvaluationRequest['accuracyComparator'] | null;

  @Field(() => BoxMeasureEnum, { nullable: true, description: 'How wide a box is in the accuracy.' })
  accuracyBoxMeasure?: EvaluationRequest['accuracyBoxMeasure'] | null;

  @Field(() => ComparatorEnum, { nullable: true, description: 'Whether an overlap at the threshold hits in the FROC.' })
  frocComparator?: EvaluationRequest['frocComparator'] | null;

  @Field(() => BoxMeasureEnum, { nullable: true, description: 'How wide a box is in the FROC.' })
  frocBoxMeasure?: EvaluationRequest['frocBoxMeasure'] | null;

  @Field(() => FrocDuplicatesEnum, { nullable: true, description: 'What a second box on a lesion is in the FROC.' })
  frocDuplicates?: EvaluationRequest['frocDuplicates'] | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Detections below this score count in no figure, 0 to 1. All count where it is left out.',
  })
  scoreFloor?: number | null;

  @Field(() => FrocCriterionEnum, { nullable: true, description: 'Overlap that makes a hit in the FROC.' })
  frocCriterion?: EvaluationRequest['frocCriterion'] | null;

  @Field(() => [Float], { nullable: true, description: 'Overlap thresholds of the FROC: 0.5 by default.' })
  frocThresholds?: number[] | null;

  @Field(() => NoisyLesionsEnum, {
    nullable: true,
    description: 'What to do with possibly noisy lesions: LEAVE_OUT by default.',
  })
  possiblyNoisyLesions?: EvaluationRequest['possiblyNoisyLesions'] | null;

  @Field(() => ReviewPolicyEnum, {
    nullable: true,
    description: 'Whether lesions that radiologists confirmed count like annotated ones: IGNORE by default.',
  })
  reviews?: EvaluationRequest['reviews'] | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "With reviews: INCLUDE, the last review that counts, as an earlier evaluation's protocol names it in reviewsUpTo: the latest by default.",
  })
  reviewsUpTo?: number | null;

  @Field(() => String, {
    nullable: true,
    description: "Name of the categorization whose pseudo-clusters are strata: the data set's newest by default.",
  })
  categorization?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Resamples of the bootstrap over patients, 100 to 10000: 1000 by default.',
  })
  resamples?: number | null;

  @Field(() => Int, { nullable: true, description: 'Seed of the bootstrap, 0 or more: 1 by default.' })
  seed?: number | null;
}

/** The protocol as the room takes it; null is the same as left out. */
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
    categorization: input.categorization ?? undefined,
    resamples: input.resamples ?? undefined,
    seed: input.seed ?? undefined,
  } satisfies Record<Exclude<keyof EvaluateDetectionRunInput, 'id'>, unknown>;
}
