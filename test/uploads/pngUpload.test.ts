import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { decodePng16 } from '../../src/imaging';
import { registerExternalDetector } from '../../src/models';
import { nameOfRemovedTag } from '../../src/uploads';
import { encodeHounsfield, encodeStored, pngChunk } from '../imaging/png';
import { realSlices } from '../imaging/realData';
import { DETECT, startUploadBed, type UploadBed } from './uploadBed';

const SIDE = 16;
const slice = encodeHounsfield(SIDE, SIDE, (x, y) => 10 * x + y - 100);

describe('an image of one’s own, as PNG', () => {
  let bed: UploadBed;
  beforeAll(async () => {
    bed = await startUploadBed({ set: 'models' });
  });
  afterAll(() => bed.stop());

  it('is taken in by PUT /uploads and answered with an id that nobody can guess', async () => {
    const { status, body, headers } = await bed.put(slice, { query: '?pixelSpacingMm=0.8&sliceIntervalMm=5' });
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        id: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
        kind: 'PNG',
        slices: 1,
        sliceIndices: [1],
        width: SIDE,
        height: SIDE,
        pixelSpacingMm: 0.8,
        sliceIntervalMm: 5,
        windows: [],
        expiresAt: expect.any(String),
        removedTags: [],
        warnings: [],
      },
    });
    expect(headers.get('location')).toBe(`/uploads/${body.id}`);
    expect(Date.parse(body.expiresAt) - Date.now()).toBeGreaterThan(23 * 3_600_000);
    expect(await (await bed.get(`/uploads/${body.id}`)).json()).toEqual(body);
    const answer = await bed.graph(
      'query ($id: ID!) { upload(id: $id) { id kind sliceIndices width pixelSpacingMm } }',
      {
        id: body.id,
      },
    );
    expect(answer.data.upload).toEqual({
      id: body.id,
      kind: 'PNG',
      sliceIndices: [1],
      width: SIDE,
      pixelSpacingMm: 0.8,
    });
  });

  it('has its Hounsfield units at an address of their own, for its caller alone', async () => {
    const { body } = await bed.put(slice);
    const answer = await bed.graph(DETECT.replace('overlayUrl', 'overlayUrl huUrl'), {
      input: { upload: body.id, detector: 'tiny-constant' },
    });
    const [{ huUrl }] = answer.data.detectInImage.detection.slices;
    expect(new URL(huUrl).pathname).toBe(`/uploads/${body.id}/1.hu`);
    const response = await bed.get(huUrl);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'cache-control': 'private, no-cache',
      'x-image-width': '16',
      'x-image-height': '16',
      'x-slice-index': '1',
    });
    const values = new Int16Array(await response.arrayBuffer());
    expect(values).toEqual(
      Int16Array.from({ length: SIDE * SIDE }, (_, at) => 10 * (at % SIDE) + Math.floor(at / SIDE) - 100),
    );
    for (const [file, status] of [
      ['2.hu', 404],
      ['x.hu', 404],
      ['1.hu?window=lung', 400],
    ] as const)
      expect((await bed.get(`/uploads/${body.id}/${file}`)).status).toBe(status);
  });

  it('is answered with boxes within the request, with provider, time by stage and a picture of them', async () => {
    const { body } = await bed.put(slice);
    const answer = await bed.graph(DETECT, { input: { upload: body.id, detector: 'tiny-constant' } });
    const { detection } = answer.data.detectInImage;
    expect(detection).toMatchObject({
      status: 'SUCCEEDED',
      executionProvider: 'cpu',
      error: null,
      progress: { completed: 1, failed: 0, total: 1 },
    });
    const [only] = detection.slices;
    // As in test/jobs/detectionRun.test.ts: the same detector on a 16 × 16 image with 1-based pixels.
    expect(only.detections[0]).toMatchObject({
      rank: 1,
      classIndex: 0,
      classLabel: expect.any(String),
      boundingBox: { x1: 2.5, y1: 2.5, x2: 10.5, y2: 10.5 },
    });
    for (const milliseconds of Object.values(only.timing)) expect(milliseconds).toBeGreaterThanOrEqual(0);
    const picture = await bed.get(only.overlayUrl);
    expect(picture.status).toBe(200);
    expect(picture.headers.get('cache-control')).toBe('private, no-cache');
    const { data, width } = PNG.sync.read(Buffer.from(await picture.arrayBuffer()));
    const isColoured = (x: number, y: number): boolean =>
      new Set(data.subarray(4 * (y * width + x), 4 * (y * width + x) + 3)).size > 1;
    expect([isColoured(2, 6), isColoured(10, 6), isColoured(13, 13)]).toEqual([true, true, false]);
    const latest = await bed.get(`/uploads/${body.id}/1.png?overlay=detections`);
    expect(latest.headers.get('etag')).toBe(picture.headers.get('etag'));
    const none = await bed.get(`${only.overlayUrl}&scoreThreshold=1`);
    const bare = PNG.sync.read(Buffer.from(await none.arrayBuffer()));
    expect(new Set(bare.data.subarray(4 * (6 * width + 2), 4 * (6 * width + 2) + 3)).size).toBe(1);
    const windowed = await bed.get(`/uploads/${body.id}/001.png?window=lung&size=40`);
    expect(PNG.sync.read(Buffer.from(await windowed.arrayBuffer())).width).toBe(40);
  });

  it('tells where a picture with fewer boxes is, and refuses a choice that no picture would take', async () => {
    const { body } = await bed.put(slice);
    const ask = (choice: string) =>
      bed.graph(
        `mutation ($input: DetectInImageInput!) { detectInImage(input: $input) { detection { slices { overlayUrl(${choice}) } } } }`,
        { input: { upload: body.id, detector: 'tiny-constant' } },
      );
    const { data } = await ask('scoreThreshold: 0.25, top: 2');
    const [{ overlayUrl }] = data.detectInImage.detection.slices;
    expect(overlayUrl).toMatch(/\/1\.png\?overlay=detections:[\w-]{22}&scoreThreshold=0\.25&top=2$/);
    expect((await bed.get(overlayUrl)).status).toBe(200);
    for (const [choice, argument] of [
      ['scoreThreshold: 2', 'scoreThreshold'],
      ['top: 0', 'top'],
    ] as const)
      expect((await ask(choice)).errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument });
  });

  it('keeps thresholds as a run does, and refuses those that no run would take', async () => {
    const { body } = await bed.put(slice);
    const ask = (rest: object) => bed.graph(DETECT, { input: { upload: body.id, detector: 'tiny-constant', ...rest } });
    const one = await ask({ maxDetectionsPerImage: 1 });
    expect(one.data.detectInImage.detection.slices[0].detections).toHaveLength(1);
    await registerExternalDetector(bed.test.database, { name: 'elsewhere', version: '1.0.0' });
    const none = await ask({ scoreThreshold: 1 });
    expect(none.data.detectInImage.detection).toMatchObject({ status: 'SUCCEEDED', slices: [{ detections: [] }] });
    for (const [rest, code, argument] of [
      [{ scoreThreshold: 1.5 }, 'BAD_USER_INPUT', 'scoreThreshold'],
      [{ maxDetectionsPerImage: 0 }, 'BAD_USER_INPUT', 'maxDetectionsPerImage'],
      [{ sliceIndex: 2 }, 'BAD_USER_INPUT', 'sliceIndex'],
      [{ detector: 'nobody' }, 'NOT_FOUND', 'detector'],
      [{ detector: 'refused-shape' }, 'CONFLICT', 'detector'],
      [{ detector: 'elsewhere' }, 'CONFLICT', 'detector'],
      [{ upload: 'A'.repeat(22) }, 'NOT_FOUND', 'upload'],
      [{ upload: "'; DROP TABLE upload; --" }, 'NOT_FOUND', 'upload'],
    ] as const) {
      const { errors } = await ask(rest);
      expect(errors[0].extensions).toEqual({ code, argument });
    }
  });

  it('says so when the detector cannot answer, and goes on with the next', async () => {
    const { body } = await bed.put(slice);
    const failed = await bed.graph(DETECT, { input: { upload: body.id, detector: 'tiny-nan' } });
    expect(failed.data.detectInImage.detection).toMatchObject({
      status: 'FAILED',
      error: expect.stringContaining('NaN'),
      slices: [{ state: 'FAILED', failureKind: 'BAD_MODEL_OUTPUT', detections: [], timing: null }],
    });
    const next = await bed.graph(DETECT, { input: { upload: body.id, detector: 'tiny-constant' } });
    expect(next.data.detectInImage.detection.status).toBe('SUCCEEDED');
  });

  it('answers RATE_LIMITED where more than four of one client wait, and answers all others', async () => {
    const { body } = await bed.put(slice);
    const ask = () => bed.graph(DETECT, { input: { upload: body.id, detector: 'tiny-constant' } });
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    const refused = answers.filter(({ errors }) => errors);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(({ errors }) => errors[0].extensions.code))).toEqual(new Set(['RATE_LIMITED']));
    const answered = answers.filter(({ errors }) => !errors);
    expect(answered.length).toBeGreaterThanOrEqual(4);
    expect(answered.every(({ data }) => data.detectInImage.detection.status === 'SUCCEEDED')).toBe(true);
  });

  it('keeps pixels and nothing that a PNG can say beside them', async () => {
    const text = pngChunk('tEXt', Buffer.from('Patient\0CANARY^OF^THE^PNG'));
    const stored = Uint16Array.from({ length: SIDE * SIDE }, (_, index) => (index * 257) % 65_536);
    const { body } = await bed.put(encodeStored(stored, SIDE, SIDE, [text]));
    const file = readFileSync(join(bed.services.uploads.imageRoot(body.id), 'series', '001.png'));
    expect(file.includes('CANARY')).toBe(false);
    const png = PNG.sync.read(file, { skipRescale: true });
    const data = new Uint16Array(png.data.buffer, png.data.byteOffset, png.data.byteLength / 2);
    expect(Uint16Array.from(stored, (_, index) => data[4 * index]!)).toEqual(stored);
  });

  it('is deleted on request, with everything of it', async () => {
    const { body } = await bed.put(slice);
    await bed.graph(DETECT, { input: { upload: body.id, detector: 'tiny-constant' } });
    const response = await fetch(`${bed.url}/uploads/${body.id}`, { method: 'DELETE' });
    expect(response.status).toBe(204);
    expect(bed.stored()).not.toContain(body.id);
    for (const path of [`/uploads/${body.id}`, `/uploads/${body.id}/1.png`])
      expect((await bed.get(path)).status).toBe(404);
    expect((await fetch(`${bed.url}/uploads/${body.id}`, { method: 'DELETE' })).status).toBe(404);
  });

  it('is never seen in the lists of the data sets', async () => {
    await bed.put(slice);
    const { data } = await bed.graph(
      '{ datasets { totalCount } bookmarkedImages { totalCount } detectionRuns { totalCount } patients { totalCount } }',
    );
    expect(data).toEqual({
      datasets: { totalCount: 0 },
      bookmarkedImages: { totalCount: 0 },
      detectionRuns: { totalCount: 0 },
      patients: { totalCount: 0 },
    });
  });

  const [real] = realSlices();
  (real ? it : it.skip)('takes a slice of DeepLesion pixel for pixel', async () => {
    const bytes = readFileSync(real ?? '');
    const { status, body } = await bed.put(bytes, { type: 'image/png', query: '?pixelSpacingMm=0.8' });
    expect(status).toBe(201);
    const file = readFileSync(join(bed.services.uploads.imageRoot(body.id), 'series', '001.png'));
    const pixels = async (png: Buffer) => Buffer.from((await decodePng16(png)).hounsfield.buffer);
    expect((await pixels(file)).equals(await pixels(bytes))).toBe(true);
  });
});

describe('the table of removed tags', () => {
  it('knows single attributes, repeating groups and what makers of scanners add', () => {
    expect(nameOfRemovedTag('00100010')).toBe("Patient's Name");
    expect(nameOfRemovedTag('00091001')).toBe('Private Attribute');
    expect(nameOfRemovedTag('60023000')).toBe('Overlay Data');
    expect(nameOfRemovedTag('50004000')).toBe('Curve Data');
    expect(nameOfRemovedTag('00280010')).toBeUndefined();
  });
});
