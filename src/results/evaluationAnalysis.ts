/**
 * Takes stored evaluations apart at any threshold, from the stored boxes: nothing is stored. The boxes of a run that has
 * finished never change, so that those of the evaluations that were asked for last stay in memory.
 */
import type { Queryable } from '../database';
import { BadUserInput, NotFound } from '../errors';
import {
  bootstrapOperatingPoint,
  chooseOperatingPoint,
  type FrocOutcome,
  imagesOfLesions,
  type OperatingChoice,
  type OperatingColumns,
  type OperatingIntervals,
  type OperatingPoint,
  type OperatingRates,
  type OverlapCriterion,
  operatingPoints,
  type Ranking,
  rankDetections,
  ratesOf,
  type Stratum,
  thinPoints,
} from '../evaluation';
import { checkRange, checkThreshold, expectStratum, MAX_RATE } from './analysisArguments';
import { findCircumstanceStrata } from './circumstanceStrata';
import { type ErrorReport, type ErrorSelection, reportErrors } from './errorReports';
import { type EvaluationData, loadEvaluationData } from './evaluationData';
import { type EvaluationRow, findEvaluations } from './evaluationRows';
import { frocRules, matchingAt } from './froc';
import { strataOfData } from './strata';

/** Which lesions, and what hits them. */
export interface OperatingSelection {
  /** ALL unless given */
  stratum?: string;
  /** of the overlap that the protocol's FROC measures; in (0, 1), at most three decimals; 0.5 unless given */
  iouThreshold?: number;
  /** the overlap; that of the protocol's FROC unless given */
  criterion?: OverlapCriterion | null;
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

/** A stratum that an evaluation can be taken apart by. */
export interface AnalysisStratum {
  readonly name: string;
  readonly lesionCount: number;
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
  readonly criterion: OverlapCriterion;
  readonly outcome: FrocOutcome;
  readonly columns: OperatingColumns;
  readonly sizes: { readonly lesionCount: number; readonly imageCount: number };
}

/** Evaluations in memory, at most, and detections of all of them: some 60 bytes each. */
const MAX_KEPT = 8;
const MAX_KEPT_DETECTIONS = 2_000_000;
const MAX_CURVE_POINTS = 1_000;

export class EvaluationAnalyses {
  /** by row id, those asked for last at the end */
  private readonly kept = new Map<number, Promise<LoadedEvaluation>>();

  /** @param database that holds the evaluations, also those that the caller of a question may not see */
  constructor(readonly database: Queryable) {}

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
   * Finds the kind of each error and what it costs.
   *
   * @throws as {@link operatingPoint}
   */
  async errors(evaluationId: number, selection: ErrorSelection = {}): Promise<ErrorReport> {
    return reportErrors(this.database, await this.load(evaluationId), selection);
  }

  /** @returns the strata that an evaluation can be taken apart by @throws NotFound if the evaluation is gone */
  async strata(evaluationId: number): Promise<AnalysisStratum[]> {
    const { strata } = await this.load(evaluationId);
    return strata.map(({ name, lesions }) => ({ name, lesionCount: lesions.length }));
  }

  private async prepare(
    evaluationId: number,
    { stratum: name = 'ALL', iouThreshold = 0.5, criterion }: OperatingSelection,
  ): Promise<LoadedEvaluation & { points: OperatingPoints }> {
    const milli = checkThreshold(iouThreshold);
    const loaded = await this.load(evaluationId);
    const { row, data, ranking, strata } = loaded;
    const stratum = expectStratum(strata, name);
    const known = loaded.points;
    const rules = frocRules(row.protocol, criterion);
    if (known?.milli === milli && known.stratum === stratum && known.criterion === rules.criterion)
      return { ...loaded, points: known };
    const outcome = matchingAt(data.images, ranking, milli, rules).outcomeOf(stratum);
    const sizes = { lesionCount: stratum.lesions.length, imageCount: data.images.imageCount };
    const columns = operatingPoints({ images: data.images, ranking, outcome, lesionCount: sizes.lesionCount });
    loaded.points = { milli, stratum, criterion: rules.criterion, outcome, columns, sizes };
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
      strata: row.protocol.strata,
      withLeftOut: true,
    });
    const strata = [...strataOfData(data), ...(await findCircumstanceStrata(this.database, row.runId, data.lesions))];
    return { row, data, ranking: rankDetections(data.images), strata, points: null };
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

function checkChoice(choice: OperatingChoice): void {
  for (const [argument, value] of Object.entries(choice))
    checkRange(argument, value, argument === 'falsePositivesPerImage' ? MAX_RATE : 1);
}
