/**
 * Why a detector has no answer for an image, in few words that a monitor can count by. Whoever throws knows: the error carries its kind, also
 * out of a thread or process, and it is stored beside the message, which may be reworded.
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

/** What is stored of an image without an answer. */
export interface Failure {
  /** for people */
  error: string;
  kind: FailureKind;
}

/** An error that knows its kind. */
export interface KindOfFailure {
  readonly failureKind: FailureKind;
}

/** An error of a known kind that has no class of its own, or left it behind in a thread or process. */
export class ImageFailure extends Error implements KindOfFailure {
  constructor(
    message: string,
    readonly failureKind: FailureKind,
  ) {
    super(message);
  }
}

/** @returns the kind of anything that was thrown; OTHER for what carries none */
export function failureKindOf(thrown: unknown): FailureKind {
  if (!(thrown instanceof Error && 'failureKind' in thrown)) return 'OTHER';
  const { failureKind } = thrown;
  return FAILURE_KINDS.find((kind) => kind === failureKind) ?? 'OTHER';
}

/** @returns what is stored of an image over which this was thrown */
export function failureOf(thrown: unknown): Failure {
  return { error: thrown instanceof Error ? thrown.message : String(thrown), kind: failureKindOf(thrown) };
}
