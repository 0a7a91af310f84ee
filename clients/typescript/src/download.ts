import { DownloadError } from './errors';
import { pause, pauseOf, type RequestOptions, type Transport } from './transport';

/** A file, in memory. */
export interface Downloaded {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** SHA-256 in hexadecimal; null where the runtime has no `crypto.subtle`, as a page without HTTPS */
  readonly sha256: string | null;
  /** whether the server announced a checksum, which is that of the bytes then */
  readonly isVerified: boolean;
}

export interface DownloadOptions extends RequestOptions {
  /** is told how many bytes are there, of how many; null: not known */
  readonly onProgress?: (received: number, total: number | null) => void;
}

/** What is there of a file, and of which one. */
interface State {
  parts: Uint8Array<ArrayBuffer>[];
  received: number;
  etag: string | null;
  digest: string | null;
}

const strongTag = (tag: string | null): string | null => (tag?.startsWith('"') ? tag : null);

/** Reads on where the last attempt broke off, or begins again if the server does not know that file any more. */
async function readOn(
  transport: Transport,
  path: string,
  state: State,
  { signal, onProgress }: DownloadOptions,
): Promise<void> {
  const isResumed = state.received > 0 && state.etag !== null;
  const range = isResumed ? { Range: `bytes=${state.received}-`, 'If-Range': state.etag ?? '' } : undefined;
  const response = await transport.expect(path, { headers: range, signal });
  if (response.status !== 206) Object.assign(state, { parts: [], received: 0 });
  // Ranges, checksums and lengths of a compressed answer are those of its compressed bytes.
  const isEncoded = response.headers.get('Content-Encoding') !== null;
  state.etag = isEncoded ? null : strongTag(response.headers.get('ETag'));
  state.digest = isEncoded ? null : (response.headers.get('Repr-Digest') ?? state.digest);
  const length = Number(response.headers.get('Content-Length') ?? Number.NaN);
  const total = Number.isFinite(length) && !isEncoded ? state.received + length : null;
  const reader = response.body?.getReader();
  const next = async () => {
    try {
      return await reader?.read();
    } catch (failure) {
      throw signal?.aborted ? failure : new BrokenOff(failure);
    }
  };
  for (let read = await next(); read && !read.done; read = await next()) {
    state.parts.push(new Uint8Array(read.value));
    state.received += read.value.byteLength;
    onProgress?.(state.received, total);
  }
  if (total !== null && state.received < total) throw new BrokenOff(undefined);
}

/** The connection ended before the file did. */
class BrokenOff extends Error {
  constructor(override readonly cause: unknown) {
    super('The connection ended before the file did.');
  }
}

/**
 * Downloads a file. What breaks off is resumed where it broke off, if the file has a strong ETag, and its bytes are
 * compared with the checksum that the server announces (`Repr-Digest`).
 *
 * @param path below the server's address, or an address from an answer
 * @throws DeepLesionError if the server refuses, DownloadError if it breaks off too often or the checksum differs
 */
export async function download(transport: Transport, path: string, options: DownloadOptions = {}): Promise<Downloaded> {
  const state: State = { parts: [], received: 0, etag: null, digest: null };
  for (let failures = 0; ; failures++) {
    const before = state.received;
    try {
      await transport.repeat(true, options.signal, () => readOn(transport, path, state, options));
      break;
    } catch (thrown) {
      // What moves on may go on.
      if (!(thrown instanceof BrokenOff)) throw thrown;
      if (state.received > before) failures = 0;
      if (failures >= transport.retries) throw failed('The download broke off too often.', thrown);
      await pause(pauseOf(failures), options.signal);
    }
  }
  return checked(state);
}

async function checked({ parts, received, digest }: State): Promise<Downloaded> {
  const bytes = new Uint8Array(received);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  // Not in pages without HTTPS.
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return { bytes, sha256: null, isVerified: false };
  const hash = new Uint8Array(await subtle.digest('SHA-256', bytes));
  const announced = /sha-256=:([^:]+):/.exec(digest ?? '')?.[1];
  if (announced !== undefined && announced !== btoa(String.fromCharCode(...hash)))
    throw failed('The bytes are not those that the server announced: their SHA-256 differs.');
  const sha256 = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return { bytes, sha256, isVerified: announced !== undefined };
}

const failed = (message: string, cause?: unknown): DownloadError =>
  new DownloadError(
    message,
    { code: 'DOWNLOAD_FAILED', requestId: null, status: null, retryAfterSeconds: null, problems: [], data: null },
    { cause },
  );
