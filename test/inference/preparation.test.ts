import { prepareSlice } from '../../src/inference/detect';
import { type Preparation, PreparationHere, PreparationThreads } from '../../src/inference/preparation';
import { PARITY_SLICE } from './paritySlice';

const target = PARITY_SLICE;
const withoutNeighbours = { ...target, sliceIntervalMm: null };
const broken = { ...target, fileName: '000001_01_01_999.png', sliceIndex: 999 };
const inputOf = (side: number) => ({
  tensor: 'image',
  batch: 'ONE' as const,
  width: side,
  height: side,
  channels: [-3, 0, 3].map((offsetMm) => ({ offsetMm, window: { low: -160, high: 240 } })),
  scaledRange: { low: -1, high: 1 },
  resampling: 'triangle-antialiased' as const,
});

describe.each<[string, () => Preparation]>([
  ['in the calling thread', () => new PreparationHere()],
  ['in one thread', () => new PreparationThreads(1)],
  ['in three threads', () => new PreparationThreads(3)],
])('slices prepared %s', (_, make) => {
  let preparation: Preparation;
  beforeAll(async () => {
    preparation = make();
    await preparation.ready;
  });
  afterAll(() => preparation.close());

  it('are the same as without it, asked for ahead or not, in memory that was used before', async () => {
    const all = [target, withoutNeighbours, target, withoutNeighbours, target];
    const expected = await Promise.all([target, withoutNeighbours].map((one) => prepareSlice(one, inputOf(64))));
    expect(expected[0]?.tensor).not.toEqual(expected[1]?.tensor);
    for (const [at, one] of all.entries()) {
      const { tensor } = await preparation.take(one, all.slice(at + 1, at + 3), inputOf(64));
      expect(tensor).toEqual(expected[at % 2]?.tensor);
      preparation.giveBack(tensor);
    }
  });

  it('are begun once, however often they come among the next', async () => {
    const upcoming = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? target : withoutNeighbours));
    for (let turn = 0; turn < 60; turn++) {
      const { tensor } = await preparation.take(upcoming[turn % 2]!, upcoming, inputOf(64));
      expect(tensor).toHaveLength(3 * 64 * 64);
      preparation.giveBack(tensor);
    }
  });

  it('have the size of the detector, whatever the memory was used for before', async () => {
    for (const side of [32, 64, 48]) {
      const { tensor } = await preparation.take(target, [], inputOf(side));
      expect(tensor).toEqual((await prepareSlice(target, inputOf(side))).tensor);
      preparation.giveBack(tensor);
    }
  });

  it('fail one by one', async () => {
    await preparation.take(target, [broken, target], inputOf(64));
    await expect(preparation.take(broken, [target], inputOf(64))).rejects.toThrow(/000001_01_01_999\.png/);
    const { tensor } = await preparation.take(target, [], inputOf(64));
    expect(tensor).toEqual((await prepareSlice(target, inputOf(64))).tensor);
  });
});
