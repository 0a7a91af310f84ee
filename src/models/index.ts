/** Which detectors and encoders there are, and how one is registered. Keeps the table `detector`. */
export { DETECTION_JOB_COLUMNS, type DetectionJobRow } from './detectionJob';
export {
  DETECTOR_ORDER_FIELDS,
  type DetectorFilter,
  type DetectorOrderField,
  type DetectorRow,
  detectorKey,
  detectorListing,
  findDetectorByName,
  findDetectorNames,
  findDetectors,
  findDetectorsByKey,
  unknownDetector,
} from './detectorRows';
export { findEncoderFolder, type KnownEncoder } from './encoders';
export {
  registerDetector,
  registerDetectorFromInbox,
  registerUploadedDetector,
  type TrialLimits,
} from './registerDetector';
export { createRegistry, type DetectorRegistry, type RegisteredDetector } from './registry';
export {
  type DetectorRequest,
  expectCount,
  expectRange,
  type ReadyDetector,
  readSelection,
  readyDetector,
} from './selection';
