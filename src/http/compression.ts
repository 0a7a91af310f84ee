/**
 * Responses of text, compressed as the client accepts. Those whose body is known as a whole are: JSON, pages, metrics,
 * the schema. Streams are not, because their events must leave at once; files of the build and slices have their own.
 *
 * Compression beside secrets can tell a page of another site what a response holds (BREACH): by the length of responses
 * to requests that the page makes with the victim's cookies. No cookie opens anything here: keys come in a header that
 * such a page cannot send.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { createLimiter } from '../limiter';

/** Smaller ones fit a packet or two as they are. */
const MIN_BYTES = 1_024;

const TEXT = /^(?:text\/(?!event-stream)|application\/(?:[\w.-]+\+)?json\b|image\/svg\+xml)/i;

type Compress = (body: Buffer) => Promise<Buffer>;

const brotli = promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliCompress);
const gzip = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gzip);

const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = zlib.constants;

/** In the order of preference. At these levels, a page of lesions takes some milliseconds. */
const ENCODINGS: readonly (readonly [name: string, compress: Compress])[] = [
  ...zstdOfNode(),
  ['br', (body) => brotli(body, { params: { [BROTLI_PARAM_QUALITY]: 4, [BROTLI_PARAM_SIZE_HINT]: body.byteLength } })],
  ['gzip', (body) => gzip(body, { level: 5 })],
];

/** Node has it from 22.15 and 23.8 on; the types are those of the oldest version that is supported. */
function zstdOfNode(): [string, Compress][] {
  const compress: unknown = Reflect.get(zlib, 'zstdCompress');
  if (typeof compress !== 'function') return [];
  const run: Compress = (body) =>
    new Promise((resolve, reject) => {
      compress(body, (failure: Error | null, compressed: Buffer) => (failure ? reject(failure) : resolve(compressed)));
    });
  return [['zstd', run]];
}

/** Some of Node's four threads for such work are left to files and pictures. */
const inTurn = createLimiter(Math.min(3, Math.max(2, availableParallelism() - 1)));

/** Compresses the body of a response that is ended with all of it, if it is text and the client accepts that. */
export function compressText(request: IncomingMessage, response: ServerResponse): void {
  const accepted = request.headers['accept-encoding'];
  if (accepted === undefined || request.method === 'HEAD') return;
  const end = response.end.bind(response) as (...words: unknown[]) => ServerResponse;
  let isEnding = false;
  const endCompressed = (...words: unknown[]): ServerResponse => {
    if (isEnding) return response;
    const body = bodyOf(words);
    const chosen = body && mayBeCompressed(response) ? encodingFor(accepted, ENCODINGS) : undefined;
    if (!body || !chosen) return end(...words);
    const [name, compress] = chosen;
    isEnding = true;
    void inTurn(() => compress(body)).then(
      (compressed) => {
        if (response.destroyed) return;
        response.setHeader('Content-Encoding', name);
        response.setHeader('Content-Length', compressed.byteLength);
        end(compressed, ...words.filter((word) => typeof word === 'function'));
      },
      () => end(...words),
    );
    return response;
  };
  response.end = endCompressed as typeof response.end;
}

/** @returns what `end` was called with, if it is worth compressing */
function bodyOf([body, encoding]: readonly unknown[]): Buffer | undefined {
  if (typeof body === 'string') {
    // Never more bytes than three for each character: most responses are told apart without counting.
    if (body.length * 3 < MIN_BYTES) return undefined;
    const bytes = Buffer.from(body, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
    return bytes.byteLength < MIN_BYTES ? undefined : bytes;
  }
  if (!(body instanceof Uint8Array) || body.byteLength < MIN_BYTES) return undefined;
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

/** A response with an entity tag knows its encodings itself: each has a tag of its own. */
function mayBeCompressed(response: ServerResponse): boolean {
  return (
    !response.headersSent &&
    TEXT.test(String(response.getHeader('Content-Type') ?? '')) &&
    response.getHeader('Content-Encoding') === undefined &&
    response.getHeader('ETag') === undefined &&
    response.getHeader('Content-Range') === undefined
  );
}

/** @returns the encoding that the client prefers, and of equal ones that which makes it smallest; undefined: none */
export function encodingFor<Encoding extends readonly [name: string, ...unknown[]]>(
  accepted: string,
  encodings: readonly Encoding[],
): Encoding | undefined {
  const weights = new Map(
    accepted.split(',').map((word) => {
      const [name = '', ...parameters] = word.split(';').map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return [name, weight === undefined ? 1 : Number(weight) || 0];
    }),
  );
  const weightOf = (name: string): number => weights.get(name) ?? weights.get('*') ?? 0;
  const [best] = [...encodings].sort(([one], [other]) => weightOf(other) - weightOf(one));
  if (!best || weightOf(best[0]) === 0 || (weights.get('identity') ?? 0) > weightOf(best[0])) return undefined;
  return best;
}
