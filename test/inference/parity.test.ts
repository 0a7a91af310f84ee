import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { InferenceHost, type ModelFolder, readModelFolder } from '../../src/inference';

/** Slices with the detections that PyTorch made of them; training/parity.py writes it. */
const FIXTURE = resolve(__dirname, '../fixtures/parity');
const MODELS = resolve(__dirname, '../../models');

interface Parity {
  model: { name: string; sha256: string };
  selection: { scoreThreshold: number; nmsIouThreshold: number; maxDetectionsPerImage: number };
  cases: {
    fileName: string;
    sliceIntervalMm: number | null;
    width: number;
    height: number;
    detections: { box: [number, number, number, number]; score: number }[];
  }[];
}

const parity: Parity = JSON.parse(readFileSync(join(FIXTURE, 'parity.json'), 'utf8'));

describe('the shipped detector beside PyTorch', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deeplesion-parity-'));
  const host = new InferenceHost({ executionProviders: ['cpu'] });
  let model: ModelFolder;
  beforeAll(async () => {
    cpSync(join(MODELS, parity.model.name), folder, { recursive: true });
    model = await readModelFolder(folder);
  });
  afterAll(() => {
    host.stop('The tests are over.');
    rmSync(folder, { recursive: true, force: true });
  });

  it('is the model that the fixture was made with', () => {
    expect(model.manifest.onnx.sha256).toBe(parity.model.sha256);
  });

  it.each(parity.cases)(
    'finds the same boxes in $fileName within half a pixel, and the same scores to 1e-3',
    async ({ fileName, sliceIntervalMm, width, height, detections }) => {
      const sliceIndex = Number(/_(\d+)\.png$/.exec(fileName)?.[1]);
      const imageRoot = join(FIXTURE, 'Images_png');
      const target = {
        imageRoot,
        fileName,
        sliceIndex,
        sliceIntervalMm,
        width,
        height,
        pixelConvention: 'ONE_BASED' as const,
        pixelSha256: null,
      };
      const { boxes } = await host.detect(model, target, parity.selection);
      expect(boxes.length).toBe(detections.length);
      expect(boxes.length).toBeGreaterThan(0);
      // Two scores that are equal but for rounding may change places: each box looks for its own.
      for (const { box, score } of detections) {
        const twin = boxes.find(
          (one) =>
            Math.abs(one.score - score) < 1e-3 &&
            [one.x1, one.y1, one.x2, one.y2].every((value, i) => Math.abs(value - box[i]!) < 0.5),
        );
        expect(twin ?? { box, score }).toMatchObject({ classIndex: 0 });
      }
    },
  );
});
