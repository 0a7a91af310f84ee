/**
 * Takes stored evaluations apart at any threshold, from the stored boxes: nothing is stored. The boxes of a run that has
 * finished never change, so that those of the evaluations that were asked for last stay in memory.
 */
import type { Queryable } from '../database';
import { BadUserInput, NotFound } from '../errors';
import {
  bootstrapOperatingPoint,
  chooseOperatingPoint,
  codeOfKind,
  costOfErrors,
  dropBelow,
  type ErrorAnalysis,
  type ErrorCosts,
  type FrocOutcome,
  findErrors,
  HIT,
  imagesOfLesions,
  NOT_COUNTED,
  type OperatingChoice,
  type OperatingColumns,
  type OperatingIntervals,
  type OperatingPoint,
  type OperatingRates,
  operatingPoints,
  type Ranking,
  rankDetections,
  ratesOf,
  type ScoredImages,
  type Stratum,
  thinPoints,
} from '../evaluation';
import { type EvaluationData, loadEvaluationData } from './evaluationData';
import { parseThresholds } from './evaluationProtocol';
import { type EvaluationRow, findEvaluations } from './evaluationRows';
import { matchingAt } from './froc';
import { findVerdictsOfRun } from './reviews';
import { strataOf } from './strata';

/** Which lesions, and what hits them. */
export interface OperatingSelection {
  /** ALL unless given */
  stratum?: string;
  /** of the overlap that the protocol's FROC measures; in (0, 1), at most three decimals; 0.5 unless given */
  iouThreshold?: number;
}

/** What a detector does at a score threshold, in one stratum. */
export interface OperatingReading extends OperatingPoint, OperatingRates {
  readonly lesionCount: number;
  readonly imageCount: number;
}

/** The same with 95 % intervals over patients at that score threshold. */
export interface OperatingPointReport extends OperatingReading {
  readonly intervals: OperatingIntervals;
}

export interface ErrorSelection {
  /** in (0, 1), at most three decimals; 0.5 unless given */
  iouThreshold?: number;
  /** 0 … iouThreshold; 0.1 unless given */
  backgroundIou?: number;
  /** detections below this score are not looked at; 0 … 1; all are unless given */
  scoreAtLeast?: number;
  /** rate at which the sensitivity is read; 4 unless given */
  falsePositivesPerImage?: number;
}

/** Errors of BACKGROUND by what radiologists say of them. */
export interface BackgroundVerdicts {
  readonly confirmedLesions: number;
  readonly confirmedFalse: number;
  /** without a verdict, or with one that is undecided */
  readonly unreviewed: number;
}

/** Why a detector fails, and what each kind of error costs. */
export interface ErrorReport extends ErrorCosts, Required<Omit<ErrorSelection, 'scoreAtLeast'>> {
  readonly scoreAtLeast: number | null;
  readonly lesionCount: number;
  /** that are looked at */
  readonly detectionCount: number;
  readonly hitCount: number;
  readonly background: BackgroundVerdicts;
}

/** The boxes of an evaluation, in memory. */
export interface LoadedEvaluation {
  readonly row: EvaluationRow;
  readonly data: EvaluationData;
  readonly ranking: Ranking;
  readonly strata: readonly Stratum[];
  /** the points of the last threshold and stratum, which a slider asks for again and again */
  points: OperatingPoints | null;
}

/** All operating points of one threshold in one stratum. */
interface OperatingPoints {
  readonly milli: number;
  readonly stratum: Stratum;
  readonly outcome: FrocOutcome;
  readonly columns: OperatingColumns;
  readonly sizes: { readonly lesionCount: number; readonly imageCount: number };
}

/** Evaluations in memory, at most, and detections of all of them: some 60 bytes each. */
const MAX_KEPT = 8;
const MAX_KEPT_DETECTIONS = 2_000_000;
/** Fewer than evaluations store: each measures the average precision seven times. */
const ERROR_RESAMPLES = 200;
const MAX_CURVE_POINTS = 1_000;
/** More false positives in an image than any detector makes. */
const MAX_RATE = 1_000;

export class EvaluationAnalyses {
  /** by row id, those asked for last at the end */
  private readonly kept = new Map<number, Promise<LoadedEvaluation>>();

  /** @param database that holds the evaluations, also those that the caller of a question may not see */
  constructor(private readonly database: Queryable) {}

  /**
   * Chooses an operating point, and says what the detector does there.
   *
   * @returns null if no score threshold keeps what was asked
   * @throws NotFound if the evaluation is gone
   * @throws BadUserInput naming the argument
   */
  async operatingPoint(
    evaluationId: number,
    choice: OperatingChoice,
    selection: OperatingSelection = {},
  ): Promise<OperatingPointReport | null> {
    checkChoice(choice);
    const { row, data, ranking, points } = await this.prepare(evaluationId, selection);
    const { stratum, outcome, columns, sizes } = points;
    const point = chooseOperatingPoint(columns, sizes, choice);
    if (!point) return null;
    const { patientOfImage: patientOf, imagePatientCount: patientCount, images } = data;
    const { resamples, seed } = row.protocol.intervals;
    const imageOf = imagesOfLesions(images);
    const imageOfLesions = stratum.lesions.map((lesion) => imageOf[lesion]!);
    const resampling = { patientOf, patientCount, resamples, seed };
    return {
      ...readingOf(point, sizes),
      intervals: bootstrapOperatingPoint(
        { images, ranking, outcome },
        imageOfLesions,
        point.scoreThreshold,
        resampling,
      ),
    };
  }

  /**
   * The operating points over all score thresholds, for sliders.
   *
   * @param points at most so many, spread evenly over the detections by score
   * @throws as {@link operatingPoint}
   */
  async operatingCurve(
    evaluationId: number,
    points: number,
    selection: OperatingSelection = {},
  ): Promise<OperatingReading[]> {
    if (!(Number.isInteger(points) && points >= 2 && points <= MAX_CURVE_POINTS))
      throw new BadUserInput(`Expected points to be from 2 to ${MAX_CURVE_POINTS}, got ${points}.`, 'points');
    const { columns, sizes } = (await this.prepare(evaluationId, selection)).points;
    return thinPoints(columns, points).map((point) => readingOf(point, sizes));
  }

  /**
   * Finds the kind of each error and what it costs, classes ignored, as in the stored average precision.
   *
   * @throws as {@link operatingPoint}
   */
  async errors(evaluationId: number, selection: ErrorSelection = {}): Promise<ErrorReport> {
    const { iouThreshold = 0.5, backgroundIou = 0.1, scoreAtLeast, falsePositivesPerImage = 4 } = selection;
    checkThreshold(iouThreshold);
    checkRange('backgroundIou', backgroundIou, iouThreshold);
    checkRange('scoreAtLeast', scoreAtLeast ?? 0, 1);
    checkRange('falsePositivesPerImage', falsePositivesPerImage, MAX_RATE);
    const loaded = await this.load(evaluationId);
    const { row, data } = loaded;
    const images = scoreAtLeast === undefined ? data.images : dropBelow(data.images, scoreAtLeast);
    const ranking = scoreAtLeast === undefined ? loaded.ranking : rankDetections(images);
    const maxDetections = row.protocol.averagePrecision.maxDetectionsPerImage;
    const found = findErrors(images, ranking, { iouThreshold, backgroundIou, maxDetections });
    const { patientOfImage: patientOf, imagePatientCount: patientCount } = data;
    const resampling = { patientOf, patientCount, resamples: ERROR_RESAMPLES, seed: row.protocol.intervals.seed };
    return {
      iouThreshold,
      backgroundIou,
      scoreAtLeast: scoreAtLeast ?? null,
      falsePositivesPerImage,
      ...costOfErrors(images, ranking, found, { falsePositivesPerImage, resampling }),
      lesionCount: data.lesions.length,
      detectionCount: found.outcome.reduce((count, code) => count + (code === NOT_COUNTED ? 0 : 1), 0),
      hitCount: found.outcome.reduce((count, code) => count + (code === HIT ? 1 : 0), 0),
      background: await this.partBackground(row.runId, data.imageIds, images, found),
    };
  }

  private async partBackground(
    runId: number,
    imageIds: readonly number[],
    { detectionOffsets }: ScoredImages,
    { outcome }: ErrorAnalysis,
  ): Promise<BackgroundVerdicts> {
    const background = codeOfKind('BACKGROUND');
    const placeOf = new Map(imageIds.map((id, place) => [id, place]));
    let [confirmedLesions, confirmedFalse] = [0, 0];
    for (const { imageId, rank, verdict } of await findVerdictsOfRun(this.database, runId)) {
      const place = placeOf.get(imageId);
      if (place === undefined) continue;
      // The detections of an image lie by falling score, as ranks count them; those that are left out come last.
      const detection = detectionOffsets[place]! + rank - 1;
      if (detection >= detectionOffsets[place + 1]! || outcome[detection] !== background) continue;
      if (verdict === 'LESION') confirmedLesions++;
      else if (verdict === 'NOT_A_LESION') confirmedFalse++;
    }
    const all = outcome.reduce((count, code) => count + (code === background ? 1 : 0), 0);
    return { confirmedLesions, confirmedFalse, unreviewed: all - confirmedLesions - confirmedFalse };
  }

  private async prepare(
    evaluationId: number,
    { stratum: name = 'ALL', iouThreshold = 0.5 }: OperatingSelection,
  ): Promise<LoadedEvaluation & { points: OperatingPoints }> {
    const milli = checkThreshold(iouThreshold);
    const loaded = await this.load(evaluationId);
    const { row, data, ranking, strata } = loaded;
    const stratum = strata.find((one) => one.name === name);
    if (!stratum) {
      const known = strata.map((one) => one.name).join(', ');
      throw new BadUserInput(`No stratum "${name}" in this evaluation. Known: ${known}.`, 'stratum');
    }
    const known = loaded.points;
    if (known?.milli === milli && known.stratum === stratum) return { ...loaded, points: known };
    const outcome = matchingAt(data.images, ranking, milli, row.protocol.froc).outcomeOf(stratum);
    const sizes = { lesionCount: stratum.lesions.length, imageCount: data.images.imageCount };
    const columns = operatingPoints({ images: data.images, ranking, outcome, lesionCount: sizes.lesionCount });
    loaded.points = { milli, stratum, outcome, columns, sizes };
    return { ...loaded, points: loaded.points };
  }

  /** @returns its boxes, read unless they are in memory @throws NotFound if the evaluation is gone */
  load(evaluationId: number): Promise<LoadedEvaluation> {
    const known = this.kept.get(evaluationId);
    this.kept.delete(evaluationId);
    const loading = known ?? this.read(evaluationId);
    this.kept.set(evaluationId, loading);
    if (!known)
      loading.then(
        () => this.forget(),
        () => this.kept.delete(evaluationId),
      );
    return loading;
  }

  private async read(evaluationId: number): Promise<LoadedEvaluation> {
    const [row] = await findEvaluations(this.database, [evaluationId]);
    if (!row) throw new NotFound('The evaluation is no longer there; list them with `evaluations`.', 'id');
    const { categorization, possiblyNoisyLesions, reviews, detections } = row.protocol;
    const data = await loadEvaluationData(this.database, {
      runId: row.runId,
      categorization: categorization?.id ?? null,
      possiblyNoisyLesions,
      reviews: reviews ?? null,
      scoreFloor: detections.scoreFloor,
      withLeftOut: true,
    });
    return { row, data, ranking: rankDetections(data.images), strata: strataOf(data.lesions), points: null };
  }

  /** Drops what was asked for longest ago until the rest fits; the last one stays, however large. */
  private async forget(): Promise<void> {
    const loaded = await Promise.allSettled(this.kept.values());
    const sizes = loaded.map((one) => (one.status === 'fulfilled' ? one.value.ranking.order.length : 0));
    let total = sizes.reduce((sum, size) => sum + size, 0);
    for (const [at, evaluationId] of [...this.kept.keys()].entries()) {
      const isOverfull = this.kept.size > MAX_KEPT || total > MAX_KEPT_DETECTIONS;
      if (!isOverfull || this.kept.size === 1) return;
      this.kept.delete(evaluationId);
      total -= sizes[at] ?? 0;
    }
  }
}

function readingOf(point: OperatingPoint, sizes: { lesionCount: number; imageCount: number }): OperatingReading {
  return { ...point, ...ratesOf(point, sizes), ...sizes };
}

/** @returns the threshold in thousandths */
function checkThreshold(iouThreshold: number): number {
  return parseThresholds([iouThreshold], 'iouThreshold')[0]!;
}

function checkRange(argument: string, value: number, most: number): void {
  if (!(value >= 0 && value <= most))
    throw new BadUserInput(`Expected ${argument} to be from 0 to ${most}, got ${value}.`, argument);
}

function checkChoice(choice: OperatingChoice): void {
  for (const [argument, value] of Object.entries(choice))
    checkRange(argument, value, argument === 'falsePositivesPerImage' ? MAX_RATE : 1);
}
