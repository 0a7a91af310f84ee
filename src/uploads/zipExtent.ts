import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';

/**
 * The beginning of a zip in a file, and its end without the comment. A program that unpacks it may precede it, and
 * anything may follow.
 */
export interface ZipExtent {
  start: number;
  end: number;
}

const END_RECORD = 0x06054b50;
const END_RECORD_BYTES = 22;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCATOR_64 = 0x07064b50;
const LOCATOR_64_BYTES = 20;
/** How far from its end a file is searched: a comment has 65,535 bytes at most, and some bytes may lie behind it. */
const SEARCHED_BYTES = 2 ** 17;

/**
 * Finds the zip in a file from its back, as other programs do. A comment may hold bytes that look like the end of a
 * zip, so that only an end counts before which a directory lies that begins as one.
 *
 * @returns null if there is none
 */
export async function findZipExtent(file: FileHandle, fileBytes: number): Promise<ZipExtent | null> {
  const from = Math.max(0, fileBytes - SEARCHED_BYTES);
  const tail = await readAt(file, from, fileBytes - from);
  for (let at = tail.length - END_RECORD_BYTES; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END_RECORD) continue;
    const isZip64 = at >= LOCATOR_64_BYTES && tail.readUInt32LE(at - LOCATOR_64_BYTES) === LOCATOR_64;
    // The numbers of zip64 stand elsewhere; what lies before such a zip is not looked for.
    const start = isZip64 ? 0 : await startOf(file, from + at, tail.subarray(at));
    if (start !== null) return { start, end: from + at + END_RECORD_BYTES };
  }
  return null;
}

/** @returns the beginning of the zip whose end record is at a position; null if there is none */
async function startOf(file: FileHandle, place: number, record: Buffer): Promise<number | null> {
  const entries = record.readUInt16LE(10);
  const directoryBytes = record.readUInt32LE(12);
  const start = place - directoryBytes - record.readUInt32LE(16);
  if (start < 0) return null;
  if (entries === 0) return directoryBytes === 0 ? start : null;
  const head = await readAt(file, place - directoryBytes, 4);
  return head.length === 4 && head.readUInt32LE(0) === DIRECTORY_ENTRY ? start : null;
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

const CHUNK_BYTES = 2 ** 16;
/** The end record says there how long the comment is. */
const COMMENT_LENGTH_BYTES = 2;

/** Shows a zip as if nothing lay before and behind it, and without its comment. */
export class ZipExtentReader extends RandomAccessReader {
  constructor(
    private readonly file: FileHandle,
    private readonly extent: ZipExtent,
  ) {
    super();
  }

  /** Bytes of the zip. */
  get size(): number {
    return this.extent.end - this.extent.start;
  }

  /** No stream of the file itself: that would close it at its end. */
  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.chunks(this.extent.start + start, this.extent.start + end), { objectMode: false });
  }

  private async *chunks(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end; ) {
      const chunk = await readAt(this.file, at, Math.min(CHUNK_BYTES, end - at));
      if (chunk.length === 0) return;
      at += chunk.length;
      yield chunk;
    }
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    const target = buffer.subarray(offset, offset + length);
    this.file.read(target, 0, length, this.extent.start + position).then(({ bytesRead }) => {
      if (bytesRead < length) return callback(new Error('The zip ends too early.'));
      const comment = this.size - COMMENT_LENGTH_BYTES - position;
      target.fill(0, Math.min(Math.max(comment, 0), length));
      callback(null);
    }, callback);
  }
}
