import { inflateRawSync } from 'node:zlib';
import type { HounsfieldSlice } from '../imaging';
import { type DicomDataSet, DicomElementReader, digitsOf } from './dicomElements';
import { type DicomHeader, missing, readDicomHeader, refuseOtherClasses } from './dicomHeader';
import { readDicomPixels } from './dicomPixels';
import { MAX_SLICE_BYTES } from './limits';
import { UploadRefused } from './refusal';
import { nameOfRemovedTag } from './removedTags';
import { checkTransferSyntax, DEFLATED, IMPLICIT } from './transferSyntax';

/** One DICOM CT slice: HU, numbers, and the removed tags. */
export interface DicomSlice extends DicomHeader {
  slice: HounsfieldSlice;
  /** group and element in hexadecimal, `00100010` */
  removedTags: Set<string>;
}

/** The preamble and `DICM`. */
const META_START = 132;
const MEDIA_STORAGE_SOP_CLASS = 0x00020002;
const SOP_CLASS = 0x00080016;
const TRANSFER_SYNTAX = 0x00020010;

/**
 * Reads a DICOM file (PS3.10).
 *
 * @throws UploadRefused naming the reason; its message never quotes the file
 */
export async function readDicomSlice(bytes: Buffer): Promise<DicomSlice> {
  const { data, mediaStorageClass, transferSyntax, tags } = readElements(bytes);
  const header = readDicomHeader(data);
  checkMediaStorage(mediaStorageClass, data);
  const { slice, warnings } = await readDicomPixels(data, header, transferSyntax);
  return { ...header, slice, warnings: [...header.warnings, ...warnings], removedTags: removedTagsOf(tags) };
}

interface ReadElements {
  data: DicomDataSet;
  /** what the meta header says that the data set is */
  mediaStorageClass: string | undefined;
  transferSyntax: string;
  /** of all levels */
  tags: Iterable<number>;
}

/**
 * The two are the same by the standard (PS3.10, 7.1): if they differ, one of them belongs to another object, and so may
 * the pixels.
 */
function checkMediaStorage(mediaStorageClass: string | undefined, data: DicomDataSet): void {
  if (!mediaStorageClass || mediaStorageClass === data.text(SOP_CLASS)) return;
  throw new UploadRefused(
    'BAD_TAG',
    'Expected Media Storage SOP Class UID (0002,0002) and SOP Class UID (0008,0016) to be the same, they differ.',
  );
}

/** The meta header comes first: what follows it in a syntax that is not read may be anything. */
function readElements(bytes: Buffer): ReadElements {
  const metaReader = new DicomElementReader(bytes, META_START);
  const meta = metaReader.readMeta();
  const transferSyntax = meta.text(TRANSFER_SYNTAX);
  try {
    checkTransferSyntax(transferSyntax);
    const mediaStorageClass = meta.text(MEDIA_STORAGE_SOP_CLASS);
    return { ...readBehind(bytes, metaReader, transferSyntax), mediaStorageClass };
  } catch (thrown) {
    // A dose report in a syntax that is not read, or one that is broken, is no CT slice first of all.
    refuseOtherClasses(meta.text(MEDIA_STORAGE_SOP_CLASS));
    throw thrown;
  }
}

function readBehind(
  bytes: Buffer,
  metaReader: DicomElementReader,
  transferSyntax: string,
): Omit<ReadElements, 'mediaStorageClass'> {
  const reader =
    transferSyntax === DEFLATED
      ? new DicomElementReader(inflate(bytes.subarray(metaReader.end)), 0)
      : new DicomElementReader(bytes, metaReader.end);
  const data = reader.readDataSet(transferSyntax === IMPLICIT ? 'IMPLICIT' : 'EXPLICIT');
  if (!data.text(SOP_CLASS)) throw missing(SOP_CLASS);
  return { data, transferSyntax, tags: [...metaReader.tags, ...reader.tags] };
}

/** Deflated Explicit VR Little Endian: the part behind the meta header is compressed. */
function inflate(bytes: Buffer): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: MAX_SLICE_BYTES });
  } catch (cause) {
    throw new UploadRefused(
      'BAD_DICOM',
      'The DICOM file is truncated or broken: what is behind its meta header (0002,xxxx) cannot be inflated.',
      { cause },
    );
  }
}

function removedTagsOf(tags: Iterable<number>): Set<string> {
  const digits = Array.from(tags, digitsOf);
  return new Set(digits.filter((one) => nameOfRemovedTag(one) !== undefined));
}
