import { NotFound, UserError } from '../errors';
import type { FailureKind, KindOfFailure } from '../failureKind';

/** Why a pixel file was refused. */
export type InvalidImageReason =
  | 'EMPTY'
  | 'NOT_PNG'
  | 'TRUNCATED'
  | 'CORRUPT'
  | 'NOT_16_BIT'
  | 'NOT_GREYSCALE'
  | 'TOO_MANY_BYTES'
  | 'TOO_MANY_PIXELS'
  | 'NOT_A_FILE'
  | 'SIZE_DIFFERS';

/** A pixel file that is not what the product reads: a whole 16-bit greyscale PNG of bounded size. */
export class InvalidImage extends UserError implements KindOfFailure {
  readonly code = 'BAD_USER_INPUT';

  /** @param reason for programs; the message says the same to people */
  constructor(
    readonly reason: InvalidImageReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, undefined, options);
  }

  get failureKind(): FailureKind {
    return this.reason === 'SIZE_DIFFERS' ? 'SIZE_DIFFERS' : 'UNREADABLE_IMAGE';
  }
}

/** A pixel file that the data set names and that is not there. */
export class PixelFileMissing extends NotFound implements KindOfFailure {
  readonly failureKind = 'NO_PIXEL_FILE';

  /** @param name what messages call the file */
  constructor(name: string, options?: ErrorOptions) {
    super(`The pixel file of ${name} is not in the data set's image folder.`, undefined, options);
  }
}
