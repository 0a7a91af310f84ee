import type { DataSet, Element } from 'dicom-parser';
import type { HounsfieldSlice } from '../imaging';
import type { DicomHeader } from './dicomHeader';
import { UploadRefused } from './refusal';

/** Transfer syntaxes whose pixels are as they are. */
const NATIVE = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.1.99'];
export const BIG_ENDIAN = '1.2.840.10008.1.2.2';
/** Those that are decompressed: RLE, JPEG lossless, JPEG-LS, JPEG 2000. JPEG with 8 or 12 bits has lost what a CT needs. */
const COMPRESSED = [
  '1.2.840.10008.1.2.5',
  '1.2.840.10008.1.2.4.57',
  '1.2.840.10008.1.2.4.70',
  '1.2.840.10008.1.2.4.80',
  '1.2.840.10008.1.2.4.81',
  '1.2.840.10008.1.2.4.90',
  '1.2.840.10008.1.2.4.91',
];
const PIXEL_DATA = 'x7fe00010';

/** @throws UploadRefused for a syntax that is not read here */
export function checkTransferSyntax(uid: string | undefined): void {
  if (uid === BIG_ENDIAN)
    throw new UploadRefused('BIG_ENDIAN', 'Explicit VR Big Endian is not read: convert the file to little endian.');
  if (uid === undefined || NATIVE.includes(uid) || COMPRESSED.includes(uid)) return;
  throw new UploadRefused(
    'UNSUPPORTED_TRANSFER_SYNTAX',
    'Expected little endian, RLE, JPEG lossless, JPEG-LS or JPEG 2000: convert the file to Explicit VR Little Endian.',
  );
}

/**
 * The pixels of a slice in HU, rounded, and clamped to what 16 bits hold.
 *
 * @throws UploadRefused naming the reason
 */
export async function readDicomPixels(data: DataSet, header: DicomHeader): Promise<HounsfieldSlice> {
  const element = data.elements[PIXEL_DATA];
  if (!element || element.length === 0)
    throw new UploadRefused('MISSING_PIXEL_DATA', 'Expected Pixel Data (7FE0,0010); it is missing or empty.');
  const transferSyntax = data.string('x00020010')?.trim() ?? '';
  const bytes = COMPRESSED.includes(transferSyntax)
    ? await decompress(data, element, header, transferSyntax)
    : bytesOf(data).subarray(element.dataOffset, element.dataOffset + element.length);
  const { width, height } = header;
  const expected = 2 * width * height;
  if (bytes.length !== expected)
    throw new UploadRefused(
      'PIXEL_DATA_LENGTH',
      `Expected ${expected} bytes of pixels for ${height} rows of ${width}, got ${bytes.length}.`,
    );
  return { width, height, hounsfield: toHounsfield(bytes, header) };
}

function bytesOf({ byteArray }: DataSet): Buffer {
  return Buffer.from(byteArray.buffer, byteArray.byteOffset, byteArray.byteLength);
}

/** Stored bits → value → HU. Bits beside the value may hold an overlay, which stays behind. */
function toHounsfield(bytes: Buffer, header: DicomHeader): Int16Array {
  const { bitsStored, highBit, isSigned, rescaleSlope, rescaleIntercept } = header;
  const shift = highBit + 1 - bitsStored;
  const unused = 32 - bitsStored;
  const hounsfield = new Int16Array(bytes.length / 2);
  for (let i = 0; i < hounsfield.length; i++) {
    const bits = (bytes.readUInt16LE(2 * i) >>> shift) << unused;
    const value = isSigned ? bits >> unused : bits >>> unused;
    hounsfield[i] = Math.min(32_767, Math.max(-32_768, Math.round(value * rescaleSlope + rescaleIntercept)));
  }
  return hounsfield;
}

async function decompress(
  data: DataSet,
  element: Element,
  { width, height, isSigned }: DicomHeader,
  transferSyntax: string,
): Promise<Buffer> {
  const fragments = element.fragments ?? [];
  if (fragments.length === 0)
    throw new UploadRefused('MISSING_PIXEL_DATA', 'Expected compressed Pixel Data in fragments, and found none.');
  const all = bytesOf(data);
  // One frame: all fragments are parts of it.
  const frame = Buffer.concat(fragments.map(({ position, length }) => all.subarray(position, position + length)));
  // Only here: loading the decoders takes longer than reading a slice that needs none.
  const { default: codec } = await import('@cornerstonejs/dicom-codec');
  try {
    const { imageFrame } = await codec.decode(
      new Uint8Array(frame),
      {
        rows: height,
        columns: width,
        bitsAllocated: 16,
        samplesPerPixel: 1,
        signed: isSigned,
        pixelRepresentation: isSigned ? 1 : 0,
      },
      transferSyntax,
    );
    // The decoder of JPEG 2000 answers nothing, where others throw.
    if (imageFrame.length === 0) throw new Error('No pixels came out.');
    return Buffer.from(imageFrame.buffer, imageFrame.byteOffset, imageFrame.byteLength);
  } catch (cause) {
    throw new UploadRefused('PIXEL_DATA_UNREADABLE', 'The compressed pixels cannot be decompressed.', { cause });
  }
}
