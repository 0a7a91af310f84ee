import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonicalJson';
import { BadUserInput, messageOf } from '../errors';
import {
  type BoxMeasure,
  COCO_THRESHOLDS,
  type Comparator,
  DEFAULT_THRESHOLDS,
  FROC_RATES,
  type OverlapCriterion,
  toThousandths,
} from '../evaluation';
import type { CountingReviews } from './confirmedLesions';
import {
  type EvaluationPreset,
  type FrocDuplicates,
  type MatchingRules,
  type NoisyLesions,
  presetRules,
  type ReviewPolicy,
} from './evaluationPresets';
import { mergeOwnStrata, type OwnStratum, readOwnStrata } from './ownStrata';

/** The choices of a caller for an evaluation; everything else is fixed and recorded in the protocol. */
export interface EvaluationRequest {
  /** the conventions that the single choices below start from; PAPER unless given */
  preset?: EvaluationPreset;
  /** overlap that makes a hit in the accuracy */
  accuracyCriterion?: OverlapCriterion;
  accuracyComparator?: Comparator;
  accuracyBoxMeasure?: BoxMeasure;
  frocComparator?: Comparator;
  frocBoxMeasure?: BoxMeasure;
  frocDuplicates?: FrocDuplicates;
  /** detections below this score count in no metric; 0 … 1 */
  scoreFloor?: number;
  /** in addition to 0.05 … 0.95 and the run's own; (0, 1), at most three decimals */
  iouThresholds?: number[];
  /** in addition to 1, 5 and the run's own */
  topK?: number[];
  /** overlap that makes a hit in the FROC; that of the preset unless given */
  frocCriterion?: OverlapCriterion;
  /** overlap thresholds of the FROC; 0.5 unless given */
  frocThresholds?: number[];
  /** KEEP counts possibly noisy lesions like others; LEAVE_OUT unless given */
  possiblyNoisyLesions?: NoisyLesions;
  /**
   * INCLUDE counts lesions that radiologists confirmed on the data set's detections as annotated ones; IGNORE unless
   * given
   */
  reviews?: ReviewPolicy;
  /**
   * with INCLUDE: how many reviews of the data set version count, so that an earlier evaluation can be redone; all
   * unless given
   */
  reviewsUpTo?: number;
  /** with INCLUDE: only reviews whose reviewer was known by a key count; all unless given */
  authenticatedReviewsOnly?: boolean;
  /** name of the categorization whose pseudo-clusters are strata; the data set's latest unless given, null for none */
  categorization?: string | null;
  /** the caller's own, in addition to those of the run; at most 50 */
  strata?: OwnStratum[];
  /** 1,000 unless given */
  resamples?: number;
  /** seed of the bootstrap; 1 unless given */
  seed?: number;
}

/** What of a run and its data set enters the protocol. */
export interface EvaluatedRun {
  iouThresholds: number[];
  topK: number;
  /** null if an external detector does not state it, as the next two */
  scoreThreshold: number | null;
  nmsIouThreshold: number | null;
  maxDetectionsPerImage: number | null;
  datasetSlug: string;
  datasetVersion: number;
  /** strata that the run was requested with */
  strata?: OwnStratum[] | null;
}

/** How many images and lesions were evaluated, and how many were not and why. */
export interface EvaluatedPopulation {
  /** images evaluated = images completed − images excluded */
  images: number;
  imagesCompleted: number;
  imagesFailed: number;
  imagesPending: number;
  /** images all of whose lesions are possibly noisy */
  imagesLeftOut: number;
  imagesWithoutLesions: number;
  lesions: number;
  /** possibly noisy lesions of the completed images */
  lesionsLeftOut: number;
  /** lesions that reviews confirmed; absent in evaluations of older servers */
  lesionsConfirmed?: number;
  patients: number;
  detections: number;
}

/**
 * All that determines the metrics of an evaluation of one run. Two metrics with different protocols are not comparable.
 */
export interface EvaluationProtocol {
  formatVersion: 1;
  dataset: { slug: string; version: number };
  /** absent if it is PAPER */
  preset?: EvaluationPreset;
  detections: {
    /** null if an external detector does not state it, as the next two */
    scoreThreshold: number | null;
    nmsIouThreshold: number | null;
    maxPerImage: number | null;
    classes: 'IGNORED';
    /** detections below it count in no metric; absent if all count */
    scoreFloor?: number;
  };
  boxes: { clippedToImage: true };
  possiblyNoisyLesions: NoisyLesions;
  /**
   * the reviews of the data set version that count; null if reviews are ignored, and absent in evaluations of older
   * servers
   */
  reviews?: CountingReviews | null;
  /** id outside the database, null if it is gone, and name */
  categorization: { id: string | null; name: string } | null;
  /** the caller's own; absent if there are none */
  strata?: OwnStratum[];
  accuracy: MatchingRules['accuracy'] & {
    iouThresholds: number[];
    topK: number[];
    /** the topK that the run was requested */
    defaultTopK: number;
  };
  froc: MatchingRules['froc'] & {
    thresholds: number[];
    falsePositivesPerImage: number[];
    equalScores: 'ONE_POINT';
  };
  averagePrecision: {
    criterion: 'IOU';
    comparator: 'GREATER_OR_EQUAL';
    boxMeasure: 'CONTINUOUS';
    iouThresholds: number[];
    precisionRecallAt: number[];
    maxDetectionsPerImage: 100;
    recallPoints: 101;
    duplicates: 'FALSE_POSITIVE';
    /** areas of small, medium and large lesions in square pixels; absent in evaluations of older servers */
    areas?: 'COCO';
  };
  intervals: { method: 'PERCENTILE_BOOTSTRAP_OVER_PATIENTS'; level: 0.95; resamples: number; seed: number };
  population: EvaluatedPopulation;
}

/** Precision–recall curves are kept at these thresholds, in thousandths. */
const PRECISION_RECALL_THRESHOLDS = [500, 750];
const MAX_THRESHOLDS = 100;
const MAX_TOP_K = 1000;
const MAX_TOP_KS = 20;
const MAX_RESAMPLES = 10_000;

/**
 * The protocol of a request.
 *
 * @throws BadUserInput naming the argument
 */
export function makeProtocol(
  run: EvaluatedRun,
  request: EvaluationRequest,
  categorization: { id: string; name: string } | null,
  population: EvaluatedPopulation,
  reviews: CountingReviews | null = null,
): EvaluationProtocol {
  // A run keeps the thresholds as they were requested; the curve has them to three decimals.
  const asked = run.iouThresholds.map((threshold) => Math.round(threshold * 1000) / 1000);
  const thresholds = parseThresholds([...asked, ...(request.iouThresholds ?? [])], 'iouThresholds');
  const rules = chooseRules(request);
  const scoreFloor = parseScoreFloor(request.scoreFloor);
  const strata = strataOfRequest(run, request);
  return {
    formatVersion: 1,
    ...(rules.preset === 'PAPER' ? {} : { preset: rules.preset }),
    dataset: { slug: run.datasetSlug, version: run.datasetVersion },
    detections: {
      scoreThreshold: run.scoreThreshold,
      nmsIouThreshold: run.nmsIouThreshold,
      maxPerImage: run.maxDetectionsPerImage,
      classes: 'IGNORED',
      ...(scoreFloor === null ? {} : { scoreFloor }),
    },
    boxes: { clippedToImage: true },
    possiblyNoisyLesions: request.possiblyNoisyLesions ?? 'LEAVE_OUT',
    reviews,
    categorization,
    ...(strata.length === 0 ? {} : { strata }),
    accuracy: {
      ...rules.accuracy,
      iouThresholds: decimals([...DEFAULT_THRESHOLDS, ...thresholds]),
      topK: rising([1, 5, run.topK, ...rules.topK, ...parseTopK(request.topK ?? [])]),
      defaultTopK: run.topK,
    },
    froc: {
      ...rules.froc,
      thresholds: decimals(parseThresholds(request.frocThresholds ?? [0.5], 'frocThresholds')),
      falsePositivesPerImage: [...FROC_RATES],
      equalScores: 'ONE_POINT',
    },
    averagePrecision: {
      criterion: 'IOU',
      comparator: 'GREATER_OR_EQUAL',
      boxMeasure: 'CONTINUOUS',
      iouThresholds: decimals(COCO_THRESHOLDS),
      precisionRecallAt: decimals(PRECISION_RECALL_THRESHOLDS),
      maxDetectionsPerImage: 100,
      recallPoints: 101,
      duplicates: 'FALSE_POSITIVE',
      areas: 'COCO',
    },
    intervals: {
      method: 'PERCENTILE_BOOTSTRAP_OVER_PATIENTS',
      level: 0.95,
      resamples: parseCount(request.resamples ?? 1000, 'resamples', 100, MAX_RESAMPLES),
      seed: parseCount(request.seed ?? 1, 'seed', 0, Number.MAX_SAFE_INTEGER),
    },
    population,
  };
}

/** The strata of the run and of the request. @throws BadUserInput naming `strata` */
export function strataOfRequest(
  run: Pick<EvaluatedRun, 'strata'>,
  request: Pick<EvaluationRequest, 'strata'>,
): OwnStratum[] {
  return mergeOwnStrata(run.strata ?? [], readOwnStrata(request.strata ?? []));
}

/** @throws BadUserInput for rules that do not go together */
function chooseRules(request: EvaluationRequest): MatchingRules & { preset: EvaluationPreset } {
  const preset = request.preset ?? 'PAPER';
  const { accuracy, froc, topK } = presetRules(preset);
  const chosen = {
    preset,
    topK,
    accuracy: {
      ...accuracy,
      criterion: request.accuracyCriterion ?? accuracy.criterion,
      comparator: request.accuracyComparator ?? accuracy.comparator,
      boxMeasure: request.accuracyBoxMeasure ?? accuracy.boxMeasure,
    },
    froc: {
      criterion: request.frocCriterion ?? froc.criterion,
      comparator: request.frocComparator ?? froc.comparator,
      boxMeasure: request.frocBoxMeasure ?? froc.boxMeasure,
      duplicates: request.frocDuplicates ?? froc.duplicates,
    },
  };
  const { criterion, comparator, boxMeasure, duplicates } = chosen.froc;
  const isCoco = criterion === 'IOU' && comparator === 'GREATER_OR_EQUAL' && boxMeasure === 'CONTINUOUS';
  if (duplicates === 'FALSE_POSITIVE' && !isCoco)
    throw new BadUserInput(
      'Expected frocDuplicates FALSE_POSITIVE, which matches one lesion per box as COCO does, only with IOU, ' +
        'GREATER_OR_EQUAL and CONTINUOUS.',
      'frocDuplicates',
    );
  return chosen;
}

function parseScoreFloor(floor: number | undefined): number | null {
  if (floor === undefined) return null;
  if (floor >= 0 && floor <= 1) return floor;
  throw new BadUserInput(`Expected scoreFloor in 0 … 1, got ${floor}.`, 'scoreFloor');
}

/**
 * IoU thresholds as whole thousandths.
 *
 * @throws BadUserInput naming the argument when one is outside (0, 1), has more than three decimals, or they are too
 *   many
 */
export function parseThresholds(thresholds: readonly number[], argument: string): number[] {
  if (thresholds.length > MAX_THRESHOLDS) {
    throw new BadUserInput(`Expected at most ${MAX_THRESHOLDS} ${argument}, got ${thresholds.length}.`, argument);
  }
  try {
    return thresholds.map(toThousandths);
  } catch (thrown) {
    throw new BadUserInput(messageOf(thrown), argument, { cause: thrown });
  }
}

/**
 * The sha256 of the protocol with sorted keys: equal protocols have equal keys, whatever the order of their members.
 */
export function protocolKey(protocol: EvaluationProtocol): string {
  return createHash('sha256').update(canonicalJson(protocol)).digest('hex');
}

function parseTopK(values: readonly number[]): number[] {
  if (values.length > MAX_TOP_KS)
    throw new BadUserInput(`Expected at most ${MAX_TOP_KS} topK, got ${values.length}.`, 'topK');
  return values.map((value) => parseCount(value, 'topK', 1, MAX_TOP_K));
}

function parseCount(value: number, argument: string, low: number, high: number): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new BadUserInput(`Expected ${argument} to be a whole number in ${low}..${high}, got ${value}.`, argument);
}

function rising(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

function decimals(thousandths: readonly number[]): number[] {
  return rising(thousandths).map((value) => value / 1000);
}
