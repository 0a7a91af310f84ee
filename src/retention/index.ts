/** What is deleted by its age: rules of the operator, off by default, that never touch what something rests on. */
export { type DueRun, dueRuns, type PassOptions, passOnce, type RetentionRules } from './pass';
export { findRetentionState, type RetentionState } from './state';
export { type RetentionTimer, startRetention } from './timer';
