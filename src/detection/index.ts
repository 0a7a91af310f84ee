export { type ArmsComparison, type ArmsOnStratum, compareTrainingArms } from './armComparison';
export { askTwice } from './askTwice';
export { BadModelOutput, type DetectedBox, decodeBoxes, type ImageFrame, type Selection } from './decodeBoxes';
export type { DetectionOutcome, DetectionTarget, StageTimes } from './detect';
export { DETECTION_JOB_COLUMNS, type DetectionJobRow } from './detectionJob';
export {
  DETECTION_ORDER_FIELDS,
  type DetectionFilter,
  type DetectionOrderField,
  type DetectionRow,
  detectionListing,
  findDetections,
} from './detections';
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
export type { EncodedLesion, EncodingTarget } from './encode';
export { EncoderManifest, type LesionScalar } from './encoderManifest';
export { findEncoderFolder, type KnownEncoder } from './encoders';
export {
  type AccuracyDifference,
  type ComparisonSelection,
  compareEvaluations,
  type EvaluationComparison,
} from './evaluationComparison';
export {
  EVALUATION_ORDER_FIELDS,
  type EvaluationFilter,
  type EvaluationOrderField,
  evaluationListing,
} from './evaluationListing';
export { EVALUATION_PRESETS, type EvaluationPreset } from './evaluationPresets';
export type { EvaluatedPopulation, EvaluationProtocol, EvaluationRequest } from './evaluationProtocol';
export {
  countEvaluationsOfRuns,
  type EvaluationRow,
  findEvaluations,
  findEvaluationsOfRuns,
  findUnreviewed,
  MAX_EVALUATIONS_OF_RUN,
} from './evaluationRows';
export { evaluateRun } from './evaluations';
export { noteExecution } from './executionNote';
export { findExecutionProviders, type ProviderState } from './executionProviders';
export type { FailureKind } from './failureKinds';
export {
  InferenceHost,
  type InferenceHostOptions,
  type OpenedModel,
} from './inferenceHost';
export { InferenceProcessLost, InferenceStopped } from './inferenceLosses';
export {
  DETECTOR_ORDER_FIELDS,
  type DetectorFilter,
  type DetectorOrderField,
  type DetectorRow,
  detectorListing,
  findDetectorByName,
  findDetectorNames,
  findDetectors,
  RUN_ORDER_FIELDS,
  type RunFilter,
  type RunImageRow,
  type RunOrderField,
  runImageListing,
  runListing,
  unknownDetector,
} from './listings';
export { DetectorManifest, parseManifest } from './manifest';
export {
  type AccuracyCurveKey,
  type AccuracyPoint,
  type AveragePrecision,
  type EvaluatedStratum,
  explainMissingCurve,
  type FrocPoint,
  type FrocSelection,
  findAccuracyCurves,
  findAccuracyPoints,
  findAveragePrecision,
  findFrocCurve,
  findFrocPoints,
  findPrecisionRecall,
  findStrata,
  LESION_AREAS,
  type LesionArea,
  type PrecisionRecallPoint,
} from './metricReads';
export { type ModelFolder, readEncoderFolder, readModelFolder } from './modelFolder';
export { nonMaximumSuppression } from './nms';
export { findProvenance, type Provenance } from './provenance';
export { hasNvidiaDriver } from './providerAbsence';
export { idsOf, type Refusal, Refusals, type RefusedIds } from './refusals';
export {
  type Registration,
  type RegistrationContext,
  registerDetector,
  registerDetectorFromInbox,
  registerUploadedDetector,
  type TrialLimits,
} from './registerDetector';
export { createRegistry, type DetectorRegistry, type Readiness, type RegisteredDetector } from './registry';
export {
  type DetectorRequest,
  MAX_DETECTIONS_PER_IMAGE,
  type ReadyDetector,
  readSelection,
  readyDetector,
} from './request';
export { retryRun } from './retryRun';
export { reviewQueueListing } from './reviewQueue';
export {
  addReview,
  countReviewsOfDetections,
  type DetectionReviewRow,
  findCurrentVerdicts,
  findReviews,
  findReviewsOfDetections,
  MAX_REVIEWS_OF_DETECTION,
  REVIEW_VERDICTS,
  type ReviewVerdict,
} from './reviews';
export { findFailures } from './runImages';
export { type BatchQueue, cutIntoBatches, type Flow, RUN_PRIORITIES, type RunPriority } from './runQueue';
export { type RunContext, type RunRequest, requestRun } from './runRequest';
export {
  cancelRun,
  countChangedImagesOfRuns,
  type DetectionRunRow,
  findProgressOfRuns,
  findRun,
  findRuns,
  findTimingOfRuns,
  moveRun,
  type RunProgress,
  type RunTiming,
} from './runRows';
export {
  completenessOf,
  isTerminal,
  LEGAL_MOVES,
  RUN_COMPLETENESSES,
  RUN_STATUSES,
  type RunCompleteness,
  type RunStatus,
} from './runState';
export {
  findWebhookMessage,
  findWebhooksOfRuns,
  MAX_WEBHOOK_ATTEMPTS,
  type RunWebhookRow,
  recordAttempt,
  takeDueWebhooks,
  WEBHOOK_STATES,
  type WebhookMessage,
} from './runWebhooks';
export { abandonBatch, workOnBatch } from './runWork';
export type { LeasedBatch, RunWorkContext, WorkObserver } from './runWorkContext';
export { type RunState, watchRun } from './watchRun';
export { mayConnect, parseWebhookUrl, type WebhookSettings } from './webhookUrl';
export { findWorkers, type OwnWorker, removeWorker, type WorkerRow, writeWorker } from './workers';
export { IMAGE_MS_BOUNDS, type Workload, WorkloadReader } from './workload';
