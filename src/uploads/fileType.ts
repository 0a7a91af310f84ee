import type { FileType } from './readRequest';
import { UploadRefused } from './refusal';

/** Bytes that decide what a file is: DICOM has its mark behind a preamble of 128. */
export const HEAD_BYTES = 132;

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const ZIP_FILE = Buffer.from('PK\x03\x04');
/** Of Windows, of Linux, of a shell. */
const PROGRAMS = ['MZ', '\x7fELF', '#!'].map((signature) => Buffer.from(signature));

/** What people send by mistake, so that the refusal can name it. */
const OTHERS: [name: string, signature: Buffer][] = [
  ['a JPEG picture', Buffer.from([0xff, 0xd8, 0xff])],
  ['a GIF picture', Buffer.from('GIF8')],
  ['a TIFF picture', Buffer.from('II*\0')],
  ['a TIFF picture', Buffer.from('MM\0*')],
  ['a gzip file', Buffer.from([0x1f, 0x8b])],
  ['a PDF file', Buffer.from('%PDF')],
  ['a RAR archive', Buffer.from('Rar!')],
  ['a 7z archive', Buffer.from('7z\xbc\xaf', 'latin1')],
];

/** Names under which a client may announce a file; others that mean nothing in particular are in `UNDECIDED`. */
const MEDIA_TYPES: Record<string, FileType> = {
  'image/png': 'PNG',
  'application/dicom': 'DICOM',
  'application/zip': 'ZIP',
  'application/x-zip-compressed': 'ZIP',
};
const UNDECIDED = ['', 'application/octet-stream', 'binary/octet-stream'];

/**
 * What a file is, by its content; its name plays no part.
 *
 * @param head the first `HEAD_BYTES` bytes, or all of a shorter file
 * @throws UploadRefused EMPTY or UNKNOWN_TYPE
 */
export function detectFileType(head: Buffer): FileType {
  const type = fileTypeOf(head);
  if (type) return type;
  if (mayHoldZip(head)) return 'ZIP';
  if (head.length === 0)
    throw new UploadRefused(
      'EMPTY',
      'Expected a 16-bit PNG, a DICOM CT slice, a zip of slices or of a model, got an empty body.',
    );
  const other = OTHERS.find(([, signature]) => startsWith(head, signature))?.[0] ?? 'none of them';
  throw unknownType(other);
}

/** @param content the end of a sentence */
export function unknownType(content: string): UploadRefused {
  return new UploadRefused(
    'UNKNOWN_TYPE',
    'Expected a 16-bit PNG, a DICOM file with its preamble (PS3.10), a zip of either or of a model, but the ' +
      `content is ${content}.`,
  );
}

/** @returns undefined for a file that is none of the three */
export function fileTypeOf(head: Buffer): FileType | undefined {
  if (startsWith(head, PNG_SIGNATURE)) return 'PNG';
  if (startsWith(head, ZIP_FILE) || startsWith(head, Buffer.from('PK\x05\x06'))) return 'ZIP';
  return head.toString('latin1', 128, 132) === 'DICM' ? 'DICOM' : undefined;
}

/**
 * A zip may have a program before it that unpacks it, or some bytes of a transfer; where it really begins is found from
 * its end.
 */
function mayHoldZip(head: Buffer): boolean {
  return PROGRAMS.some((signature) => startsWith(head, signature)) || head.includes(ZIP_FILE);
}

function startsWith(bytes: Buffer, signature: Buffer): boolean {
  return bytes.subarray(0, signature.length).equals(signature);
}

/**
 * Holds the content against what the client says that it is.
 *
 * @param mediaType Content-Type as it came
 * @throws UploadRefused TYPE_DIFFERS
 */
export function checkMediaType(mediaType: string | undefined, type: FileType): void {
  const [name = ''] = (mediaType ?? '').split(';');
  const announced = name.trim().toLowerCase();
  if (UNDECIDED.includes(announced) || MEDIA_TYPES[announced] === type) return;
  const known = Object.keys(MEDIA_TYPES).join(', ');
  throw new UploadRefused(
    'TYPE_DIFFERS',
    MEDIA_TYPES[announced]
      ? `Content-Type says ${announced}, but the content is ${type}: leave the header out or let it say the truth.`
      : `Expected Content-Type to be one of ${known}, application/octet-stream, or none; send the file itself as ` +
          'the body.',
  );
}
