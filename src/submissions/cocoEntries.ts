/**
 * The entries of a COCO results file, which is one JSON array of objects. The array is cut at the borders of its
 * entries, and each entry is parsed alone: memory stays constant, and `JSON.parse` is several times as fast as parsers
 * that report every token.
 */
import { SUBMISSION_LIMITS } from './format';
import { FileProblem } from './problems';

/** One entry of the array. */
export interface CocoEntry {
  /** from 1 */
  number: number;
  text: string;
}

const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Where the cutter is. */
type Place = 'BEFORE_ARRAY' | 'BEFORE_FIRST' | 'BEFORE_ENTRY' | 'IN_ENTRY' | 'AFTER_ENTRY' | 'AFTER_ARRAY';

/** Cuts the bytes of a JSON array of objects into the texts of its entries. */
class EntryCutter {
  private place: Place = 'BEFORE_ARRAY';
  private depth = 0;
  private isInString = false;
  private isEscaped = false;
  private number = 0;
  private rest = Buffer.alloc(0);

  /** @returns the entries that end in this piece */
  cut(piece: Buffer): CocoEntry[] {
    const entries: CocoEntry[] = [];
    let from = 0;
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at]!;
      if (this.place !== 'IN_ENTRY') {
        if (!BLANKS.has(byte)) this.step(byte);
        from = at;
      } else if (this.endsEntry(byte)) {
        const text = Buffer.concat([this.rest, piece.subarray(from, at + 1)]);
        this.rest = Buffer.alloc(0);
        this.expectShort(text.length);
        entries.push({ number: this.number, text: text.toString() });
        this.place = 'AFTER_ENTRY';
      }
    }
    if (this.place === 'IN_ENTRY') {
      this.rest = Buffer.concat([this.rest, piece.subarray(from)]);
      this.expectShort(this.rest.length);
    }
    return entries;
  }

  /** @throws FileProblem if the array has not ended */
  end(): void {
    if (this.place === 'BEFORE_ARRAY') throw new FileProblem('EMPTY', 'Expected detections, got an empty file.');
    if (this.place !== 'AFTER_ARRAY')
      throw new FileProblem('TRUNCATED', 'Expected the array to end with ], but the file ends before.', this.number);
  }

  /** A byte between entries. */
  private step(byte: number): void {
    const { place } = this;
    if (place === 'BEFORE_ARRAY' && byte === OPEN_ARRAY) this.place = 'BEFORE_FIRST';
    else if (place === 'BEFORE_ARRAY' && byte === OPEN_OBJECT) throw notAnArray();
    else if ((place === 'BEFORE_FIRST' || place === 'BEFORE_ENTRY') && byte === OPEN_OBJECT) {
      this.place = 'IN_ENTRY';
      this.number++;
      this.depth = 1;
    } else if ((place === 'BEFORE_FIRST' || place === 'AFTER_ENTRY') && byte === CLOSE_ARRAY)
      this.place = 'AFTER_ARRAY';
    else if (place === 'AFTER_ENTRY' && byte === COMMA) this.place = 'BEFORE_ENTRY';
    else throw this.unexpected(byte);
  }

  private unexpected(byte: number): FileProblem {
    const character = JSON.stringify(String.fromCharCode(byte));
    if (this.place === 'BEFORE_ARRAY')
      return new FileProblem('FORMAT_DIFFERS', `Expected a JSON array, which begins with [, got ${character}.`);
    return new FileProblem(
      'SYNTAX',
      `Expected an array of objects, got ${character} ${this.place === 'AFTER_ARRAY' ? 'after its end' : 'between two entries'}.`,
      this.number + 1,
    );
  }

  /** @returns whether the entry ends with this byte */
  private endsEntry(byte: number): boolean {
    if (this.isInString) {
      if (this.isEscaped) this.isEscaped = false;
      else if (byte === BACKSLASH) this.isEscaped = true;
      else if (byte === QUOTE) this.isInString = false;
      return false;
    }
    if (byte === QUOTE) this.isInString = true;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.expectFlat(++this.depth);
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) return --this.depth === 0;
    return false;
  }

  private expectFlat(depth: number): void {
    if (depth > SUBMISSION_LIMITS.depth)
      throw new FileProblem(
        'TOO_DEEP',
        `Expected at most ${SUBMISSION_LIMITS.depth} arrays and objects within one another.`,
        this.number,
      );
  }

  private expectShort(bytes: number): void {
    const { lineBytes } = SUBMISSION_LIMITS;
    if (bytes > lineBytes)
      throw new FileProblem(
        'TOO_LONG',
        `Expected entries of at most ${lineBytes} bytes (without masks), this one is longer.`,
        this.number,
      );
  }
}

function notAnArray(): FileProblem {
  return new FileProblem(
    'GROUND_TRUTH',
    'Expected COCO results, an array of { image_id, category_id, bbox, score }, got an object, as a file of ground ' +
      'truth with "images" and "annotations" is: send the detections, not the annotations.',
  );
}

/**
 * @throws FileProblem if the text is no array of objects, or an entry is too long or too deep
 */
export async function* entriesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<CocoEntry[]> {
  const cutter = new EntryCutter();
  for await (const piece of pieces) yield cutter.cut(piece);
  cutter.end();
}
