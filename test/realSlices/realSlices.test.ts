import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { encodePng16, readSlice } from '../../src/imaging';
import {
  compareDetectors,
  describeReport,
  type RealSlicesReport,
  readBoxedSlices,
  withHounsfieldAdded,
} from '../../src/realSlices';
import { runCommand } from '../cli/runCommand';

const MODELS = resolve(__dirname, '../../models');
const REAL = join(process.env.DEEPLESION_FIXTURES ?? resolve(__dirname, '../../../shared/deeplesion'), 'key_slices');
const describeReal = existsSync(join(REAL, 'annotations.coco.json')) ? describe : describe.skip;

const STORED_ZERO = 32768;
const SIDE = 64;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'real-slices-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A folder with one slice of 40 HU a file name, and the given annotations. */
async function makeFolder(fileNames: readonly string[], annotations: readonly object[]): Promise<void> {
  const pixels = new Uint16Array(SIDE * SIDE).fill(STORED_ZERO + 40);
  for (const name of fileNames) {
    const path = join(folder, 'Images_png', name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, encodePng16(pixels, SIDE, SIDE));
  }
  const images = fileNames.map((file_name, index) => ({ id: index + 1, file_name, width: SIDE, height: SIDE }));
  await writeFile(join(folder, 'annotations.coco.json'), JSON.stringify({ images, annotations }));
}

const lesion = (id: number, imageId: number): object => ({
  id,
  image_id: imageId,
  bbox: [10, 20, 5, 7],
  category_id: null,
});

describe('a folder of key slices with boxes', () => {
  it('gives each slice its boxes as corners, and its patient by the series', async () => {
    await makeFolder(['000007_01_01/012.png', '000009_02_01/003.png'], [lesion(1, 1), lesion(2, 1)]);
    const { slices } = await readBoxedSlices(folder);
    expect(slices.map(({ patient, boxes }) => [patient, boxes])).toEqual([
      [
        '7',
        [
          [10, 20, 15, 27],
          [10, 20, 15, 27],
        ],
      ],
      ['9', []],
    ]);
  });

  it('names the entry that does not fit', async () => {
    await makeFolder(['000007_01_01/012.png'], [{ ...lesion(1, 1), bbox: [10, 20, -5, 7] }]);
    await expect(readBoxedSlices(folder)).rejects.toThrow('annotations[0].bbox[2]: expected a positive width');
  });

  it('is refused without a lesion, and without annotations', async () => {
    await expect(readBoxedSlices(folder)).rejects.toThrow('There is no file annotations.coco.json.');
    await makeFolder(['000007_01_01/012.png'], []);
    await expect(readBoxedSlices(folder)).rejects.toThrow('there is nothing to find');
  });

  it('is read with some HU added, in copies that do not stay', async () => {
    await makeFolder(['000007_01_01/012.png'], [lesion(1, 1)]);
    const given = await readBoxedSlices(folder);
    const [copies, hounsfield] = await withHounsfieldAdded(given, 8, async ({ imageRoot, slices }) => {
      const slice = await readSlice(join(imageRoot, slices[0]!.path), imageRoot);
      return [imageRoot, [...new Set(slice.hounsfield)]] as const;
    });
    expect(hounsfield).toEqual([48]);
    expect(existsSync(copies)).toBe(false);
    expect(await withHounsfieldAdded(given, 0, async ({ imageRoot }) => imageRoot)).toBe(given.imageRoot);
  });
});

describe('deeplesion evaluate-real', () => {
  it('says what is wrong with a folder in one sentence', async () => {
    const { errors, code } = await runCommand('evaluate-real', folder);
    expect([errors, code]).toEqual(['There is no file annotations.coco.json.\n', 1]);
  });
});

describeReal('every shipped detector on the real key slices (skipped without DEEPLESION_FIXTURES)', () => {
  let report: RealSlicesReport;
  beforeAll(async () => {
    report = await withHounsfieldAdded(await readBoxedSlices(REAL), 8, (slices) => compareDetectors(slices, MODELS, 8));
  }, 120_000);

  it('counts lesions, slices and patients', () => {
    const { lesions, slices, patients } = report;
    expect({ lesions, slices, patients }).toEqual({ lesions: 26, slices: 26, patients: 4 });
  });

  it('measures each detector of the folder of models by top 1 and top 5 at three thresholds', () => {
    const shipped = readdirSync(MODELS).filter((name) => !name.includes('encoder'));
    expect(report.detectors.map(({ name }) => name.split('@')[0])).toEqual(shipped.sort());
    for (const { figures } of report.detectors) {
      expect(figures.map(({ topK, iouThreshold }) => [topK, iouThreshold])).toEqual(
        [1, 5].flatMap((topK) => [0.3, 0.5, 0.75].map((iou) => [topK, iou])),
      );
    }
  });

  it('never finds more at a higher threshold or with fewer boxes, and has the accuracy inside its interval', () => {
    for (const { figures } of report.detectors) {
      const correct = figures.map((one) => one.correct);
      for (const row of [correct.slice(0, 3), correct.slice(3)]) expect(row).toEqual([...row].sort((a, b) => b - a));
      for (const i of [0, 1, 2]) expect(correct[i]).toBeLessThanOrEqual(correct[i + 3]!);
      for (const { correct: hits, total, interval } of figures) {
        expect(hits / total).toBeGreaterThanOrEqual(interval!.low);
        expect(hits / total).toBeLessThanOrEqual(interval!.high);
      }
    }
  });

  it('compares the multi-class detector with the single-class one, and says how few patients there are', () => {
    expect(report.differences.map(({ name, baseline }) => [name, baseline].map((one) => one.split('@')[0]))).toEqual([
      ['phantom-multi', 'phantom-single'],
    ]);
    const text = describeReport(report);
    expect(text).toContain('26 lesions on 26 key slices of 4 patients, 8 HU added to every pixel.');
    expect(text).toContain('too narrow with only 4 of them');
  });
});
