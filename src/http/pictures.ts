/**
 * What serving pictures has in common, whatever they show and in which form: conditions, cache headers, and a limit on
 * what is rendered at once.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Request, type Response, Router } from 'express';

import type { Limiter } from '../limiter';
import { createLimiter } from '../limiter';
import { HttpError } from './errors';

/** The header which says that a picture shows another pixel file than the imported one. */
const PIXELS_HEADER = 'X-DeepLesion-Pixels';

/** Requests in the queue; with this length, a page of a few hundred thumbnails still gets all of its pictures. */
const MAX_WAITING = 500;
/**
 * Its address names a row of this database: on another one, say a restored one, the same address is another picture.
 */
const A_MINUTE = 'public, max-age=60';
const ASK_AGAIN = 'no-cache';
const PRIVATE = 'private, no-cache';

/**
 * Level 1 costs no more than level 4: 286 kB instead of 281 kB of a slice's 524 kB (shared measurements of CT slices).
 */
const GZIP = { level: 1 };
const compress = promisify<Buffer, typeof GZIP, Buffer>(gzip);

/** A picture that was requested, as far as it is known before any pixel is read. */
export interface Picture {
  /** its media type; omitted: a PNG, which is compressed already. Others are compressed for clients that accept gzip */
  readonly mediaType?: string;
  /** headers of its own */
  readonly headers?: Readonly<Record<string, string>>;
  /** all that the bytes depend on, as JSON can hold it */
  readonly dependsOn: unknown;
  /** whether it can never change, so that it may be kept for a year; another one is requested again each time */
  readonly settled: boolean;
  /** whether the files that it shows are those of `dependsOn`, checked before a 304 is sent; omitted: they are */
  isUpToDate?(): Promise<boolean>;
  /** whether it is the caller's own: no cache on the way may keep it */
  readonly isPrivate?: boolean;
  /**
   * @param isWanted turns false if the client is gone: long work may stop then
   * @returns its bytes; `keep` false revokes `settled`, if something turned out to be missing
   */
  render(isWanted: () => boolean): Promise<RenderedPicture>;
}

export interface RenderedPicture {
  readonly body: Buffer;
  readonly keep?: boolean;
  /**
   * checksums of pixel files that differ from the imported ones; the picture shows the current files, and the header
   * says so
   */
  readonly changedPixels?: readonly string[];
}

/** Capacity for rendering that all pictures share: more at once would only make each of them slower. */
export interface RenderPlaces {
  readonly run: Limiter;
  waiting: number;
  /** whether pages of other sites may show pictures: those of the sites in CORS_ORIGINS do, and no header can list them */
  readonly sharesPictures: boolean;
}

export function createRenderPlaces(sharesPictures = false): RenderPlaces {
  return { run: createLimiter(Math.min(4, availableParallelism())), waiting: 0, sharesPictures };
}

/**
 * A router of `GET /FILE?…`. What it throws is meant for the app's error handler.
 *
 * @param find describes the picture behind a file name and a query; throws UserErrors
 */
export function createPictureRouter(
  places: RenderPlaces,
  find: (file: string, query: Record<string, unknown>, request: IncomingMessage) => Promise<Picture>,
): Router {
  const router = Router();
  router.all('/:file', (request: Request<{ file: string }>, response) =>
    answerWithPicture(places, request, response, () => find(request.params.file, request.query, request)),
  );
  return router;
}

/** Responds to one request for a picture. @throws what `find` and the rendering throw, and HttpError */
export async function answerWithPicture(
  places: RenderPlaces,
  request: Pick<Request, 'method' | 'socket' | 'get' | 'acceptsEncodings'>,
  response: Response,
  find: () => Promise<Picture>,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.set('Allow', 'GET, HEAD');
    throw new HttpError('METHOD_NOT_ALLOWED', 'Expected GET or HEAD.');
  }
  if (places.waiting >= MAX_WAITING) {
    response.set('Retry-After', '1');
    throw new HttpError(
      'UNAVAILABLE',
      `More than ${MAX_WAITING} pictures are waiting to be rendered; ask again in a second.`,
    );
  }
  places.waiting++;
  let described: Picture['headers'] = {};
  try {
    const picture = await find();
    described = picture.headers ?? {};
    const encoding = encodingOf(picture, request);
    // What is encoded differently has another tag (RFC 9110, 8.8.3.3).
    const tagOf = (...more: unknown[]): string => entityTag([picture.dependsOn, encoding, ...more]);
    const tag = tagOf();
    if (picture.mediaType !== undefined) response.vary('Accept-Encoding');
    response.set({
      ...picture.headers,
      ETag: tag,
      'Cache-Control': picture.isPrivate ? PRIVATE : picture.settled ? A_MINUTE : ASK_AGAIN,
      'X-Content-Type-Options': 'nosniff',
      // For `<img>` of other sites' pages, which ask for no permission.
      'Cross-Origin-Resource-Policy': places.sharesPictures ? 'cross-origin' : 'same-origin',
    });
    if (isKnown(request.get('if-none-match'), tag) && ((await picture.isUpToDate?.()) ?? true)) {
      response.status(304).end();
      return;
    }
    const isWanted = () => !request.socket.destroyed;
    const made = await places.run(async () => {
      if (!isWanted()) return null;
      const rendered = await picture.render(isWanted);
      return encoding === 'gzip' ? { ...rendered, body: await compress(rendered.body, GZIP) } : rendered;
    });
    if (made?.keep === false) response.set('Cache-Control', ASK_AGAIN).removeHeader('ETag');
    if (made?.changedPixels?.length) {
      response.set({ [PIXELS_HEADER]: 'CHANGED', 'Cache-Control': ASK_AGAIN });
      if (made.keep !== false) response.set('ETag', tagOf(made.changedPixels));
    }
    if (encoding === 'gzip') response.set('Content-Encoding', encoding);
    if (made) response.type(picture.mediaType ?? 'png').send(made.body);
  } catch (thrown) {
    for (const name of ['ETag', 'Content-Encoding', ...Object.keys(described ?? {})]) response.removeHeader(name);
    throw thrown;
  } finally {
    places.waiting--;
  }
}

function encodingOf({ mediaType }: Picture, request: Pick<Request, 'acceptsEncodings'>): 'gzip' | 'identity' {
  return mediaType !== undefined && request.acceptsEncodings('gzip') === 'gzip' ? 'gzip' : 'identity';
}

function entityTag(dependsOn: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(dependsOn)).digest('base64url').slice(0, 27)}"`;
}

/**
 * Whether the client has the picture already (RFC 9110, 13.1.2). Express' own `request.fresh` would send it again to a
 * client that also sends `Cache-Control: no-cache`, as fetch does with every condition.
 */
function isKnown(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const known = ifNoneMatch.split(',').map((one) => one.trim().replace(/^W\//, ''));
  return known.includes(tag) || ifNoneMatch.trim() === '*';
}
