import { formatBytes } from '../../data/text';
/** What a file is, by its content, as the server decides it. The page only needs to know what to ask for. */

/** ZIP_PNG: a series of PNGs; ZIP: anything else in a zip. */
export type FileKind = 'PNG' | 'DICOM' | 'ZIP_PNG' | 'ZIP_MODEL' | 'ZIP' | 'DETECTIONS' | 'OTHER';

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47];
const ZIP_SIGNATURE = [0x50, 0x4b];
const GZIP_SIGNATURE = [0x1f, 0x8b];
const DICOM_AT = 128;
const DICOM_MARK = [0x44, 0x49, 0x43, 0x4d];
const HEAD_BYTES = 132;
/** Names stand at the end of a zip. */
const TAIL_BYTES = 65_536;

const hasAt = (bytes: Uint8Array, at: number, wanted: readonly number[]): boolean =>
  wanted.every((byte, index) => bytes[at + index] === byte);

/** Reads as much of a file as tells what it is. */
export async function kindOfFile(file: Blob): Promise<FileKind> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  if (hasAt(head, 0, PNG_SIGNATURE)) return 'PNG';
  if (hasAt(head, DICOM_AT, DICOM_MARK)) return 'DICOM';
  if (!hasAt(head, 0, ZIP_SIGNATURE)) return isDetections(head) ? 'DETECTIONS' : 'OTHER';
  const tail = new Uint8Array(await file.slice(Math.max(0, file.size - TAIL_BYTES)).arrayBuffer());
  return kindOfZip(namesInZip(tail));
}

/** JSON, Parquet, a CSV file whose header names images, or something packed by gzip, which the server looks into. */
function isDetections(head: Uint8Array): boolean {
  if (hasAt(head, 0, GZIP_SIGNATURE)) return true;
  const text = new TextDecoder().decode(head);
  return /^(?:\s*[[{]|PAR1|[^\n]*(?:^|[,;\t"])\s*(?:image|image_id|file_name|filename|imageid)\s*[,;\t"])/i.test(text);
}

function kindOfZip(names: readonly string[]): FileKind {
  if (names.some((name) => /(^|\/)model\.json$/.test(name))) return 'ZIP_MODEL';
  return names.some((name) => /\.png$/i.test(name)) ? 'ZIP_PNG' : 'ZIP';
}

/** Entry of a zip's list of files: its fixed part is 46 bytes, the length of the name stands at 28. */
const ENTRY_SIGNATURE = [0x50, 0x4b, 0x01, 0x02];
const ENTRY_BYTES = 46;
const NAME_LENGTH_AT = 28;

/** @param tail the end of a zip @returns names of the files that are listed in it; of a long list the last ones */
export function namesInZip(tail: Uint8Array): string[] {
  const names: string[] = [];
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const decoder = new TextDecoder();
  for (let at = 0; at + ENTRY_BYTES <= tail.length; at++) {
    if (!hasAt(tail, at, ENTRY_SIGNATURE)) continue;
    const length = view.getUint16(at + NAME_LENGTH_AT, true);
    names.push(decoder.decode(tail.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + length)));
  }
  return names;
}

/** What the server takes, in bytes. */
export interface SizeLimits {
  readonly maxBytes: number;
  readonly maxSliceBytes: number;
}

/** @returns why a file need not be sent at all, as a sentence; null if it may be */
export function refusalOf({ size }: Pick<Blob, 'size'>, kind: FileKind, limits: SizeLimits): string | null {
  if (size === 0) return 'The file is empty.';
  if (kind === 'OTHER')
    return 'This is neither a 16-bit PNG nor a DICOM file nor a zip of either, nor detections. A folder can be sent as a zip.';
  const most = kind === 'PNG' || kind === 'DICOM' ? limits.maxSliceBytes : limits.maxBytes;
  if (size > most) return `The file has ${formatBytes(size)}; this server takes at most ${formatBytes(most)} of it.`;
  return null;
}
