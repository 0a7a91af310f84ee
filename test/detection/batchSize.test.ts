import { setTimeout as sleep } from 'node:timers/promises';
import { chooseBatchSize } from '../../src/detection/batchSize';
import { NetworkFailed } from '../../src/detection/session';

describe('chooseBatchSize', () => {
  const gpu = { executionProvider: 'webgpu', threads: 1, mustBeatCpu: true } as const;
  /** A device whose time does not grow with the batch, up to a size that it refuses. @param sizes takes note of what was asked */
  const deviceWith =
    (room: number, sizes: number[], ms = 10) =>
    async (size: number) => {
      sizes.push(size);
      if (size > room) throw new NetworkFailed('Failed to allocate memory');
      await sleep(ms);
    };

  it('takes the largest batch that has room in the memory of the device, and looks whether the device still answers', async () => {
    const sizes: number[] = [];
    expect(await chooseBatchSize(deviceWith(4, sizes), gpu)).toMatchObject({ batchSize: 4 });
    expect(sizes).toEqual([1, 1, 1, 2, 2, 2, 4, 4, 4, 8, 4]);
  });

  it('refuses a device that fails over a single slice, or that answers nothing more after a batch was too large', async () => {
    await expect(chooseBatchSize(deviceWith(0, []), gpu)).rejects.toThrow(NetworkFailed);
    let lost = false;
    const run = async (size: number) => {
      lost ||= size > 1;
      if (lost) throw new NetworkFailed('The device is lost');
    };
    await expect(chooseBatchSize(run, gpu)).rejects.toThrow('The device is lost');
  });

  it('tries no batch on a device that is busy for long with a single slice', async () => {
    const sizes: number[] = [];
    expect(await chooseBatchSize(deviceWith(16, sizes, 600), gpu)).toMatchObject({ batchSize: 1 });
    expect(sizes).toEqual([1, 1, 1]);
  });

  it('tries nothing on a CPU or on CUDA, nor where a size is named', async () => {
    const sizes: number[] = [];
    const run = deviceWith(16, sizes);
    expect(await chooseBatchSize(run, { ...gpu, executionProvider: 'cpu' })).toEqual({ batchSize: 1 });
    expect(await chooseBatchSize(run, { ...gpu, executionProvider: 'cuda' })).toEqual({ batchSize: 1 });
    expect(await chooseBatchSize(run, { ...gpu, batchSize: 7 })).toEqual({ batchSize: 7 });
    expect(sizes).toEqual([]);
  });
});
