import { UserError } from '../errors';

/** Why an upload was refused, for programs. */
export const UPLOAD_REASONS = [
  // what came over the line
  'EMPTY',
  'TOO_MANY_BYTES',
  'STALLED',
  'INCOMPLETE',
  'UNKNOWN_TYPE',
  'TYPE_DIFFERS',
  // PNG; the names are those of imaging's own refusals
  'NOT_PNG',
  'TRUNCATED',
  'CORRUPT',
  'NOT_16_BIT',
  'NOT_GREYSCALE',
  'TOO_MANY_PIXELS',
  'SIZE_DIFFERS',
  'NOT_A_FILE',
  // zip
  'BAD_ZIP',
  'EMPTY_ZIP',
  'ENCRYPTED_ZIP',
  'NESTED_ZIP',
  'UNSAFE_NAME',
  'SYMBOLIC_LINK',
  'DUPLICATE_NAME',
  'TOO_MANY_FILES',
  'DECOMPRESSION_BOMB',
  'NOT_A_SLICE',
  'MIXED_KINDS',
  'SLICE_NAME',
  'MODEL_FILES',
  // DICOM
  'BAD_DICOM',
  'TOO_MANY_ELEMENTS',
  'MISSING_TAG',
  'BAD_TAG',
  'UNSUPPORTED_TRANSFER_SYNTAX',
  'BIG_ENDIAN',
  'NOT_CT',
  'SECONDARY_CAPTURE',
  'MULTI_FRAME',
  'LOCALIZER',
  'BURNED_IN_ANNOTATION',
  'NOT_AXIAL',
  'PHOTOMETRIC_INTERPRETATION',
  'BIT_DEPTH',
  'MISSING_PIXEL_DATA',
  'PIXEL_DATA_LENGTH',
  'PIXEL_DATA_UNREADABLE',
  'MIXED_SERIES',
  'DUPLICATE_SLICE',
  'UNEVEN_SLICES',
  // the reader was stopped
  'TOO_MUCH_WORK',
] as const;
export type UploadReason = (typeof UPLOAD_REASONS)[number];

/**
 * An upload that the server does not take; nothing of it is kept. The message never quotes the file, which may hold
 * names of people; the names of the files of a zip are the sender's own, and are quoted.
 */
export class UploadRefused extends UserError {
  readonly code = 'BAD_USER_INPUT';

  /** @param reason for programs; the message says the same to people */
  constructor(
    readonly reason: UploadReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, 'body', options);
  }
}
