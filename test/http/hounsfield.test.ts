import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodePng16 } from '../../src/imaging';
import { encodeHounsfield } from '../imaging/png';
import { REAL_IMAGE_ROOT } from '../imaging/realData';
import {
  addImage,
  addRun,
  database,
  errorOf,
  folder,
  get,
  picture,
  ramp,
  SIDE,
  startImageBed,
  stopImageBed,
} from './imageBed';

const PLAIN = { headers: { 'Accept-Encoding': 'identity' } };

beforeAll(startImageBed);
afterAll(stopImageBed);

const fileOf = (sliceIndex: number): string =>
  join(folder, '000001_01_01', `${String(sliceIndex).padStart(3, '0')}.png`);

/** A slice file next to those of key slices; each pixel is `value`. */
function putSlice(sliceIndex: number, value: number, side = SIDE): void {
  writeFileSync(
    fileOf(sliceIndex),
    encodeHounsfield(side, side, () => value),
  );
}

let nextKey = 1_000;

/** An image whose series folder has room around it: key slices of other tests are far away. */
async function addImageAlone(image: Parameters<typeof addImage>[0] = {}) {
  nextKey += 200;
  const sliceIndex = nextKey;
  const added = await addImage({ ...image, fileName: `000001_01_01_${sliceIndex}.png` });
  await database.prisma.bookmarkedImage.update({ where: { id: added.id }, data: { sliceIndex } });
  return { ...added, sliceIndex, hu: added.path.replace('.png', '.hu') };
}

async function hounsfieldOf(path: string): Promise<Int16Array> {
  const response = await get(path);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return new Int16Array(await response.arrayBuffer());
}

describe('GET /images/ID.hu', () => {
  it('has the Hounsfield units of the key slice, row by row, and says how to read them', async () => {
    const { hu, sliceIndex } = await addImageAlone();
    const response = await get(hu);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-image-width': String(SIDE),
      'x-image-height': String(SIDE),
      'x-slice-index': String(sliceIndex),
      'x-slice-offset-mm': '0',
      'cache-control': 'public, max-age=60',
      'x-content-type-options': 'nosniff',
    });
    const values = new Int16Array(await response.arrayBuffer());
    expect(values).toHaveLength(SIDE * SIDE);
    for (const [x, y] of [
      [0, 0],
      [10, 3],
      [63, 63],
    ] as const)
      expect(values[y * SIDE + x]).toBe(ramp(x, y));
  });

  it('is little-endian', async () => {
    const { hu } = await addImageAlone({ pixels: encodeHounsfield(SIDE, SIDE, () => -2) });
    const bytes = Buffer.from(await (await get(hu, PLAIN)).arrayBuffer());
    expect([...bytes.subarray(0, 4)]).toEqual([0xfe, 0xff, 0xfe, 0xff]);
  });

  it('is compressed for clients that accept gzip, under another ETag', async () => {
    const { hu } = await addImageAlone();
    const [plain, packed, refused] = [
      await get(hu, PLAIN),
      await get(hu, { headers: { 'Accept-Encoding': 'br, gzip' } }),
      await get(hu, { headers: { 'Accept-Encoding': 'gzip;q=0' } }),
    ];
    expect([plain, packed, refused].map(({ headers }) => headers.get('content-encoding'))).toEqual([
      null,
      'gzip',
      null,
    ]);
    expect([plain, packed].map(({ headers }) => headers.get('vary'))).toEqual(['Accept-Encoding', 'Accept-Encoding']);
    expect(Number(packed.headers.get('content-length'))).toBeLessThan(2 * SIDE * SIDE);
    expect(Number(plain.headers.get('content-length'))).toBe(2 * SIDE * SIDE);
    expect(packed.headers.get('etag')).not.toBe(plain.headers.get('etag'));
    expect(Buffer.from(await packed.arrayBuffer()).equals(Buffer.from(await plain.arrayBuffer()))).toBe(true);
  });

  it('answers HEAD without bytes and a known ETag with 304', async () => {
    const { hu } = await addImageAlone();
    const head = await get(hu, { method: 'HEAD', ...PLAIN });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(2 * SIDE * SIDE)]);
    expect(await head.text()).toBe('');
    const again = await get(hu, { headers: { ...PLAIN.headers, 'If-None-Match': head.headers.get('etag') ?? '' } });
    expect([again.status, again.headers.get('x-image-width'), await again.text()]).toEqual([304, String(SIDE), '']);
  });

  it('has neighbouring slices, a positive offset with a larger index', async () => {
    const { hu, sliceIndex } = await addImageAlone();
    putSlice(sliceIndex - 1, -100);
    putSlice(sliceIndex + 1, 100);
    putSlice(sliceIndex + 2, 200);
    for (const [query, value, offset] of [
      ['-1', -100, -1],
      ['1', 100, 1],
      ['+2', 200, 2],
      ['%2B2', 200, 2],
    ] as const) {
      const response = await get(`${hu}?slice=${query}`);
      expect(response.headers.get('x-slice-index')).toBe(String(sliceIndex + offset));
      expect(response.headers.get('x-slice-offset-mm')).toBe(String(5 * offset));
      expect(new Set(new Int16Array(await response.arrayBuffer()))).toEqual(new Set([value]));
    }
    expect(await hounsfieldOf(`${hu}?slice=0`)).toEqual(await hounsfieldOf(hu));
  });

  it('says nothing of millimetres where the interval is not known', async () => {
    const { hu, id } = await addImageAlone();
    await database.prisma.bookmarkedImage.update({ where: { id }, data: { sliceIntervalMm: null } });
    expect((await get(hu)).headers.get('x-slice-offset-mm')).toBeNull();
  });

  it('says which slices there are where one is asked for that is not, or lies beyond a gap', async () => {
    const { hu, sliceIndex } = await addImageAlone();
    expect(await errorOf(`${hu}?slice=1`)).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
      argument: 'slice',
      message: expect.stringContaining('There is no slice +1 of'),
    });
    expect((await errorOf(`${hu}?slice=1`)).message).toContain('only the key slice, 0, is on this server');
    for (const offset of [-2, -1, 1, 3]) putSlice(sliceIndex + offset, 1);
    for (const slice of ['3', '2', '-3', '99999'])
      expect((await errorOf(`${hu}?slice=${slice}`)).message).toContain('are -2 to +1, counted from the key slice');
  });

  it('serves at most 50 slices on each side', async () => {
    const { hu, sliceIndex } = await addImageAlone();
    for (let offset = 1; offset <= 51; offset++) putSlice(sliceIndex + offset, offset);
    expect((await hounsfieldOf(`${hu}?slice=50`))[0]).toBe(50);
    expect((await errorOf(`${hu}?slice=51`)).message).toContain('are 0 to +50');
  });

  it.each(['', 'next', '1.5', '1e1', '--1', '100000'])('refuses slice=%s by name', async (slice) => {
    const { hu } = await addImageAlone();
    expect(await errorOf(`${hu}?slice=${slice}`)).toMatchObject({
      status: 400,
      argument: 'slice',
      message: expect.stringMatching(/^Expected slice to be a whole number of slices from the key slice, such as -3/),
    });
  });

  it('refuses parameters of pictures, unknown ids and images without pixels', async () => {
    const { hu } = await addImageAlone();
    expect(await errorOf(`${hu}?window=lung`)).toMatchObject({ status: 400, argument: 'window' });
    expect(await errorOf('/images/nothing.hu')).toMatchObject({ status: 404, argument: 'id' });
    const without = await addImageAlone({ hasPixels: false });
    expect(await errorOf(without.hu)).toMatchObject({ status: 404, message: expect.stringContaining('hasPixels') });
  });

  it('has another ETag for every slice, and for a neighbour that was replaced', async () => {
    const { hu, path, sliceIndex } = await addImageAlone();
    for (const offset of [-1, 1]) putSlice(sliceIndex + offset, 1);
    const etagOf = async (address: string) => (await get(address)).headers.get('etag');
    const before = await Promise.all([hu, `${hu}?slice=-1`, `${hu}?slice=1`, path].map(etagOf));
    expect(new Set(before).size).toBe(4);
    putSlice(sliceIndex + 1, 2);
    utimesSync(fileOf(sliceIndex + 1), new Date(), new Date(2_000_000_000_000));
    const replaced = await get(`${hu}?slice=1`, { headers: { 'If-None-Match': before[2] ?? '' } });
    expect([replaced.status, new Int16Array(await replaced.arrayBuffer())[0]]).toEqual([200, 2]);
    const same = await get(`${hu}?slice=-1`, { headers: { 'If-None-Match': before[1] ?? '' } });
    expect(same.status).toBe(304);
  });

  it('says so where the key slice is another file than at the import', async () => {
    const { hu } = await addImageAlone({ pixelSha256: '1'.repeat(64) });
    const response = await get(hu);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-deeplesion-pixels')).toBe('CHANGED');
    expect(response.headers.get('cache-control')).toBe('no-cache');
  });

  it('refuses a neighbour of another size, and one that is broken', async () => {
    const { hu, sliceIndex } = await addImageAlone();
    putSlice(sliceIndex + 1, 1, 8);
    writeFileSync(fileOf(sliceIndex - 1), 'no PNG');
    expect((await errorOf(`${hu}?slice=1`)).message).toContain('has 8 × 8 pixels, its key slice');
    expect((await errorOf(`${hu}?slice=-1`)).message).toContain('is not a PNG file');
  });

  const withReal = REAL_IMAGE_ROOT === null ? it.skip : it;
  withReal('has the published slices of DeepLesion exactly', async () => {
    const imageRoot = REAL_IMAGE_ROOT ?? '';
    const { path, id } = await addImage({ imageRoot, pixels: null, fileName: '000001_01_01_109.png', side: 512 });
    await database.prisma.bookmarkedImage.update({ where: { id }, data: { sliceIndex: 109, sliceIntervalMm: 5 } });
    const hu = path.replace('.png', '.hu');
    for (const offset of [-6, 0, 6]) {
      const file = readFileSync(join(imageRoot, '000001_01_01', `${109 + offset}.png`));
      expect(await hounsfieldOf(`${hu}?slice=${offset}`)).toEqual((await decodePng16(file)).hounsfield);
    }
    expect((await errorOf(`${hu}?slice=7`)).message).toContain('are -6 to +6');
  });
});

describe('GET /images/ID.png?slice=', () => {
  it('renders a neighbouring slice through the same windows, whole or as a close-up', async () => {
    const { path, lesion, sliceIndex } = await addImageAlone();
    putSlice(sliceIndex + 1, 0);
    expect((await picture(`${path}?slice=1`)).at(5, 5)).toEqual([128, 128, 128]);
    const close = await picture(`${path}?slice=+1&crop=lesion:${lesion},2&window=0,100,linear-exact`);
    expect([close.width, close.at(3, 3)]).toEqual([28, [128, 128, 128]]);
  });

  it('is the same picture at 0, and has another ETag elsewhere', async () => {
    const { path, sliceIndex } = await addImageAlone();
    putSlice(sliceIndex - 1, 0);
    const [own, zero, other] = await Promise.all([path, `${path}?slice=0`, `${path}?slice=-1`].map((one) => get(one)));
    expect(zero?.headers.get('etag')).toBe(own?.headers.get('etag'));
    expect(other?.headers.get('etag')).not.toBe(own?.headers.get('etag'));
  });

  it('refuses overlays on neighbours: they belong to the key slice', async () => {
    const image = await addImageAlone();
    putSlice(image.sliceIndex + 1, 0);
    const { overlay } = await addRun(image, []);
    for (const marks of ['lesions', overlay])
      expect(await errorOf(`${image.path}?slice=1&overlay=${marks}`)).toMatchObject({
        status: 400,
        argument: 'overlay',
      });
    expect((await get(`${image.path}?slice=0&overlay=lesions`)).status).toBe(200);
  });

  it('names the slices that there are', async () => {
    const { path, sliceIndex } = await addImageAlone();
    putSlice(sliceIndex + 1, 0);
    rmSync(fileOf(sliceIndex + 1));
    expect(await errorOf(`${path}?slice=1`)).toMatchObject({ status: 404, argument: 'slice' });
  });
});
