import { UploadRefused } from './refusal';

/** The position of the value of an element. */
export interface DicomElement {
  /** undefined in Implicit VR, where the file does not state it */
  vr: string | undefined;
  offset: number;
  length: number;
  /** parts of encapsulated Pixel Data, without the offset table before them */
  fragments?: Buffer[];
}

/** The two forms in which elements are written; both are little endian. */
export type DicomEncoding = 'EXPLICIT' | 'IMPLICIT';

/**
 * Elements of a file, those of sequences among them. A CT slice has some hundreds, a plan of a radiotherapy some ten
 * thousands.
 */
const MAX_ELEMENTS = 500_000;
/** Limit on different attributes; the removed ones are returned and stored. */
const MAX_ATTRIBUTES = 10_000;
const MAX_DEPTH = 64;
const UNDEFINED_LENGTH = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
export const PIXEL_DATA = 0x7fe00010;
/** The group of the part that comes before the data set. */
const META_GROUP = 0x0002;
/**
 * Value representations whose length is written in 2 bytes (PS3.5, 7.1.2); all others, and all that DICOM may yet add,
 * have 4.
 */
const SHORT_VRS = new Set('AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' '));

/** `(0028,0010)`, as the standard writes a tag. */
export function formatTag(tag: number): string {
  const digits = digitsOf(tag).toUpperCase();
  return `(${digits.slice(0, 4)},${digits.slice(4)})`;
}

/** `7fe00010` */
export function digitsOf(tag: number): string {
  return tag.toString(16).padStart(8, '0');
}

/** What a file is refused with that does not go on as DICOM does. */
class Broken extends Error {}

/** The elements of one level of a DICOM file: of its meta header or of its data set. */
export class DicomDataSet {
  private readonly elements = new Map<number, DicomElement>();

  constructor(private readonly bytes: Buffer) {}

  set(tag: number, element: DicomElement): void {
    this.elements.set(tag, element);
  }

  get(tag: number): DicomElement | undefined {
    return this.elements.get(tag);
  }

  valueOf({ offset, length }: DicomElement): Buffer {
    return this.bytes.subarray(offset, offset + length);
  }

  /** @returns the text without its padding; undefined if the element is missing */
  text(tag: number): string | undefined {
    const element = this.elements.get(tag);
    return element && trimmed(this.valueOf(element));
  }
}

/** Trims blanks and NUL at both ends; bytes behind a NUL are not text. */
function trimmed(value: Buffer): string {
  const [text = ''] = value.toString('latin1').split('\0');
  return text.trim();
}

/**
 * Reads the headers of elements, and records the positions of the top level's values (PS3.5, chapter 7). Sequences are
 * walked through, so that a file that is broken within one is found, and so that their attributes can be reported.
 */
export class DicomElementReader {
  /** of all levels */
  readonly tags = new Set<number>();
  private position: number;
  private count = 0;
  private last: number | undefined;

  constructor(
    private readonly bytes: Buffer,
    start: number,
  ) {
    this.position = start;
  }

  /** The current reading position. */
  get end(): number {
    return this.position;
  }

  /** Reads the meta header, which is in Explicit VR always. @throws UploadRefused */
  readMeta(): DicomDataSet {
    return this.naming(() => {
      const meta = new DicomDataSet(this.bytes);
      while (this.position + 2 <= this.bytes.length && this.bytes.readUInt16LE(this.position) === META_GROUP)
        this.readElement('EXPLICIT', this.bytes.length, 0, meta);
      return meta;
    });
  }

  /** Reads from here to the end of the file. @throws UploadRefused */
  readDataSet(encoding: DicomEncoding): DicomDataSet {
    return this.naming(() => {
      const data = new DicomDataSet(this.bytes);
      while (!this.isAtEnd()) this.readElement(encoding, this.bytes.length, 0, data);
      return data;
    });
  }

  /** Some senders fill a file up with zeros. */
  private isAtEnd(): boolean {
    const left = this.bytes.length - this.position;
    if (left >= 4 && this.bytes.readUInt32LE(this.position) !== 0) return false;
    return this.bytes.subarray(this.position).every((byte) => byte === 0);
  }

  private naming<T>(read: () => T): T {
    try {
      return read();
    } catch (thrown) {
      if (!(thrown instanceof Broken)) throw thrown;
      const place = this.last === undefined ? 'at its start' : `after ${formatTag(this.last)}`;
      throw new UploadRefused(
        'BAD_DICOM',
        `The DICOM file is truncated or broken: it cannot be read on ${place}. ${thrown.message}`,
        { cause: thrown },
      );
    }
  }

  private readElement(encoding: DicomEncoding, end: number, depth: number, into?: DicomDataSet): void {
    const { tag, vr, length } = this.readHeader(encoding, end);
    if (tag >>> 16 === ITEM >>> 16) throw new Broken(`Expected an element, got the delimiter ${formatTag(tag)}.`);
    this.note(tag);
    const element: DicomElement = { vr, offset: this.position, length };
    if (length === UNDEFINED_LENGTH) this.readOpenElement(tag, element, encoding, end, depth);
    else {
      if (this.position + length > end)
        throw new Broken(`${formatTag(tag)} says that it has ${length} bytes, and ${end - this.position} are left.`);
      const next = this.position + length;
      if (vr === 'SQ') this.readItems(encoding, next, depth);
      else if (vr === undefined && tag !== PIXEL_DATA) this.tryItems(next, depth);
      this.position = next;
    }
    this.last = tag;
    into?.set(tag, element);
  }

  /** An element that ends with a delimiter: a sequence, or the fragments of compressed pixels. */
  private readOpenElement(tag: number, element: DicomElement, encoding: DicomEncoding, end: number, depth: number) {
    const { vr } = element;
    if (tag === PIXEL_DATA && vr !== undefined) {
      element.fragments = this.readFragments(end);
      element.length = this.position - element.offset;
    } else if (vr === undefined || vr === 'SQ') this.readItems(encoding, end, depth, true);
    // PS3.5, 6.2.2: a sequence whose VR an earlier writer did not know is in Implicit VR.
    else if (vr === 'UN') this.readItems('IMPLICIT', end, depth, true);
    else throw new Broken(`${formatTag(tag)} has no length, which only a sequence may have; its VR is ${vr}.`);
  }

  /** @param isOpen a delimiter ends the items, and not `end` */
  private readItems(encoding: DicomEncoding, end: number, depth: number, isOpen = false): void {
    if (depth === MAX_DEPTH) throw new Broken(`Sequences are nested more than ${MAX_DEPTH} levels deep.`);
    while (isOpen || this.position < end) {
      const { tag, length } = this.readHeader('IMPLICIT', end);
      if (isOpen && tag === SEQUENCE_END) return;
      if (tag !== ITEM) throw new Broken(`Expected an item of a sequence, got ${formatTag(tag)}.`);
      this.note(tag);
      if (length === UNDEFINED_LENGTH) this.readOpenItem(encoding, end, depth);
      else {
        const next = this.position + length;
        if (next > end) throw new Broken('An item is longer than its sequence.');
        while (this.position < next) this.readElement(encoding, next, depth + 1);
      }
    }
  }

  private readOpenItem(encoding: DicomEncoding, end: number, depth: number): void {
    for (;;) {
      if (this.position + 8 > end) throw new Broken('An item has no end.');
      if (this.peekTag() !== ITEM_END) this.readElement(encoding, end, depth + 1);
      else {
        this.position += 8;
        return;
      }
    }
  }

  /**
   * In Implicit VR nothing says that a value is a sequence but that it begins as one, which a number may do as well.
   */
  private tryItems(end: number, depth: number): void {
    if (end - this.position < 8 || this.peekTag() !== ITEM) return;
    const { last } = this;
    try {
      this.readItems('IMPLICIT', end, depth);
    } catch (thrown) {
      if (!(thrown instanceof Broken)) throw thrown;
      this.last = last;
    }
  }

  /** The first one is the table of offsets, which one frame does not need. */
  private readFragments(end: number): Buffer[] {
    const fragments: Buffer[] = [];
    for (;;) {
      const { tag, length } = this.readHeader('IMPLICIT', end);
      if (tag === SEQUENCE_END) return fragments.slice(1);
      if (tag !== ITEM) throw new Broken(`Expected a fragment of Pixel Data, got ${formatTag(tag)}.`);
      if (this.position + length > end)
        throw new Broken(
          `A fragment of Pixel Data says that it has ${length} bytes, and ${end - this.position} are left.`,
        );
      this.note(tag);
      fragments.push(this.bytes.subarray(this.position, this.position + length));
      this.position += length;
    }
  }

  private readHeader(encoding: DicomEncoding, end: number): { tag: number; vr: string | undefined; length: number } {
    if (this.position + 8 > end) throw new Broken(`${end - this.position} bytes are left, too few for an element.`);
    const tag = this.peekTag();
    const at = this.position + 4;
    if (encoding === 'IMPLICIT' || tag >>> 16 === ITEM >>> 16) {
      this.position += 8;
      return { tag, vr: undefined, length: this.bytes.readUInt32LE(at) };
    }
    const vr = String.fromCharCode(this.bytes.readUInt8(at), this.bytes.readUInt8(at + 1));
    if (SHORT_VRS.has(vr)) {
      this.position += 8;
      return { tag, vr, length: this.bytes.readUInt16LE(at + 2) };
    }
    if (!/^[A-Z]{2}$/.test(vr))
      throw new Broken(
        `${formatTag(tag)} has no VR, though the Transfer Syntax UID (0002,0010) says that all have one.`,
      );
    if (this.position + 12 > end) throw new Broken(`${end - this.position} bytes are left, too few for an element.`);
    this.position += 12;
    return { tag, vr, length: this.bytes.readUInt32LE(at + 4) };
  }

  private peekTag(): number {
    return this.bytes.readUInt16LE(this.position) * 0x10000 + this.bytes.readUInt16LE(this.position + 2);
  }

  private note(tag: number): void {
    this.tags.add(tag);
    if (++this.count > MAX_ELEMENTS || this.tags.size > MAX_ATTRIBUTES)
      throw new UploadRefused(
        'TOO_MANY_ELEMENTS',
        `Expected a DICOM file of at most ${MAX_ELEMENTS} elements and ${MAX_ATTRIBUTES} different attributes, ` +
          `got more by ${formatTag(tag)}.`,
      );
  }
}
