import { SUBMISSION_LIMITS } from './format';
import { FileProblem } from './problems';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** One line of a text file. */
export interface TextLine {
  /** from 1 */
  number: number;
  text: string;
}

/**
 * The lines of a text, without those that are empty.
 *
 * @throws FileProblem TOO_LONG for a line that is none
 */
export async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<TextLine[]> {
  let rest = Buffer.alloc(0);
  let number = 0;
  for await (const piece of pieces) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const lines: TextLine[] = [];
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      addLine(lines, ++number, bytes.subarray(from, end));
      from = end + 1;
    }
    // A copy, since the piece may be used again.
    rest = Buffer.from(bytes.subarray(from));
    expectShort(rest, number + 1);
    yield lines;
  }
  const last: TextLine[] = [];
  addLine(last, number + 1, rest);
  yield last;
}

function addLine(lines: TextLine[], number: number, bytes: Buffer): void {
  expectShort(bytes, number);
  const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
  const text = bytes.toString('utf8', 0, end);
  if (text.trim() !== '') lines.push({ number, text });
}

function expectShort({ length }: Buffer, line: number): void {
  const { lineBytes } = SUBMISSION_LIMITS;
  if (length > lineBytes)
    throw new FileProblem('TOO_LONG', `Expected lines of at most ${lineBytes} bytes, this one is longer.`, line);
}
