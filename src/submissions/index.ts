/** Detections made elsewhere: reading a file of them in a separate process, checking it, and making a run of it. */
export {
  SCORE_TRANSFORMS,
  type ScoreTransform,
  SUBMISSION_FORMATS,
  type SubmissionFormat,
} from './format';
export { PROBLEM_KINDS, type ProblemKind, type SubmissionProblem } from './problems';
export type { DeclaredImages, SubmissionRequest } from './submissionRequest';
export { findSubmissionsOfRuns, type SubmissionRow } from './submissionRows';
export {
  failSubmission,
  type LeasedSubmission,
  type SubmissionRest,
  type SubmissionWorkContext,
  workOnSubmission,
} from './submissionWork';
export { problemsText, type SubmissionContext, type SubmissionQueue, submitDetections } from './submitDetections';
export { suspicionText } from './suspicionsOfFile';
export { type SubmissionReport, type ValidationContext, validateSubmission } from './validateSubmission';
