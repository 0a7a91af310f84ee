import { setTimeout as sleep } from 'node:timers/promises';
import { chooseBatchSize, slicesAhead } from '../../src/inference/batchSize';
import { InferenceError } from '../../src/inference/session';

describe('chooseBatchSize', () => {
  const gpu = { executionProvider: 'webgpu', threads: 1, mustBeatCpu: true } as const;
  /**
   * A device whose time does not grow with the batch, up to a size that it refuses.
   *
   * @param sizes takes note of what was asked
   */
  const deviceWith =
    (room: number, sizes: number[], ms = 10) =>
    async (size: number) => {
      sizes.push(size);
      if (size > room) throw new InferenceError('Failed to allocate memory');
      await sleep(ms);
    };

  it('takes the largest batch that has room in the memory of the device, and looks whether the device still answers', async () => {
    const sizes: number[] = [];
    expect(await chooseBatchSize(deviceWith(4, sizes), 4, gpu)).toMatchObject({ batchSize: 4 });
    expect(sizes).toEqual([1, 1, 1, 2, 2, 2, 4, 4, 4, 8, 4]);
  });

  it('refuses a device that fails over a single slice, or that answers nothing more after a batch was too large', async () => {
    await expect(chooseBatchSize(deviceWith(0, []), 4, gpu)).rejects.toThrow(InferenceError);
    let lost = false;
    const run = async (size: number) => {
      lost ||= size > 1;
      if (lost) throw new InferenceError('The device is lost');
    };
    await expect(chooseBatchSize(run, 4, gpu)).rejects.toThrow('The device is lost');
  });

  it('tries no batch on a device that is busy for long with a single slice', async () => {
    const sizes: number[] = [];
    expect(await chooseBatchSize(deviceWith(16, sizes, 600), 4, gpu)).toMatchObject({ batchSize: 1 });
    expect(sizes).toEqual([1, 1, 1]);
  });

  it('tries no batch whose slices take half a gibibyte or more of memory', async () => {
    const sizes: number[] = [];
    const length = 9 * 1024 ** 2;
    expect(await chooseBatchSize(deviceWith(16, sizes), length, gpu)).toMatchObject({ batchSize: 8 });
    expect(Math.max(...sizes)).toBe(8);
  });

  it('tries nothing on a CPU or on CUDA, nor where a size is named', async () => {
    const sizes: number[] = [];
    const run = deviceWith(16, sizes);
    expect(await chooseBatchSize(run, 4, { ...gpu, executionProvider: 'cpu' })).toEqual({ batchSize: 1 });
    expect(await chooseBatchSize(run, 4, { ...gpu, executionProvider: 'cuda' })).toEqual({ batchSize: 1 });
    expect(await chooseBatchSize(run, 4, { ...gpu, batchSize: 7 })).toEqual({ batchSize: 7 });
    expect(sizes).toEqual([]);
  });
});

describe('slicesAhead', () => {
  it('is a batch, the next one, and one slice for each thread that prepares them', () => {
    expect(slicesAhead({ batchSize: 1, threads: 1, length: 3 * 512 ** 2 })).toBe(3);
    expect(slicesAhead({ batchSize: 16, threads: 15, length: 3 * 512 ** 2 })).toBe(47);
  });

  it('is nothing where nobody prepares them', () => {
    expect(slicesAhead({ batchSize: 1, threads: 0, length: 3 * 512 ** 2 })).toBe(0);
  });

  it('takes less than half a gibibyte of memory on however many cores, but for a single slice that is larger', () => {
    expect(slicesAhead({ batchSize: 1, threads: 16, length: 9 * 2048 ** 2 })).toBe(3);
    expect(slicesAhead({ batchSize: 1, threads: 16, length: 64 * 2048 ** 2 })).toBe(1);
  });
});
