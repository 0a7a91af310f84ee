import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { InferenceHost } from '../../src/inference';
import { createLogger } from '../../src/log';
import { findRun, isTerminal, workOnBatch } from '../../src/runs';
import { createRunBed, grey16Png, pixelFile, type RunBed, SIDE, unwatched } from '../runs/runBed';

const IMAGES = 20;
/** Of the run: neither the first nor the last of its batch, so that others are computed beside it. */
const POISON = 6;
/** Far back in its batch. */
const FATAL = 12;
/** Deliveries of a batch, after which all of it is given up. */
const DELIVERIES = 11;
const AIR = 32768 - 1000;
const BONE = 32768 + 1000;

/** Tells when the image is asked for over which the model hangs, so that its answer never comes. */
class FatalHost extends InferenceHost {
  whenFatal: (isAlone: boolean) => Promise<void> = async () => undefined;
  private unanswered = 0;

  override async detect(...question: Parameters<InferenceHost['detect']>): ReturnType<InferenceHost['detect']> {
    this.unanswered++;
    const [, target] = question;
    if (target.sliceIndex === FATAL + 1) void this.whenFatal(this.unanswered === 1);
    return super.detect(...question).finally(() => this.unanswered--);
  }
}

interface StoredImage {
  state: string;
  attempts: number;
  error: string | null;
  kind: string | null;
}

describe('a detector that takes several slices at once', () => {
  const work = async (batchSize: number, change: (bed: RunBed) => void = () => undefined, detector = 'tiny-batch') => {
    const bed = await createRunBed(IMAGES);
    try {
      change(bed);
      const config = { executionProviders: ['cpu' as const], modelsDir: bed.modelsDir, inferenceBatchSize: batchSize };
      await bed.startWorker({ config, sliceTimeoutMs: 1_500 });
      const { id } = await bed.request(detector);
      while (!isTerminal((await findRun(bed.database, id)).status)) await sleep(20);
      const images = await bed.database.query<StoredImage>({
        text: 'SELECT state, attempts, error, failure_kind AS kind FROM run_image WHERE run_id = $1 ORDER BY image_id',
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

  let one: ReturnType<typeof work> | undefined;
  const oneByOne = (): ReturnType<typeof work> => {
    one ??= work(1);
    return one;
  };

  it.each([3, 4, 16])('finds the same in batches of %i as one by one', async (batchSize) => {
    const alone = await oneByOne();
    expect(new Set(alone.detections.map(({ x1 }) => x1)).size).toBeGreaterThan(IMAGES);
    expect(await work(batchSize)).toEqual(alone);
  });

  it.each([1, 4])('loses only the image that the network hangs over, in batches of %i', async (batchSize) => {
    const { status, images, detections } = await work(batchSize, ({ imageRoot }) =>
      writeFileSync(pixelFile(imageRoot, POISON), grey16Png(new Uint16Array(SIDE * SIDE).fill(AIR))),
    );
    expect(status).toBe('SUCCEEDED');
    expect(images.flatMap(({ state }, index) => (state === 'FAILED' ? [index] : []))).toEqual([POISON]);
    expect(images[POISON]?.error).toContain(`took longer than ${1.5 * batchSize} s`);
    expect(images[POISON]?.kind).toBe('TIMEOUT');
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
    expect(images[POISON]?.kind).toBe('OTHER');
  });

  it('gives up only the image that takes its worker along each time, before its batch has no delivery left', async () => {
    const bed = await createRunBed(IMAGES);
    const host = new FatalHost({ executionProviders: ['cpu'], batchSize: 16, sliceTimeoutMs: 60_000 });
    const { database, registry, imageIds } = bed;
    const observer = unwatched();
    const context = {
      database,
      registry,
      host,
      log: createLogger('silent'),
      evaluate: async () => undefined,
      observer,
    };
    try {
      writeFileSync(pixelFile(bed.imageRoot, FATAL), grey16Png(new Uint16Array(SIDE * SIDE).fill(AIR)));
      const { id: runId } = await bed.request('tiny-batch');
      const standing = () =>
        database.query<StoredImage>({
          text: 'SELECT state, attempts, error, failure_kind AS kind FROM run_image WHERE run_id = $1 ORDER BY image_id',
          values: [runId],
        });
      /**
       * Works on the batch, and is lost over the fatal image: where that is asked for alone, everything before it is
       * written by then.
       */
      const deliver = async (): Promise<void> => {
        const lost = new AbortController();
        const isWritten = async () => (await standing()).slice(0, FATAL).every(({ state }) => state !== 'PENDING');
        host.whenFatal = async (isAlone) => {
          // Those behind it are asked for in the same turn of the event loop.
          await sleep(1);
          while (isAlone && !(await isWritten())) await sleep(5);
          lost.abort();
        };
        const batch = { runId, imageIds, lost: lost.signal, renew: async () => !lost.signal.aborted };
        await workOnBatch(context, batch, new AbortController().signal);
      };
      let deliveries = 0;
      for (; !isTerminal((await findRun(database, runId)).status); deliveries++) await deliver();
      const images = await standing();
      expect(images.flatMap(({ state }, index) => (state === 'FAILED' ? [index] : []))).toEqual([FATAL]);
      expect(images[FATAL]?.error).toMatch(/the worker died on this image in each of 5 attempts/);
      expect(images[FATAL]?.kind).toBe('GIVEN_UP');
      expect(deliveries).toBeLessThanOrEqual(DELIVERIES);
    } finally {
      host.stop('The test is over.');
      await bed.drop();
    }
  }, 60_000);
});
