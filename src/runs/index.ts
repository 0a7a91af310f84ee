/** A detection run from its request to its end: the queue, the work on its images, workers and webhooks. */
export { isTerminal, LEGAL_MOVES } from '../job';
export { countDetectionsInClusters, countRunParts, deleteRuns, type LockedRun, lockRuns } from './deleteRuns';
export {
  DETECTION_ORDER_FIELDS,
  DETECTION_SELECTION,
  type DetectionFilter,
  type DetectionOrderField,
  type DetectionRow,
  detectionKey,
  detectionListing,
  findDetections,
  findDetectionsAt,
  findDetectionsByKey,
  findDetectionsOfRunImage,
} from './detections';
export { countTry, findBlindSplits, findTries, type SplitTries } from './hiddenSplitTries';
export { findDetectionsOfImage, findRunOfImage, type RunOfImage, type ScoredBox } from './imageOfRun';
export { findQueueStatus, type QueueStatus } from './queueStatus';
export { idsOf, type Refusal, Refusals, type RefusedIds } from './refusals';
export { retryRun } from './retryRun';
export { endIfDone, type RunEndContext } from './runEnd';
export { estimateRun, type RunEstimate } from './runEstimate';
export { findFailures } from './runImages';
export {
  RUN_ORDER_FIELDS,
  type RunFilter,
  type RunImageRow,
  type RunOrderField,
  runImageListing,
  runListing,
} from './runListing';
export { findRunOutlooks } from './runOutlook';
export { type BatchQueue, cutIntoBatches, type Flow } from './runQueue';
export {
  checkRunSettings,
  chooseImages,
  type ImageChoice,
  type RunContext,
  type RunRequest,
  requestRun,
} from './runRequest';
export {
  cancelRun,
  countChangedImagesOfRuns,
  type DetectionRunRow,
  findProgressOfRuns,
  findRun,
  findRuns,
  findRunsByKey,
  findTimingOfRuns,
  hasModel,
  moveRun,
  ownerOfRun,
  type RunTiming,
  runKey,
} from './runRows';
export { countDetectionsUpTo, countImagesUpTo, type RunSize } from './runSizes';
export type { RunPriority } from './runState';
export { completenessOf, RUN_COMPLETENESSES, RUN_PRIORITIES } from './runState';
export { findRunsOfImages, type RunOfImageRow } from './runsOfImages';
export { findTraceparent } from './runTrace';
export { findRunEnd, type JobEnd, RUN_WEBHOOKS } from './runWebhooks';
export { abandonBatch, workOnBatch } from './runWork';
export type { LeasedBatch, RunWorkContext, WorkObserver } from './runWorkContext';
export { splitsOfRun } from './splitsOfRun';
export {
  insertSubmittedRun,
  RunNotRunning,
  type SubmittedRun,
  type Submitter,
  storeSubmittedDetections,
} from './submittedRun';
export { checkNote, updateRun } from './updateRun';
export { type RunState, watchRun } from './watchRun';
export { watchRuns } from './watchRuns';
export {
  MAX_WEBHOOK_ATTEMPTS,
  WEBHOOK_STATES,
  type WebhookCounts,
  type WebhookMessage,
  type WebhookOutbox,
  type WebhookRow,
  webhookOutbox,
} from './webhookOutbox';
export { mayConnect, parseWebhookUrl, type WebhookSettings } from './webhookUrl';
export {
  BEAT_MS,
  EXPIRED_LEASES_LOOK_SECONDS,
  IDLE_IN_TRANSACTION_MS,
  LEASE_SECONDS,
  RENEW_MS,
  STRANDED_SECONDS,
} from './workerClock';
export { datasetOfProblem, findWorkers, removeWorker, type WorkerRow, writeWorker } from './workers';
export { IMAGE_MS_BOUNDS, type Workload, WorkloadReader } from './workload';
