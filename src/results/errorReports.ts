import type { Queryable } from '../database';
import {
  type BandedCount,
  bootstrapCounts,
  codeOfKind,
  costOfErrors,
  dropBelow,
  type ErrorAnalysis,
  type ErrorCosts,
  findErrors,
  HIT,
  keepLesions,
  type LesionClasses,
  NOT_COUNTED,
  type Ranking,
  rankDetections,
  type ScoredImages,
  type Stratum,
} from '../evaluation';
import { checkRange, checkThreshold, expectStratum, MAX_RATE } from './analysisArguments';
import { type ClusterConfusion, countConfusion, findDetectedClusters } from './clusterConfusion';
import type { EvaluationData } from './evaluationData';
import type { EvaluationRow } from './evaluationRows';
import { findVerdictsOfRun } from './reviews';

export interface ErrorSelection {
  /** in (0, 1), at most three decimals; 0.5 unless given */
  iouThreshold?: number;
  /** 0 … iouThreshold; 0.1 unless given */
  backgroundIou?: number;
  /** detections below this score are not looked at; 0 … 1; all are unless given */
  scoreAtLeast?: number;
  /** rate at which the sensitivity is read; 4 unless given */
  falsePositivesPerImage?: number;
  /** only its lesions are looked for, and all detections stay; ALL unless given */
  stratum?: string;
  /** PSEUDO_CLUSTERS: a detection of another pseudo-cluster than the lesion's is an error; IGNORED unless given */
  classes?: ErrorClasses;
}

export const ERROR_CLASSES = ['IGNORED', 'PSEUDO_CLUSTERS'] as const;
export type ErrorClasses = (typeof ERROR_CLASSES)[number];

/** Errors of BACKGROUND by what radiologists say of them. */
export interface BackgroundVerdicts {
  readonly confirmedLesions: BandedCount;
  readonly confirmedFalse: BandedCount;
  /** without a verdict, or with one that is undecided */
  readonly unreviewed: BandedCount;
}

/** Why a detector fails, and what each kind of error costs. */
export interface ErrorReport extends ErrorCosts, Required<Omit<ErrorSelection, 'scoreAtLeast'>> {
  readonly scoreAtLeast: number | null;
  readonly lesionCount: number;
  /** that are looked at */
  readonly detectionCount: number;
  readonly hitCount: number;
  readonly background: BackgroundVerdicts;
  /** null if classes are ignored */
  readonly confusion: ClusterConfusion | null;
}

/** The boxes of an evaluation. */
interface Subject {
  readonly row: EvaluationRow;
  readonly data: EvaluationData;
  readonly ranking: Ranking;
  readonly strata: readonly Stratum[];
}

/** Fewer than evaluations store: each measures the average precision seven times. */
const ERROR_RESAMPLES = 200;

/**
 * Finds the kind of each error and what it costs, matched as in the stored average precision.
 *
 * @throws BadUserInput naming the argument
 */
export async function reportErrors(
  database: Queryable,
  { row, data, ranking: all, strata }: Subject,
  selection: ErrorSelection,
): Promise<ErrorReport> {
  const { iouThreshold = 0.5, backgroundIou = 0.1, scoreAtLeast, falsePositivesPerImage = 4 } = selection;
  const { stratum: name = 'ALL', classes = 'IGNORED' } = selection;
  checkThreshold(iouThreshold);
  checkRange('backgroundIou', backgroundIou, iouThreshold);
  checkRange('scoreAtLeast', scoreAtLeast ?? 0, 1);
  checkRange('falsePositivesPerImage', falsePositivesPerImage, MAX_RATE);
  const { lesions } = expectStratum(strata, name);
  const counted = scoreAtLeast === undefined ? data.images : dropBelow(data.images, scoreAtLeast);
  const images = keepLesions(counted, lesions);
  const ranking = scoreAtLeast === undefined ? all : rankDetections(images);
  const clusters = classes === 'IGNORED' ? null : await findDetectedClusters(database, row.runId, data, counted);
  const own = clusters && { ...clusters, ofLesions: lesions.map((lesion) => clusters.ofLesions[lesion]!) };
  const maxDetections = row.protocol.averagePrecision.maxDetectionsPerImage;
  const rules = { iouThreshold, backgroundIou, maxDetections };
  const found = findErrors(images, ranking, { ...rules, ...(own && { classes: own }) });
  const { patientOfImage: patientOf, imagePatientCount: patientCount } = data;
  const resampling = { patientOf, patientCount, resamples: ERROR_RESAMPLES, seed: row.protocol.intervals.seed };
  const request = { falsePositivesPerImage, resampling, ...(own && classesOf(own)) };
  return {
    ...{ iouThreshold, backgroundIou, scoreAtLeast: scoreAtLeast ?? null, falsePositivesPerImage },
    ...{ stratum: name, classes },
    ...costOfErrors(images, ranking, found, request),
    lesionCount: lesions.length,
    detectionCount: found.outcome.reduce((count, code) => count + (code === NOT_COUNTED ? 0 : 1), 0),
    hitCount: found.outcome.reduce((count, code) => count + (code === HIT ? 1 : 0), 0),
    background: await partBackground(database, row.runId, data, images, found, resampling),
    confusion: own && countConfusion(findErrors(images, ranking, rules), own),
  };
}

/** @returns the classes as the costs take them */
const classesOf = ({ ofLesions, ofDetections }: LesionClasses) => ({
  classOfLesions: ofLesions,
  classOfDetections: ofDetections,
});

async function partBackground(
  database: Queryable,
  runId: number,
  { imageIds }: EvaluationData,
  { imageCount, detectionOffsets }: ScoredImages,
  { outcome }: ErrorAnalysis,
  resampling: { patientOf: Int32Array; patientCount: number; resamples: number; seed: number },
): Promise<BackgroundVerdicts> {
  const background = codeOfKind('BACKGROUND');
  const placeOf = new Map(imageIds.map((id, place) => [id, place]));
  const ofPatients = () => new Int32Array(resampling.patientCount);
  const [confirmedLesions, confirmedFalse, unreviewed] = [ofPatients(), ofPatients(), ofPatients()];
  for (let image = 0; image < imageCount; image++)
    for (let detection = detectionOffsets[image]!; detection < detectionOffsets[image + 1]!; detection++)
      if (outcome[detection] === background) unreviewed[resampling.patientOf[image]!]!++;
  for (const { imageId, rank, verdict } of await findVerdictsOfRun(database, runId)) {
    const place = placeOf.get(imageId);
    if (place === undefined || verdict === 'UNSURE') continue;
    // The detections of an image lie by falling score, as ranks count them; those that are left out come last.
    const detection = detectionOffsets[place]! + rank - 1;
    if (detection >= detectionOffsets[place + 1]! || outcome[detection] !== background) continue;
    const patient = resampling.patientOf[place]!;
    (verdict === 'LESION' ? confirmedLesions : confirmedFalse)[patient]!++;
    unreviewed[patient]!--;
  }
  const [ofLesions, ofFalse, ofRest] = bootstrapCounts([confirmedLesions, confirmedFalse, unreviewed], resampling);
  return { confirmedLesions: ofLesions!, confirmedFalse: ofFalse!, unreviewed: ofRest! };
}
