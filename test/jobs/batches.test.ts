import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { findRun, isTerminal } from '../../src/detection';
import { createRunBed, grey16Png, pixelFile, type RunBed, SIDE } from '../detection/runBed';

const IMAGES = 20;
/** Of the run: neither the first nor the last of its batch, so that others are computed beside it. */
const POISON = 6;
const AIR = 32768 - 1000;
const BONE = 32768 + 1000;

describe('a detector that takes several slices at once', () => {
  const work = async (batchSize: number, change: (bed: RunBed) => void = () => undefined, detector = 'tiny-batch') => {
    const bed = await createRunBed(IMAGES);
    try {
      change(bed);
      await bed.startWorker({ batchSize, sliceTimeoutMs: 1_500 });
      const { id } = await bed.request(detector);
      while (!isTerminal((await findRun(bed.database, id)).status)) await sleep(20);
      const images = await bed.database.query<{ state: string; attempts: number; error: string | null }>({
        text: 'SELECT state, attempts, error FROM run_image WHERE run_id = $1 ORDER BY image_id',
        values: [id],
      });
      const detections = await bed.database.query<{ image_id: number; x1: number }>({
        text: `SELECT image_id, rank, x1, y1, x2, y2, score, class_index FROM detection WHERE run_id = $1 ORDER BY image_id, rank`,
        values: [id],
      });
      return { status: (await findRun(bed.database, id)).status, images, detections };
    } finally {
      await bed.drop();
    }
  };

  it.each([3, 4, 16])('finds the same in batches of %i as one by one', async (batchSize) => {
    const alone = await work(1);
    expect(new Set(alone.detections.map(({ x1 }) => x1)).size).toBeGreaterThan(IMAGES);
    expect(await work(batchSize)).toEqual(alone);
  });

  it.each([1, 4])('loses only the image that the network hangs over, in batches of %i', async (batchSize) => {
    const { status, images, detections } = await work(batchSize, ({ imageRoot }) =>
      writeFileSync(pixelFile(imageRoot, POISON), grey16Png(new Uint16Array(SIDE * SIDE).fill(AIR))),
    );
    expect(status).toBe('SUCCEEDED');
    expect(images.flatMap(({ state }, index) => (state === 'FAILED' ? [index] : []))).toEqual([POISON]);
    expect(images[POISON]?.error).toMatch(/took longer than 1\.5 s/);
    expect(images.map(({ attempts }) => attempts)).toEqual(Array(IMAGES).fill(1));
    expect(new Set(detections.map(({ image_id }) => image_id)).size).toBe(IMAGES - 1);
  });

  it.each([1, 4])('fails only the image that the network refuses, in batches of %i', async (batchSize) => {
    const makeBright = ({ imageRoot }: RunBed) =>
      writeFileSync(pixelFile(imageRoot, POISON), grey16Png(new Uint16Array(SIDE * SIDE).fill(BONE)));
    const { status, images } = await work(batchSize, makeBright, 'tiny-batch-of-dark');
    expect(status).toBe('SUCCEEDED');
    expect(images.flatMap(({ state }, index) => (state === 'FAILED' ? [index] : []))).toEqual([POISON]);
    expect(images[POISON]?.error).toMatch(/indices element out of data bounds/);
  });
});
