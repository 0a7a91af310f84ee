import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type InputSpec, loadStack, prepareTensor } from '../../src/imaging';

/** Slices with the tensor that training/ made of them; training/parity.py writes it. */
const FIXTURE = resolve(__dirname, '../fixtures/parity');

interface Parity {
  model: { name: string };
  cases: {
    fileName: string;
    sliceIntervalMm: number | null;
    tensor: {
      shape: number[];
      channels: { mean: number; std: number }[];
      samples: { index: number; value: number }[];
    };
  }[];
}

const parity: Parity = JSON.parse(readFileSync(join(FIXTURE, 'parity.json'), 'utf8'));
const manifest = resolve(__dirname, '../../models', parity.model.name, 'model.json');

describe('prepareTensor beside the preprocessing of training/', () => {
  const spec: InputSpec = JSON.parse(readFileSync(manifest, 'utf8')).input;

  it.each(parity.cases)(
    'makes the same numbers of $fileName to 1e-4',
    async ({ fileName, sliceIntervalMm, tensor }) => {
      const sliceIndex = Number(/_(\d+)\.png$/.exec(fileName)?.[1]);
      const key = { fileName, sliceIndex, sliceIntervalMm, width: 512, height: 512, pixelSha256: null };
      const offsets = spec.channels.map((channel) => channel.offsetMm);
      const stack = await loadStack(join(FIXTURE, 'Images_png'), key, offsets);
      const made = prepareTensor(stack, spec);
      expect([1, spec.channels.length, spec.height, spec.width]).toEqual(tensor.shape);
      const worst = Math.max(...tensor.samples.map(({ index, value }) => Math.abs(made[index]! - value)));
      expect(tensor.samples.length).toBeGreaterThan(100);
      expect(worst).toBeLessThan(1e-4);
      const area = spec.width * spec.height;
      for (const [channel, { mean }] of tensor.channels.entries()) {
        const values = made.subarray(channel * area, (channel + 1) * area);
        expect(values.reduce((sum, value) => sum + value, 0) / area).toBeCloseTo(mean, 4);
      }
    },
  );
});
