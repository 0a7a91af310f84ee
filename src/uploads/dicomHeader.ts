import type { DataSet } from 'dicom-parser';
import { MAX_SIDE } from './limits';
import { UploadRefused } from './refusal';

/** What is read of a DICOM file besides its pixels: numbers, and one UID that is compared and forgotten. */
export interface DicomHeader {
  width: number;
  height: number;
  /** bits a value takes of its 16, and the place of its highest */
  bitsStored: number;
  highBit: number;
  isSigned: boolean;
  /** HU = stored × slope + intercept */
  rescaleSlope: number;
  rescaleIntercept: number;
  pixelSpacingMm: number;
  /** direction of rows and of columns in the patient, x y z x y z */
  orientation: number[];
  /** of the first pixel, along the normal of the slice, growing from feet to head; mm */
  positionMm: number;
  /** low, high, low, high … in HU */
  windows: number[];
  seriesInstanceUid: string;
  warnings: string[];
}

const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';
const ENHANCED_CT = ['1.2.840.10008.5.1.4.1.1.2.1', '1.2.840.10008.5.1.4.1.1.2.2'];
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
/** Cosine of 35°: gantries tilt by up to 30°; a coronal or sagittal slice is at 90°. */
const LEAST_AXIAL = 0.82;
const ROUNDING = 1e-3;
/** Pixels of a CT are squares; a difference of this share is rounding. */
const SQUARE = 0.01;
const MAX_WINDOWS = 8;
/** Decimal strings of DICOM (PS3.5, 6.2). */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Attributes by their tag, for messages. */
const NAMES: Record<string, string> = {
  x00080016: 'SOP Class UID (0008,0016)',
  x00080060: 'Modality (0008,0060)',
  x0020000e: 'Series Instance UID (0020,000E)',
  x00200032: 'Image Position (Patient) (0020,0032)',
  x00200037: 'Image Orientation (Patient) (0020,0037)',
  x00280002: 'Samples per Pixel (0028,0002)',
  x00280004: 'Photometric Interpretation (0028,0004)',
  x00280010: 'Rows (0028,0010)',
  x00280011: 'Columns (0028,0011)',
  x00280030: 'Pixel Spacing (0028,0030)',
  x00280100: 'Bits Allocated (0028,0100)',
  x00280101: 'Bits Stored (0028,0101)',
  x00280102: 'High Bit (0028,0102)',
  x00280103: 'Pixel Representation (0028,0103)',
  x00281052: 'Rescale Intercept (0028,1052)',
  x00281053: 'Rescale Slope (0028,1053)',
};

/**
 * Reads what a CT slice needs (PS3.3, C.8.2.1) and refuses what is none.
 *
 * @throws UploadRefused naming the reason
 */
export function readDicomHeader(data: DataSet): DicomHeader {
  refuseOtherObjects(data);
  const { width, height } = sizeOf(data);
  const bits = bitsOf(data);
  const orientation = decimals(data, 'x00200037', 6);
  const normal = axialNormal(orientation);
  const [x = 0, y = 0, z = 0] = decimals(data, 'x00200032', 3);
  const [rescaleSlope = 0] = decimals(data, 'x00281053', 1);
  const [rescaleIntercept = 0] = decimals(data, 'x00281052', 1);
  if (rescaleSlope === 0) throw new UploadRefused('BAD_TAG', 'Expected Rescale Slope (0028,1053) to be other than 0.');
  return {
    width,
    height,
    ...bits,
    rescaleSlope,
    rescaleIntercept,
    pixelSpacingMm: spacingOf(data),
    orientation,
    positionMm: x * normal.x + y * normal.y + z * normal.z,
    windows: windowsOf(data),
    seriesInstanceUid: text(data, 'x0020000e'),
    warnings: warningsOf(data, orientation),
  };
}

/** Everything that is a DICOM image and no axial CT slice of a patient. */
function refuseOtherObjects(data: DataSet): void {
  const sopClass = text(data, 'x00080016');
  if (sopClass === SECONDARY_CAPTURE || sopClass.startsWith(`${SECONDARY_CAPTURE}.`))
    throw new UploadRefused('SECONDARY_CAPTURE', 'Expected a CT slice, got a secondary capture: its values are no HU.');
  if (ENHANCED_CT.includes(sopClass) || Number(data.string('x00280008') ?? 1) > 1)
    throw new UploadRefused('MULTI_FRAME', 'Expected one slice a file, got a multi-frame image: split it into slices.');
  if (sopClass !== CT_IMAGE_STORAGE || text(data, 'x00080060') !== 'CT')
    throw new UploadRefused('NOT_CT', 'Expected CT Image Storage with modality CT, got another kind of DICOM object.');
  const imageType = (data.string('x00080008') ?? '').split('\\').map((part) => part.trim());
  if (imageType.includes('LOCALIZER'))
    throw new UploadRefused('LOCALIZER', 'Expected an axial slice, got a localizer (Image Type (0008,0008)).');
  if (data.string('x00280301')?.trim() === 'YES')
    throw new UploadRefused(
      'BURNED_IN_ANNOTATION',
      'The pixels hold an annotation that may name a person (Burned In Annotation (0028,0301) is YES).',
    );
  if (whole(data, 'x00280002') !== 1 || text(data, 'x00280004') !== 'MONOCHROME2')
    throw new UploadRefused(
      'PHOTOMETRIC_INTERPRETATION',
      'Expected one sample a pixel and Photometric Interpretation (0028,0004) MONOCHROME2.',
    );
}

function sizeOf(data: DataSet): { width: number; height: number } {
  const height = whole(data, 'x00280010');
  const width = whole(data, 'x00280011');
  if (width >= 1 && height >= 1 && width <= MAX_SIDE && height <= MAX_SIDE) return { width, height };
  throw new UploadRefused('TOO_MANY_PIXELS', `Expected 1 to ${MAX_SIDE} rows and columns, got ${height} × ${width}.`);
}

function bitsOf(data: DataSet): Pick<DicomHeader, 'bitsStored' | 'highBit' | 'isSigned'> {
  const allocated = whole(data, 'x00280100');
  const bitsStored = whole(data, 'x00280101');
  const highBit = whole(data, 'x00280102');
  const representation = whole(data, 'x00280103');
  if (allocated !== 16 || bitsStored < 1 || bitsStored > 16 || highBit > 15 || highBit + 1 < bitsStored)
    throw new UploadRefused(
      'BIT_DEPTH',
      `Expected 16 bits allocated and up to 16 stored within them, got ${allocated} and ${bitsStored}, the highest at ${highBit}.`,
    );
  if (representation > 1)
    throw new UploadRefused('BAD_TAG', `Expected Pixel Representation (0028,0103) 0 or 1, got ${representation}.`);
  return { bitsStored, highBit, isSigned: representation === 1 };
}

/** The normal of an axial slice, towards the head. */
function axialNormal([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]: readonly number[]): {
  x: number;
  y: number;
  z: number;
} {
  const isUnit = (...v: number[]): boolean => Math.abs(Math.hypot(...v) - 1) < 0.01;
  if (!isUnit(a, b, c) || !isUnit(d, e, f) || Math.abs(a * d + b * e + c * f) > 0.01)
    throw new UploadRefused('BAD_TAG', `Expected ${NAMES.x00200037} to be two unit vectors at a right angle.`);
  const normal = { x: b * f - c * e, y: c * d - a * f, z: a * e - b * d };
  if (Math.abs(normal.z) < LEAST_AXIAL)
    throw new UploadRefused('NOT_AXIAL', `Expected an axial slice; ${NAMES.x00200037} says that it is another one.`);
  const towardsHead = Math.sign(normal.z);
  return { x: normal.x * towardsHead, y: normal.y * towardsHead, z: normal.z * towardsHead };
}

function spacingOf(data: DataSet): number {
  const [rows = 0, columns = 0] = decimals(data, 'x00280030', 2);
  if (rows > 0 && rows <= 100 && Math.abs(rows - columns) <= SQUARE * rows) return rows;
  throw new UploadRefused('BAD_TAG', 'Expected Pixel Spacing (0028,0030) to be two equal lengths above 0 mm.');
}

/** Windows are a suggestion: one that makes no sense is left out. */
function windowsOf(data: DataSet): number[] {
  const centers = parts(data, 'x00281050');
  const widths = parts(data, 'x00281051');
  return centers.slice(0, MAX_WINDOWS).flatMap((center, index) => {
    const width = widths[index] ?? '';
    if (!DECIMAL.test(center) || !DECIMAL.test(width) || !(Number(width) > 0)) return [];
    const window = [Number(center) - Number(width) / 2, Number(center) + Number(width) / 2];
    return window.every((value) => Math.abs(value) <= 100_000) ? window : [];
  });
}

function warningsOf(data: DataSet, orientation: readonly number[]): string[] {
  const warnings: string[] = [];
  const isUsual = [1, 0, 0, 0, 1, 0].every((value, index) => Math.abs(value - (orientation[index] ?? 0)) < ROUNDING);
  if (!isUsual)
    warnings.push(
      'Rows and columns do not run exactly to the left and to the back of the patient; pixels are kept as they are.',
    );
  if (data.string('x00282110')?.trim() === '01') warnings.push('The pixels had been compressed with loss before.');
  const unit = data.string('x00281054')?.trim();
  if (unit !== undefined && unit !== '' && unit !== 'HU') warnings.push('Rescale Type (0028,1054) is not HU.');
  return warnings;
}

function parts(data: DataSet, tag: string): string[] {
  return (data.string(tag) ?? '').split('\\').map((part) => part.trim());
}

function text(data: DataSet, tag: string): string {
  const value = data.string(tag)?.trim();
  if (value) return value;
  throw missing(tag);
}

function whole(data: DataSet, tag: string): number {
  const value = data.elements[tag]?.length === 2 ? data.uint16(tag) : undefined;
  if (value !== undefined) return value;
  throw missing(tag);
}

function decimals(data: DataSet, tag: string, count: number): number[] {
  const values = parts(data, tag);
  if (values.length === 1 && values[0] === '') throw missing(tag);
  const numbers = values.map((value) => (DECIMAL.test(value) ? Number(value) : Number.NaN));
  if (numbers.length === count && numbers.every((value) => Math.abs(value) < 1e6)) return numbers;
  throw new UploadRefused('BAD_TAG', `Expected ${NAMES[tag]} to be ${count} decimal number${count > 1 ? 's' : ''}.`);
}

function missing(tag: string): UploadRefused {
  return new UploadRefused(
    'MISSING_TAG',
    `Expected ${NAMES[tag] ?? tag}, which a CT slice has; it is missing or empty.`,
  );
}
