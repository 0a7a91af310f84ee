import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeHounsfield } from '../imaging/png';
import { addImage, addRun, errorOf, folder, get, picture, ramp, SIDE, startImageBed, stopImageBed } from './imageBed';

const A_MINUTE = 'public, max-age=60';
const PIXELS = encodeHounsfield(SIDE, SIDE, ramp);
const OTHER = encodeHounsfield(SIDE, SIDE, (x, y) => ramp(y, x));

beforeAll(startImageBed);
afterAll(stopImageBed);

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const addKnown = () => addImage({ pixels: PIXELS, pixelSha256: sha256(PIXELS) });
const replace = (fileName: string, bytes: Buffer): void =>
  writeFileSync(join(folder, '000001_01_01', fileName.slice(13)), bytes);
const headersOf = ({ headers }: Response) => ({
  pixels: headers.get('x-deeplesion-pixels'),
  cache: headers.get('cache-control'),
  etag: headers.get('etag'),
});

describe('A picture of a pixel file with a checksum', () => {
  it('says nothing while the file is the one that was imported', async () => {
    const { path } = await addKnown();
    expect(headersOf(await get(path))).toMatchObject({ pixels: null, cache: A_MINUTE });
  });

  it('says so where the file was replaced, is no longer to be kept, and has another tag', async () => {
    const { path, fileName } = await addKnown();
    const before = await get(path);
    replace(fileName, OTHER);
    const after = await get(path);
    expect(after.status).toBe(200);
    expect(headersOf(after)).toMatchObject({ pixels: 'CHANGED', cache: 'no-cache' });
    expect(headersOf(after).etag).not.toBe(headersOf(before).etag);
    expect((await picture(path)).at(0, 20)).not.toEqual((await picture(path)).at(20, 0));
    // A client that has the old picture is not told that it is the one.
    const conditional = { headers: { 'if-none-match': headersOf(before).etag ?? '' } };
    expect((await get(path, conditional)).status).toBe(200);
    // Another file again is another picture; the old one back is the old picture.
    replace(
      fileName,
      encodeHounsfield(SIDE, SIDE, () => 5),
    );
    expect(headersOf(await get(path)).etag).not.toBe(headersOf(after).etag);
    replace(fileName, PIXELS);
    expect(headersOf(await get(path))).toEqual(headersOf(before));
    expect((await get(path, conditional)).status).toBe(304);
  });

  it('says so with marks and in crops as well, and to HEAD', async () => {
    const image = await addKnown();
    const run = await addRun(image, [[2, 2, 9, 9, 0.9]]);
    const crop = `crop=lesion:${image.lesion}`;
    replace(image.fileName, OTHER);
    for (const query of ['overlay=lesions', `overlay=${run.overlay}`, crop, 'size=32'])
      expect(headersOf(await get(`${image.path}?${query}`))).toMatchObject({ pixels: 'CHANGED', cache: 'no-cache' });
    expect(headersOf(await get(image.path, { method: 'HEAD' })).pixels).toBe('CHANGED');
  });

  it('is none where the file is gone or has another size', async () => {
    const { path, fileName } = await addKnown();
    replace(
      fileName,
      encodeHounsfield(SIDE / 2, SIDE, () => 0),
    );
    expect(await errorOf(`${path}?overlay=lesions`)).toMatchObject({
      status: 400,
      message: `${fileName}: the data set says 64 × 64, the file has 32 × 64 pixels: its boxes would not fit.`,
    });
    rmSync(join(folder, '000001_01_01', fileName.slice(13)));
    expect(await errorOf(path)).toMatchObject({ status: 404 });
  });
});

it('A picture of a file without a checksum is answered as ever, whatever the file is', async () => {
  const { path, fileName } = await addImage({ pixels: PIXELS });
  replace(fileName, OTHER);
  expect(headersOf(await get(path))).toMatchObject({ pixels: null, cache: A_MINUTE });
});
