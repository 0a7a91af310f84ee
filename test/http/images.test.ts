import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { type Response as ExpressResponse, type NextFunction, type Request } from 'express';
import { PNG } from 'pngjs';
import type { Database } from '../../src/database';
import { toGlobalId } from '../../src/globalId';
import { sendError } from '../../src/http/errors';
import { createImageRouter } from '../../src/http/images';
import { createLogger } from '../../src/log';
import { encodeHounsfield } from '../imaging/png';
import { REAL_IMAGE_ROOT } from '../imaging/realData';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

const SIDE = 64;
const YEAR = 'public, max-age=31536000, immutable';

let bed: TestDatabase;
let database: Database;
let server: Server;
let address: string;
let folder: string;

beforeAll(async () => {
  bed = await createTestDatabase();
  database = bed.database;
  const log = createLogger('silent');
  const app = express();
  app.disable('etag');
  app.use('/images', createImageRouter(database));
  app.use((error: unknown, _request: Request, response: ExpressResponse, _next: NextFunction) =>
    sendError(response, error, log),
  );
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = mkdtempSync(join(tmpdir(), 'deeplesion-images-'));
  mkdirSync(join(folder, '000001_01_01'));
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await bed.drop();
  rmSync(folder, { recursive: true });
});

/** HU rise by 10 a column and by 1 a row, from −320. */
const ramp = (x: number, y: number): number => 10 * x + y - 320;

let nextSlice = 1;

/** A data set with one image, its pixel file and one lesion. */
async function addImage(
  image: {
    pixels?: Buffer | null;
    windows?: number[];
    side?: number;
    hasPixels?: boolean;
    imageRoot?: string;
    fileName?: string;
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
  const study = await database.prisma.study.create({ data: { patientId: patient.id, studyIndex: 1 } });
  const series = await database.prisma.series.create({ data: { studyId: study.id, seriesIndex: 1 } });
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
  return { dataset, id, path: `/images/${toGlobalId('BookmarkedImage', id)}.png`, lesionId: lesion.id, fileName };
}

async function addRun(image: { id: number; dataset: { id: number } }, boxes: number[][]) {
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
  return { id: run.id, overlay: `detections:${toGlobalId('DetectionRun', run.id)}` };
}

async function addDetections(runId: number, imageId: number, boxes: number[][], firstRank: number): Promise<void> {
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

async function get(path: string, init?: RequestInit): Promise<Response> {
  return fetch(address + path, init);
}

interface Picture {
  width: number;
  height: number;
  at(x: number, y: number): number[];
}

async function picture(path: string): Promise<Picture> {
  const response = await get(path);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  const { width, height, data } = PNG.sync.read(Buffer.from(await response.arrayBuffer()));
  return { width, height, at: (x, y) => [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 3)] };
}

async function errorOf(path: string, init?: RequestInit) {
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

describe('GET /images/ID.png', () => {
  it('renders the slice through the data set’s own window, for caches to keep', async () => {
    const { path } = await addImage();
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('cache-control')).toBe(YEAR);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('etag')).toMatch(/^"[\w-]{27}"$/);
    const { width, height, at } = await picture(path);
    expect([width, height]).toEqual([SIDE, SIDE]);
    for (const [x, y] of [
      [0, 0],
      [10, 3],
      [32, 0],
      [63, 63],
    ] as const) {
      const grey = Math.min(255, Math.max(0, Math.round(((ramp(x, y) + 320) / 640) * 255)));
      expect(at(x, y)).toEqual([grey, grey, grey]);
    }
  });

  it('falls back on the abdomen preset where the data set has no window', async () => {
    const { path } = await addImage({ windows: [] });
    const [own, preset] = [await get(path), await get(`${path}?window=abdomen`)];
    expect(Buffer.from(await own.arrayBuffer()).equals(Buffer.from(await preset.arrayBuffer()))).toBe(true);
  });

  it('takes a window by values and by name', async () => {
    const { path } = await addImage();
    expect((await picture(`${path}?window=0,100,linear-exact`)).at(32, 0)).toEqual([128, 128, 128]);
    expect((await picture(`${path}?window=0,100,linear-exact`)).at(20, 0)).toEqual([0, 0, 0]);
    expect((await picture(`${path}?window=lung`)).at(0, 0)).toEqual([175, 175, 175]);
  });

  it('fits the longest side to size', async () => {
    const { path } = await addImage();
    for (const size of [1, 17, 64, 200, 2048]) {
      const { width, height } = await picture(`${path}?size=${size}`);
      expect([width, height]).toEqual([size, size]);
    }
  });

  it('crops a square round a lesion, with its margin in mm', async () => {
    const { path, lesionId } = await addImage();
    const lesion = toGlobalId('Lesion', lesionId);
    const { width, height, at } = await picture(`${path}?crop=lesion:${lesion},2`);
    // 20 px wide and 2 mm = 4 px on each side; the box's centre, (30.5, 28.5) from 1, is (30, 28) from 0.
    expect([width, height]).toEqual([28, 28]);
    expect(at(0, 0)[0]).toBe(Math.round(((ramp(16, 14) + 320) / 640) * 255));
    expect((await picture(`${path}?crop=lesion:${lesion}&size=100`)).width).toBe(100);
  });

  it('draws lesions with both axes', async () => {
    const { path } = await addImage();
    const { at } = await picture(`${path}?overlay=lesions`);
    const isColoured = (x: number, y: number): boolean => new Set(at(x, y)).size > 1;
    // The box from 20.5 to 40.5 in 1-based pixels has its left edge on the border between pixels 19 and 20, counted from 0.
    expect([isColoured(19, 30), isColoured(20, 30), isColoured(30, 28)]).toEqual([true, true, true]);
    expect([isColoured(10, 10), isColoured(17, 30), isColoured(24, 33)]).toEqual([false, false, false]);
  });

  it('draws a run’s detections, hits and misses in different colours, above a score if asked', async () => {
    const image = await addImage();
    const { overlay } = await addRun(image, [
      [20.5, 20.5, 40.5, 36.5, 0.9],
      [2.5, 40.5, 18.5, 60.5, 0.3],
    ]);
    const { at } = await picture(`${image.path}?overlay=${overlay}`);
    const [hit, miss] = [at(40, 34), at(17, 50)];
    expect(hit[2]).toBeGreaterThan(hit[0]!);
    expect(miss[0]).toBeGreaterThan(miss[2]!);
    const sure = await picture(`${image.path}?overlay=lesions,${overlay}&scoreThreshold=0.5`);
    expect(new Set(sure.at(17, 50)).size).toBe(1);
  });

  it('reads no pixel file for an answer of 304', async () => {
    const image = await addImage();
    const etag = (await get(image.path)).headers.get('etag') ?? '';
    rmSync(join(folder, '000001_01_01', image.fileName.slice(13)));
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const response = await get(image.path, { headers: { 'If-None-Match': known } });
      expect([response.status, response.headers.get('etag'), await response.text()]).toEqual([304, etag, '']);
    }
  });

  it('has another ETag for every other picture', async () => {
    const image = await addImage();
    const { overlay } = await addRun(image, []);
    const crop = `crop=lesion:${toGlobalId('Lesion', image.lesionId)}`;
    const queries = [
      '',
      '?window=lung',
      '?window=40,400',
      '?window=40,400,sigmoid',
      '?size=32',
      '?overlay=lesions',
      `?overlay=${overlay}`,
      `?${crop}`,
      `?${crop},5`,
    ];
    const other = await addImage();
    const paths = [...queries.map((query) => image.path + query), other.path];
    const etags = await Promise.all(paths.map(async (path) => (await get(path)).headers.get('etag')));
    expect(new Set(etags).size).toBe(paths.length);
    expect((await get(`${image.path}?window=ABDOMEN`)).headers.get('etag')).toBe(
      (await get(`${image.path}?window=abdomen`)).headers.get('etag'),
    );
  });

  it('asks caches to come again while a run works, and lets them keep the picture once it has succeeded', async () => {
    const image = await addImage();
    const run = await addRun(image, [[20.5, 20.5, 40.5, 36.5, 0.9]]);
    const path = `${image.path}?overlay=${run.overlay}`;
    const first = await get(path);
    expect(first.headers.get('cache-control')).toBe('no-cache');
    await addDetections(run.id, image.id, [[1, 1, 9, 9, 0.2]], 2);
    const etag = first.headers.get('etag') ?? '';
    expect((await get(path, { headers: { 'If-None-Match': etag } })).status).toBe(200);
    for (const data of [{ status: 'RUNNING' as const }, { status: 'SUCCEEDED' as const, finishedAt: new Date() }]) {
      await database.prisma.detectionRun.update({ where: { id: run.id }, data });
    }
    expect((await get(path)).headers.get('cache-control')).toBe(YEAR);
  });

  it('answers HEAD as GET without the body', async () => {
    const { path } = await addImage();
    const [head, whole] = [await get(path, { method: 'HEAD' }), await get(path)];
    for (const name of ['content-type', 'content-length', 'etag', 'cache-control'])
      expect(head.headers.get(name)).toBe(whole.headers.get(name));
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('serves many at once', async () => {
    const images = await Promise.all(Array.from({ length: 6 }, () => addImage()));
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => get(`${images[i % 6]!.path}?size=${40 + i}`)),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array(60).fill(200));
  });
});

describe('GET /images/ID.png refuses', () => {
  it.each([
    'x.png',
    'x',
    '%00.png',
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e%2fa.png',
    '1.png',
    '-1.png',
    `${toGlobalId('Lesion', 1)}.png`,
    `${toGlobalId('BookmarkedImage', 1)}`,
    `${toGlobalId('BookmarkedImage', 1)}.jpg`,
    `${toGlobalId('BookmarkedImage', 2147483647)}.png`,
    'BookmarkedImage:1.png',
    `${'A'.repeat(200)}.png`,
    '000001_01_01_109.png',
    '🫁.png',
  ])('the unknown id %s with 404', async (file) => {
    expect(await errorOf(`/images/${file}`)).toMatchObject({ status: 404, code: 'NOT_FOUND', argument: 'id' });
  });

  it('an image without pixels with 404 and the reason', async () => {
    const { path, fileName } = await addImage({ pixels: null, hasPixels: false });
    expect(await errorOf(path)).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
      message: `The data set has no pixel file of ${fileName} on this server (hasPixels is false).`,
    });
  });

  it('an image whose file has gone with 404 and no path of the server', async () => {
    const error = await errorOf((await addImage({ pixels: null })).path);
    expect(error).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(error.message).not.toContain(folder);
  });

  it('a damaged pixel file with the reason, and serves the next picture', async () => {
    const good = encodeHounsfield(SIDE, SIDE, ramp);
    const eight = PNG.sync.write(
      Object.assign(new PNG({ width: 4, height: 4, colorType: 0 }), { data: Buffer.alloc(64) }),
      { colorType: 0 },
    );
    for (const [pixels, message] of [
      [good.subarray(0, 300), /truncated/],
      [Buffer.alloc(0), /is empty/],
      [eight, /8 bits a pixel/],
      [Buffer.from('GIF89a, but called PNG, and long enough'), /not a PNG/],
      [encodeHounsfield(32, 32, ramp), /32 × 32 pixels, .* 64 × 64/],
    ] as const) {
      const { path } = await addImage({ pixels });
      const error = await errorOf(path);
      expect(error).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
      expect(error.message).toMatch(message);
    }
    expect((await get((await addImage()).path)).status).toBe(200);
  });

  it.each([
    ['window=', 'window'],
    ['window=fog', 'window'],
    ['window=40,400&window=40,500', 'window'],
    ['window[a]=1&window=', 'window'],
    ['window=40,0', 'window'],
    ['window=1e999,3', 'window'],
    ['size=0', 'size'],
    ['size=-5', 'size'],
    ['size=2049', 'size'],
    ['size=1.5', 'size'],
    ['size=', 'size'],
    ['size=1e3', 'size'],
    ['size=99999999999', 'size'],
    ['overlay=', 'overlay'],
    ['overlay=boxes', 'overlay'],
    ['overlay=lesions,lesions', 'overlay'],
    ['overlay=detections', 'overlay'],
    ['overlay=detections:', 'overlay'],
    ['overlay=detections:7', 'overlay'],
    [`overlay=detections:${toGlobalId('Lesion', 1)}`, 'overlay'],
    ['overlay=lesions,lesions,lesions,lesions,lesions', 'overlay'],
    ['crop=', 'crop'],
    ['crop=7', 'crop'],
    ['crop=lesion:7', 'crop'],
    [`crop=lesion:${toGlobalId('DetectionRun', 1)}`, 'crop'],
    [`crop=lesion:${toGlobalId('Lesion', 1)},-4`, 'crop'],
    [`crop=lesion:${toGlobalId('Lesion', 1)},501`, 'crop'],
    [`crop=lesion:${toGlobalId('Lesion', 1)},NaN`, 'crop'],
    ['scoreThreshold=1.1', 'scoreThreshold'],
    ['scoreThreshold=', 'scoreThreshold'],
    ['scoreThreshold=high', 'scoreThreshold'],
  ])('the parameter %s with 400 that names it', async (query, argument) => {
    const { path } = await addImage();
    const error = await errorOf(`${path}?${query}`);
    expect(error).toMatchObject({ status: 400, code: 'BAD_USER_INPUT', argument });
    expect(error.message).toContain(`Expected ${argument} to be`);
  });

  it('a run or lesion that does not belong to the image with 404', async () => {
    const [image, other] = [await addImage(), await addImage()];
    const run = await addRun(other, []);
    expect(await errorOf(`${image.path}?overlay=${run.overlay}`)).toMatchObject({ status: 404, argument: 'overlay' });
    expect(await errorOf(`${image.path}?overlay=detections:${toGlobalId('DetectionRun', 999999)}`)).toMatchObject({
      status: 404,
      argument: 'overlay',
    });
    expect(await errorOf(`${image.path}?crop=lesion:${toGlobalId('Lesion', other.lesionId)}`)).toMatchObject({
      status: 404,
      argument: 'crop',
    });
  });

  it('other methods with 405', async () => {
    const { path } = await addImage();
    expect(await errorOf(path, { method: 'POST' })).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect((await get(path, { method: 'DELETE' })).headers.get('allow')).toBe('GET, HEAD');
  });
});

const withRealData = REAL_IMAGE_ROOT === null ? describe.skip : describe;
withRealData('GET /images/ID.png of the published key slices', () => {
  it.each(['000001_01_01_109.png', '000001_02_01_014.png', '000001_02_01_017.png'])('renders %s', async (fileName) => {
    const { path } = await addImage({
      fileName,
      imageRoot: REAL_IMAGE_ROOT ?? '',
      side: 512,
      windows: [-175, 275],
      pixels: null,
    });
    const { width, height } = await picture(`${path}?overlay=lesions`);
    expect([width, height]).toEqual([512, 512]);
  });
});
