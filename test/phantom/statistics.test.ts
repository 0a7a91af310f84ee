import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generatePhantoms, type PhantomSummary } from '../../src/phantom';
import { bodyPart, splitOf } from '../../src/phantom/windows';
import { decodeGrey16 } from './pixels';

const PATCH = 16;

/**
 * Standard deviation and lag-1 autocorrelation of a patch after taking its plane away; undefined outside soft tissue.
 */
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
  const outDir = join(mkdtempSync(join(tmpdir(), 'phantom-statistics-')), 'set');
  let summary: PhantomSummary;
  let keySlices: string[];

  beforeAll(async () => {
    summary = await generatePhantoms({ patients: 24, seed: 99, outDir, neighbours: 0, workers: 2 });
    const images = join(outDir, 'Images_png');
    keySlices = readdirSync(images)
      .sort()
      .flatMap((series) => readdirSync(join(images, series)).map((file) => join(images, series, file)));
  });
  afterAll(() => rmSync(join(outDir, '..'), { recursive: true, force: true }));

  it('have the pixels they always had: shipped detectors were trained on them', () => {
    const pixels = decodeGrey16(readFileSync(keySlices[0] ?? '')).pixels;
    expect(createHash('sha256').update(Buffer.from(pixels.buffer)).digest('hex')).toMatchInlineSnapshot(
      `"742bffb2ddc2377c84de9beabb59c53feb98427f47c42fa9f52653f48ee20498"`,
    );
  });

  it('have the noise of real slices: 7 to 15 HU, neighbours correlated by about a half', () => {
    const noise = keySlices.slice(0, 8).map((file) => sliceNoise(readFileSync(file)));
    for (const { sd } of noise) {
      expect(sd).toBeGreaterThan(5.5);
      expect(sd).toBeLessThan(17);
    }
    const lag1 = noise.reduce((sum, one) => sum + one.lag1, 0) / noise.length;
    expect(lag1).toBeGreaterThan(0.42);
    expect(lag1).toBeLessThan(0.68);
  });

  it('have about three key slices each, mostly one lesion a slice, and unannotated ones on about a fifth', () => {
    const perPatient = summary.keySlices / summary.patients;
    expect(summary.slices).toBe(summary.keySlices);
    expect(perPatient).toBeGreaterThan(1.8);
    expect(perPatient).toBeLessThan(4.2);
    expect(summary.lesions / summary.keySlices).toBeGreaterThanOrEqual(1);
    expect(summary.lesions / summary.keySlices).toBeLessThan(1.25);
    const hidden = readFileSync(join(outDir, 'unannotated.csv'), 'utf8').trimEnd().split('\n').slice(1);
    const withHidden = new Set(hidden.map((line) => line.split(',')[0])).size;
    expect(withHidden / summary.keySlices).toBeGreaterThan(0.08);
    expect(withHidden / summary.keySlices).toBeLessThan(0.45);
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
