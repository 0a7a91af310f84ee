import { inflateRawSync } from 'node:zlib';
import { type DataSet, parseDicom, readPart10Header } from 'dicom-parser';
import type { HounsfieldSlice } from '../imaging';
import { type DicomHeader, readDicomHeader } from './dicomHeader';
import { checkTransferSyntax, readDicomPixels } from './dicomPixels';
import { MAX_SLICE_BYTES } from './limits';
import { UploadRefused } from './refusal';
import { nameOfRemovedTag } from './removedTags';

/** One DICOM CT slice: HU, numbers, and which tags were left behind. */
export interface DicomSlice extends DicomHeader {
  slice: HounsfieldSlice;
  /** group and element in hexadecimal, `00100010` */
  removedTags: Set<string>;
}

const TRANSFER_SYNTAX = 'x00020010';

/**
 * Reads a DICOM file (PS3.10).
 *
 * @throws UploadRefused naming the reason; its message never quotes the file
 */
export async function readDicomSlice(bytes: Buffer): Promise<DicomSlice> {
  const data = parse(bytes);
  const header = readDicomHeader(data);
  return { ...header, slice: await readDicomPixels(data, header), removedTags: findRemovedTags(data) };
}

/** The meta header comes first: what follows it in a syntax that is not read may be anything. */
function parse(bytes: Buffer): DataSet {
  const meta = orBadDicom(() => readPart10Header(bytes));
  checkTransferSyntax(meta.string(TRANSFER_SYNTAX)?.trim());
  return orBadDicom(() => parseDicom(bytes, { inflater: inflate }));
}

function orBadDicom(read: () => DataSet): DataSet {
  try {
    return read();
  } catch (cause) {
    throw new UploadRefused('BAD_DICOM', 'The DICOM file is truncated or broken: it cannot be read to its end.', {
      cause,
    });
  }
}

/** Deflated Explicit VR Little Endian: the part behind the meta header is compressed. */
function inflate(bytes: Uint8Array, position: number): Uint8Array {
  const inflated = inflateRawSync(bytes.subarray(position), { maxOutputLength: MAX_SLICE_BYTES });
  return Buffer.concat([bytes.subarray(0, position), inflated]);
}

/** Looks through all levels of sequences. */
function findRemovedTags(data: DataSet): Set<string> {
  const found = new Set<string>();
  const waiting = [data];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const { tag, items } of Object.values(next.elements)) {
      const digits = tag.slice(1).toLowerCase();
      if (nameOfRemovedTag(digits) !== undefined) found.add(digits);
      for (const item of items ?? []) if (item.dataSet) waiting.push(item.dataSet);
    }
  }
  return found;
}
