import type { Router } from 'express';
import type { Database } from '../database';
import { findKeySlice, findLesionsOfKeySlice, type KeySliceRecord, type LesionGeometry } from '../dataset';
import { NotFound } from '../errors';
import type { GlobalKeys } from '../globalId';
import { isImportedFile, type Mark, RENDERER_VERSION, readKeySlice, regionAround, renderSlice } from '../imaging';
import { findDetectionsOfImage, findRunOfImage, type RunOfImage } from '../runs';
import { detectionMarks, lesionMarks, toContinuous } from './imageMarks';
import { type ImageRequest, idOfPicture, parseImageRequest } from './imageRequest';
import { createPictureRouter, type Picture, type RenderedPicture, type RenderPlaces } from './pictures';
import { defaultWindow } from './pixels';

/** Used if the data set does not state the size of a pixel. */
const ASSUMED_SPACING_MM = 1;

/** What is shown, before any pixel is read. */
interface Subject {
  readonly key: GlobalKeys['BookmarkedImage'];
  readonly image: KeySliceRecord & { imageRoot: string };
  readonly request: ImageRequest;
  readonly run: RunOfImage | undefined;
}

async function findSubject(database: Database, file: string, query: Record<string, unknown>): Promise<Subject> {
  const id = idOfPicture(file);
  if (id?.type !== 'BookmarkedImage') {
    throw new NotFound(
      `Expected /images/ID.png with the id of a bookmarked image; there is no ${JSON.stringify(file.slice(0, 120))}.`,
      'id',
    );
  }
  const request = parseImageRequest(query);
  const image = await findKeySlice(database, id.key);
  if (!image) throw new NotFound('There is no bookmarked image with this id.', 'id');
  const { imageRoot } = image;
  if (!image.hasPixels || imageRoot === null) {
    throw new NotFound(
      `The data set has no pixel file of ${image.fileName} on this server (hasPixels is false).`,
      'id',
    );
  }
  const run = request.run && (await findRunOfImage(database, request.run, image.id));
  if (request.run && !run)
    throw new NotFound(
      `There is no detection run with this id that has ${image.fileName} among its images.`,
      'overlay',
    );
  return { key: id.key, image: { ...image, imageRoot }, request, run };
}

/**
 * Rows of a data set version never change, and a changed pixel file is noticed when it is read; the detections of a run
 * change until it has finished.
 */
function pictureOf(database: Database, subject: Subject): Picture {
  const { key, image, request, run } = subject;
  return {
    dependsOn: [RENDERER_VERSION, image.sourceSha256, image.pixelSha256, key, image.windows, request, run ?? null],
    settled: run === undefined || run.status === 'SUCCEEDED',
    isUpToDate: () => isImportedFile(image),
    render: () => render(database, subject),
  };
}

async function marksOf(
  database: Database,
  { image, request, run }: Subject,
  lesions: readonly LesionGeometry[],
): Promise<Mark[]> {
  const { scoreThreshold, top, drawLesions } = request;
  const detections = run ? await findDetectionsOfImage(database, run.runId, image.id, scoreThreshold, top) : [];
  return [
    ...(drawLesions ? lesionMarks(lesions, image.pixelConvention) : []),
    ...detectionMarks(detections, lesions, image.pixelConvention),
  ];
}

async function render(database: Database, subject: Subject): Promise<RenderedPicture> {
  const { key, image, request, run } = subject;
  const { crop, drawLesions, size } = request;
  const lesions = crop || drawLesions || run ? await findLesionsOfKeySlice(database, image.id) : [];
  const isTarget = ({ sourceRowIndex }: LesionGeometry): boolean =>
    crop?.lesion.dataset === key.dataset && crop.lesion.sourceRowIndex === sourceRowIndex;
  const target = lesions.find(isTarget);
  if (crop && !target) throw new NotFound(`There is no lesion with this id on ${image.fileName}.`, 'crop');
  const [{ slice, pixelsChanged, sha256 }, marks] = await Promise.all([
    readKeySlice(image),
    marksOf(database, subject, lesions),
  ]);
  const marginPx = (crop?.marginMm ?? 0) / (image.pixelSpacingMm ?? ASSUMED_SPACING_MM);
  const region = target && regionAround(toContinuous(target, image.pixelConvention), marginPx, slice);
  const window = request.window ?? defaultWindow(image.windows);
  const png = await renderSlice(slice, { window, region, size, marks });
  return { png, changedPixels: pixelsChanged && sha256 !== null ? [sha256] : [] };
}

/**
 * `GET /ID.png?window=…&overlay=…&size=…&crop=…&scoreThreshold=…&top=…`, with ID the global id of a bookmarked image:
 * the key slice as an 8-bit PNG. The five detections of a run with the highest scores are drawn; `top` sets the number,
 * `scoreThreshold` draws all from that score on. Mount it at `/images`.
 *
 * A picture whose content cannot change any more may be kept for a year; one with the detections of a run that has not
 * ended is requested again each time and answered with 304 while nothing was added. `X-DeepLesion-Pixels: CHANGED` says
 * that the pixel file is another one than at the import; such a picture is requested again each time.
 */
export function createImageRouter(database: Database, places: RenderPlaces): Router {
  return createPictureRouter(places, async (file, query) =>
    pictureOf(database, await findSubject(database, file, query)),
  );
}
