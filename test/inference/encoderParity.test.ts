import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cropSquare, inspectSliceFile, readSlice, slicePath } from '../../src/imaging';
import {
  type EncoderManifest,
  type EncodingTarget,
  InferenceHost,
  type LesionScalar,
  type ModelFolder,
  readEncoderFolder,
} from '../../src/inference';

/** Lesions with the crops and features that PyTorch made of them; training/encoder_parity.py writes it. */
const FIXTURE = resolve(__dirname, '../fixtures/encoder-parity');
const MODELS = resolve(__dirname, '../../models');

interface Parity {
  model: { name: string; sha256: string };
  cases: {
    fileName: string;
    box: [number, number, number, number];
    pixelSpacingMm: number;
    scalars: Record<LesionScalar, number>;
    planes: { mean: number; samples: { index: number; hounsfield: number }[] }[];
    features: number[];
  }[];
}

const parity: Parity = JSON.parse(readFileSync(join(FIXTURE, 'parity.json'), 'utf8'));
const imageRoot = join(FIXTURE, 'Images_png');

describe('the shipped encoder beside PyTorch', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deeplesion-encoder-'));
  const host = new InferenceHost({ executionProviders: ['cpu'] });
  let model: ModelFolder<EncoderManifest>;
  beforeAll(async () => {
    cpSync(join(MODELS, parity.model.name), folder, { recursive: true });
    model = await readEncoderFolder(folder);
  });
  afterAll(() => {
    host.stop('The tests are over.');
    rmSync(folder, { recursive: true, force: true });
  });

  it('is the model that the fixture was made with', () => {
    expect(model.manifest.onnx.sha256).toBe(parity.model.sha256);
  });

  it.each(parity.cases)('cuts the same squares round the lesion of $fileName, to one Hounsfield unit', async (one) => {
    const slice = await readSlice(slicePath(imageRoot, one.fileName), imageRoot);
    const { side, planes } = model.manifest.input.crops;
    const [x1, y1, x2, y2] = one.box;
    expect(one.planes).toHaveLength(planes.length);
    for (const [p, { scale }] of planes.entries()) {
      const sidePx = scale.kind === 'mm' ? scale.side / one.pixelSpacingMm : scale.factor * Math.max(x2 - x1, y2 - y1);
      const crop = cropSquare(slice, { centreX: (x1 + x2) / 2 - 1, centreY: (y1 + y2) / 2 - 1, sidePx }, side);
      const { mean, samples } = one.planes[p]!;
      expect(Math.abs(crop.reduce((sum, value) => sum + value, 0) / crop.length - mean)).toBeLessThan(0.02);
      for (const { index, hounsfield } of samples) expect(Math.abs(crop[index]! - hounsfield)).toBeLessThanOrEqual(1);
    }
  });

  it.each(parity.cases)('answers the same features of the lesion of $fileName, to 0.01', async (one) => {
    const [x1, y1, x2, y2] = one.box;
    const lesion = { x1, y1, x2, y2, scalars: one.scalars };
    const target: EncodingTarget = {
      imageRoot,
      fileName: one.fileName,
      width: 512,
      height: 512,
      pixelSha256: null,
      pixelConvention: 'ONE_BASED',
      pixelSpacingMm: one.pixelSpacingMm,
      lesions: [lesion, lesion],
    };
    const { features } = await host.encode(model, target);
    const { dimension } = model.manifest.output.features;
    expect(features).toHaveLength(2 * dimension);
    const largest = Math.max(...one.features.map((value, i) => Math.abs(value - features[dimension + i]!)));
    expect(largest).toBeLessThan(0.01);
  });

  it('refuses a slice of another size than the data set says, and tells one of another file', async () => {
    const [one] = parity.cases;
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = one?.box ?? [];
    const fileName = one?.fileName ?? '';
    const target: EncodingTarget = {
      imageRoot,
      fileName,
      width: 512,
      height: 512,
      pixelSha256: null,
      pixelConvention: 'ONE_BASED',
      pixelSpacingMm: one?.pixelSpacingMm ?? 1,
      lesions: [{ x1, y1, x2, y2, scalars: one!.scalars }],
    };
    await expect(host.encode(model, { ...target, width: 256, height: 256 })).rejects.toThrow(
      `${fileName}: the data set says 256 × 256, the file has 512 × 512 pixels`,
    );
    const { sha256 } = await inspectSliceFile({ imageRoot, fileName });
    const changedOf = async (pixelSha256: string | null) =>
      (await host.encode(model, { ...target, pixelSha256 })).pixelsChanged;
    expect(await changedOf(null)).toBeNull();
    expect(await changedOf(sha256)).toBe(false);
    expect(await changedOf('0'.repeat(64))).toBe(true);
  });
});
