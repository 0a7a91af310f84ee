import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { type BodyType, checkMediaType, detectFileType, HEAD_BYTES } from './fileType';
import { LEAST_BYTES_PER_SECOND, MAX_SLICE_BYTES, PACE_MS } from './limits';
import { UploadRefused } from './refusal';

/** The facts about a body before it is sent. */
export interface BodyClaim {
  /** Content-Type */
  mediaType?: string;
  /** Content-Length; undefined if the body comes in chunks */
  bytes?: number;
  /** is told of each part as it comes, and may end it by throwing */
  count?(bytes: number): void | Promise<void>;
}

/**
 * Writes a body to disk as it comes, in constant memory, and stops at the first byte too many. The stream is left as it
 * is: the caller ends it.
 *
 * @param path a file that is not there yet
 * @param maxBytes of a zip; a single slice has `MAX_SLICE_BYTES` at most, or `maxBytes` if that is less
 * @param signal ends it with its reason
 * @param paceMs less than the default for tests
 * @returns what the content is
 * @throws UploadRefused
 */
export async function receiveBody(
  body: Readable,
  path: string,
  claim: BodyClaim,
  maxBytes: number,
  signal: AbortSignal,
  paceMs = PACE_MS,
): Promise<BodyType> {
  refuseForm(claim);
  if (claim.bytes !== undefined && claim.bytes > maxBytes) throw tooManyBytes(maxBytes);
  const file = await open(path, 'wx', 0o600);
  try {
    let head = Buffer.alloc(0);
    let type: BodyType | undefined;
    let received = 0;
    for await (const chunk of chunksOf(body, paceMs)) {
      signal.throwIfAborted();
      received += chunk.length;
      await claim.count?.(chunk.length);
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

function typeOf(head: Buffer, { mediaType }: BodyClaim): BodyType {
  const type = detectFileType(head);
  checkMediaType(mediaType, type);
  return type;
}

function limitOf(type: BodyType | undefined, maxBytes: number): number {
  return type === 'ZIP' || type === 'DETECTIONS' ? maxBytes : Math.min(maxBytes, MAX_SLICE_BYTES);
}

function tooManyBytes(limit: number): UploadRefused {
  return new UploadRefused(
    'TOO_MANY_BYTES',
    `Expected at most ${limit} bytes here: a single slice has a lower limit than a zip or detections (${MAX_SLICE_BYTES} ` +
      'bytes), and the server may have been set to less.',
  );
}

/** What a page or `curl -F` sends: the file is somewhere in it, between lines of text. */
function refuseForm({ mediaType = '' }: BodyClaim): void {
  if (/^\s*multipart\//i.test(mediaType))
    throw new UploadRefused(
      'TYPE_DIFFERS',
      'Expected the file itself as the body, got a form (Content-Type multipart): send it as `curl -T FILE` does, not as `curl -F`.',
    );
}

/**
 * The chunks of a body; one that comes too slowly, or not at all, ends with STALLED, one that breaks off with
 * INCOMPLETE.
 */
async function* chunksOf(body: Readable, paceMs: number): AsyncGenerator<Buffer> {
  const chunks = body.iterator({ destroyOnReturn: false });
  const pace = new Pace(paceMs);
  try {
    for (;;) {
      const next = await pace.keep(chunks.next());
      if (next.done) return;
      pace.count(next.value.length);
      yield next.value;
    }
  } finally {
    pace.stop();
    // Lets go of the stream, so that someone else may read the rest away. No one waits for it: the chunk that never
    // comes may be requested.
    void chunks.return?.().catch(() => undefined);
  }
}

/** Checks every `paceMs` whether enough bytes have arrived since the last time. */
class Pace {
  private bytes = 0;
  private readonly timer: NodeJS.Timeout;
  private readonly tooSlow: Promise<never>;

  constructor(paceMs: number) {
    const least = (LEAST_BYTES_PER_SECOND * paceMs) / 1000;
    const refusal = new UploadRefused(
      'STALLED',
      `Expected at least ${LEAST_BYTES_PER_SECOND} bytes a second of the body, looked at every ${paceMs / 1000} ` +
        's: send it over a faster line.',
    );
    let give: (reason: UploadRefused) => void = () => undefined;
    this.tooSlow = new Promise((_, reject) => {
      give = reject;
    });
    this.tooSlow.catch(() => undefined);
    this.timer = setInterval(() => {
      if (this.bytes < least) give(refusal);
      this.bytes = 0;
    }, paceMs);
  }

  count(bytes: number): void {
    this.bytes += bytes;
  }

  /** Waits for a chunk while the pace is kept. */
  async keep<T>(chunk: Promise<T>): Promise<T> {
    try {
      return await Promise.race([chunk, this.tooSlow]);
    } catch (thrown) {
      if (thrown instanceof UploadRefused) throw thrown;
      throw new UploadRefused('INCOMPLETE', 'The body ended before all of it was there.', { cause: thrown });
    }
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
