/** What a client says of a file of detections, and what is read by it. */
import type { Queryable } from '../database';
import {
  type BookmarkedImageFilter,
  type CocoNumberedImage,
  type DatasetRow,
  findCocoNumberedImages,
  findDatasetByReference,
  type Split,
  unknownDataset,
} from '../dataset';
import { BadUserInput, NotFound } from '../errors';
import type { BoxConvention } from '../evaluation';
import type { GlobalKeys } from '../globalId';
import type { PixelConvention } from '../imaging';
import { type ExternalDetectorRequest, readExternalDetector, type StatedDetector } from '../models';
import { checkNote, checkRunSettings, chooseImages } from '../runs';
import type { Uploads } from '../uploads';
import type { ScoreTransform, SubmissionFormat } from './format';
import type { ReadRequest } from './readMessages';

/** The images that the detector was run on: exactly one of these. */
export interface DeclaredImages {
  split?: readonly Split[] | null;
  filter?: BookmarkedImageFilter | null;
  imageIds?: readonly GlobalKeys['BookmarkedImage'][] | null;
  /** those that the file names, also in rows without a box */
  listInFile?: boolean | null;
}

/** What a client requests. */
export interface SubmissionRequest {
  /** `slug` or `slug@version` */
  dataset: string;
  uploadId: string;
  format: SubmissionFormat;
  detector: ExternalDetectorRequest;
  images: DeclaredImages;
  /** omitted: XYWH for COCO results, XYXY for columns x1, y1, x2, y2; a `bbox` of other formats needs it */
  boxConvention?: BoxConvention | null;
  /** omitted: ZERO_BASED for COCO results, the data set's own for others */
  pixelConvention?: PixelConvention | null;
  /** omitted: scores are 0 to 1 */
  scoreTransform?: ScoreTransform | null;
  /** of the run */
  note?: string | null;
  /** of the evaluation, in addition to 0.05 … 0.95; in (0, 1) */
  iouThresholds?: readonly number[] | null;
  /** detections per image that count in the accuracy, in addition to 1 and 5 */
  topK?: number | null;
}

/** A request, checked, with what it names. */
export interface CheckedSubmission {
  dataset: DatasetRow;
  detector: StatedDetector;
  settings: { iouThresholds: number[]; topK: number };
  pixelConvention: PixelConvention;
  /** row ids; null if the file lists them */
  imageIds: number[] | null;
  /** path of the file on this machine */
  path: string;
}

/**
 * @throws BadUserInput naming the argument that does not fit
 * @throws NotFound if the data set, the upload or its file is not there
 */
export async function checkSubmission(
  database: Queryable,
  uploads: Pick<Uploads, 'detectionsFile'>,
  request: SubmissionRequest,
): Promise<CheckedSubmission> {
  checkNote(request.note);
  const detector = readExternalDetector(request.detector);
  const settings = checkRunSettings({ ...request, imageIds: request.images.imageIds });
  const dataset = await findDatasetByReference(database, request.dataset);
  if (!dataset) throw await unknownDataset(database, request.dataset, 'dataset');
  const imageIds = await declaredImages(database, dataset, request.images);
  const path = await uploads.detectionsFile(request.uploadId);
  if (path === null)
    throw new NotFound('The file of the upload is not on this server: send it again by PUT /uploads.', 'uploadId');
  return { dataset, detector, settings, pixelConvention: pixelConventionOf(request, dataset), imageIds, path };
}

function pixelConventionOf({ format, pixelConvention }: SubmissionRequest, dataset: DatasetRow): PixelConvention {
  return pixelConvention ?? (format === 'COCO_RESULTS' ? 'ZERO_BASED' : dataset.pixelConvention);
}

async function declaredImages(
  database: Queryable,
  { slug, version }: DatasetRow,
  { split, filter, imageIds, listInFile }: DeclaredImages,
): Promise<number[] | null> {
  const given = [split, filter, imageIds, listInFile === true ? true : null].filter((one) => one != null);
  if (given.length !== 1)
    throw new BadUserInput(
      `Expected exactly one of split, filter, imageIds and listInFile in images, got ${given.length}: it says which images ` +
        'the detector was run on, so that an image without boxes counts as one without detections.',
      'images',
    );
  if (listInFile === true) return null;
  const { ids } = await chooseImages(database, {
    dataset: `${slug}@${version}`,
    filter: split ? { split: [...split] } : filter,
    imageIds,
  });
  return ids;
}

/** How a stored or checked submission is read. */
export interface ReadingOfFile {
  path: string;
  format: SubmissionFormat;
  boxConvention: BoxConvention | null;
  pixelConvention: PixelConvention;
  scoreTransform: ScoreTransform | null;
  /** row ids of the images that were run; null if the file lists them */
  imageIds: readonly number[] | null;
}

/** A half is what lies between the two conventions of pixels. */
const FIRST_EDGE_PX: Readonly<Record<PixelConvention, number>> = { ONE_BASED: 0.5, ZERO_BASED: 0 };

/** @returns the request to the reading process, and the images in its order */
export async function readRequestOf(
  database: Queryable,
  dataset: DatasetRow,
  { imageIds, pixelConvention, ...reading }: ReadingOfFile,
): Promise<{ images: CocoNumberedImage[]; read: Omit<ReadRequest, 'folder'> }> {
  const images = await findCocoNumberedImages(database, dataset.id);
  const ids = imageIds && new Set(imageIds);
  const low = FIRST_EDGE_PX[dataset.pixelConvention];
  return {
    images,
    read: {
      ...reading,
      offsetPx: low - FIRST_EDGE_PX[pixelConvention],
      low,
      dataset: `${dataset.slug}@${dataset.version}`,
      fileNames: images.map(({ fileName }) => fileName),
      widths: Int32Array.from(images, ({ width }) => width),
      heights: Int32Array.from(images, ({ height }) => height),
      declared: ids && Uint8Array.from(images, ({ id }) => (ids.has(id) ? 1 : 0)),
    },
  };
}
