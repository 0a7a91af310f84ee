import { UploadRefused } from './refusal';

export const IMPLICIT = '1.2.840.10008.1.2';
export const DEFLATED = '1.2.840.10008.1.2.1.99';
const RLE = '1.2.840.10008.1.2.5';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';

/** Transfer syntaxes whose pixels are as they are. */
const NATIVE = [IMPLICIT, '1.2.840.10008.1.2.1', DEFLATED];
const JPEG_LOSSLESS = ['1.2.840.10008.1.2.4.57', '1.2.840.10008.1.2.4.70'];
const JPEG_LS = ['1.2.840.10008.1.2.4.80', '1.2.840.10008.1.2.4.81'];
const JPEG_2000 = ['1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.91'];

/** How the pixels are written. */
export type PixelEncoding = 'NATIVE' | 'RLE' | 'JPEG_LOSSLESS' | 'JPEG_LS' | 'JPEG_2000';

/** @returns undefined for a syntax that is not read. JPEG with 8 or 12 bits is none: it has lost what a CT needs. */
export function pixelEncodingOf(uid: string | undefined): PixelEncoding | undefined {
  if (uid === undefined) return undefined;
  if (NATIVE.includes(uid)) return 'NATIVE';
  if (uid === RLE) return 'RLE';
  if (JPEG_LOSSLESS.includes(uid)) return 'JPEG_LOSSLESS';
  if (JPEG_LS.includes(uid)) return 'JPEG_LS';
  return JPEG_2000.includes(uid) ? 'JPEG_2000' : undefined;
}

/** @throws UploadRefused for a syntax that is missing or is not read here */
export function checkTransferSyntax(uid: string | undefined): asserts uid is string {
  if (pixelEncodingOf(uid) !== undefined) return;
  if (uid === undefined || uid === '')
    throw new UploadRefused(
      'MISSING_TAG',
      'Expected Transfer Syntax UID (0002,0010), which says how a DICOM file is written; it is missing or empty.',
    );
  if (uid === BIG_ENDIAN)
    throw new UploadRefused(
      'BIG_ENDIAN',
      'Explicit VR Big Endian (Transfer Syntax UID (0002,0010)) is not read: convert the file to little endian.',
    );
  throw new UploadRefused(
    'UNSUPPORTED_TRANSFER_SYNTAX',
    'Expected Transfer Syntax UID (0002,0010) to be little endian, RLE, JPEG lossless, JPEG-LS or JPEG 2000: ' +
      'convert the file to Explicit VR Little Endian.',
  );
}
