/**
 * Why a detector has no result for an image, in a closed set of kinds for monitoring. The code that throws knows it:
 * the error carries its kind, also out of a thread or process, and it is stored next to the message, which may be
 * reworded.
 */
export const FAILURE_KINDS = [
  'NO_PIXEL_FILE',
  'SIZE_DIFFERS',
  'UNREADABLE_IMAGE',
  'BAD_MODEL_OUTPUT',
  'TIMEOUT',
  'MEMORY',
  'PROCESS_LOST',
  'GIVEN_UP',
  'OTHER',
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** The stored failure of an image. */
export interface Failure {
  /** for people */
  error: string;
  kind: FailureKind;
}

/** An error that knows its kind. */
export interface KindOfFailure {
  readonly failureKind: FailureKind;
}

/** An error of a known kind without its own class, or whose class was lost on the way out of a thread or process. */
export class ImageFailure extends Error implements KindOfFailure {
  constructor(
    message: string,
    readonly failureKind: FailureKind,
  ) {
    super(message);
  }
}

/** @returns the kind of anything that was thrown; OTHER for errors without one */
export function failureKindOf(thrown: unknown): FailureKind {
  if (!(thrown instanceof Error && 'failureKind' in thrown)) return 'OTHER';
  const { failureKind } = thrown;
  return FAILURE_KINDS.find((kind) => kind === failureKind) ?? 'OTHER';
}

/** @returns the failure to store for an image on which this was thrown */
export function failureOf(thrown: unknown): Failure {
  return { error: thrown instanceof Error ? thrown.message : String(thrown), kind: failureKindOf(thrown) };
}
