/** What stored detections are worth: evaluations, metric points, comparisons and reviews. */

export type { OperatingChoice } from '../evaluation';
export { type AccuracyCurveKey, type AccuracyPoint, findAccuracyCurves, findAccuracyPoints } from './accuracy';
export { type ArmsOnStratum, compareTrainingArms } from './armComparison';
export {
  findAveragePrecision,
  findPrecisionRecall,
  LESION_AREAS,
  type LesionArea,
  type PrecisionRecallPoint,
} from './averagePrecision';
export { BOARD_STANDINGS, type BoardEntry, type BoardReport, type BoardStanding } from './boardEntry';
export type { Content as BoardContent } from './boardMeasure';
export { BOARD_METRICS, type BoardMetric, type BoardMetricKind, MEAN_RATES } from './boardMetric';
export { MAX_BOARD_ENTRIES } from './boardRuns';
export { labelOfCircumstance } from './circumstanceStrata';
export type { ClusterConfusion } from './clusterConfusion';
export { comparisonKey } from './comparisonRules';
export {
  answerAboutCurves,
  type BandedValue,
  type CalibrationReport,
  type CurveAnswers,
  MAX_SCENARIOS,
  type PrecisionReport,
  type QuestionAbout,
  type ScenarioReport,
} from './curveAnalyses';
export { countEvaluationsBy, countResultsOfRuns, deleteEvaluationsBy } from './deleteResults';
export {
  type DetectorAccuracy,
  type DetectorSpeed,
  type DetectorStatistics,
  findComparedAccuracies,
  findDetectorSpeeds,
  findDetectorStatistics,
  findNewestEvaluationsOfDetectors,
} from './detectorStatistics';
export { type DiscordantLesion, type DiscordantSelection, findDiscordantLesions } from './discordantLesions';
export {
  type BackgroundVerdicts,
  ERROR_CLASSES,
  type ErrorClasses,
  type ErrorReport,
  type ErrorSelection,
} from './errorReports';
export { type EvaluatedStratum, explainMissingCurve, findStrata } from './evaluatedStrata';
export {
  type AnalysisStratum,
  EvaluationAnalyses,
  type OperatingPointReport,
  type OperatingReading,
  type OperatingSelection,
} from './evaluationAnalysis';
export {
  type AccuracyDifference,
  type ComparisonSelection,
  compareEvaluations,
  compareWithBaseline,
  type EvaluationComparison,
  MAX_COMPARED,
} from './evaluationComparison';
export {
  EVALUATION_ORDER_FIELDS,
  type EvaluationFilter,
  type EvaluationOrderField,
  evaluationListing,
} from './evaluationListing';
export {
  EVALUATION_PRESETS,
  type EvaluationPreset,
  FROC_DUPLICATES,
  NOISY_LESIONS,
  REVIEW_POLICIES,
} from './evaluationPresets';
export type { EvaluationProtocol, EvaluationRequest } from './evaluationProtocol';
export {
  countEvaluationsOfRuns,
  type EvaluationRow,
  evaluationKey,
  findEvaluations,
  findEvaluationsByKey,
  findEvaluationsOfRuns,
  findUnreviewed,
} from './evaluationRows';
export { type EvaluationSizes, idsOfEvaluationsOfRuns, sizesOfEvaluations } from './evaluationSizes';
export { evaluateRun } from './evaluations';
export { countExpiredRuns, type ExpiredRun, findExpiredRuns, isExpiredRun } from './expiredRuns';
export { type ChosenMetric, METRIC_KINDS, type MetricKind, type ReadMetric } from './figuresOfRun';
export { type FrocPoint, type FrocSelection, findFrocPoints } from './froc';
export { findImageOutcome, type OutcomeSelection, type RunImageOutcome } from './imageOutcome';
export { type BoardRequest, Leaderboards, type MeasureRequest, type RunMeasurer } from './leaderboard';
export { compareMetrics, MAX_COMPARED_METRICS, type MetricDifference } from './metricDifferences';
export { findMetricPoints, type StoredPoint } from './metricPoints';
export { assertNoWorse, checkMargin, judge, type NonInferiority } from './nonInferiority';
export {
  findOutcomesOfImages,
  IMAGE_ERROR_FIELDS,
  type ImageErrorField,
  type ImageErrorSelection,
  type ImageOutcomes,
  OutcomeAnalyses,
  type OutcomeListSelection,
  type OutcomePage,
  WORST_FIRST,
} from './outcomeAnalyses';
export {
  errorsOf,
  type ImageCounts,
  type MemoryPage,
  OUTCOME_ORDER_FIELDS,
  type OutcomeOrderField,
  outcomeSortKeys,
} from './outcomePages';
export { OUTCOME_METRICS, type OutcomeMetric, type RulesChoice } from './outcomeRules';
export { type NamedOutcome, outcomesOfEvaluation } from './outcomes';
export { OUTCOME_REASONS, type Outcome, type OutcomeCounts, type OutcomeReason } from './outcomeTable';
export { OUTCOME_VERDICTS, type OutcomeVerdict, placesOfVerdicts } from './outcomeVerdicts';
export { MAX_OWN_STRATA, type OwnStratum, readOwnStrata } from './ownStrata';
export { findProvenance, type Provenance } from './provenance';
export { findReviewProgress, MAX_REVIEWERS, type ReviewerCount, type ReviewProgress } from './reviewProgress';
export {
  REVIEW_QUEUE_ORDER_FIELDS,
  type ReviewQueueFilter,
  type ReviewQueueOrderField,
  reviewedDetectionsListing,
  reviewQueueListing,
} from './reviewQueue';
export {
  addReview,
  countReviewsOfDetections,
  type DetectionReviewRow,
  findCurrentVerdicts,
  findReviews,
  findReviewsByKey,
  findReviewsOfDetections,
  MAX_REVIEWS_OF_DETECTION,
  type NewReview,
  REVIEW_VERDICTS,
  type ReviewVerdict,
  reviewKey,
} from './reviews';
export { clusterIndexOf, clusterStratum, describeStratum, STRATUM_KINDS, type StratumKind } from './strata';
