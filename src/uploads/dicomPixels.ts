import type { HounsfieldSlice } from '../imaging';
import { decompress } from './compressedPixels';
import { type DicomDataSet, type DicomElement, PIXEL_DATA } from './dicomElements';
import type { DicomHeader } from './dicomHeader';
import { UploadRefused } from './refusal';
import { pixelEncodingOf } from './transferSyntax';

/** Of what lies outside of the picture that was measured. */
const AIR_HU = -1024;
/** Share of a slice's pixels that may be clamped without a word: metal is brighter than anything. */
const MAX_CLAMPED = 0.01;
const NAME = 'Pixel Data (7FE0,0010)';

/** The pixels of a slice, and what is worth knowing of how they were read. */
export interface DicomPixels {
  slice: HounsfieldSlice;
  warnings: string[];
}

/**
 * The pixels of a slice in HU, rounded, and clamped to what 16 bits hold.
 *
 * @throws UploadRefused naming the reason
 */
export async function readDicomPixels(
  data: DicomDataSet,
  header: DicomHeader,
  transferSyntax: string,
): Promise<DicomPixels> {
  const element = data.get(PIXEL_DATA);
  if (!element || element.length === 0)
    throw new UploadRefused('MISSING_PIXEL_DATA', `Expected ${NAME}; it is missing or empty.`);
  const encoding = pixelEncodingOf(transferSyntax);
  const { words, warnings } =
    encoding === undefined || encoding === 'NATIVE'
      ? nativeWords(data, element, header)
      : { words: await decompress(element.fragments, header, transferSyntax), warnings: [] };
  const { hounsfield, warnings: valueWarnings } = toHounsfield(words, header);
  return {
    slice: { width: header.width, height: header.height, hounsfield },
    warnings: [...warnings, ...valueWarnings],
  };
}

/**
 * Readers may ignore data behind the frame (PS3.5, 8.1.1); a whole additional frame is a picture that the header does
 * not describe.
 */
function nativeWords(data: DicomDataSet, element: DicomElement, { width, height }: DicomHeader) {
  if (element.fragments)
    throw new UploadRefused(
      'PIXEL_DATA_UNREADABLE',
      `${NAME} is in fragments, as compressed pixels are, though the Transfer Syntax UID (0002,0010) says that ` +
        'they are not compressed.',
    );
  const bytes = data.valueOf(element);
  const expected = 2 * width * height;
  const more = bytes.length - expected;
  if (more < 0 || more >= expected)
    throw new UploadRefused(
      'PIXEL_DATA_LENGTH',
      `Expected ${expected} bytes of ${NAME} for ${height} rows of ${width}, got ${bytes.length}.`,
    );
  const warnings = more > 1 ? [`${NAME} continues after the slice; the rest was ignored.`] : [];
  return { words: bytes.subarray(0, expected), warnings };
}

/** Stored bits → value → HU. The other bits may hold an overlay, which is ignored. */
function toHounsfield(words: Buffer, header: DicomHeader): { hounsfield: Int16Array; warnings: string[] } {
  const { bitsStored, highBit, isSigned, rescaleSlope, rescaleIntercept, padding } = header;
  const shift = highBit + 1 - bitsStored;
  const unused = 32 - bitsStored;
  const hounsfield = new Int16Array(words.length / 2);
  let isBright = false;
  let clamped = 0;
  for (let i = 0; i < hounsfield.length; i++) {
    const word = words.readUInt16LE(2 * i);
    const bits = (word >>> shift) << unused;
    const value = isSigned ? bits >> unused : bits >>> unused;
    const exact = Math.round(value * rescaleSlope + rescaleIntercept);
    const measured = Math.min(32_767, Math.max(-32_768, exact));
    const isPadding = padding !== undefined && isWithin(padding, padding.ofWord ? asWord(word, isSigned) : value);
    hounsfield[i] = isPadding ? AIR_HU : measured;
    isBright ||= isPadding && measured > AIR_HU;
    if (!isPadding && exact !== measured) clamped++;
  }
  const warnings = isBright
    ? [`Pixels of Pixel Padding Value (0028,0120), which are not measurements, were set to air, ${AIR_HU} HU.`]
    : [];
  if (clamped > MAX_CLAMPED * hounsfield.length)
    warnings.push(
      'More than 1 % of the pixels of a slice were outside of -32768 … 32767 HU and were clamped: Rescale Slope ' +
        '(0028,1053) or Rescale Intercept (0028,1052) may be wrong.',
    );
  return { hounsfield, warnings };
}

const isWithin = ({ low, high }: { low: number; high: number }, value: number): boolean =>
  value >= low && value <= high;
const asWord = (word: number, isSigned: boolean): number => (isSigned ? (word << 16) >> 16 : word);
