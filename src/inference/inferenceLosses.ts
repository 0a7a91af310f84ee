/** The process died or was killed over what it was asked; the next request starts a new one. */
export class InferenceProcessLost extends Error {}

/** The process ended and it was not the server that killed it: the fault may lie outside, with whoever took the memory or sent a signal. */
export class InferenceProcessDied extends InferenceProcessLost {}

/** The process was killed because nobody wants the answer any more. */
export class InferenceStopped extends Error {}
