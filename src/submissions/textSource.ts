/** From a file to its bytes of text: unpacked, in one encoding, and within limits. */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { messageOf } from '../errors';
import { SUBMISSION_LIMITS, type SubmissionFormat } from './format';
import { FileProblem } from './problems';

const HEAD_BYTES = 64;
const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** A file is called a bomb only if it is this large as well: short texts compress well. */
const LEAST_BOMB_BYTES = 64 * 2 ** 20;

/** @returns whether the bytes are the beginning of a gzip file */
const isGzip = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b;
/** @returns whether the bytes are the beginning of a Parquet file */
export const isParquet = (head: Buffer): boolean => head.toString('latin1', 0, 4) === 'PAR1';

/** @returns the first bytes of a file as it lies there */
export async function headOf(path: string, bytes = HEAD_BYTES): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/**
 * The text of a file in pieces, without a byte order mark.
 *
 * @param onRead called with the number of bytes of the file that have been read
 * @throws FileProblem for an empty, truncated or oversized file, and for another encoding than UTF-8
 */
export async function* textOf(
  path: string,
  format: SubmissionFormat,
  onRead: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const isPacked = isGzip(await headOf(path));
  const { size } = await stat(path);
  const file = createReadStream(path, { highWaterMark: 256 * 2 ** 10 });
  const source = isPacked ? file.pipe(createGunzip({ chunkSize: 256 * 2 ** 10 })) : file;
  if (isPacked) file.on('error', (failure) => source.destroy(failure));
  let bytes = 0;
  try {
    for await (const piece of source as AsyncIterable<Buffer>) {
      const text = bytes === 0 ? beginningOf(piece, format) : piece;
      bytes += piece.length;
      if (
        bytes > SUBMISSION_LIMITS.textBytes ||
        (bytes > LEAST_BOMB_BYTES && bytes > SUBMISSION_LIMITS.gzipRatio * size)
      )
        throw new FileProblem(
          'DECOMPRESSION_BOMB',
          `Expected at most ${SUBMISSION_LIMITS.textBytes} bytes of text, and at most ` +
            `${SUBMISSION_LIMITS.gzipRatio} for each byte of a gzip file.`,
        );
      if (text.length > 0) yield text;
      onRead(file.bytesRead);
    }
  } catch (thrown) {
    if (isPacked && !(thrown instanceof FileProblem)) throw unpackingProblem(thrown);
    throw thrown;
  } finally {
    file.destroy();
  }
  if (bytes === 0) throw new FileProblem('EMPTY', 'Expected detections, got an empty file.');
}

function unpackingProblem(thrown: unknown): unknown {
  const code: unknown = typeof thrown === 'object' && thrown !== null ? Reflect.get(thrown, 'code') : undefined;
  if (typeof code !== 'string' || !code.startsWith('Z_')) return thrown;
  return new FileProblem(
    'TRUNCATED',
    `Expected a whole gzip file, but it is truncated or broken (${messageOf(thrown)}): send it again.`,
  );
}

/** Checks the first bytes of the text. @returns them without a byte order mark */
function beginningOf(head: Buffer, format: SubmissionFormat): Buffer {
  const isUtf16 =
    (head[0] === 0xff && head[1] === 0xfe) ||
    (head[0] === 0xfe && head[1] === 0xff) ||
    (head.length > 3 && (head[0] === 0) !== (head[1] === 0) && head.subarray(0, HEAD_BYTES).includes(0));
  if (isUtf16) throw new FileProblem('ENCODING', 'The file is UTF-16: save it as UTF-8.');
  if (isGzip(head)) throw new FileProblem('ENCODING', 'The file is packed by gzip twice: pack it once.');
  if (isParquet(head))
    throw new FileProblem('FORMAT_DIFFERS', `The file is Parquet, and the stated format is ${format}.`);
  if (head.subarray(0, HEAD_BYTES).includes(0))
    throw new FileProblem('ENCODING', 'Expected text in UTF-8, got binary data.');
  return head.subarray(0, 3).equals(UTF8_MARK) ? head.subarray(3) : head;
}
