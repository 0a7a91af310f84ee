import { constants, gunzipSync } from 'node:zlib';
import type { FileType } from './readRequest';
import { UploadRefused } from './refusal';

/** What a body is. A file of detections is only received: what is in it is read with the data set that it belongs to. */
export type BodyType = FileType | 'DETECTIONS';

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
  ['a gzip file of something else than detections', Buffer.from([0x1f, 0x8b])],
  ['text in UTF-16, which has to be saved as UTF-8', Buffer.from([0xff, 0xfe])],
  ['text in UTF-16, which has to be saved as UTF-8', Buffer.from([0xfe, 0xff])],
  ['a PDF file', Buffer.from('%PDF')],
  ['a RAR archive', Buffer.from('Rar!')],
  ['a 7z archive', Buffer.from('7z\xbc\xaf', 'latin1')],
];

/** Names under which a client may announce a file; others that mean nothing in particular are in `UNDECIDED`. */
const MEDIA_TYPES: Record<string, BodyType> = {
  'image/png': 'PNG',
  'application/dicom': 'DICOM',
  'application/zip': 'ZIP',
  'application/x-zip-compressed': 'ZIP',
  'application/json': 'DETECTIONS',
  'application/x-ndjson': 'DETECTIONS',
  'text/csv': 'DETECTIONS',
  'application/vnd.apache.parquet': 'DETECTIONS',
  'application/gzip': 'DETECTIONS',
};
/** The beginning of JSON, of Parquet, or of a CSV file whose header names images. */
const DETECTIONS = /^(?:\s*[[{]|PAR1|[^\n]*(?:^|[,;\t"])\s*(?:image|image_id|file_name|filename|imageid)\s*[,;\t"])/i;
/** The beginning of a data set in DICOM's JSON (PS3.18 F), alone or in a list. */
const DICOM_JSON = /^\s*\[?\s*\{\s*"[\dA-F]{8}"\s*:/i;
const GZIP = Buffer.from([0x1f, 0x8b]);
const UTF8_MARK = /^\u00ef\u00bb\u00bf/;
const UNDECIDED = ['', 'application/octet-stream', 'binary/octet-stream'];

/**
 * What a file is, by its content; its name plays no part.
 *
 * @param head the first `HEAD_BYTES` bytes, or all of a shorter file
 * @throws UploadRefused EMPTY or UNKNOWN_TYPE
 */
export function detectFileType(head: Buffer): BodyType {
  const type = fileTypeOf(head);
  if (type) return type;
  if (mayHoldZip(head)) return 'ZIP';
  if (holdsDetections(head)) return 'DETECTIONS';
  if (head.length === 0)
    throw new UploadRefused(
      'EMPTY',
      'Expected a 16-bit PNG, a DICOM CT slice, a zip of slices or of a model, or detections, got an empty body.',
    );
  if (DICOM_JSON.test(head.toString('latin1'))) throw unknownType('DICOM in JSON, without pixels');
  throw unknownType(OTHERS.find(([, signature]) => startsWith(head, signature))?.[0] ?? 'none of them');
}

/** @param content the end of a sentence */
export function unknownType(content: string): UploadRefused {
  return new UploadRefused(
    'UNKNOWN_TYPE',
    'Expected a 16-bit PNG, a DICOM file with its preamble (PS3.10), a zip of either or of a model, or detections ' +
      `as JSON, CSV, NDJSON or Parquet, but the content is ${content}.`,
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

/** Whether the content is JSON, CSV, NDJSON or Parquet, as a whole or packed by gzip. What is in it is read later. */
function holdsDetections(head: Buffer): boolean {
  const text = startsWith(head, GZIP) ? beginningOfPacked(head) : head.toString('latin1');
  // Of a packed file the first bytes may be the table of its codes alone.
  return text === null || (DETECTIONS.test(text.replace(UTF8_MARK, '')) && !DICOM_JSON.test(text));
}

/** @returns null if nothing can be unpacked of the first bytes */
function beginningOfPacked(head: Buffer): string | null {
  try {
    const text = gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }).toString('latin1');
    return text === '' ? null : text;
  } catch {
    return null;
  }
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
export function checkMediaType(mediaType: string | undefined, type: BodyType): void {
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
