import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findDatasetByReference, importCoco, importDlInfo, moveImages, verifyPixels } from '../../src/dataset';
import { checkImages } from '../../src/doctor/imageChecks';
import { toGlobalId } from '../../src/globalId';
import { MAX_FILE_BYTES } from '../../src/imaging';
import { objectStorage, parseBucketRoot, setObjectStorage } from '../../src/objects';
import { findRun, isTerminal } from '../../src/runs';
import { SMALL_CSV } from '../dataset/importBed';
import { startBedServer } from '../http/bedServer';
import { encodeHounsfield } from '../imaging/png';
import { createRunBed, grey16Png, keyOfImage, pixelFile, type RunBed, SIDE } from '../runs/runBed';
import { describeStore, StoreBed } from './storeBed';

const BUCKET = 'slices';
const IMAGES = 6;
const keyOf = (index: number): string => `deep/Images_png/000001_01_01/${String(index + 1).padStart(3, '0')}.png`;

describeStore('Pixel files in a bucket', () => {
  let store: StoreBed;
  let bed: RunBed;
  let folder: string;
  let local: Buffer[];

  /** As a process of another machine begins: with an empty folder. */
  const useFreshCache = (cacheBytes = 2 ** 30): string => {
    const dataDir = mkdtempSync(join(folder, 'data-'));
    setObjectStorage({
      store: {
        endpoint: store.endpoint,
        region: 'us-east-1',
        pathStyle: true,
        credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
      },
      dataDir,
      cacheBytes,
      patience: { answerMs: 10_000, pausesMs: [5, 5] },
      trustedMs: 0,
    });
    return join(dataDir, 'pixel-cache');
  };
  const untilEnded = async (id: number) => {
    for (;;) {
      const run = await findRun(bed.database, id);
      if (isTerminal(run.status)) return run;
      await sleep(20);
    }
  };
  const outcomes = (runId: number): Promise<{ state: string; kind: string | null }[]> =>
    bed.database.query({
      text: `SELECT state::text, failure_kind::text AS kind FROM run_image WHERE run_id = $1 ORDER BY image_id`,
      values: [runId],
    });
  const asked = (part: string): number => store.asked.filter((one) => one.includes(part)).length;
  const cached = (root: string): number =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.object'))
      .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);

  beforeAll(async () => {
    store = await StoreBed.start();
    folder = mkdtempSync(join(tmpdir(), 'bucket-test-'));
    bed = await createRunBed(IMAGES);
    await store.createBucket(BUCKET);
    local = Array.from({ length: IMAGES }, (_, index) => readFileSync(pixelFile(bed.imageRoot, index)));
    for (const [index, content] of local.entries()) await store.put(BUCKET, keyOf(index), content);
    useFreshCache();
    await moveImages(bed.database, 'small', `s3://${BUCKET}/deep/`);
    // What is read from here on is read from the bucket.
    rmSync(bed.imageRoot, { recursive: true });
  });
  afterAll(async () => {
    await bed.drop();
    await store.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    store.behaviour = 'ANSWERS';
    store.asked.length = 0;
  });

  it('are found in any usual layout below an address, and their checksums are noted', async () => {
    const dataset = await findDatasetByReference(bed.database, 'small');
    expect(dataset?.imageRoot).toBe(`s3://${BUCKET}/deep/Images_png`);
    expect(await verifyPixels(bed.database, 'small')).toMatchObject({ images: IMAGES, intact: IMAGES, problems: [] });
  });

  it('are read by pictures and by .hu, each object once', async () => {
    useFreshCache();
    const { url, http } = await startBedServer(bed);
    const id = toGlobalId('BookmarkedImage', keyOfImage(0));
    const picture = await fetch(`${url}/images/${id}.png`);
    expect(picture.status).toBe(200);
    const hu = await fetch(`${url}/images/${id}.hu`);
    expect(Buffer.from(await hu.arrayBuffer()).readInt16LE(2)).toBe(1);
    expect((await fetch(`${url}/images/${id}.hu?slice=1`)).status).toBe(200);
    expect((await fetch(`${url}/images/${id}.hu?slice=-1`)).status).toBe(404);
    expect(asked(keyOf(0))).toBe(1);
    await http.stop();
  });

  it('are brought to a worker whose folder is empty, and no key is given to the process that runs the model', async () => {
    const root = useFreshCache();
    const run = await bed.request('tiny-constant');
    await bed.startWorker();
    expect((await untilEnded(run.id)).status).toBe('SUCCEEDED');
    for (let index = 0; index < IMAGES; index++) expect(asked(keyOf(index))).toBe(1);
    // The files of the process that runs the model are gone again.
    expect(readdirSync(join(root, 'held'))).toEqual([]);
  });

  it('fail alone if their object is deleted under a run', async () => {
    useFreshCache();
    await store.remove(BUCKET, keyOf(2));
    const run = await bed.request('tiny-constant');
    await untilEnded(run.id);
    const states = await outcomes(run.id);
    expect(states.map(({ kind }) => kind)).toEqual([null, null, 'NO_PIXEL_FILE', null, null, null]);
    await store.put(BUCKET, keyOf(2), local[2]!);
  });

  it.each(['IS_GONE', 'IS_OVERLOADED'] as const)('wait for a store that %s', async (behaviour) => {
    useFreshCache();
    const run = await bed.request('tiny-constant');
    store.behaviour = behaviour;
    const before = store.asked.length;
    while (store.asked.length < before + 6) await sleep(20);
    expect((await findRun(bed.database, run.id)).status).not.toBe('FAILED');
    store.behaviour = 'ANSWERS';
    expect((await untilEnded(run.id)).status).toBe('SUCCEEDED');
  });

  it('are compared with the objects themselves by verify, while copies stay what was imported', async () => {
    useFreshCache();
    await objectStorage().cache.read({ bucket: BUCKET, key: keyOf(1) }, null, MAX_FILE_BYTES);
    await store.put(BUCKET, keyOf(1), grey16Png(new Uint16Array(SIDE * SIDE).fill(40_000)));
    await store.remove(BUCKET, keyOf(3));
    const found = await verifyPixels(bed.database, 'small');
    expect(found.problems.map(({ fileName, kind }) => [fileName, kind])).toEqual([
      [keyOfImage(1).fileName, 'CHANGED'],
      [keyOfImage(3).fileName, 'MISSING'],
    ]);
    for (const index of [1, 3]) await store.put(BUCKET, keyOf(index), local[index]!);
  });

  it('are looked at by the doctor, who says what the store refuses', async () => {
    useFreshCache();
    const ofSmall = async () => (await checkImages(bed.database)).find(({ check }) => check === 'images of small@1');
    expect(await ofSmall()).toMatchObject({ status: 'ok', text: expect.stringContaining('first key slice decodes') });
    store.behaviour = 'REFUSES_KEYS';
    expect(await ofSmall()).toMatchObject({ status: 'fail', text: expect.stringContaining('AWS_ACCESS_KEY_ID') });
  });

  it('are imported under names that mean something in addresses and in XML', async () => {
    const names = ['a b+c%2F&d.png', 'ünï<x>"\'.png', 'plain.png'];
    for (const name of names)
      await store.put(
        BUCKET,
        `odd/${name}`,
        encodeHounsfield(8, 8, () => 7),
      );
    const jsonPath = join(folder, 'odd.json');
    const images = names.map((file_name, id) => ({ id, file_name, width: 8, height: 8 }));
    writeFileSync(jsonPath, JSON.stringify({ images, annotations: [], categories: [] }));
    const report = await importCoco({ database: bed.database, jsonPath, slug: 'odd', imagesDir: `s3://${BUCKET}/odd` });
    expect(report.imagesWithPixels).toBe(names.length);
    expect(await verifyPixels(bed.database, 'odd')).toMatchObject({ intact: names.length });
  });

  it('are found among more objects than a page of a listing has', async () => {
    await store.fill(BUCKET, 'many/0_', 1_100);
    for (const name of ['000901_01_01_020', '000902_01_01_007'])
      await store.put(
        BUCKET,
        `many/${name}.png`,
        encodeHounsfield(512, 512, () => 1),
      );
    const imagesDir = `s3://${BUCKET}/many`;
    const report = await importDlInfo({ database: bed.database, csvPath: SMALL_CSV, slug: 'many', imagesDir });
    expect(report.imagesWithPixels).toBe(2);
  });

  it('are refused with a sentence where the bucket or its prefix is wrong', async () => {
    const importFrom = (imagesDir: string) =>
      importDlInfo({ database: bed.database, csvPath: SMALL_CSV, slug: 'none', imagesDir });
    await expect(importFrom('s3://no-such-bucket/x')).rejects.toMatchObject({ reason: 'NO_BUCKET' });
    await expect(importFrom(`s3://${BUCKET}/nothing`)).rejects.toThrow('There are no objects below');
    store.behaviour = 'REFUSES_KEYS';
    await expect(importFrom(`s3://${BUCKET}/many`)).rejects.toMatchObject({ reason: 'NO_ACCESS' });
    store.behaviour = 'IS_GONE';
    await expect(importFrom(`s3://${BUCKET}/many`)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('take no more space on this machine than they may, and a damaged copy is not used', async () => {
    const space = 2 ** 20;
    const root = useFreshCache(space);
    const { cache } = objectStorage();
    for (let index = 0; index < 12; index++) {
      const key = `large/${index}`;
      await store.put(BUCKET, key, Buffer.alloc(200_000, index));
      const found = await cache.read({ bucket: BUCKET, key }, null, MAX_FILE_BYTES);
      expect(found?.content[0]).toBe(index);
      expect(cached(root)).toBeLessThanOrEqual(space);
    }
    const last = { bucket: BUCKET, key: 'large/11' };
    const entries = readdirSync(root, { recursive: true, withFileTypes: true });
    for (const entry of entries)
      if (entry.name.endsWith('.object')) writeFileSync(join(entry.parentPath, entry.name), Buffer.alloc(200_000, 99));
    expect((await cache.read(last, null, MAX_FILE_BYTES))?.content[0]).toBe(11);
  });
});

describe('The address of a bucket', () => {
  it.each(['s3://', 's3://A_b/x', 's3://ab/../c', 's3://abc//x', 's3://abc/./x', 's3://abc/a\nb'])(
    'is not %j',
    (text) => {
      expect(() => parseBucketRoot(text)).toThrow('Expected s3://BUCKET');
    },
  );

  it('loses the slash at its end', () => {
    expect(parseBucketRoot('s3://abc/Images_png/')).toBe('s3://abc/Images_png');
    expect(parseBucketRoot('s3://abc/')).toBe('s3://abc');
  });
});
