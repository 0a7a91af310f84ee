import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { type Request, type Response, Router } from 'express';
import type { Database } from '../database';
import { NotFound } from '../errors';
import { parseGlobalId } from '../globalId';
import {
  createLimiter,
  InvalidImage,
  type Mark,
  parseWindowParameter,
  RENDERER_VERSION,
  readSlice,
  regionAround,
  renderSlice,
  slicePath,
  type WindowSetting,
  windowFromRange,
} from '../imaging';
import { HttpError } from './errors';
import { detectionMarks, lesionMarks, toContinuous } from './imageMarks';
import {
  findDetections,
  findImage,
  findLesionsOfImage,
  findRunOfImage,
  type ImageRecord,
  type LesionRecord,
  type RunOfImage,
} from './imageRecords';
import { type ImageRequest, parseImageRequest } from './imageRequest';

/** Requests that wait for a free place; behind them a page of a few hundred thumbnails still gets all of its pictures. */
const MAX_WAITING = 500;
/** Where the data set does not say how large a pixel is. */
const ASSUMED_SPACING_MM = 1;
const YEAR = 'public, max-age=31536000, immutable';

/** A picture that was asked for, as far as it is known before any pixel is read. */
interface Picture {
  readonly imageId: number;
  readonly image: ImageRecord & { imageRoot: string };
  readonly request: ImageRequest;
  readonly run: RunOfImage | undefined;
}

async function findPicture(database: Database, file: string, query: Record<string, unknown>): Promise<Picture> {
  const id = file.endsWith('.png') ? parseGlobalId(file.slice(0, -'.png'.length)) : null;
  if (id?.type !== 'BookmarkedImage') {
    throw new NotFound(
      `Expected /images/ID.png with the id of a bookmarked image; there is no ${JSON.stringify(file.slice(0, 120))}.`,
      'id',
    );
  }
  const request = parseImageRequest(query);
  const image = await findImage(database, id.id);
  if (!image) throw new NotFound('There is no bookmarked image of this id.', 'id');
  const { imageRoot } = image;
  if (!image.hasPixels || imageRoot === null) {
    throw new NotFound(
      `The data set has no pixel file of ${image.fileName} on this server (hasPixels is false).`,
      'id',
    );
  }
  const run = request.runId === undefined ? undefined : await findRunOfImage(database, request.runId, id.id);
  if (request.runId !== undefined && !run)
    throw new NotFound(`There is no detection run of this id that has ${image.fileName} among its images.`, 'overlay');
  return { imageId: id.id, image: { ...image, imageRoot }, request, run };
}

/**
 * All that the bytes depend on: rows and pixel files of a data set's version never change, a run's detections do until it has ended.
 */
function entityTag({ imageId, image, request, run }: Picture): string {
  const parts = [RENDERER_VERSION, image.sourceSha256, image.datasetId, imageId, image.windows, request, run ?? null];
  return `"${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 27)}"`;
}

/**
 * Whether the client has the picture already (RFC 9110, 13.1.2). Express' own `request.fresh` would send it again to a client that also
 * sends `Cache-Control: no-cache`, as fetch does with every condition.
 */
function isKnown(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const known = ifNoneMatch.split(',').map((one) => one.trim().replace(/^W\//, ''));
  return known.includes(tag) || ifNoneMatch.trim() === '*';
}

function windowOf({ image, request }: Picture): WindowSetting {
  const [low, high] = image.windows;
  if (request.window) return request.window;
  if (low !== undefined && high !== undefined && high > low) return windowFromRange(low, high);
  return parseWindowParameter('abdomen');
}

async function marksOf(
  database: Database,
  { imageId, image, request }: Picture,
  lesions: readonly LesionRecord[],
): Promise<Mark[]> {
  const { runId, scoreThreshold, drawLesions } = request;
  const detections = runId === undefined ? [] : await findDetections(database, runId, imageId, scoreThreshold);
  return [
    ...(drawLesions ? lesionMarks(lesions, image.pixelConvention) : []),
    ...detectionMarks(detections, lesions, image.pixelConvention),
  ];
}

async function render(database: Database, picture: Picture): Promise<Buffer> {
  const { imageId, image, request } = picture;
  const { crop, drawLesions, runId, size } = request;
  const lesions = crop || drawLesions || runId !== undefined ? await findLesionsOfImage(database, imageId) : [];
  const target = crop && lesions.find((lesion) => lesion.id === crop.lesionId);
  if (crop && !target) throw new NotFound(`There is no lesion of this id on ${image.fileName}.`, 'crop');
  const [slice, marks] = await Promise.all([
    readSlice(slicePath(image.imageRoot, image.fileName), image.imageRoot),
    marksOf(database, picture, lesions),
  ]);
  if (slice.width !== image.width || slice.height !== image.height) {
    throw new InvalidImage(
      'SIZE_DIFFERS',
      `${image.fileName} has ${slice.width} × ${slice.height} pixels, but the data set says ${image.width} × ${image.height}: its boxes would not fit.`,
    );
  }
  const marginPx = (crop?.marginMm ?? 0) / (image.pixelSpacingMm ?? ASSUMED_SPACING_MM);
  const region = target && regionAround(toContinuous(target, image.pixelConvention), marginPx, slice);
  return renderSlice(slice, { window: windowOf(picture), region, size, marks });
}

/**
 * `GET /ID.png?window=…&overlay=…&size=…&crop=…&scoreThreshold=…`, with ID the global id of a bookmarked image: the key slice as an 8-bit PNG.
 * Mount it at `/images`. What it throws is meant for the app's error handler.
 *
 * A picture whose content cannot change any more may be kept for a year; one with the detections of a run that has not ended is asked for
 * again each time and answered with 304 while nothing was added.
 */
export function createImageRouter(database: Database): Router {
  const router = Router();
  const rendering = createLimiter(Math.min(4, availableParallelism()));
  let pending = 0;

  const answer = async (request: Request<{ file: string }>, response: Response): Promise<void> => {
    const picture = await findPicture(database, request.params.file, request.query);
    const tag = entityTag(picture);
    const settled = picture.run === undefined || picture.run.status === 'SUCCEEDED';
    response.set({
      ETag: tag,
      'Cache-Control': settled ? YEAR : 'no-cache',
      'X-Content-Type-Options': 'nosniff',
    });
    if (isKnown(request.get('if-none-match'), tag)) {
      response.status(304).end();
      return;
    }
    const png = await rendering(async () => (request.socket.destroyed ? null : render(database, picture)));
    if (png) response.type('png').send(png);
  };

  router.all('/:file', async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.set('Allow', 'GET, HEAD');
      throw new HttpError('METHOD_NOT_ALLOWED', 'Expected GET or HEAD.');
    }
    if (pending >= MAX_WAITING) {
      response.set('Retry-After', '1');
      throw new HttpError(
        'UNAVAILABLE',
        `More than ${MAX_WAITING} pictures are waiting to be rendered; ask again in a second.`,
      );
    }
    pending++;
    try {
      await answer(request, response);
    } catch (thrown) {
      response.removeHeader('ETag');
      throw thrown;
    } finally {
      pending--;
    }
  });
  return router;
}
