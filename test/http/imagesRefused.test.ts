import { PNG } from 'pngjs';
import { idOfNothing } from '../globalIds';
import { encodeHounsfield } from '../imaging/png';
import { addImage, addRun, errorOf, folder, get, ramp, SIDE, startImageBed, stopImageBed } from './imageBed';

beforeAll(startImageBed);
afterAll(stopImageBed);

describe('GET /images/ID.png refuses', () => {
  it.each([
    'x.png',
    'x',
    '%00.png',
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e%2fa.png',
    '1.png',
    '-1.png',
    `${idOfNothing('Lesion')}.png`,
    idOfNothing('BookmarkedImage'),
    `${idOfNothing('BookmarkedImage')}.jpg`,
    `${idOfNothing('BookmarkedImage')}.png`,
    'BookmarkedImage:1.png',
    `${'A'.repeat(200)}.png`,
    '000001_01_01_109.png',
    '🫁.png',
  ])('the unknown id %s with 404', async (file) => {
    expect(await errorOf(`/images/${file}`)).toMatchObject({ status: 404, code: 'NOT_FOUND', argument: 'id' });
  });

  it('an address of an earlier version with a sentence that says so', async () => {
    const old = Buffer.from('BookmarkedImage:1').toString('base64url');
    const error = await errorOf(`/images/${old}.png`);
    expect(error).toMatchObject({ status: 400, code: 'BAD_USER_INPUT', argument: 'id' });
    expect(error.message).toContain('got one of an earlier version: ids changed');
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
      [encodeHounsfield(32, 32, ramp), /the data set says 64 × 64, the file has 32 × 32 pixels/],
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
    ['window=-32768,32767', 'window'],
    ['window=40,70000', 'window'],
    ['window=32700,400', 'window'],
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
    [`overlay=detections:${idOfNothing('Lesion')}`, 'overlay'],
    ['overlay=lesions,lesions,lesions,lesions,lesions', 'overlay'],
    ['crop=', 'crop'],
    ['crop=7', 'crop'],
    ['crop=lesion:7', 'crop'],
    [`crop=lesion:${idOfNothing('DetectionRun')}`, 'crop'],
    [`crop=lesion:${idOfNothing('Lesion')},-4`, 'crop'],
    [`crop=lesion:${idOfNothing('Lesion')},501`, 'crop'],
    [`crop=lesion:${idOfNothing('Lesion')},NaN`, 'crop'],
    ['scoreThreshold=1.1', 'scoreThreshold'],
    ['scoreThreshold=', 'scoreThreshold'],
    ['scoreThreshold=high', 'scoreThreshold'],
    ['scoreThreshold=0.5&scoreThreshold=0.6', 'scoreThreshold'],
    ['top=0', 'top'],
    ['top=1001', 'top'],
    ['top=all', 'top'],
    ['top=', 'top'],
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
    expect(await errorOf(`${image.path}?overlay=detections:${idOfNothing('DetectionRun')}`)).toMatchObject({
      status: 404,
      argument: 'overlay',
    });
    expect(await errorOf(`${image.path}?crop=lesion:${other.lesion}`)).toMatchObject({
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
