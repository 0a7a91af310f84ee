import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { checkMediaType, detectFileType, HEAD_BYTES } from './fileType';
import { MAX_SLICE_BYTES, STALL_MS } from './limits';
import type { FileType } from './readRequest';
import { UploadRefused } from './refusal';

/** What a client says of a body before it sends it. */
export interface BodyClaim {
  /** Content-Type */
  mediaType?: string;
  /** Content-Length; undefined where the body comes in chunks */
  bytes?: number;
}

/**
 * Writes a body to disk as it comes, in constant memory, and stops at the first byte too many. The stream is left as it is: whoever
 * gave it ends it.
 *
 * @param path a file that is not there yet
 * @param maxBytes of a zip; a single slice has `MAX_SLICE_BYTES` at most, or `maxBytes` where that is less
 * @returns what the content is
 * @throws UploadRefused
 */
export async function receiveBody(body: Readable, path: string, claim: BodyClaim, maxBytes: number): Promise<FileType> {
  if (claim.bytes !== undefined && claim.bytes > maxBytes) throw tooManyBytes(maxBytes);
  const file = await open(path, 'wx', 0o600);
  try {
    let head = Buffer.alloc(0);
    let type: FileType | undefined;
    let received = 0;
    for await (const chunk of chunksOf(body)) {
      received += chunk.length;
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)]);
      if (type === undefined && head.length === HEAD_BYTES) type = typeOf(head, claim);
      const limit = limitOf(type, maxBytes);
      if (received > limit) throw tooManyBytes(limit);
      await file.write(chunk);
    }
    return type ?? typeOf(head, claim);
  } finally {
    await file.close();
  }
}

function typeOf(head: Buffer, { mediaType }: BodyClaim): FileType {
  const type = detectFileType(head);
  checkMediaType(mediaType, type);
  return type;
}

function limitOf(type: FileType | undefined, maxBytes: number): number {
  return type === 'ZIP' ? maxBytes : Math.min(maxBytes, MAX_SLICE_BYTES);
}

function tooManyBytes(limit: number): UploadRefused {
  return new UploadRefused(
    'TOO_MANY_BYTES',
    `Expected at most ${limit} bytes here: a single slice has a lower limit than a zip (${MAX_SLICE_BYTES} bytes), and the server may have been set to less.`,
  );
}

/** The chunks of a body; one that stops coming ends with STALLED, one that breaks off with INCOMPLETE. */
async function* chunksOf(body: Readable): AsyncGenerator<Buffer> {
  const chunks = body.iterator({ destroyOnReturn: false });
  try {
    for (;;) {
      const next = await withinTime(chunks.next());
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // Lets go of the stream, so that somebody else may read the rest away. Nobody waits for it: the chunk that never comes may be asked for.
    void chunks.return?.().catch(() => undefined);
  }
}

async function withinTime<T>(waiting: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_, reject) => {
    const refusal = new UploadRefused('STALLED', `Expected the body to go on within ${STALL_MS / 1000} s.`);
    timer = setTimeout(() => reject(refusal), STALL_MS);
  });
  try {
    return await Promise.race([waiting, stalled]);
  } catch (thrown) {
    if (thrown instanceof UploadRefused) throw thrown;
    throw new UploadRefused('INCOMPLETE', 'The body ended before all of it was there.', { cause: thrown });
  } finally {
    clearTimeout(timer);
  }
}
