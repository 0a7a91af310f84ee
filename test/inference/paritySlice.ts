import { resolve } from 'node:path';
import type { DetectionTarget } from '../../src/inference';

/** A phantom slice with both neighbours, of the fixtures in which PyTorch and the server meet. */
export const PARITY_SLICE: DetectionTarget = {
  imageRoot: resolve(__dirname, '../fixtures/parity/Images_png'),
  fileName: '000001_01_01_017.png',
  sliceIndex: 17,
  sliceIntervalMm: 5,
  width: 512,
  height: 512,
  pixelConvention: 'ONE_BASED',
  pixelSha256: null,
};
