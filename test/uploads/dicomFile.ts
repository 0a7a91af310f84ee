/** Writes DICOM files for tests, as far as they need any: the parser under test had no part in it. */

/** A value: text (padded to an even length), bytes, or items of a sequence. */
export type Value = string | Buffer | Element[][];
export type Element = [tag: string, vr: string, value: Value];

export const EXPLICIT = '1.2.840.10008.1.2.1';
export const IMPLICIT = '1.2.840.10008.1.2';

const LONG = ['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'];
const UNDEFINED = 0xffffffff;

export const us = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
};

function tagBytes(tag: string): Buffer {
  return Buffer.concat([us(Number.parseInt(tag.slice(0, 4), 16)), us(Number.parseInt(tag.slice(4), 16))]);
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function valueBytes(vr: string, value: Value, explicit: boolean): Buffer {
  if (Buffer.isBuffer(value)) return value;
  if (typeof value === 'string') {
    const pad = vr === 'UI' ? '\0' : ' ';
    return Buffer.from(value.length % 2 === 1 ? value + pad : value, 'latin1');
  }
  return Buffer.concat(
    value.map((item) => {
      const body = encodeElements(item, explicit);
      return Buffer.concat([tagBytes('fffee000'), u32(body.length), body]);
    }),
  );
}

/** Elements in the order of their tags. */
export function encodeElements(elements: readonly Element[], explicit = true): Buffer {
  const sorted = [...elements].sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.concat(
    sorted.flatMap(([tag, vr, value]) => {
      const body = valueBytes(vr, value, explicit);
      if (!explicit) return [tagBytes(tag), u32(body.length), body];
      const length = LONG.includes(vr) ? Buffer.concat([us(0), u32(body.length)]) : us(body.length);
      return [tagBytes(tag), Buffer.from(vr), length, body];
    }),
  );
}

/** Pixel Data of a compressed syntax: an empty offset table and one fragment. */
export function encapsulated(frame: Uint8Array): Buffer {
  const even = frame.length % 2 === 1 ? Buffer.concat([frame, Buffer.alloc(1)]) : Buffer.from(frame);
  return Buffer.concat([
    tagBytes('7fe00010'),
    Buffer.from('OB'),
    us(0),
    u32(UNDEFINED),
    tagBytes('fffee000'),
    u32(0),
    tagBytes('fffee000'),
    u32(even.length),
    even,
    tagBytes('fffee0dd'),
    u32(0),
  ]);
}

export interface DicomOptions {
  rows?: number;
  columns?: number;
  /** stored values; or ready bytes of Pixel Data */
  pixels?: ArrayLike<number> | Buffer;
  transferSyntax?: string;
  /** replaces elements of the plain CT slice; null leaves one out */
  change?: Record<string, Element[2] | null>;
  /** more elements */
  more?: Element[];
  meta?: Element[];
  preamble?: Buffer;
  /** other VRs than the usual ones, by tag */
  vrs?: Record<string, string>;
  /** frame of a compressed syntax */
  frame?: Uint8Array;
  /** Image Position (Patient), z; mm */
  z?: number;
}

const VRS: Record<string, string> = {
  '00080008': 'CS',
  '00080016': 'UI',
  '00080060': 'CS',
  '0020000e': 'UI',
  '00200032': 'DS',
  '00200037': 'DS',
  '00280002': 'US',
  '00280004': 'CS',
  '00280008': 'IS',
  '00280010': 'US',
  '00280011': 'US',
  '00280030': 'DS',
  '00280100': 'US',
  '00280101': 'US',
  '00280102': 'US',
  '00280103': 'US',
  '00280120': 'SS',
  '00280121': 'SS',
  '00280301': 'CS',
  '00281050': 'DS',
  '00281051': 'DS',
  '00281052': 'DS',
  '00281053': 'DS',
};

/** Stored values, signed or unsigned, as bytes. */
export function words(values: ArrayLike<number>): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (let i = 0; i < values.length; i++) bytes.writeUInt16LE(values[i]! & 0xffff, 2 * i);
  return bytes;
}

/** A CT slice: 8 × 8 pixels, signed, HU = stored − 1024, unless said otherwise. */
export function dicomFile(options: DicomOptions = {}): Buffer {
  const { rows = 8, columns = 8, transferSyntax = EXPLICIT, z = 0 } = options;
  const pixels = options.pixels ?? Array.from({ length: rows * columns }, (_, index) => 1000 + index);
  const plain: Record<string, Element[2] | null> = {
    '00080008': 'ORIGINAL\\PRIMARY\\AXIAL',
    '00080016': '1.2.840.10008.5.1.4.1.1.2',
    '00080060': 'CT',
    '0020000e': '1.2.3.4',
    '00200032': `-100\\-100\\${z}`,
    '00200037': '1\\0\\0\\0\\1\\0',
    '00280002': us(1),
    '00280004': 'MONOCHROME2',
    '00280010': us(rows),
    '00280011': us(columns),
    '00280030': '0.75\\0.75',
    '00280100': us(16),
    '00280101': us(16),
    '00280102': us(15),
    '00280103': us(1),
    '00281050': '40',
    '00281051': '400',
    '00281052': '-1024',
    '00281053': '1',
    ...options.change,
  };
  const elements = Object.entries(plain).flatMap(([tag, value]): Element[] =>
    value === null || tag === '7fe00010' ? [] : [[tag, options.vrs?.[tag] ?? VRS[tag] ?? 'LO', value]],
  );
  const pixelData: Element[] = [];
  if (!options.frame && options.change?.['7fe00010'] !== null)
    pixelData.push(['7fe00010', 'OW', Buffer.isBuffer(pixels) ? pixels : words(pixels)]);
  const meta = encodeElements([['00020010', 'UI', transferSyntax], ...(options.meta ?? [])]);
  const explicit = transferSyntax !== IMPLICIT;
  return Buffer.concat([
    options.preamble ?? Buffer.alloc(128),
    Buffer.from('DICM'),
    encodeElements([['00020000', 'UL', u32(meta.length)]]),
    meta,
    encodeElements([...elements, ...(options.more ?? []), ...pixelData], explicit),
    ...(options.frame ? [encapsulated(options.frame)] : []),
  ]);
}
