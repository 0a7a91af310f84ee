/** Metrics of a detector: pure functions on typed arrays. The legend of shapes is in `boxes.ts`. */
export { type AccuracyCounts, bestIouOfLesions, bestOverlapOfLesions, countHits, hitLevels } from './accuracy';
export { type ArmComparison, compareArms } from './arms';
export {
  type CocoSummary,
  meanOfDefined,
  meanPrecision,
  type PrecisionRecall,
  precisionRecall,
  RECALL_POINTS,
  summarizeCoco,
} from './averagePrecision';
export {
  averagePrecisionOf,
  type BoardGround,
  type BoardResampling,
  type CurveBoxes,
  curveBoxes,
  drawAccuracies,
  drawAveragePrecisions,
  drawSensitivities,
  sensitivityOf,
} from './boardDraws';
export { bootstrapAccuracy, type Interval, intervalOf, type Resampling } from './bootstrap';
export { dropBelow, type ImageBoxes, imagesOfLesions, keepLesions, packImages, type ScoredImages } from './boxes';
export { type Calibration, type CalibrationBin, type CalibrationSubject, calibrationOf } from './calibration';
export {
  AREA_RANGES,
  type AreaRange,
  type CocoImages,
  type CocoMatches,
  DROPPED,
  matchCoco,
  TRUE_POSITIVE,
} from './cocoMatch';
export { compareAccuracy, type PairedAccuracy } from './comparison';
export { type BandedCount, bootstrapCounts } from './countBands';
export { type CostRequest, costOfErrors, type ErrorCost, type ErrorCosts } from './errorCosts';
export {
  codeOfKind,
  countErrors,
  ERROR_KINDS,
  type ErrorAnalysis,
  type ErrorKind,
  type ErrorRules,
  findErrors,
  HIT,
  type LesionClasses,
  NOT_COUNTED,
} from './errorKinds';
export {
  type Figure,
  type FigureDraws,
  intervalOfFigure,
  type SensitivitySubject,
  sensitivityFigure,
  shareFigure,
  valueOfFigure,
} from './figures';
export {
  FROC_RATES,
  type FrocCurve,
  type FrocReading,
  findOverlaps,
  frocCurves,
  type OverlapPairs,
  readFroc,
} from './froc';
export { bootstrapFroc, type FrocOutcome, frocOutcome, type ImageResampling } from './frocBands';
export { frocCurvesOneToOne, oneToOneOutcome } from './frocOneToOne';
export {
  DETECTION_OUTCOME_KINDS,
  type DetectionOutcome,
  type DetectionOutcomeKind,
  type ImageOutcome,
  outcomeOfImage,
} from './imageOutcome';
export {
  BOX_MEASURES,
  type BoxMeasure,
  boxIou,
  clipBoxes,
  type EdgeBox,
  iou,
  OVERLAP_CRITERIA,
  type Overlap,
  type OverlapCriterion,
  overlapOf,
} from './iou';
export { explainMiss, MISS_REASONS, type Miss, type MissReason } from './misses';
export {
  bootstrapOperatingPoint,
  chooseOperatingPoint,
  type OperatingChoice,
  type OperatingColumns,
  type OperatingIntervals,
  type OperatingPoint,
  type OperatingRates,
  type OperatingSubject,
  operatingPoints,
  ratesOf,
  thinPoints,
} from './operatingPoints';
export {
  codeOfOutcome,
  type DetectionOutcomes,
  findOutcomes,
  isFalsePositive,
  OUTCOME_KINDS,
  type OutcomeKind,
  type OutcomeRules,
} from './outcomes';
export { adjustByHolm, bootstrapP, compareFigures, type PairedFigures } from './pairedFigures';
export { countDiscordant, type DiscordantCounts, mcNemarP } from './pairedTest';
export { drawWeights } from './patientDraws';
export {
  averagePrecisionFigure,
  type PrecisionBands,
  type PrecisionPoint,
  type PrecisionSubject,
  precisionBands,
} from './precisionBands';
export { seededRandom } from './random';
export {
  type MeasuredEntry,
  type RankedBoard,
  type RankedEntry,
  rankEntries,
  rankJointly,
} from './rankIntervals';
export { orderByFallingScore, type Ranking, rankDetections } from './ranking';
export { allLesions, groupByLabel, SIZE_BANDS, type SizeBand, type Stratum, sizeBandOf } from './strata';
export {
  BOX_CONVENTIONS,
  type BoxConvention,
  findSuspicions,
  type StatedBoxes,
  SUSPICION_KINDS,
  type Suspicion,
  type SuspicionKind,
  type SuspicionReport,
} from './suspicions';
export {
  COCO_THRESHOLDS,
  COMPARATORS,
  type Comparator,
  DEFAULT_THRESHOLDS,
  fromThousandths,
  leastHits,
  toCocoThresholds,
  toThousandths,
} from './thresholds';
