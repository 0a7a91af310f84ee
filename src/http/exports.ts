/**
 * Exports over HTTP (RFC 9110, 9530): conditions, ranges, digests, and encodings on the way. A strong tag names the bytes
 * themselves, on every server; what is compressed on the way has a weak one and no ranges, because another version of a
 * compressor makes other bytes of the same.
 */
import { createHash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Request, type Response, Router } from 'express';
import type { GraphQLSchema } from 'graphql';
import { type Caller, isKnown as isSignedIn } from '../access';
import { BadUserInput } from '../errors';
import {
  type Export,
  type ExportContent,
  type ExportParts,
  type ExportViewer,
  exportFilesOf,
  exportSeenBy,
  exportSourceOf,
  exportViewerOf,
  findExport,
  keyOfExport,
  type Link,
  openExport,
} from '../exports';
import { createFilterReader } from '../graphql';
import type { Services } from '../services';
import type { Doors } from './doors';
import { HttpError } from './errors';
import { parametersWithBody } from './exportBody';
import { originOf } from './origin';
import { tellQuota } from './quotaHeaders';
import { asksForRange, type ByteRange, readRange } from './range';
import { type StreamEncoding, streamEncodingFor } from './streamEncoding';

/** How exports are reached, and where the bytes that were sent are counted. */
interface ExportWays {
  /** tell who sent a request */
  readonly doors: Doors;
  /** the path below which the server is, such as `/deeplesion`, or empty */
  readonly base: string;
  /** counts the bytes of exports that a caller was sent; the one place for that */
  noteSent(caller: Caller, bytes: number): void;
}

/** What answering one request takes. */
interface Answering {
  readonly request: Request;
  readonly response: Response;
  readonly ways: ExportWays;
  readonly parts: ExportParts;
  readonly viewer: ExportViewer;
}

const A_MINUTE = 'public, max-age=60';
/** What came with a key no cache on the way may give to others. */
const OWN = 'private, no-cache';

const METHODS = ['GET', 'HEAD', 'POST'];
/** Conditions, ranges and caches are for addresses, and say nothing of a body. */
const isOfAddress = ({ method }: Request): boolean => method !== 'POST';

/** `GET /…` and `POST /…`: mount it at `/exports`, behind what reads bodies of JSON. What it throws is meant for the app's error handler. */
export function createExportRouter(services: Services, schema: GraphQLSchema, ways: ExportWays): Router {
  const { config } = services;
  const router = Router();
  router.use(async (request, response) => {
    if (!METHODS.includes(request.method)) {
      response.set('Allow', METHODS.join(', '));
      throw new HttpError('METHOD_NOT_ALLOWED', 'Expected GET or HEAD, or POST with the parameters as JSON.');
    }
    const caller = ways.doors.callerOf(request);
    await services.quotas?.admit(caller, 'export-bytes');
    tellQuota(response, services.quotas?.standingOf(caller, 'export-bytes'));
    const readFilter = createFilterReader(schema, services, caller);
    const parts = { database: services.database, files: exportFilesOf(config), readFilter };
    const viewer = await exportViewerOf(services.database, caller);
    const source = exportSourceOf(parts, viewer, originOf(request) ?? '');
    const isPost = request.method === 'POST';
    const parameters = isPost ? parametersWithBody(request.query, request.body) : request.query;
    const address = { path: pathOf(request), parameters, accept: request.get('accept') };
    const content = exportSeenBy(viewer, await findExport(source, address));
    await answer(content, { request, response, ways, parts, viewer });
  });
  return router;
}

function pathOf({ path }: Request): string[] {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch (cause) {
    throw new BadUserInput('Expected a path whose escapes are UTF-8.', 'path', { cause });
  }
}

async function answer(content: Export, answering: Answering): Promise<void> {
  const { request, response, ways, parts, viewer } = answering;
  const key = keyOfExport(content);
  const range = request.get('range');
  const wantsRange = request.method === 'GET' && asksForRange(range) && mayResume(request.get('if-range'), key);
  const encoding =
    content.isText && (range === undefined || !isOfAddress(request))
      ? streamEncodingFor(request.get('accept-encoding'))
      : undefined;
  if (isOfAddress(request) && isKnown(request.get('if-none-match'), key)) {
    describe(content, key, encoding, answering);
    response.status(304).end();
    return;
  }
  if (request.method === 'HEAD') {
    const known = encoding ? null : await parts.files.known(key);
    describe(content, key, encoding, answering);
    if (known) response.set({ 'Content-Length': String(known.bytes), 'Repr-Digest': digestField(known.sha256) });
    response.end();
    return;
  }
  const made = await openExport(parts, viewer, content);
  // Of the response, not the socket, which serves many requests.
  response.once('close', () => made.release());
  response.once(
    'close',
    ways.doors.watch(viewer.caller, () => response.destroy()),
  );
  const part = wantsRange ? await rangeOf(range, made, response) : undefined;
  await made.begun();
  describe(content, key, encoding, answering);
  if (part) await sendPart(made, part, answering);
  else await sendWhole(made, encoding, answering);
}

/** A range on an export that is not written yet makes it first. */
async function rangeOf(header: string, made: ExportContent, response: Response): Promise<ByteRange> {
  const { bytes } = await made.finished();
  response.set('Content-Range', `bytes */${bytes}`);
  const range = readRange(header, bytes);
  response.set('Content-Range', `bytes ${range.from}-${range.to - 1}/${bytes}`);
  return range;
}

async function sendPart(made: ExportContent, { from, to }: ByteRange, answering: Answering): Promise<void> {
  const { sha256 } = await made.finished();
  answering.response.status(206).set({ 'Content-Length': String(to - from), 'Repr-Digest': digestField(sha256) });
  await send(Readable.from(made.read(from, to)), [], answering);
  answering.response.end();
}

/** The digest is known at the end of the first pass, and before the others. */
async function sendWhole(
  made: ExportContent,
  encoding: StreamEncoding | undefined,
  answering: Answering,
): Promise<void> {
  const { response } = answering;
  const known = encoding ? null : made.written;
  if (known) response.set({ 'Content-Length': String(known.bytes), 'Repr-Digest': digestField(known.sha256) });
  else response.set('Trailer', 'Repr-Digest');
  const hash = createHash('sha256');
  const hashed = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await send(Readable.from(made.read()), [...(encoding ? [encoding[1]()] : []), ...(known ? [] : [hashed])], answering);
  if (!known) response.addTrailers({ 'Repr-Digest': digestField(hash.digest('hex')) });
  response.end();
}

/** Sends as fast as the client reads. A client that is gone ends it, and so does what keeps the rest from being written. */
async function send(
  content: Readable,
  steps: readonly Transform[],
  { request, response, ways }: Answering,
): Promise<void> {
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  try {
    await pipeline([content, ...steps, counted, response], { end: false });
  } catch (thrown) {
    // Nothing can be said any more: the missing end of the body says it.
    response.destroy();
    if (!request.socket.destroyed) throw thrown;
  } finally {
    ways.noteSent(ways.doors.callerOf(request), bytes);
  }
}

function describe(
  content: Export,
  key: string,
  encoding: StreamEncoding | undefined,
  { request, response, ways }: Answering,
): void {
  if (content.isText) response.vary('Accept-Encoding');
  if (content.isNegotiated) response.vary('Accept');
  const place = content.isSmall ? 'inline' : 'attachment';
  response.set({
    'Content-Type': content.mediaType,
    'Content-Disposition': `${place}; filename="${content.fileName}"`,
    'Cache-Control': isOfAddress(request) && !isSignedIn(ways.doors.callerOf(request)) ? A_MINUTE : OWN,
    ETag: encoding ? `W/${tagOf(key)}` : tagOf(key),
    ...(encoding ? { 'Content-Encoding': encoding[0] } : {}),
    ...(!encoding && isOfAddress(request) ? { 'Accept-Ranges': 'bytes' } : {}),
    ...content.headers,
  });
  const links = (content.links ?? []).map((link) => linkText(link, ways.base));
  if (links.length > 0) response.set('Link', links.join(', '));
}

function linkText({ to, rel, type }: Link, base: string): string {
  const address = to.startsWith('/') ? base + to : to;
  // What is escaped already stays as it is.
  return `<${encodeURI(address).replaceAll('%25', '%')}>; rel="${rel}"${type === undefined ? '' : `; type="${type}"`}`;
}

const tagOf = (key: string): string => `"${Buffer.from(key, 'hex').toString('base64url')}"`;

/** RFC 9530: a structured field with the bytes of the digest in base64. */
const digestField = (sha256: string): string => `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;

/** Whether the client has the file already (RFC 9110, 13.1.2), which compares weakly. */
function isKnown(ifNoneMatch: string | undefined, key: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const known = ifNoneMatch.split(',').map((one) => one.trim().replace(/^W\//, ''));
  return known.includes(tagOf(key)) || ifNoneMatch.trim() === '*';
}

/** Whether what the client has a part of is still the same (RFC 9110, 13.1.5), which compares strongly. */
const mayResume = (ifRange: string | undefined, key: string): boolean =>
  ifRange === undefined || ifRange.trim() === tagOf(key);
