import type { FailureKind, KindOfFailure } from '../failureKind';

/** The process died or was killed over what it was asked; the next request starts a new one. */
export class InferenceProcessLost extends Error implements KindOfFailure {
  /** @param failureKind of what it was asked, where the process dies over it again */
  constructor(
    message: string,
    readonly failureKind: FailureKind = 'PROCESS_LOST',
  ) {
    super(message);
  }
}

/**
 * The process ended and it was not the server that killed it: the fault may lie outside, with the process that took the
 * memory or sent a signal.
 */
export class InferenceProcessDied extends InferenceProcessLost {}

/** The process was killed because no one needs the result any more. */
export class InferenceStopped extends Error {}
