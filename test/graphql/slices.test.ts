import './withoutSecondCopyCheck';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WINDOW_PRESETS } from '../../src/imaging';
import { addImage, database, folder, get, startImageBed, stopImageBed } from '../http/imageBed';
import { encodeHounsfield } from '../imaging/png';
import { graphOf, type RunQuery, testServices } from './testGraph';

let ask: RunQuery;

beforeAll(async () => {
  await startImageBed();
  const config = { executionProviders: ['cpu'], maxUploadBytes: 2 ** 20, uploadTtlHours: 0.5, demo: true };
  ask = graphOf(testServices(database, { config, registry: { list: () => [] } } as never));
});
afterAll(stopImageBed);

let nextKey = 1_000;

/** An image with slices at these offsets from its own. */
async function imageWith(offsets: number[], image: Parameters<typeof addImage>[0] = {}) {
  nextKey += 200;
  const sliceIndex = nextKey;
  const fileName = `000001_01_01_${sliceIndex}.png`;
  const added = await addImage({ ...image, fileName });
  await database.prisma.bookmarkedImage.update({ where: { id: added.id }, data: { sliceIndex } });
  for (const offset of offsets)
    writeFileSync(
      join(folder, '000001_01_01', `${sliceIndex + offset}.png`),
      encodeHounsfield(64, 64, () => offset),
    );
  return { ...added, sliceIndex, globalId: added.path.slice('/images/'.length, -'.png'.length) };
}

const SLICES = `query Q($id: ID!) { node(id: $id) { ... on BookmarkedImage {
  huUrl slices { offset sliceIndex offsetMm url huUrl } } } }`;

interface Slice {
  offset: number;
  sliceIndex: number;
  offsetMm: number | null;
  url: string;
  huUrl: string;
}

async function slicesOf(id: string): Promise<{ huUrl: string | null; slices: Slice[] }> {
  const { data, errors } = await ask(SLICES, { id });
  expect(errors).toEqual([]);
  return data.node as never;
}

describe('BookmarkedImage.slices', () => {
  it('lists the slices on disk around the key slice up to the first gap, with addresses that work', async () => {
    const { globalId, sliceIndex } = await imageWith([-3, -1, 1, 2]);
    const { huUrl, slices } = await slicesOf(globalId);
    expect(slices.map(({ offset }) => offset)).toEqual([-1, 0, 1, 2]);
    expect(slices[3]).toEqual({
      offset: 2,
      sliceIndex: sliceIndex + 2,
      offsetMm: 10,
      url: `/images/${globalId}.png?slice=2`,
      huUrl: `/images/${globalId}.hu?slice=2`,
    });
    expect(slices[1]).toMatchObject({ offsetMm: 0, url: `/images/${globalId}.png`, huUrl });
    for (const { url, huUrl: raw, offset, sliceIndex: index } of slices) {
      expect((await get(url)).status).toBe(200);
      const response = await get(raw);
      expect(response.headers.get('x-slice-index')).toBe(String(index));
      if (offset !== 0) expect(new Int16Array(await response.arrayBuffer())[0]).toBe(offset);
    }
  });

  it('lists at most 50 on each side', async () => {
    const { globalId } = await imageWith(Array.from({ length: 60 }, (_, index) => index + 1));
    expect((await slicesOf(globalId)).slices).toHaveLength(51);
  });

  it('says nothing of millimetres where the slice interval is unknown', async () => {
    const { globalId, id } = await imageWith([1]);
    await database.prisma.bookmarkedImage.update({ where: { id }, data: { sliceIntervalMm: null } });
    expect((await slicesOf(globalId)).slices.map(({ offsetMm }) => offsetMm)).toEqual([null, null]);
  });

  it('is empty where there are no pixels, or the folder of the data set is gone', async () => {
    for (const image of [{ hasPixels: false }, { imageRoot: '/nowhere/at-all' }])
      expect(await slicesOf((await imageWith([1], image)).globalId)).toEqual({ huUrl: null, slices: [] });
  });
});

const CLOSE_UP = `query Q($id: ID!, $size: Int, $marginMm: Float, $window: String, $overlay: String) {
  node(id: $id) { ... on Lesion { url(size: $size, marginMm: $marginMm, window: $window, overlay: $overlay) plain: url } } }`;

describe('Lesion.url', () => {
  it('is the address of a close-up in the window of its coarse type, and works', async () => {
    const { lesion, globalId } = await imageWith([]);
    const { data } = await ask(CLOSE_UP, { id: lesion, size: 80, overlay: 'lesions', marginMm: 2.5 });
    const crop = `crop=lesion:${lesion}`;
    expect(data.node).toEqual({
      url: `/images/${globalId}.png?window=lung&overlay=lesions&size=80&${crop},2.5`,
      plain: `/images/${globalId}.png?window=lung&${crop},15`,
    });
    for (const url of Object.values(data.node ?? {})) expect((await get(String(url))).status).toBe(200);
  });

  it.each([
    ['LUNG', 'lung'],
    ['BONE', 'bone'],
    ['MEDIASTINUM', 'mediastinum'],
    ['LIVER', 'liver'],
    ['SOFT_TISSUE', 'soft-tissue'],
    ['ABDOMEN', 'abdomen'],
    ['KIDNEY', 'abdomen'],
    ['PELVIS', 'abdomen'],
    ['UNKNOWN', null],
  ] as const)('shows %s through %s unless another window is asked for', async (coarseType, window) => {
    const { lesion, lesionId } = await imageWith([]);
    await database.prisma.lesion.update({ where: { id: lesionId }, data: { coarseType } });
    const { data } = await ask(CLOSE_UP, { id: lesion, window: '0,100' });
    const windowOf = (url: unknown) => new URL(String(url), 'http://x').searchParams.get('window');
    expect(Object.values(data.node ?? {}).map(windowOf)).toEqual(['0,100', window]);
    if (window !== null) expect(Object.keys(WINDOW_PRESETS)).toContain(window);
  });

  it('refuses a margin and a size out of range, and is null without pixels', async () => {
    const { lesion } = await imageWith([], { hasPixels: false });
    expect((await ask(CLOSE_UP, { id: lesion })).data.node).toEqual({ url: null, plain: null });
    for (const [argument, value] of [
      ['marginMm', -1],
      ['marginMm', 501],
      ['size', 0],
      ['size', 2049],
    ] as const) {
      const { errors } = await ask(CLOSE_UP, { id: lesion, [argument]: value });
      expect(errors.map(({ originalError }) => originalError)).toEqual([expect.objectContaining({ argument })]);
    }
  });
});

describe('serverInfo', () => {
  it('tells the presets of windows, the limits of uploads, and whether there is a demo', async () => {
    const { data, errors } = await ask(`{ serverInfo { demo windowPresets { name center width low high }
      uploadLimits { maxBytes maxSliceBytes maxSlices hoursKept } } }`);
    expect(errors).toEqual([]);
    const { windowPresets, uploadLimits, demo } = data.serverInfo as never as {
      windowPresets: { name: string }[];
      uploadLimits: unknown;
      demo: boolean;
    };
    expect(windowPresets.map(({ name }) => name)).toEqual(Object.keys(WINDOW_PRESETS));
    expect(windowPresets.find(({ name }) => name === 'lung')).toEqual({
      name: 'lung',
      center: -600,
      width: 1500,
      low: -1350,
      high: 150,
    });
    expect(uploadLimits).toEqual({ maxBytes: 2 ** 20, maxSliceBytes: 2 ** 20, maxSlices: 4_000, hoursKept: 0.5 });
    expect(demo).toBe(true);
  });
});
