/** What a board measures of each run, and the same in joint draws of patients. */
import type { Queryable } from '../database';
import {
  AREA_RANGES,
  averagePrecisionOf,
  type BoardGround,
  bestOverlapOfLesions,
  type CurveBoxes,
  curveBoxes,
  DROPPED,
  drawAccuracies,
  drawAveragePrecisions,
  drawSensitivities,
  fromThousandths,
  hitLevels,
  matchCoco,
  overlapOf,
  type Ranking,
  rankDetections,
  type ScoredImages,
  type Stratum,
  sensitivityOf,
  TRUE_POSITIVE,
  toCocoThresholds,
} from '../evaluation';
import { loadBoxesOn, type SplitGround } from './boardGround';
import type { BoardMetric } from './boardMetric';
import { type EvaluationPreset, presetRules } from './evaluationPresets';
import { matchingAt } from './froc';

/** What was measured of a run: the lesions that it hits, or its boxes by falling score. */
export type Content = Uint8Array | CurveBoxes;

const SEED = 1;
const RESAMPLES = 1_000;
/** Each draw walks all boxes of all entries. */
const CURVE_RESAMPLES = 200;
/** AP looks at no more, as COCO has it. */
const MAX_DETECTIONS = 100;
const ALL_DETECTIONS = 1_000_000_000;

/** @returns the number of joint draws of a metric */
export const resamplesOf = ({ kind }: BoardMetric): number => (kind === 'ACCURACY' ? RESAMPLES : CURVE_RESAMPLES);

/** Measures a run on the images of a board. */
export async function measureRun(
  database: Queryable,
  ground: SplitGround,
  stratum: Stratum,
  runId: number,
  preset: EvaluationPreset,
  metric: BoardMetric,
): Promise<Content> {
  const most =
    metric.kind === 'ACCURACY' ? metric.topK : metric.kind === 'AVERAGE_PRECISION' ? MAX_DETECTIONS : ALL_DETECTIONS;
  const images = await loadBoxesOn(database, ground, runId, most);
  const ranking = rankDetections(images);
  const milli = Math.round(metric.iouThreshold * 1000);
  if (metric.kind === 'ACCURACY') {
    const { criterion, boxMeasure, comparator } = presetRules(preset).accuracy;
    const best = bestOverlapOfLesions(images, ranking, metric.topK, overlapOf(criterion, boxMeasure));
    const levels = hitLevels(best, fromThousandths([milli]), comparator);
    return Uint8Array.from(stratum.lesions, (lesion) => levels[lesion]!);
  }
  if (metric.kind === 'FROC_SENSITIVITY')
    return curveBoxes(images, ranking, matchingAt(images, ranking, milli, presetRules(preset).froc).outcomeOf(stratum));
  return precisionBoxes(images, ranking, stratum, milli);
}

/** Boxes as COCO matches them; lesions of other strata are ignored, and so are the boxes on them. */
function precisionBoxes(images: ScoredImages, ranking: Ranking, stratum: Stratum, milli: number): CurveBoxes {
  const ignored = new Uint8Array(images.lesionBoxes.length / 4).fill(1);
  for (const lesion of stratum.lesions) ignored[lesion] = 0;
  const { outcome } = matchCoco(
    { ...images, ignored },
    ranking,
    toCocoThresholds([milli]),
    AREA_RANGES.all,
    MAX_DETECTIONS,
  );
  return curveBoxes(images, ranking, {
    hits: outcome.map((code) => (code === TRUE_POSITIVE ? 1 : 0)),
    isFalse: outcome.map((code) => (code === TRUE_POSITIVE || code === DROPPED ? 0 : 1)),
  });
}

const isCurve = (content: Content): content is CurveBoxes => !(content instanceof Uint8Array);

/** @returns the metric of all patients together */
export function measuredValue(content: Content, metric: BoardMetric, ground: BoardGround): number {
  if (!isCurve(content)) return content.reduce((sum, hit) => sum + hit, 0) / content.length;
  if (metric.kind === 'FROC_SENSITIVITY') return sensitivityOf(content, metric.falsePositivesPerImage, ground);
  return averagePrecisionOf(content, ground);
}

/** @returns the metric of each run in each of the joint draws of patients */
export function drawAll(contents: readonly Content[], metric: BoardMetric, ground: BoardGround): Float64Array[] {
  const resampling = { resamples: resamplesOf(metric), seed: SEED };
  const curves = contents.filter(isCurve);
  if (metric.kind === 'FROC_SENSITIVITY')
    return drawSensitivities(curves, metric.falsePositivesPerImage, ground, resampling);
  if (metric.kind === 'AVERAGE_PRECISION') return drawAveragePrecisions(curves, ground, resampling);
  return drawAccuracies(
    contents.filter((content) => content instanceof Uint8Array),
    ground,
    resampling,
  );
}
