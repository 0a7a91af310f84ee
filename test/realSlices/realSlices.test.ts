import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DL_INFO_COLUMNS } from '../../src/dlInfoColumns';
import { encodePng16, readSlice } from '../../src/imaging';
import {
  clusterFigures,
  compareClustersWithTypes,
  compareDetectors,
  describeClusters,
  describeReport,
  type RealSlicesReport,
  readBoxedSlices,
  withHounsfieldAdded,
} from '../../src/realSlices';
import { runCommand } from '../cli/runCommand';

const MODELS = resolve(__dirname, '../../models');
const FIXTURES = process.env.DEEPLESION_FIXTURES ?? resolve(__dirname, '../../../shared/deeplesion');
const REAL = join(FIXTURES, 'key_slices');
const CLUSTERS = resolve(__dirname, '../../docs/reproduction/categorization');
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
  it('wants the rows of the lesions with the clusters', async () => {
    await makeFolder(['000007_01_01/012.png'], [lesion(1, 1)]);
    const { errors, code } = await runCommand('evaluate-real', folder, '--clusters', CLUSTERS);
    expect([errors, code]).toEqual([
      'Give --clusters and --dl-info together: clusters are compared with the types of the rows.\n',
      1,
    ]);
  });

  it('says what is wrong with a folder in one sentence', async () => {
    const { errors, code } = await runCommand('evaluate-real', folder);
    expect([errors, code]).toEqual(['There is no file annotations.coco.json.\n', 1]);
  });
});

/** Six lesions of three patients, two of each type. */
const labelingsOf = (clusters: number[], patients: number[]): Parameters<typeof clusterFigures>[0] => ({
  clusters,
  types: [0, 0, 1, 1, 2, 2],
  patients,
  clusterCount: 3,
  typeCount: 3,
});

describe('the agreement of clusters with types', () => {
  it('is 1 where every cluster is a type, above what chance makes of so few lesions', () => {
    const figures = clusterFigures(labelingsOf([2, 2, 0, 0, 1, 1], [0, 1, 2, 0, 1, 2]));
    for (const { value, interval, byChance, p } of figures) {
      expect([value, interval!.low, interval!.high]).toEqual([1, expect.closeTo(1, 10), expect.closeTo(1, 10)]);
      expect([byChance < 0.8, p < 0.15]).toEqual([true, true]);
    }
    expect(figures[1]!.byChance).toBeGreaterThan(0.5);
  });

  it('is no better than chance where all lesions are in one cluster, and has no interval with one patient', () => {
    const figures = clusterFigures(labelingsOf([0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]));
    expect(figures.map(({ value, byChance, p, interval }) => [value, byChance, p, interval])).toEqual([
      [0, 0, 1, null],
      [expect.closeTo(1 / 3, 10), expect.closeTo(1 / 3, 10), 1, null],
      [0, 0, 1, null],
    ]);
  });
});

describe('lesions with their rows of DL_info.csv', () => {
  const row = (fileName: string, key: number, box: string): string =>
    `${fileName},7,1,1,${key},"12,25,14,25,13,24,13,26","${box}","5, 4","0.5, 0.5, 0.5",2,0,"1, 30","0.8, 0.8, 5","64, 64","-160, 240",F,60,2`;

  async function cluster(rows: readonly string[]): Promise<unknown> {
    await makeFolder(['000007_01_01/012.png'], [{ ...lesion(1, 1), bbox: [6.5, 18.5, 12, 12] }]);
    const csv = join(folder, 'DL_info.csv');
    await writeFile(csv, `${[DL_INFO_COLUMNS.join(','), ...rows].join('\n')}\n`);
    const request = { modelsDir: MODELS, categorizationDir: CLUSTERS, csvPaths: [csv] };
    return compareClustersWithTypes(await readBoxedSlices(folder), request);
  }

  it('are found by the name of the key slice and by the box', async () => {
    const found = await cluster([row('000007_01_01_012.png', 12, '7, 19, 19, 31')]);
    expect(found).toMatchObject({ lesions: 1, patients: 1, leftOut: 0, types: ['ABDOMEN'] });
  });

  it('are missing where no row is of this slice', async () => {
    await expect(cluster([row('000007_01_01_013.png', 13, '7, 19, 19, 31')])).rejects.toThrow(
      'No lesion of the folder has a row of known type, pixel spacing and diameters',
    );
  });

  it('are refused with a row that does not fit, which is named', async () => {
    await expect(cluster([row('000007_01_01_012.png', 12, 'left, 19, 19, 31')])).rejects.toThrow(
      /line 2, column Bounding_boxes: expected 4 numbers .* Correct the row/,
    );
  });
});

describeReal('the shipped clusters on the real key slices (skipped without DEEPLESION_FIXTURES)', () => {
  it('are compared with the types of those lesions whose rows are at hand', async () => {
    const csvPaths = ['DL_info.val.csv', 'DL_info.patient1.csv'].map((name) => join(FIXTURES, name));
    const request = { modelsDir: MODELS, categorizationDir: CLUSTERS, csvPaths };
    const report = await compareClustersWithTypes(await readBoxedSlices(REAL), request);
    expect(report).toMatchObject({ lesions: 24, patients: 4, leftOut: 2 });
    expect(report.table.flat().reduce((sum, count) => sum + count, 0)).toBe(24);
    for (const { value, interval } of report.figures) expect(interval!.high).toBeGreaterThanOrEqual(value);
    expect(describeClusters(report)).toContain('2 more have no row of known type, pixel spacing and diameters.');
  }, 120_000);
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
