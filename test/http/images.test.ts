import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { toGlobalId } from '../../src/globalId';
import { evaluateRun } from '../../src/results';
import { REAL_IMAGE_ROOT } from '../imaging/realData';
import {
  addDetections,
  addImage,
  addRun,
  database,
  folder,
  get,
  picture,
  ramp,
  SIDE,
  startImageBed,
  stopImageBed,
} from './imageBed';

const A_MINUTE = 'public, max-age=60';

beforeAll(startImageBed);
afterAll(stopImageBed);

describe('GET /images/ID.png', () => {
  it('renders the slice through the data set’s own window, for caches to keep', async () => {
    const { path } = await addImage();
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('cache-control')).toBe(A_MINUTE);
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
    const { path, lesion } = await addImage();
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
    // The box from 20.5 to 40.5 in 1-based pixels has its left edge on the border between pixels 19 and 20, counted
    // from 0.
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

  it('draws the five best detections where nothing is said of them, as many as `top` says, and all from a score on', async () => {
    const image = await addImage();
    const column = (index: number): number => 2 + 8 * index;
    const boxes = Array.from({ length: 7 }, (_, index) => [column(index), 50, column(index) + 5, 60, 0.9 - index / 10]);
    const { overlay } = await addRun(image, boxes);
    const drawn = async (rest: string): Promise<number> => {
      const { at } = await picture(`${image.path}?overlay=${overlay}${rest}`);
      return boxes.filter((_, index) => new Set(at(column(index) - 1, 55)).size > 1).length;
    };
    expect(await drawn('')).toBe(5);
    expect(await drawn('&top=2')).toBe(2);
    expect(await drawn('&top=1000')).toBe(7);
    expect(await drawn('&scoreThreshold=0')).toBe(7);
    expect(await drawn('&scoreThreshold=0.35')).toBe(6);
    expect(await drawn('&scoreThreshold=0.35&top=3')).toBe(3);
  });

  it('draws the outcomes of an evaluation by colour and line, missed lesions too, at an overlap and from a score on', async () => {
    const image = await addImage();
    const { id: runId } = await addRun(image, [
      [20.5, 20.5, 42.5, 36.5, 0.9],
      [2.5, 40.5, 18.5, 60.5, 0.3],
    ]);
    await database.query({
      text: "UPDATE run_image SET state = 'COMPLETED', finished_at = now() WHERE run_id = $1",
      values: [runId],
    });
    const { uuid } = await evaluateRun(database, runId, { resamples: 100 });
    const outcomes = `${image.path}?overlay=outcomes:${toGlobalId('Evaluation', { uuid })}`;
    const isColoured = ([red, green, blue]: readonly number[]): boolean => red !== green || green !== blue;
    const drawnOn = ({ at }: { at(x: number, y: number): number[] }, x: number, from: number, to: number): number =>
      Array.from({ length: to - from }, (_, row) => at(x, from + row)).filter(isColoured).length;
    const all = await picture(outcomes);
    const [hit, stray] = [all.at(42, 28), all.at(17, 60)];
    expect(hit[2]).toBeGreaterThan(hit[0]!);
    expect(stray[0]).toBeGreaterThan(stray[2]!);
    // A hit is a whole line, and background one of dashes.
    expect(drawnOn(all, 42, 24, 36)).toBe(12);
    expect(drawnOn(all, 17, 46, 60)).toBeLessThan(14);
    // From a score on that no detection has, the lesion is missed, and nothing else is drawn.
    const none = await picture(`${outcomes}&scoreThreshold=0.95`);
    const missed = none.at(40, 28);
    expect(Math.min(missed[0]!, missed[1]!)).toBeGreaterThan(missed[2]!);
    expect(drawnOn(none, 17, 46, 60)).toBe(0);
    // At another overlap the same detection is no hit.
    expect((await picture(`${outcomes}&iou=0.99`)).at(42, 28)).not.toEqual(hit);
    for (const wrong of ['&iou=1', '&iou=0.12345', `,detections:${toGlobalId('DetectionRun', { uuid })}`])
      expect((await get(`${outcomes}${wrong}`)).status).toBe(400);
    expect((await get(`${image.path}?iou=0.5`)).status).toBe(400);
    const nowhere = toGlobalId('Evaluation', { uuid: '00000000-0000-4000-8000-000000000000' });
    expect((await get(`${image.path}?overlay=outcomes:${nowhere}`)).status).toBe(404);
  });

  it('takes a window that shows all that a slice can hold', async () => {
    const { path } = await addImage();
    for (const window of ['-0.5,65536', 'full', '-32640,255', '32639,255', '40,400,sigmoid'])
      expect((await get(`${path}?window=${window}`)).status).toBe(200);
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
    const crop = `crop=lesion:${image.lesion}`;
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
    expect((await get(path)).headers.get('cache-control')).toBe(A_MINUTE);
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
