import { UserError } from '../errors';

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
export class InvalidImage extends UserError {
  readonly code = 'BAD_USER_INPUT';

  /** @param reason for programs; the message says the same to people */
  constructor(
    readonly reason: InvalidImageReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, undefined, options);
  }
}
