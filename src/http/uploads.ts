import type { IncomingMessage } from 'node:http';
import { type Request, type Response, Router } from 'express';
import { expectOwner, uploadTarget } from '../access';
import { NotFound, RateLimited } from '../errors';
import { type HounsfieldSlice, RENDERER_VERSION, readKeySlice, renderSlice } from '../imaging';
import type { Services } from '../services';
import {
  FULL_RETRY_SECONDS,
  findDetectionSlices,
  findImageUpload,
  findLatestDetection,
  findUpload,
  findUploadDetection,
  type ImageUploadRow,
  NoRoom,
  nameOfRemovedTag,
  sliceFileName,
  UPLOAD_PIXEL_CONVENTION,
  type UploadDetectionSliceRow,
  type UploadReason,
  UploadRefused,
  type UploadRow,
} from '../uploads';
import { noteDone } from './auditedRequests';
import type { Doors } from './doors';
import { HttpError, type HttpErrorCode } from './errors';
import { HOUNSFIELD_VERSION, hounsfieldBytes, hounsfieldForm } from './hounsfield';
import { detectionMarks } from './imageMarks';
import { parseUploadImageRequest, type UploadImageRequest } from './imageRequest';
import { NPY_VERSION, npyBytes, npyForm, parseSliceRequest } from './npy';
import { type Query, readParameters, refuseParameter } from './parameters';
import { answerWithPicture, type Picture, type RenderPlaces } from './pictures';
import { defaultWindow } from './pixels';
import { tellQuota } from './quotaHeaders';

/** Whether a request sends a file, which may take long. */
export function isUpload({ method, url }: IncomingMessage): boolean {
  return method === 'PUT' && /^\/uploads\/?(?:\?|$)/.test(url ?? '');
}

/** How uploads are reached. */
interface UploadWays {
  /** tell who sent a request */
  doors: Doors;
  /** the path below which the server is, such as `/deeplesion`, or empty */
  base: string;
}

/**
 * `PUT /` takes an upload in, `GET /ID` tells of it, `DELETE /ID` deletes it before its time, `GET
 * /ID/SLICE.png?window=…&overlay=…` shows a slice; `SLICE.hu` and `SLICE.npy` have its Hounsfield units. Mount it at
 * `/uploads`.
 */
export function createUploadRouter(services: Services, places: RenderPlaces, ways: UploadWays): Router {
  const { doors } = ways;
  const { audit, database } = services;
  const router = Router();
  router.use((_request, response, next) => {
    // Anyone who has the address may see the picture; caches on the way may not store it.
    response.set('Cache-Control', 'private, no-store');
    next();
  });
  router.put('/', (request, response) => receive(services, ways, request, response));
  router.all('/', (_request, response) =>
    refuseMethod(response, 'PUT', ', with the file itself as the body, as "curl -T FILE" sends it'),
  );
  router.use('/:id', (request, _response, next) => {
    if (request.path === '/') readParameters(request.query, []);
    next();
  });
  router.get('/:id', async (request: Request<{ id: string }>, response) => {
    response.json(describe(await findUpload(database, request.params.id)));
  });
  router.delete('/:id', async (request: Request<{ id: string }>, response) => {
    const { id, client } = await findUpload(database, request.params.id);
    expectOwner(doors.callerOf(request), client, 'an upload');
    await services.uploads.delete(id);
    await noteDone({ audit, doors }, request, { target: uploadTarget(id) });
    response.status(204).end();
  });
  router.all('/:id', (_request, response) => refuseMethod(response, 'GET, HEAD, DELETE'));
  router.all('/:id/:file', (request: Request<{ id: string; file: string }>, response) =>
    answerWithPicture(places, request, response, () => findPicture(services, request.params, request.query)),
  );
  return router;
}

function refuseMethod(response: Response, allowed: string, how = ''): never {
  response.set('Allow', allowed);
  throw new HttpError('METHOD_NOT_ALLOWED', `Expected ${allowed.replace(/, (?=\w+$)/, ' or ')}${how}.`);
}

async function receive(
  { audit, quotas, uploads }: Services,
  { doors, base }: UploadWays,
  request: Request,
  response: Response,
): Promise<void> {
  const gone = new AbortController();
  // Of the response, not the socket, which serves many requests; after the response there is no listener any more.
  response.once('close', () => gone.abort());
  const caller = doors.callerOf(request);
  const tell = (): void => tellQuota(response, quotas?.standingOf(caller, 'upload-bytes'));
  // A body may take half an hour.
  response.once(
    'close',
    doors.watch(caller, () => request.destroy()),
  );
  try {
    const parameters = readParameters(request.query, ['pixelSpacingMm', 'sliceIntervalMm']);
    if (request.get('content-encoding') !== undefined)
      throw new HttpError('UNSUPPORTED_MEDIA_TYPE', 'Expected a body without Content-Encoding.');
    const length = request.get('content-length');
    const claim = {
      mediaType: request.get('content-type'),
      bytes: length === undefined ? undefined : Number(length),
      pixelSpacingMm: millimetres('pixelSpacingMm', parameters.pixelSpacingMm),
      sliceIntervalMm: millimetres('sliceIntervalMm', parameters.sliceIntervalMm),
    };
    const meter = quotas?.meterOf(caller, 'upload-bytes');
    await meter?.expect(claim.bytes ?? 0);
    const counted = { ...claim, count: meter?.add };
    const upload = await uploads.accept(request, counted, caller.owner, gone.signal);
    const { kind, storedBytes } = upload;
    await noteDone({ audit, doors }, request, { target: uploadTarget(upload.id), changes: { kind, storedBytes } });
    tell();
    response.status(201).location(`${base}/uploads/${upload.id}`).json(describe(upload));
  } catch (thrown) {
    tell();
    throw translate(thrown, response);
  }
}

const CODES: Partial<Record<UploadReason, HttpErrorCode>> = {
  TOO_MANY_BYTES: 'PAYLOAD_TOO_LARGE',
  UNKNOWN_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  TYPE_DIFFERS: 'UNSUPPORTED_MEDIA_TYPE',
};

function translate(thrown: unknown, response: Response): unknown {
  if (thrown instanceof RateLimited) response.set('Retry-After', String(thrown.retryAfterSeconds));
  if (thrown instanceof NoRoom) {
    response.set('Retry-After', String(FULL_RETRY_SECONDS));
    return new HttpError('INSUFFICIENT_STORAGE', thrown.message);
  }
  if (!(thrown instanceof UploadRefused)) return thrown;
  return new HttpError(CODES[thrown.reason] ?? 'BAD_USER_INPUT', thrown.message, thrown.reason);
}

function millimetres(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d{1,3}(\.\d{1,9})?$/.test(text)) return Number(text);
  return refuseParameter(name, 'a length in mm such as 0.8', text);
}

/** An upload as its endpoint returns it. */
function describe(upload: UploadRow) {
  const { id, kind, sliceIndices, width, height, pixelSpacingMm, sliceIntervalMm, windows, warnings } = upload;
  return {
    id,
    kind,
    slices: sliceIndices.length,
    sliceIndices,
    width,
    height,
    pixelSpacingMm,
    sliceIntervalMm,
    windows: pairs(windows),
    expiresAt: upload.expiresAt.toISOString(),
    removedTags: upload.removedTags.map((tag) => ({
      tag: `(${tag.slice(0, 4)},${tag.slice(4)})`,
      name: nameOfRemovedTag(tag) ?? '',
    })),
    warnings,
  };
}

function pairs(windows: readonly number[]): { low: number; high: number }[] {
  return windows.flatMap((low, index) => (index % 2 === 0 ? [{ low, high: windows[index + 1] ?? low }] : []));
}

/** One slice of an upload that a picture was requested of. */
interface UploadedSlice {
  readonly upload: ImageUploadRow;
  readonly sliceIndex: number;
  read(): Promise<HounsfieldSlice>;
}

async function findPicture(
  services: Services,
  { id, file }: { id: string; file: string },
  query: Query,
): Promise<Picture> {
  const upload = await findImageUpload(services.database, id);
  const [, digits = '', suffix = ''] = /^(\d{1,5})\.(png|hu|npy)$/.exec(file) ?? [];
  const sliceIndex = digits === '' ? -1 : Number(digits);
  if (!upload.sliceIndices.includes(sliceIndex))
    throw new NotFound(
      'Expected /uploads/ID/SLICE.png, /uploads/ID/SLICE.hu or /uploads/ID/SLICE.npy with one of the sliceIndices of ' +
        'the upload.',
      'slice',
    );
  const imageRoot = services.uploads.imageRoot(upload.id);
  const read = async (index: number): Promise<HounsfieldSlice> => {
    const file16 = { ...upload, imageRoot, fileName: sliceFileName(index), pixelSha256: null };
    return (await readKeySlice(file16)).slice;
  };
  if (suffix === 'npy') return arrayOf(upload, sliceIndex, read, query);
  const slice = { upload, sliceIndex, read: () => read(sliceIndex) };
  return suffix === 'hu' ? hounsfieldOf(slice, query) : renderedPicture(services, slice, query);
}

function hounsfieldOf({ upload, sliceIndex, read }: UploadedSlice, query: Query): Picture {
  readParameters(query, []);
  return {
    ...hounsfieldForm({ ...upload, sliceIndex, offsetMm: null }),
    dependsOn: [HOUNSFIELD_VERSION, 'hu', upload.id, sliceIndex],
    settled: false,
    isPrivate: true,
    render: async () => ({ body: hounsfieldBytes(await read()) }),
  };
}

function arrayOf(
  upload: ImageUploadRow,
  sliceIndex: number,
  read: (index: number) => Promise<HounsfieldSlice>,
  query: Query,
): Picture {
  const wanted = parseSliceRequest(query);
  const indices = wanted.offsets.map((offset) => sliceIndex + offset);
  const missing = indices.find((index) => !upload.sliceIndices.includes(index));
  if (missing !== undefined) throw new NotFound(`The upload has no slice ${missing}.`, 'slices');
  const { sliceIntervalMm: interval } = upload;
  return {
    ...npyForm(indices, interval === null ? null : wanted.offsets.map((offset) => offset * interval)),
    dependsOn: [NPY_VERSION, 'npy', upload.id, wanted, indices],
    settled: false,
    isPrivate: true,
    render: async () => ({ body: npyBytes(await Promise.all(indices.map(read)), wanted) }),
  };
}

async function renderedPicture({ database }: Services, slice: UploadedSlice, query: Query): Promise<Picture> {
  const { upload, sliceIndex, read } = slice;
  const request = parseUploadImageRequest(query);
  const detected = await findMarked({ database, upload, sliceIndex, request });
  return {
    dependsOn: [RENDERER_VERSION, upload.id, sliceIndex, upload.windows, { ...request, detections: detected }],
    settled: false,
    isPrivate: true,
    render: async () => {
      const { scoreThreshold, top, size } = request;
      const boxes = detected?.boxes.filter(({ score }) => score >= scoreThreshold).slice(0, top) ?? [];
      const marks = detectionMarks(boxes, [], UPLOAD_PIXEL_CONVENTION);
      const window = request.window ?? defaultWindow(upload.windows);
      return { body: await renderSlice(await read(), { window, size, marks }) };
    },
  };
}

/** @returns what was detected in the slice; undefined if nothing is to be drawn over it */
async function findMarked(subject: {
  database: Services['database'];
  upload: UploadRow;
  sliceIndex: number;
  request: UploadImageRequest;
}): Promise<UploadDetectionSliceRow | undefined> {
  const { database, upload, sliceIndex, request } = subject;
  if (request.detections === undefined) return undefined;
  const id =
    request.detections === 'LATEST'
      ? await findLatestDetection(database, upload.id, sliceIndex)
      : (await findUploadDetection(database, request.detections)).id;
  if (id === undefined)
    throw new NotFound('Nothing has been detected in this slice yet: ask detectInImage.', 'overlay');
  const { uploadId } = await findUploadDetection(database, id);
  const [slice] = await findDetectionSlices(database, id, sliceIndex, 1);
  if (uploadId !== upload.id || slice?.sliceIndex !== sliceIndex)
    throw new NotFound('This detection has not been asked for this slice.', 'overlay');
  return slice;
}
