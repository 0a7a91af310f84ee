/**
 * Curves of a stored evaluation at any threshold, in any stratum and by any overlap, with bands over patients, from the
 * stored boxes: nothing is stored.
 */
import { BadUserInput } from '../errors';
import {
  AREA_RANGES,
  bootstrapFroc,
  type Calibration,
  calibrationOf,
  type Interval,
  intervalOfFigure,
  matchCoco,
  type PrecisionBands,
  precisionBands,
  readFroc,
  TRUE_POSITIVE,
  toCocoThresholds,
  valueOfFigure,
} from '../evaluation';
import type { EvaluationAnalyses, LoadedEvaluation, OperatingSelection } from './evaluationAnalysis';
import { parseThresholds } from './evaluationProtocol';
import { figureOf, MAX_RATE, precisionSubjectOf, type ReadMetric, readMetric } from './figuresOfRun';
import { type FrocPoint, frocRules, matchingAt } from './froc';
import { findOwnStrata, type OwnStratum } from './ownStrata';
import { stratumNamed } from './strata';

/** One question about the curves of an evaluation. */
export type CurveQuestion =
  | { about: 'precision'; selection: OperatingSelection }
  | { about: 'averagePrecision'; selection: { stratum?: string; iouThreshold?: number | null } }
  | { about: 'froc'; rates: readonly number[]; selection: OperatingSelection }
  | { about: 'calibration'; selection: CalibrationSelection }
  | { about: 'scenarios'; strata: readonly OwnStratum[]; selection: ScenarioSelection };

/** What is answered, by what was asked about. */
export interface CurveAnswers {
  precision: PrecisionReport;
  averagePrecision: BandedValue;
  froc: Omit<FrocPoint, 'evaluationId'>[];
  calibration: CalibrationReport;
  scenarios: ScenarioReport[];
}

export interface CalibrationSelection {
  /** ALL unless given: the detections on images with a lesion of the stratum */
  stratum?: string;
  /** 0.5 unless given */
  iouThreshold?: number;
  /** 10 unless given */
  bins?: number;
}

export interface ScenarioSelection {
  /** 0.5 unless given */
  iouThreshold?: number;
  /** 4 unless given */
  falsePositivesPerImage?: number;
}

/** 0 … 1, with its 95 % interval over patients. */
export interface BandedValue {
  /** null without lesions */
  readonly value: number | null;
  /** null if the lesions come from fewer than two patients */
  readonly interval: Interval | null;
}

export interface PrecisionReport extends PrecisionBands {
  readonly stratum: string;
  readonly iouThreshold: number;
}

export interface CalibrationReport extends Calibration {
  readonly stratum: string;
  readonly iouThreshold: number;
  readonly imageCount: number;
}

/** What a detector does on lesions of the caller's choice. */
export interface ScenarioReport {
  readonly name: string;
  readonly lesionCount: number;
  readonly accuracy: BandedValue;
  readonly sensitivity: BandedValue;
  readonly averagePrecision: BandedValue;
}

export const MAX_SCENARIOS = 20;
const MAX_BINS = 50;
const MAX_RATES = 100;
/** Fewer than evaluations store, where a question measures the average precision again and again. */
const FEWER_RESAMPLES = 200;

type Answering = { [About in keyof CurveAnswers]: (question: QuestionAbout<About>) => Promise<CurveAnswers[About]> };
export type QuestionAbout<About extends keyof CurveAnswers> = Extract<CurveQuestion, { about: About }>;

/**
 * Answers a question about the curves of an evaluation.
 *
 * @throws NotFound if the evaluation is gone
 * @throws BadUserInput naming the argument
 */
export async function answerAboutCurves<About extends keyof CurveAnswers>(
  analyses: EvaluationAnalyses,
  evaluationId: number,
  question: QuestionAbout<About>,
): Promise<CurveAnswers[About]> {
  const answering: Answering = {
    precision: async ({ selection }) => precisionReport(await analyses.load(evaluationId), selection),
    averagePrecision: async ({ selection }) => averagePrecisionOf(await analyses.load(evaluationId), selection),
    froc: async ({ rates, selection }) => frocReport(await analyses.load(evaluationId), rates, selection),
    calibration: async ({ selection }) => calibrationReport(await analyses.load(evaluationId), selection),
    scenarios: ({ strata, selection }) => scenarioReports(analyses, evaluationId, strata, selection),
  };
  const answer = answering[question.about as About];
  return answer(question);
}

function precisionReport(
  { row, data, ranking, strata }: LoadedEvaluation,
  { stratum: name = 'ALL', iouThreshold = 0.5 }: OperatingSelection,
): PrecisionReport {
  const milli = parseThresholds([iouThreshold], 'iouThreshold');
  const subject = precisionSubjectOf(data, row.protocol, stratumNamed(strata, name), ranking);
  const bands = precisionBands(subject, toCocoThresholds(milli)[0]!, row.protocol.intervals);
  return { stratum: name, iouThreshold, ...bands };
}

function averagePrecisionOf(
  { row, data, ranking, strata }: LoadedEvaluation,
  { stratum: name = 'ALL', iouThreshold = null }: { stratum?: string; iouThreshold?: number | null },
): BandedValue {
  const { resamples, seed } = row.protocol.intervals;
  const draws = { seed, resamples: iouThreshold === null ? Math.min(FEWER_RESAMPLES, resamples) : resamples };
  if (iouThreshold !== null) parseThresholds([iouThreshold], 'iouThreshold');
  const metric = { kind: 'AVERAGE_PRECISION', iouThreshold, topK: null, falsePositivesPerImage: null } as const;
  const figure = figureOf(data, row.protocol, stratumNamed(strata, name), metric, ranking);
  return { value: valueOfFigure(figure), interval: intervalOfFigure(figure, draws) };
}

function frocReport(
  { row, data, ranking, strata }: LoadedEvaluation,
  rates: readonly number[],
  { stratum: name = 'ALL', iouThreshold = 0.5, criterion }: OperatingSelection,
): CurveAnswers['froc'] {
  const [milli = 0] = parseThresholds([iouThreshold], 'iouThreshold');
  if (rates.length > MAX_RATES || !rates.every((rate) => rate >= 0 && rate <= MAX_RATE))
    throw new BadUserInput(
      `Expected falsePositivesPerImage to be at most ${MAX_RATES} rates of 0 to ${MAX_RATE}.`,
      'falsePositivesPerImage',
    );
  const rising = [...new Set(rates)].sort((a, b) => a - b);
  const stratum = stratumNamed(strata, name);
  const matching = matchingAt(data.images, ranking, milli, frocRules(row.protocol, criterion));
  const { patientOfImage: patientOf, imagePatientCount: patientCount, images } = data;
  const { resamples, seed } = row.protocol.intervals;
  const resampling = { patientOf, patientCount, resamples, seed };
  const bands = bootstrapFroc(images, ranking, [stratum], [matching.outcomeOf(stratum)], rising, resampling)[0]!;
  const curve = matching.curveOf(stratum);
  return rising.map((rate, at) => ({
    ...readFroc(curve, rate),
    stratum: name,
    iouThreshold,
    total: curve.lesionCount,
    ciLow: bands[at]?.low ?? null,
    ciHigh: bands[at]?.high ?? null,
  }));
}

/**
 * The detections that count for the average precision, on images with a lesion of the stratum; a hit is a hit there, on
 * any lesion. False positives belong to no lesion, and so to no stratum but by their image.
 */
function calibrationReport(
  { row, data, ranking, strata }: LoadedEvaluation,
  { stratum: name = 'ALL', iouThreshold = 0.5, bins = 10 }: CalibrationSelection,
): CalibrationReport {
  const milli = parseThresholds([iouThreshold], 'iouThreshold');
  if (!(Number.isInteger(bins) && bins >= 2 && bins <= MAX_BINS))
    throw new BadUserInput(`Expected bins to be from 2 to ${MAX_BINS}, got ${bins}.`, 'bins');
  const { images, patientOfImage, imagePatientCount: patientCount } = data;
  const { averagePrecision, intervals } = row.protocol;
  const matches = matchCoco(
    images,
    ranking,
    toCocoThresholds(milli),
    AREA_RANGES.all,
    averagePrecision.maxDetectionsPerImage,
  );
  const chosen = imagesWith(data.images.lesionOffsets, stratumNamed(strata, name).lesions, name === 'ALL');
  const counted = ranking.order.filter(
    (detection) =>
      chosen[ranking.imageOf[detection]!] === 1 &&
      ranking.rankInImage[detection]! < averagePrecision.maxDetectionsPerImage,
  );
  const subject = {
    scores: Float64Array.from(counted, (detection) => images.scores[detection]!),
    isHit: Uint8Array.from(counted, (detection) => (matches.outcome[detection] === TRUE_POSITIVE ? 1 : 0)),
    patientOf: counted.map((detection) => patientOfImage[ranking.imageOf[detection]!]!),
    patientCount,
  };
  const imageCount = chosen.reduce((sum, is) => sum + is, 0);
  return { stratum: name, iouThreshold, imageCount, ...calibrationOf(subject, bins, intervals) };
}

/** @returns I, 1 = the image has one of the lesions, or all images count */
function imagesWith(lesionOffsets: Int32Array, lesions: Int32Array, all: boolean): Uint8Array {
  const has = new Uint8Array(lesionOffsets.length - 1).fill(all ? 1 : 0);
  let image = 0;
  for (const lesion of lesions) {
    while (lesionOffsets[image + 1]! <= lesion) image++;
    has[image] = 1;
  }
  return has;
}

async function scenarioReports(
  analyses: EvaluationAnalyses,
  evaluationId: number,
  strata: readonly OwnStratum[],
  { iouThreshold = 0.5, falsePositivesPerImage = 4 }: ScenarioSelection,
): Promise<ScenarioReport[]> {
  const { row, data, ranking } = await analyses.load(evaluationId);
  const topK = row.protocol.accuracy.defaultTopK;
  const accuracy = readMetric({ kind: 'ACCURACY', iouThreshold }, topK);
  const sensitivity = readMetric({ kind: 'SENSITIVITY', iouThreshold, falsePositivesPerImage }, topK);
  const precision = readMetric({ kind: 'AVERAGE_PRECISION', iouThreshold }, topK);
  const lesionIds = data.lesions.map(({ id }) => id);
  const found = await findOwnStrata(analyses.database, row.runId, lesionIds, strata);
  const { resamples, seed } = row.protocol.intervals;
  const draws = { seed, resamples: Math.min(FEWER_RESAMPLES, resamples) };
  return found.map((stratum) => {
    const banded = (metric: ReadMetric): BandedValue => {
      const figure = figureOf(data, row.protocol, stratum, metric, ranking);
      return { value: valueOfFigure(figure), interval: intervalOfFigure(figure, draws) };
    };
    return {
      name: stratum.name,
      lesionCount: stratum.lesions.length,
      accuracy: banded(accuracy),
      sensitivity: banded(sensitivity),
      averagePrecision: banded(precision),
    };
  });
}
