import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toGlobalId } from '../../src/globalId';
import { idOfNothing } from '../globalIds';
import { encodeHounsfield } from '../imaging/png';
import { addImage, database, errorOf, folder, get, picture, ramp, SIDE, startImageBed, stopImageBed } from './imageBed';

const A_MINUTE = 'public, max-age=60';

beforeAll(startImageBed);
afterAll(stopImageBed);

type Image = Awaited<ReturnType<typeof addImage>>;
let clusters = 0;

/** A pseudo-cluster of these images' lesions, the first nearest to its centroid. @returns where its montage is */
async function addCluster(images: readonly Image[], datasetId = images[0]?.dataset.id ?? 0): Promise<string> {
  const { id, uuid } = await database.prisma.categorization.create({
    data: { datasetId, name: `c${++clusters}`, method: 'by hand', clusterCount: 1 },
  });
  const cluster = await database.prisma.pseudoCluster.create({ data: { categorizationId: id, clusterIndex: 1 } });
  await database.prisma.clusterAssignment.createMany({
    data: images.map(({ lesionId }, distance) => ({
      categorizationId: id,
      lesionId,
      pseudoClusterId: cluster.id,
      distance,
    })),
  });
  return `/clusters/${toGlobalId('PseudoCluster', { categorization: uuid, clusterIndex: 1 })}.png`;
}

const addImages = async (count: number): Promise<Image[]> => {
  const images: Image[] = [];
  for (let i = 0; i < count; i++) images.push(await addImage());
  return images;
};

describe('GET /clusters/ID.png', () => {
  it('shows the most typical lesions as tiles, each with its box, for caches to keep', async () => {
    const path = await addCluster(await addImages(3));
    const response = await get(`${path}?size=50`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('cache-control')).toBe(A_MINUTE);
    const { width, height, at } = await picture(`${path}?size=50`);
    // Two columns, two rows, 2 px between and around; the fourth place is empty.
    expect([width, height]).toEqual([106, 106]);
    expect(at(0, 0)).toEqual([0, 0, 0]);
    expect(at(80, 80)).toEqual([0, 0, 0]);
    // The box is 20 × 16 px wide in a region of 2.5 × 20 px: its left edge lies at 0.3 of the tile, its middle is free.
    for (const [left, top] of [
      [2, 2],
      [54, 2],
      [2, 54],
    ] as const) {
      const [edgeRed = 0, edgeGreen = 0] = at(left + 15, top + 25);
      expect(edgeGreen - edgeRed).toBeGreaterThan(100);
      const [red, green, blue] = at(left + 25, top + 25);
      expect([red, green]).toEqual([green, blue]);
    }
  });

  it('shows as many as are asked for, and 16 of 96 px unless it is told', async () => {
    const path = await addCluster(await addImages(5));
    expect(await picture(`${path}?count=1&size=32`)).toMatchObject({ width: 36, height: 36 });
    expect(await picture(`${path}?count=2`)).toMatchObject({ width: 198, height: 100 });
    expect(await picture(path)).toMatchObject({ width: 3 * 98 + 2, height: 2 * 98 + 2 });
  });

  it('answers 304 to who has it, and other bytes under another tag', async () => {
    const path = await addCluster(await addImages(2));
    const tag = (await get(path)).headers.get('etag') ?? '';
    expect((await get(path, { headers: { 'If-None-Match': tag } })).status).toBe(304);
    expect((await get(`${path}?count=1`)).headers.get('etag')).not.toBe(tag);
    expect((await get(`${path}?size=97`)).headers.get('etag')).not.toBe(tag);
  });

  it('gives the place of a lesion without pixels to the next, and is asked for again', async () => {
    const images = [await addImage({ hasPixels: false, pixels: null }), ...(await addImages(2))];
    const path = await addCluster(images);
    expect(await picture(`${path}?count=2&size=32`)).toMatchObject({ width: 70, height: 36 });
    expect((await get(path)).headers.get('cache-control')).toBe('no-cache');
  });

  it('leaves out a file that is gone, and is not kept then', async () => {
    const images = await addImages(3);
    rmSync(join(folder, '000001_01_01', images[1]?.fileName.slice(13) ?? ''));
    const path = await addCluster(images);
    const response = await get(path);
    expect([response.status, response.headers.get('cache-control'), response.headers.get('etag')]).toEqual([
      200,
      'no-cache',
      null,
    ]);
    expect(await picture(`${path}?size=32`)).toMatchObject({ width: 70, height: 36 });
  });

  it('says that a tile is of another pixel file than at the import, and is not kept then', async () => {
    const known = encodeHounsfield(SIDE, SIDE, ramp);
    const pixelSha256 = createHash('sha256').update(known).digest('hex');
    const images = [await addImage({ pixels: known, pixelSha256 }), await addImage()];
    const path = await addCluster(images);
    const before = await get(path);
    expect(before.headers.get('x-deeplesion-pixels')).toBeNull();
    writeFileSync(
      join(folder, '000001_01_01', images[0]!.fileName.slice(13)),
      encodeHounsfield(SIDE, SIDE, () => 0),
    );
    const after = await get(path);
    expect(after.headers.get('x-deeplesion-pixels')).toBe('CHANGED');
    expect(after.headers.get('cache-control')).toBe('no-cache');
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
  });

  it('says why there is nothing to show', async () => {
    const unseen = await addCluster([await addImage({ hasPixels: false, pixels: null })]);
    expect(await errorOf(unseen)).toMatchObject({ status: 404, code: 'NOT_FOUND', argument: 'id' });
    const [gone] = await addImages(1);
    if (gone) rmSync(join(folder, '000001_01_01', gone.fileName.slice(13)));
    expect((await errorOf(await addCluster(gone ? [gone] : []))).message).toMatch(/missing or cannot be read/);
    expect((await errorOf(await addCluster([], gone?.dataset.id))).message).toMatch(
      /No lesion of this pseudo-cluster has a pixel file/,
    );
    for (const path of [
      `/clusters/${idOfNothing('PseudoCluster')}.png`,
      `/clusters/${idOfNothing('Lesion')}.png`,
      '/clusters/x',
    ])
      expect(await errorOf(path)).toMatchObject({ status: 404, argument: 'id' });
  });

  it.each([
    ['count=0', 'count'],
    ['count=101', 'count'],
    ['count=2.5', 'count'],
    ['count=1&count=2', 'count'],
    ['size=15', 'size'],
    ['size=257', 'size'],
    ['size=large', 'size'],
  ])('refuses %s', async (query, argument) => {
    const path = await addCluster(await addImages(1));
    expect(await errorOf(`${path}?${query}`)).toMatchObject({ status: 400, code: 'BAD_USER_INPUT', argument });
  });

  it('is read only', async () => {
    const path = await addCluster(await addImages(1));
    const response = await get(path, { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});
