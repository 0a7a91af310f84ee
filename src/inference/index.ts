/** Inference with one model: manifests, ONNX Runtime, the inference process, decoding. Knows no database and no run. */
export { askInTurn, noteChanges } from './askInTurn';
export { askTwice } from './askTwice';
export { BadModelOutput, type DetectedBox, decodeBoxes, type Selection } from './decodeBoxes';
export type { DetectionOutcome, DetectionTarget, StageTimes } from './detect';
export type { EncodedLesion, EncodingTarget } from './encode';
export { EncoderManifest, type LesionScalar } from './encoderManifest';
export { findExecutionProviders, type ProviderState } from './executionProviders';
export { InferenceHost, type InferenceHostOptions, type OpenedModel, type Served } from './inferenceHost';
export { InferenceProcessDied, InferenceProcessLost, InferenceStopped } from './inferenceLosses';
export { DetectorManifest, parseManifest, TrainedOn, type TrainingPart } from './manifest';
export {
  checkModelFile,
  checkRegularFile,
  MAX_MANIFEST_BYTES,
  type ModelFolder,
  readEncoderFolder,
  readModelFolder,
  sha256OfFile,
} from './modelFolder';
export { modelIdentity } from './modelIdentity';
export { compareVersions } from './modelVersion';
export { nonMaximumSuppression } from './nms';
export { hasNvidiaDriver } from './providerAbsence';
export { TargetsHere } from './targetsHere';
