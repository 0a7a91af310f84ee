import type { Router } from 'express';
import { withoutSignature } from '../access';
import type { Database } from '../database';
import { findKeySlice, findLesionsOfKeySlice, type KeySliceRecord, type LesionGeometry } from '../dataset';
import { NotFound } from '../errors';
import type { GlobalId, GlobalKeys } from '../globalId';
import {
  findNeighbour,
  type HounsfieldSlice,
  isImportedFile,
  knownInterval,
  type Mark,
  type NeighbourFile,
  RENDERER_VERSION,
  readKeySlice,
  readNeighbour,
  regionAround,
  renderSlice,
} from '../imaging';
import { type EvaluationRow, findEvaluationsByKey, findOutcomesOfImages } from '../results';
import { findDetectionsOfImage, findRunOfImage, type RunOfImage } from '../runs';
import type { PictureSight, SightOf } from './doors';
import { HOUNSFIELD_VERSION, hounsfieldBytes, hounsfieldForm } from './hounsfield';
import { detectionMarks, lesionMarks, outcomeMarks, toContinuous } from './imageMarks';
import { type ImageRequest, idOfPicture, parseHounsfieldRequest, parseImageRequest } from './imageRequest';
import { NPY_VERSION, npyBytes, npyForm, parseSliceRequest } from './npy';
import type { Query } from './parameters';
import { createPictureRouter, type Picture, type RenderedPicture, type RenderPlaces } from './pictures';
import { defaultWindow } from './pixels';

/** Used if the data set does not state the size of a pixel. */
const ASSUMED_SPACING_MM = 1;

/** A bookmarked image whose pixels are here, and the slice of its series that is requested. */
interface Subject {
  readonly key: GlobalKeys['BookmarkedImage'];
  readonly image: KeySliceRecord & { imageRoot: string };
  /** undefined: the key slice */
  readonly neighbour: NeighbourFile | undefined;
  /** whether others may not see it */
  readonly isPrivate: boolean;
}

/** What is shown, before any pixel is read. */
interface MarkedSubject extends Subject {
  readonly request: ImageRequest;
  readonly run: RunOfImage | undefined;
  readonly evaluation: EvaluationRow | undefined;
}

async function findSubject(
  { database, expectTerms, isSigned, isPublic }: PictureSight,
  id: GlobalId | null,
  file: string,
  slice: number,
): Promise<Subject> {
  if (id?.type !== 'BookmarkedImage') {
    throw new NotFound(
      'Expected /images/ID.png, /images/ID.hu or /images/ID.npy with the id of a bookmarked image; there is no ' +
        `${JSON.stringify(file.slice(0, 120))}.`,
      'id',
    );
  }
  await expectTerms(id.key.dataset);
  const image = await findKeySlice(database, id.key);
  if (!image) throw new NotFound('There is no bookmarked image with this id.', 'id');
  const { imageRoot } = image;
  if (!image.hasPixels || imageRoot === null) {
    throw new NotFound(
      `The data set has no pixel file of ${image.fileName} on this server (hasPixels is false).`,
      'id',
    );
  }
  const placed = { ...image, imageRoot };
  const neighbour = slice === 0 ? undefined : await findNeighbour(placed, slice);
  return { key: id.key, image: placed, neighbour, isPrivate: isSigned || !(await isPublic(id.key.dataset)) };
}

async function findMarkedSubject(sight: PictureSight, file: string, query: Query): Promise<MarkedSubject> {
  const id = idOfPicture(file);
  const request = parseImageRequest(query);
  const subject = await findSubject(sight, id, file, request.slice);
  const { image } = subject;
  const run = request.run && (await findRunOfImage(sight.database, request.run, image.id));
  if (request.run && !run)
    throw new NotFound(
      `There is no detection run with this id that has ${image.fileName} among its images.`,
      'overlay',
    );
  const [evaluation] = request.evaluation ? await findEvaluationsByKey(sight.database, [request.evaluation]) : [];
  if (request.evaluation && !evaluation)
    throw new NotFound('There is no evaluation with this id: the query evaluations lists them.', 'overlay');
  return { ...subject, request, run, evaluation };
}

/**
 * What the pixels of a subject depend on. Rows of a data set version never change, and a changed file of a key slice is
 * noticed when it is read; of a neighbour no checksum was taken, so that its size and its time stand for it.
 */
function pixelsOf({ key, image, neighbour }: Subject): { dependsOn: unknown[]; isUpToDate(): Promise<boolean> } {
  const file = neighbour ? [neighbour.bytes, neighbour.modifiedMs] : image.pixelSha256;
  return {
    dependsOn: [image.sourceSha256, file, key],
    isUpToDate: async () => neighbour !== undefined || isImportedFile(image),
  };
}

/** @returns the slice, and the checksum of a key slice's file if that differs from the import */
async function readSubject({ image, neighbour }: Subject): Promise<{ slice: HounsfieldSlice; changed: string[] }> {
  if (neighbour) return { slice: await readNeighbour(image, neighbour), changed: [] };
  const { slice, pixelsChanged, sha256 } = await readKeySlice(image);
  return { slice, changed: pixelsChanged && sha256 !== null ? [sha256] : [] };
}

/** The detections of a run change until it has finished. */
function pictureOf(database: Database, subject: MarkedSubject): Picture {
  const { image, request, run, isPrivate } = subject;
  const { dependsOn, isUpToDate } = pixelsOf(subject);
  return {
    dependsOn: [RENDERER_VERSION, ...dependsOn, image.windows, request, run ?? null],
    settled: run === undefined || run.status === 'SUCCEEDED',
    isUpToDate,
    isPrivate,
    render: () => render(database, subject),
  };
}

async function findHounsfield(sight: PictureSight, file: string, query: Query): Promise<Picture> {
  const id = idOfPicture(file, '.hu');
  const offset = parseHounsfieldRequest(query);
  const subject = await findSubject(sight, id, file, offset);
  const { image, isPrivate } = subject;
  const { dependsOn, isUpToDate } = pixelsOf(subject);
  const interval = knownInterval(image);
  return {
    ...hounsfieldForm({
      ...image,
      sliceIndex: image.sliceIndex + offset,
      offsetMm: interval === null ? null : offset * interval,
    }),
    dependsOn: [HOUNSFIELD_VERSION, 'hu', ...dependsOn, offset],
    settled: true,
    isUpToDate,
    isPrivate,
    render: async () => {
      const { slice, changed } = await readSubject(subject);
      return { body: hounsfieldBytes(slice), changedPixels: changed };
    },
  };
}

async function findArray(sight: PictureSight, file: string, query: Query): Promise<Picture> {
  const id = idOfPicture(file, '.npy');
  const wanted = parseSliceRequest(query);
  const keySlice = await findSubject(sight, id, file, 0);
  const { image, isPrivate } = keySlice;
  const subjects = await Promise.all(
    wanted.offsets.map(
      async (offset): Promise<Subject> =>
        offset === 0 ? keySlice : { ...keySlice, neighbour: await findNeighbour(image, offset) },
    ),
  );
  const files = subjects.map(pixelsOf);
  const interval = knownInterval(image);
  return {
    ...npyForm(
      wanted.offsets.map((offset) => image.sliceIndex + offset),
      interval === null ? null : wanted.offsets.map((offset) => offset * interval),
    ),
    dependsOn: [NPY_VERSION, 'npy', wanted, files.map(({ dependsOn }) => dependsOn)],
    settled: true,
    isUpToDate: async () => (await Promise.all(files.map((one) => one.isUpToDate()))).every((isSame) => isSame),
    isPrivate,
    render: async () => {
      const read = await Promise.all(subjects.map(readSubject));
      const body = npyBytes(
        read.map(({ slice }) => slice),
        wanted,
      );
      return { body, changedPixels: read.flatMap(({ changed }) => changed) };
    },
  };
}

async function marksOf(
  database: Database,
  { image, request, run, evaluation }: MarkedSubject,
  lesions: readonly LesionGeometry[],
): Promise<Mark[]> {
  const { scoreThreshold, top, drawLesions, iouThreshold } = request;
  const findOutcomes = async () => {
    const choice = { iouThreshold, scoreAtLeast: scoreThreshold };
    const [found] = evaluation ? await findOutcomesOfImages(database, evaluation, [image.id], choice) : [];
    return found?.outcomes ?? [];
  };
  const detections = run ? await findDetectionsOfImage(database, run.runId, image.id, scoreThreshold, top) : [];
  return [
    ...(drawLesions ? lesionMarks(lesions, image.pixelConvention) : []),
    ...detectionMarks(detections, lesions, image.pixelConvention),
    ...(evaluation ? outcomeMarks(await findOutcomes(), top, image.pixelConvention) : []),
  ];
}

async function render(database: Database, subject: MarkedSubject): Promise<RenderedPicture> {
  const { key, image, request, run } = subject;
  const { crop, drawLesions, size } = request;
  const lesions = crop || drawLesions || run ? await findLesionsOfKeySlice(database, image.id) : [];
  const isTarget = ({ sourceRowIndex }: LesionGeometry): boolean =>
    crop?.lesion.dataset === key.dataset && crop.lesion.sourceRowIndex === sourceRowIndex;
  const target = lesions.find(isTarget);
  if (crop && !target) throw new NotFound(`There is no lesion with this id on ${image.fileName}.`, 'crop');
  const [{ slice, changed }, marks] = await Promise.all([readSubject(subject), marksOf(database, subject, lesions)]);
  const marginPx = (crop?.marginMm ?? 0) / (image.pixelSpacingMm ?? ASSUMED_SPACING_MM);
  const region = target && regionAround(toContinuous(target, image.pixelConvention), marginPx, slice);
  const window = request.window ?? defaultWindow(image.windows);
  return { body: await renderSlice(slice, { window, region, size, marks }), changedPixels: changed };
}

/**
 * `GET /ID.png?window=…&overlay=…&size=…&crop=…&scoreThreshold=…&top=…&slice=…`, with ID the global id of a bookmarked
 * image: the key slice as an 8-bit PNG. The five detections of a run with the highest scores are drawn; `top` sets the
 * number, `scoreThreshold` draws all from that score on. `slice` shows another slice of the series, counted from the
 * key slice, without overlays. `GET /ID.hu?slice=…`: its Hounsfield units as Int16 little-endian, row by row. `GET
 * /ID.npy?slices=-2..2`: the same of one slice or several as an array of NumPy. Mount it at `/images`.
 *
 * A picture whose content cannot change any more may be kept for a minute without a request; one with the detections of
 * a run that has not ended is requested again each time and answered with 304 while nothing was added.
 * `X-DeepLesion-Pixels: CHANGED` says that the pixel file is another one than at the import; such a picture is
 * requested again each time.
 *
 * @param sightOf what the caller of a request sees
 */
export function createImageRouter(places: RenderPlaces, sightOf: SightOf): Router {
  return createPictureRouter(places, async (file, given, request) => {
    const sight = sightOf(request);
    const query = sight.isSigned ? withoutSignature(given) : given;
    if (file.endsWith('.hu')) return findHounsfield(sight, file, query);
    if (file.endsWith('.npy')) return findArray(sight, file, query);
    return pictureOf(sight.database, await findMarkedSubject(sight, file, query));
  });
}
