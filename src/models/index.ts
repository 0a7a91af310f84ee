/** Which detectors and encoders there are, and how one is registered. Keeps the table `detector`. */

export { archiveDetector } from './archiveDetector';
export { DETECTION_JOB_COLUMNS, type DetectionJobRow, type ModelJobRow } from './detectionJob';
export {
  DETECTOR_ORDER_FIELDS,
  DETECTOR_SOURCES,
  type DetectorFilter,
  type DetectorOrderField,
  type DetectorRow,
  type DetectorSource,
  detectorKey,
  detectorListing,
  findDetectorByName,
  findDetectorNames,
  findDetectors,
  findDetectorsByKey,
  unknownDetector,
} from './detectorRows';
export { findEncoderFolder, type KnownEncoder } from './encoders';
export { EXTERNAL_REASON } from './externalDetector';
export { inspectModels } from './inspectModels';
export {
  registerDetector,
  registerDetectorFromInbox,
  registerUploadedDetector,
  type TrialLimits,
} from './registerDetector';
export {
  type ExternalDetectorRequest,
  ensureExternalDetector,
  readExternalDetector,
  registerExternalDetector,
  type StatedDetector,
} from './registerExternalDetector';
export { createRegistry, type DetectorRegistry, detectorFolderNames, type RegisteredDetector } from './registry';
export {
  type DetectorRequest,
  expectCount,
  expectRange,
  type ReadyDetector,
  readSelection,
  readyDetector,
} from './selection';
