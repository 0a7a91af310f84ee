import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { type Response as ExpressResponse, type NextFunction, type Request } from 'express';
import { PNG } from 'pngjs';
import type { Database } from '../../src/database';
import { toGlobalId } from '../../src/globalId';
import { createClusterRouter } from '../../src/http/clusters';
import { seesAllPictures } from '../../src/http/doors';
import { sendError } from '../../src/http/errors';
import { createImageRouter } from '../../src/http/images';
import { createRenderPlaces } from '../../src/http/pictures';
import { createLogger } from '../../src/log';
import { encodeHounsfield } from '../imaging/png';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

/** Width and height of a made slice. */
export const SIDE = 64;

let bed: TestDatabase;
export let database: Database;
let server: Server;
let address: string;
/** Image root of the made slices. */
export let folder: string;

/** A database, a server with nothing but the pictures, and a folder of slices; once per test file. */
export async function startImageBed(): Promise<void> {
  bed = await createTestDatabase();
  database = bed.database;
  const log = createLogger('silent');
  const app = express();
  app.disable('etag');
  const places = createRenderPlaces();
  app.use('/images', createImageRouter(places, seesAllPictures(database)));
  app.use('/clusters', createClusterRouter(places, seesAllPictures(database)));
  app.use((error: unknown, _request: Request, response: ExpressResponse, _next: NextFunction) =>
    sendError(response, error, log),
  );
  server = createServer(app);
  // The client closes idle connections; if both did, a request could meet one that the server is about to close.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = mkdtempSync(join(tmpdir(), 'deeplesion-images-'));
  mkdirSync(join(folder, '000001_01_01'));
}

export async function stopImageBed(): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await bed.drop();
  rmSync(folder, { recursive: true });
}

/** HU rise by 10 a column and by 1 a row, from −320. */
export const ramp = (x: number, y: number): number => 10 * x + y - 320;

let nextSlice = 1;

/** A data set with one image, its pixel file and one lesion. */
export async function addImage(
  image: {
    pixels?: Buffer | null;
    windows?: number[];
    side?: number;
    hasPixels?: boolean;
    imageRoot?: string;
    fileName?: string;
    pixelSha256?: string;
  } = {},
) {
  const sliceIndex = nextSlice++;
  const fileName = image.fileName ?? `000001_01_01_${String(sliceIndex).padStart(3, '0')}.png`;
  const side = image.side ?? SIDE;
  if (image.pixels !== null)
    writeFileSync(
      join(folder, '000001_01_01', `${fileName.slice(13)}`),
      image.pixels ?? encodeHounsfield(side, side, ramp),
    );
  const dataset = await database.prisma.dataset.create({
    data: {
      slug: `set-${sliceIndex}`,
      version: 1,
      name: 'set',
      pixelConvention: 'ONE_BASED',
      sourceFormat: 'dl-info',
      sourceFile: 'DL_info.csv',
      sourceSha256: '0'.repeat(64),
      imageRoot: image.imageRoot ?? folder,
      importReport: {},
    },
  });
  const patient = await database.prisma.patient.create({
    data: { datasetId: dataset.id, patientIndex: 1, sex: 'FEMALE' },
  });
  const study = await database.prisma.study.create({
    data: { datasetId: dataset.id, patientId: patient.id, patientIndex: 1, studyIndex: 1 },
  });
  const series = await database.prisma.series.create({
    data: { datasetId: dataset.id, studyId: study.id, patientIndex: 1, studyIndex: 1, seriesIndex: 1 },
  });
  const { id } = await database.prisma.bookmarkedImage.create({
    data: {
      datasetId: dataset.id,
      studyId: study.id,
      seriesId: series.id,
      fileName,
      sliceIndex,
      width: side,
      height: side,
      pixelSpacingMm: 0.5,
      sliceIntervalMm: 5,
      windows: image.windows ?? [-320, 320],
      split: 'TEST',
      hasPixels: image.hasPixels ?? true,
      pixelSha256: image.pixelSha256 ?? null,
    },
  });
  const lesion = await database.prisma.lesion.create({
    data: {
      datasetId: dataset.id,
      imageId: id,
      patientId: patient.id,
      sourceRowIndex: 0,
      x1: 20.5,
      y1: 20.5,
      x2: 40.5,
      y2: 36.5,
      axes: [22, 22, 38, 34, 28, 32, 33, 24],
      coarseType: 'LUNG',
      possiblyNoisy: false,
      split: 'TEST',
      longDiameterMm: 10,
      shortDiameterMm: 5,
    },
  });
  const named = `${dataset.slug}@${dataset.version}`;
  return {
    dataset,
    id,
    path: `/images/${toGlobalId('BookmarkedImage', { dataset: named, fileName })}.png`,
    lesionId: lesion.id,
    lesion: toGlobalId('Lesion', { dataset: named, sourceRowIndex: 0 }),
    fileName,
  };
}

/** A queued run over the image, with its detections as x1 y1 x2 y2 score, best first. */
export async function addRun(image: { id: number; dataset: { id: number } }, boxes: number[][]) {
  const sha = '1'.repeat(64);
  const detector = await database.prisma.detector.upsert({
    where: { name_version_modelSha256: { name: 'd', version: '1', modelSha256: sha } },
    create: { name: 'd', version: '1', modelSha256: sha, architecture: 'none', manifest: {} },
    update: {},
  });
  const run = await database.prisma.detectionRun.create({
    data: {
      detectorId: detector.id,
      datasetId: image.dataset.id,
      request: {},
      iouThresholds: [],
      topK: 5,
      scoreThreshold: 0.05,
      nmsIouThreshold: 0.3,
      maxDetectionsPerImage: 50,
      modelSha256: sha,
      codeVersion: 'test',
      images: { create: { imageId: image.id } },
    },
  });
  await addDetections(run.id, image.id, boxes, 1);
  return { id: run.id, overlay: `detections:${toGlobalId('DetectionRun', { uuid: run.uuid })}` };
}

export async function addDetections(
  runId: number,
  imageId: number,
  boxes: number[][],
  firstRank: number,
): Promise<void> {
  await database.prisma.detection.createMany({
    data: boxes.map(([x1 = 0, y1 = 0, x2 = 0, y2 = 0, score = 0], i) => ({
      runId,
      imageId,
      rank: firstRank + i,
      x1,
      y1,
      x2,
      y2,
      score,
      classIndex: 0,
    })),
  });
}

export async function get(path: string, init?: RequestInit): Promise<Response> {
  return fetch(address + path, init);
}

/** A decoded answer; `at` gives red, green, blue. */
export interface Picture {
  width: number;
  height: number;
  at(x: number, y: number): number[];
}

export async function picture(path: string): Promise<Picture> {
  const response = await get(path);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  const { width, height, data } = PNG.sync.read(Buffer.from(await response.arrayBuffer()));
  return { width, height, at: (x, y) => [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 3)] };
}

/** The one error of an answer that is refused, in the form that every endpoint uses. */
export async function errorOf(path: string, init?: RequestInit) {
  const response = await get(path, init);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('etag')).toBeNull();
  const { errors } = JSON.parse(await response.text());
  return {
    status: response.status,
    code: errors[0].extensions.code,
    argument: errors[0].extensions.argument,
    message: errors[0].message,
  };
}
