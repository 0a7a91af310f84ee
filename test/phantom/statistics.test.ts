import { createHash } from 'node:crypto';
import { type PatientRecords, renderPatient } from '../../src/phantom/render';
import { bodyPart, splitOf } from '../../src/phantom/windows';
import { decodeGrey16 } from './pixels';

const PATCH = 16;

/** Standard deviation and lag-1 autocorrelation of a patch after taking its plane away; undefined outside soft tissue. */
function patchNoise(hu: ArrayLike<number>, x: number, y: number): { sd: number; lag1: number } | undefined {
  const half = (PATCH - 1) / 2;
  const at = (i: number, j: number): number => (hu[(y + j) * 512 + x + i] ?? 0) - 32_768;
  let mean = 0;
  let slopeX = 0;
  let slopeY = 0;
  let norm = 0;
  for (let j = 0; j < PATCH; j++) {
    for (let i = 0; i < PATCH; i++) {
      mean += at(i, j) / PATCH ** 2;
      slopeX += at(i, j) * (i - half);
      slopeY += at(i, j) * (j - half);
      norm += (i - half) ** 2;
    }
  }
  if (mean < -150 || mean > 200) return undefined;
  const rest = (i: number, j: number): number => at(i, j) - mean - ((i - half) * slopeX + (j - half) * slopeY) / norm;
  let variance = 0;
  let product = 0;
  for (let j = 0; j < PATCH; j++) {
    for (let i = 0; i < PATCH; i++) {
      variance += rest(i, j) ** 2 / PATCH ** 2;
      if (i > 0) product += (rest(i, j) * rest(i - 1, j)) / (PATCH * (PATCH - 1));
    }
  }
  return { sd: Math.sqrt(variance), lag1: product / variance };
}

/** Noise of a slice: the mean over its flattest 5 % of soft-tissue patches. */
function sliceNoise(png: Buffer): { sd: number; lag1: number } {
  const data = decodeGrey16(png).pixels;
  const patches: { sd: number; lag1: number }[] = [];
  for (let y = 0; y + PATCH <= 512; y += 8) {
    for (let x = 0; x + PATCH <= 512; x += 8) {
      const noise = patchNoise(data, x, y);
      if (noise) patches.push(noise);
    }
  }
  const flat = patches.sort((a, b) => a.sd - b.sd).slice(0, Math.max(3, Math.floor(patches.length / 20)));
  const mean = (pick: (one: { sd: number; lag1: number }) => number): number =>
    flat.reduce((sum, one) => sum + pick(one), 0) / flat.length;
  return { sd: mean((one) => one.sd), lag1: mean((one) => one.lag1) };
}

describe('phantom patients', () => {
  const slices: Buffer[] = [];
  let records: PatientRecords[];

  beforeAll(() => {
    records = Array.from({ length: 14 }, (_, k) =>
      renderPatient(99, k + 1, 0, (_folder, _file, png) => slices.push(png)),
    );
  });

  it('have the pixels they always had: shipped detectors were trained on them', () => {
    const pixels = decodeGrey16(slices[0] ?? Buffer.alloc(0)).pixels;
    expect(createHash('sha256').update(Buffer.from(pixels.buffer)).digest('hex')).toMatchInlineSnapshot(`"742bffb2ddc2377c84de9beabb59c53feb98427f47c42fa9f52653f48ee20498"`);
  });

  it('have the noise of real slices: 7 to 15 HU, neighbours correlated by about a half', () => {
    const noise = slices.slice(0, 8).map(sliceNoise);
    for (const { sd } of noise) {
      expect(sd).toBeGreaterThan(5.5);
      expect(sd).toBeLessThan(17);
    }
    const lag1 = noise.reduce((sum, one) => sum + one.lag1, 0) / noise.length;
    expect(lag1).toBeGreaterThan(0.42);
    expect(lag1).toBeLessThan(0.68);
  });

  it('have about three key slices each, mostly one lesion a slice, and unannotated ones on about a fifth', () => {
    const keySlices = records.reduce((sum, one) => sum + one.keySlices, 0);
    const annotated = records.reduce((sum, one) => sum + one.annotated.length, 0);
    const withHidden = new Set(records.flatMap((one) => one.unannotated.map(({ fileName }) => fileName))).size;
    expect(keySlices / records.length).toBeGreaterThan(1.8);
    expect(keySlices / records.length).toBeLessThan(4.2);
    expect(annotated / keySlices).toBeGreaterThanOrEqual(1);
    expect(annotated / keySlices).toBeLessThan(1.25);
    expect(withHidden / keySlices).toBeGreaterThan(0.08);
    expect(withHidden / keySlices).toBeLessThan(0.45);
  });

  it('are shared out to the splits by 70, 15 and 15 per cent, in small sets too', () => {
    for (const count of [20, 90, 1400]) {
      const shares = [0, 0, 0, 0];
      for (let patient = 1; patient <= count; patient++) shares[splitOf(5, patient)]! += 1 / count;
      for (const [k, share] of [0.7, 0.15, 0.15].entries())
        expect(Math.abs((shares[k + 1] ?? 0) - share)).toBeLessThan(0.06);
    }
  });

  it('grow downwards: the relative height rises from head to feet and stays within 0 and 1', () => {
    let last = 0;
    for (let z = -60; z <= 900; z += 5) {
      const part = bodyPart(z);
      expect(part).toBeGreaterThanOrEqual(last);
      expect(part).toBeLessThanOrEqual(1);
      last = part;
    }
  });
});
