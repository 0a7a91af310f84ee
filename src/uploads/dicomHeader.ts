import { type DicomDataSet, type DicomElement, formatTag } from './dicomElements';
import { MAX_SIDE, PIXEL_SPACING_MM } from './limits';
import { UploadRefused } from './refusal';

/** Stored values from one to another, both among them. */
export interface PaddingRange {
  low: number;
  high: number;
  /** they do not fit into the bits that are stored, and are those of the whole word */
  ofWord: boolean;
}

/**
 * The content that is read of a DICOM file in addition to its pixels: numbers, and identifiers that are compared and
 * then dropped.
 */
export interface DicomHeader {
  width: number;
  height: number;
  /** bits a value takes of its 16, and the place of its highest */
  bitsStored: number;
  highBit: number;
  isSigned: boolean;
  /** values of pixels that were not measured; undefined if the file has none */
  padding: PaddingRange | undefined;
  /** HU = stored × slope + intercept */
  rescaleSlope: number;
  rescaleIntercept: number;
  pixelSpacingMm: number;
  /** direction of rows and of columns in the patient, x y z x y z */
  orientation: number[];
  /** of the first pixel, along the normal of the slice, growing from feet to head; mm */
  positionMm: number;
  /** of the first pixel in the patient, x y z */
  firstPixelMm: Point;
  /** of the slice, towards the head; a unit vector */
  normal: Point;
  /** low, high, low, high … in HU */
  windows: number[];
  seriesInstanceUid: string;
  /** empty if the file does not state it; never stored, and in no message */
  studyInstanceUid: string;
  /** the same */
  patientId: string;
  warnings: string[];
}

/** A position or direction in the patient: to the left, to the back, to the head. */
export interface Point {
  x: number;
  y: number;
  z: number;
}

type Bits = Pick<DicomHeader, 'bitsStored' | 'highBit' | 'isSigned'>;

const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';
/** UIDs of the standard, which name no person. */
const STANDARD_UID = /^1\.2\.840\.10008(\.\d{1,9}){1,12}$/;
const ENHANCED_CT = ['1.2.840.10008.5.1.4.1.1.2.1', '1.2.840.10008.5.1.4.1.1.2.2'];
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
/** Cosine of 35°: gantries tilt by up to 30°; a coronal or sagittal slice is at 90°. */
const LEAST_AXIAL = 0.82;
const ROUNDING = 1e-3;
/** Pixels of a CT are squares; a difference of this share is rounding. */
const SQUARE = 0.01;
const MAX_WINDOWS = 8;
/**
 * HU a stored value may be worth: CT has 1; a scaled one has some decimals, and no fewer than a thousandth of a HU
 * matter to anybody.
 */
const SLOPES = { least: 1e-3, most: 100 };
/** HU of the stored value 0: beyond these, no value of 16 bits is left where it was. */
const MAX_INTERCEPT = 32_768;
/** What vendors call a localizer in Image Type. */
const LOCALIZERS = ['LOCALIZER', 'LOCALISER', 'SCOUT', 'TOPOGRAM', 'SURVIEW', 'SCANOGRAM'];
/** Decimal strings of DICOM (PS3.5, 6.2). */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Attributes by their tag, for messages. */
const NAMES: Record<number, string> = {
  524310: 'SOP Class UID',
  524384: 'Modality',
  2097166: 'Series Instance UID',
  2097202: 'Image Position (Patient)',
  2097207: 'Image Orientation (Patient)',
  2621442: 'Samples per Pixel',
  2621444: 'Photometric Interpretation',
  2621456: 'Rows',
  2621457: 'Columns',
  2621488: 'Pixel Spacing',
  2621696: 'Bits Allocated',
  2621697: 'Bits Stored',
  2621698: 'High Bit',
  2621699: 'Pixel Representation',
  2625618: 'Rescale Intercept',
  2621728: 'Pixel Padding Value',
  2621729: 'Pixel Padding Range Limit',
  2625619: 'Rescale Slope',
};

/**
 * Reads what a CT slice needs (PS3.3, C.8.2.1) and refuses what is none.
 *
 * @throws UploadRefused naming the reason
 */
export function readDicomHeader(data: DicomDataSet): DicomHeader {
  refuseOtherObjects(data);
  const { width, height } = sizeOf(data);
  const bits = bitsOf(data);
  if (data.get(0x00283000))
    throw new UploadRefused(
      'BAD_TAG',
      'Expected HU by Rescale Slope (0028,1053) and Rescale Intercept (0028,1052), got a Modality LUT Sequence ' +
        '(0028,3000).',
    );
  const orientation = decimals(data, 0x00200037, 6);
  const normal = axialNormal(orientation);
  const [x = 0, y = 0, z = 0] = decimals(data, 0x00200032, 3);
  return {
    width,
    height,
    ...bits,
    padding: paddingOf(data, bits),
    ...rescaleOf(data),
    pixelSpacingMm: spacingOf(data),
    orientation,
    positionMm: x * normal.x + y * normal.y + z * normal.z,
    firstPixelMm: { x, y, z },
    normal,
    windows: windowsOf(data),
    seriesInstanceUid: text(data, 0x0020000e),
    studyInstanceUid: data.text(0x0020000d) ?? '',
    patientId: data.text(0x00100020) ?? '',
    warnings: warningsOf(data, orientation),
  };
}

/**
 * Refuses what its SOP Class UID says to be no CT slice.
 *
 * @param sopClass undefined if it is not stated
 * @throws UploadRefused SECONDARY_CAPTURE, MULTI_FRAME, NOT_CT
 */
export function refuseOtherClasses(sopClass: string | undefined): void {
  if (!sopClass || sopClass === CT_IMAGE_STORAGE) return;
  if (sopClass === SECONDARY_CAPTURE || sopClass.startsWith(`${SECONDARY_CAPTURE}.`))
    throw new UploadRefused(
      'SECONDARY_CAPTURE',
      'Expected a CT slice, got a secondary capture: its values are not HU.',
    );
  if (ENHANCED_CT.includes(sopClass)) throw multiFrame();
  throw notCt(STANDARD_UID.test(sopClass) ? `SOP Class UID ${sopClass}` : 'another kind of DICOM object');
}

const multiFrame = (): UploadRefused =>
  new UploadRefused('MULTI_FRAME', 'Expected one slice a file, got a multi-frame image: split it into slices.');
const notCt = (got: string): UploadRefused =>
  new UploadRefused(
    'NOT_CT',
    `Expected CT Image Storage (SOP Class UID (0008,0016) ${CT_IMAGE_STORAGE}) with Modality (0008,0060) CT, got ` +
      `${got}.`,
  );

/** Everything that is a DICOM image and no axial CT slice of a patient. */
function refuseOtherObjects(data: DicomDataSet): void {
  refuseOtherClasses(text(data, 0x00080016));
  if (text(data, 0x00080060) !== 'CT') throw notCt('another modality');
  const frames = data.text(0x00280008);
  if (frames && Number(frames) !== 1) throw multiFrame();
  if (parts(data, 0x00080008).some((part) => LOCALIZERS.includes(part.toUpperCase())))
    throw new UploadRefused('LOCALIZER', 'Expected an axial slice, got a localizer (Image Type (0008,0008)).');
  refuseBurnedIn(data);
  if (whole(data, 0x00280002) !== 1 || text(data, 0x00280004) !== 'MONOCHROME2')
    throw new UploadRefused(
      'PHOTOMETRIC_INTERPRETATION',
      'Expected Samples per Pixel (0028,0002) 1 and Photometric Interpretation (0028,0004) MONOCHROME2.',
    );
}

/** Any value except NO, in any language, does not state that the pixels are free of names. */
function refuseBurnedIn(data: DicomDataSet): void {
  const value = data.text(0x00280301);
  if (value === undefined || value === 'NO') return;
  throw new UploadRefused(
    'BURNED_IN_ANNOTATION',
    'The pixels may hold an annotation that names a person: Burned In Annotation (0028,0301) is there, and is not NO.',
  );
}

function sizeOf(data: DicomDataSet): { width: number; height: number } {
  const height = whole(data, 0x00280010);
  const width = whole(data, 0x00280011);
  if (width >= 1 && height >= 1 && width <= MAX_SIDE && height <= MAX_SIDE) return { width, height };
  throw new UploadRefused(
    'TOO_MANY_PIXELS',
    `Expected 1 to ${MAX_SIDE} Rows (0028,0010) and Columns (0028,0011), got ${height} × ${width}.`,
  );
}

function bitsOf(data: DicomDataSet): Bits {
  const allocated = whole(data, 0x00280100);
  const bitsStored = whole(data, 0x00280101);
  const highBit = whole(data, 0x00280102);
  const representation = whole(data, 0x00280103);
  if (allocated !== 16 || bitsStored < 1 || bitsStored > 16 || highBit > 15 || highBit + 1 < bitsStored)
    throw new UploadRefused(
      'BIT_DEPTH',
      'Expected Bits Allocated (0028,0100) to be 16, with Bits Stored (0028,0101) and High Bit (0028,0102) ' +
        `within them, got ${allocated}, ${bitsStored} and ${highBit}.`,
    );
  if (representation > 1)
    throw new UploadRefused('BAD_TAG', `Expected Pixel Representation (0028,0103) 0 or 1, got ${representation}.`);
  return { bitsStored, highBit, isSigned: representation === 1 };
}

/** Pixel Padding Value, and Pixel Padding Range Limit on either side of it (PS3.3, C.7.5.1.1.2). */
function paddingOf(data: DicomDataSet, { bitsStored, isSigned }: Bits): PaddingRange | undefined {
  const ends = [0x00280120, 0x00280121].flatMap((tag) => (data.get(tag)?.length ? [word(data, tag, isSigned)] : []));
  if (!data.get(0x00280120)?.length) return undefined;
  const [lowest, highest] = isSigned ? [-(2 ** (bitsStored - 1)), 2 ** (bitsStored - 1) - 1] : [0, 2 ** bitsStored - 1];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  return { low, high, ofWord: low < lowest || high > highest };
}

/** A word that is signed as the pixels are, whatever its VR says: writers take either. */
function word(data: DicomDataSet, tag: number, isSigned: boolean): number {
  const element = data.get(tag);
  if (element?.length !== 2) throw new UploadRefused('BAD_TAG', `Expected ${nameOf(tag)} to be one number of 16 bits.`);
  const value = data.valueOf(element);
  return isSigned ? value.readInt16LE() : value.readUInt16LE();
}

/** The normal of an axial slice, towards the head. */
function axialNormal([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]: readonly number[]): Point {
  const isUnit = (...v: number[]): boolean => Math.abs(Math.hypot(...v) - 1) < 0.01;
  if (!isUnit(a, b, c) || !isUnit(d, e, f) || Math.abs(a * d + b * e + c * f) > 0.01)
    throw new UploadRefused('BAD_TAG', `Expected ${nameOf(0x00200037)} to be two unit vectors at a right angle.`);
  const normal = { x: b * f - c * e, y: c * d - a * f, z: a * e - b * d };
  if (Math.abs(normal.z) < LEAST_AXIAL)
    throw new UploadRefused('NOT_AXIAL', `Expected an axial slice; ${nameOf(0x00200037)} says that it is another one.`);
  const towardsHead = Math.sign(normal.z);
  return { x: normal.x * towardsHead, y: normal.y * towardsHead, z: normal.z * towardsHead };
}

function spacingOf(data: DicomDataSet): number {
  const [rows = 0, columns = 0] = decimals(data, 0x00280030, 2);
  const { least, most } = PIXEL_SPACING_MM;
  if (rows >= least && rows <= most && Math.abs(rows - columns) <= SQUARE * rows) return rows;
  throw new UploadRefused(
    'BAD_TAG',
    `Expected Pixel Spacing (0028,0030) to be two equal lengths of ${least} to ${most} mm, got ${rows} and ${columns}.`,
  );
}

/** HU of stored values. A slope may be negative: the standard allows it, and the HU are right. */
function rescaleOf(data: DicomDataSet): Pick<DicomHeader, 'rescaleSlope' | 'rescaleIntercept'> {
  const [rescaleSlope = 0] = decimals(data, 0x00281053, 1);
  const [rescaleIntercept = 0] = decimals(data, 0x00281052, 1);
  if (Math.abs(rescaleSlope) < SLOPES.least || Math.abs(rescaleSlope) > SLOPES.most)
    throw new UploadRefused(
      'BAD_TAG',
      `Expected ${nameOf(0x00281053)} to be ${SLOPES.least} to ${SLOPES.most} HU or the negative of it, got ` +
        `${rescaleSlope}.`,
    );
  if (Math.abs(rescaleIntercept) > MAX_INTERCEPT)
    throw new UploadRefused(
      'BAD_TAG',
      `Expected ${nameOf(0x00281052)} to be -${MAX_INTERCEPT} to ${MAX_INTERCEPT} HU, got ${rescaleIntercept}.`,
    );
  return { rescaleSlope, rescaleIntercept };
}

/** Windows are a suggestion: an invalid one is ignored. */
function windowsOf(data: DicomDataSet): number[] {
  const centers = parts(data, 0x00281050);
  const widths = parts(data, 0x00281051);
  return centers.slice(0, MAX_WINDOWS).flatMap((center, index) => {
    const width = widths[index] ?? '';
    if (!DECIMAL.test(center) || !DECIMAL.test(width) || !(Number(width) > 0)) return [];
    const window = [Number(center) - Number(width) / 2, Number(center) + Number(width) / 2];
    return window.every((value) => Math.abs(value) <= 100_000) ? window : [];
  });
}

function warningsOf(data: DicomDataSet, orientation: readonly number[]): string[] {
  const warnings: string[] = [];
  const isUsual = [1, 0, 0, 0, 1, 0].every((value, index) => Math.abs(value - (orientation[index] ?? 0)) < ROUNDING);
  if (!isUsual)
    warnings.push(
      'Rows and columns do not run exactly to the left and to the back of the patient; pixels are kept as they are.',
    );
  if (data.text(0x00282110) === '01') warnings.push('The pixels had been compressed with loss before.');
  const unit = data.text(0x00281054);
  if (unit !== undefined && unit !== '' && unit !== 'HU') warnings.push('Rescale Type (0028,1054) is not HU.');
  return warnings;
}

function parts(data: DicomDataSet, tag: number): string[] {
  return (data.text(tag) ?? '').split('\\').map((part) => part.trim());
}

function text(data: DicomDataSet, tag: number): string {
  const value = data.text(tag);
  if (value) return value;
  throw missing(tag);
}

/** A whole number; most are US, and a value of another VR is read by that VR. */
function whole(data: DicomDataSet, tag: number): number {
  const element = data.get(tag);
  if (!element || element.length === 0) throw missing(tag);
  const value = wholeOf(data, element);
  if (value !== undefined) return value;
  throw new UploadRefused(
    'BAD_TAG',
    `Expected ${nameOf(tag)} to be one whole number of VR US, got ${element.length} bytes of VR ${element.vr ?? 'US'}.`,
  );
}

function wholeOf(data: DicomDataSet, element: DicomElement): number | undefined {
  const { vr = 'US', length } = element;
  const bytes = data.valueOf(element);
  if ((vr === 'US' || vr === 'SS' || vr === 'UN') && length === 2) return bytes.readUInt16LE();
  if ((vr === 'UL' || vr === 'SL') && length === 4) return bytes.readUInt32LE();
  if (vr !== 'IS' && vr !== 'DS') return undefined;
  const text = bytes
    .toString('latin1')
    .replace(/[ \0]+$/, '')
    .trim();
  return /^\+?\d{1,10}$/.test(text) ? Number(text) : undefined;
}

function decimals(data: DicomDataSet, tag: number, count: number): number[] {
  const values = parts(data, tag);
  if (values.length === 1 && values[0] === '') throw missing(tag);
  const numbers = values.map((value) => (DECIMAL.test(value) ? Number(value) : Number.NaN));
  if (numbers.length === count && numbers.every((value) => Math.abs(value) < 1e6)) return numbers;
  throw new UploadRefused('BAD_TAG', `Expected ${nameOf(tag)} to be ${count} decimal number${count > 1 ? 's' : ''}.`);
}

/** The refusal of a file that lacks what a CT slice has. */
export function missing(tag: number): UploadRefused {
  return new UploadRefused('MISSING_TAG', `Expected ${nameOf(tag)}, which a CT slice has; it is missing or empty.`);
}

/** `Rows (0028,0010)` */
function nameOf(tag: number): string {
  return `${NAMES[tag] ?? ''} ${formatTag(tag)}`.trim();
}
