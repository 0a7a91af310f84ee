import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { DL_INFO_COLUMNS } from '../../src/dlInfoColumns';
import { generatePhantoms } from '../../src/phantom';
import { decodeGrey16 } from './pixels';

const root = mkdtempSync(join(tmpdir(), 'phantom-test-'));
const set = join(root, 'set');
const options = { patients: 4, seed: 424, neighbours: 1 } as const;

afterAll(() => rmSync(root, { recursive: true, force: true }));

type Row = Record<string, string>;
const readTable = (folder: string, name: string): Row[] => parse(readFileSync(join(folder, name)), { columns: true });
const numbers = (text: string | undefined): number[] => (text ?? '').split(', ').map(Number);
const pixelFile = (folder: string, fileName = ''): string =>
  join(folder, 'Images_png', fileName.replace(/_(\d+\.png)$/, '/$1'));

function filesOf(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesOf(folder, join(below, entry.name)) : [join(below, entry.name)],
  );
}

/** File name and checksum of everything in a folder. */
function fingerprint(folder: string): string[] {
  return filesOf(folder)
    .sort()
    .map(
      (file) =>
        `${createHash('sha256')
          .update(readFileSync(join(folder, file)))
          .digest('hex')} ${file}`,
    );
}

function readHu(file: string): Int32Array {
  return Int32Array.from(decodeGrey16(readFileSync(file)).pixels, (value) => value - 32_768);
}

describe('a phantom set', () => {
  let rows: Row[];
  let truth: Row[];
  let unannotated: Row[];

  beforeAll(async () => {
    await generatePhantoms({ ...options, outDir: set, workers: 2 });
    rows = readTable(set, 'DL_info.csv');
    truth = readTable(set, 'truth.csv');
    unannotated = readTable(set, 'unannotated.csv');
  });

  it('has the files of the layout and says plainly that it is synthetic', () => {
    expect(readdirSync(set).sort()).toEqual([
      'DL_info.csv',
      'Images_png',
      'README.txt',
      'phantom.json',
      'truth.csv',
      'unannotated.csv',
    ]);
    expect(readFileSync(join(set, 'README.txt'), 'utf8')).toMatch(/SYNTHETIC.*seed +424.*CC0/s);
  });

  it('has the 18 published columns, and fields that agree with the file name', () => {
    expect(readFileSync(join(set, 'DL_info.csv'), 'utf8').split('\n')[0]).toBe(DL_INFO_COLUMNS.join(','));
    expect(DL_INFO_COLUMNS).toHaveLength(18);
    for (const row of rows) {
      const [patient, study, series, slice] = (row.File_name ?? '').replace('.png', '').split('_').map(Number);
      expect([row.Patient_index, row.Study_index, row.Series_ID, row.Key_slice_index].map(Number)).toEqual([
        patient,
        study,
        series,
        slice,
      ]);
    }
  });

  it('has the box of every lesion 5 px round its end points, and the long diameter the longer', () => {
    for (const row of rows) {
      const points = numbers(row.Measurement_coordinates);
      const xs = points.filter((_, k) => k % 2 === 0);
      const ys = points.filter((_, k) => k % 2 === 1);
      const box = numbers(row.Bounding_boxes);
      const rule = [Math.min(...xs) - 5, Math.min(...ys) - 5, Math.max(...xs) + 5, Math.max(...ys) + 5];
      for (const [k, value] of rule.entries()) expect(Math.abs(value - (box[k] ?? 0))).toBeLessThan(0.01);
      const [long = 0, short = 0] = numbers(row.Lesion_diameters_Pixel_);
      expect(long).toBeGreaterThanOrEqual(short);
      expect(long).toBeCloseTo(Math.hypot((points[2] ?? 0) - (points[0] ?? 0), (points[3] ?? 0) - (points[1] ?? 0)), 2);
    }
  });

  it('keeps a patient within one split, hides the type in training rows alone, and keeps locations in the body', () => {
    const splits = new Map<string, string>();
    for (const row of rows) {
      const patient = row.Patient_index ?? '';
      expect(splits.get(patient) ?? row.Train_Val_Test).toBe(row.Train_Val_Test);
      splits.set(patient, row.Train_Val_Test ?? '');
      if (row.Train_Val_Test === '1') expect(row.Coarse_lesion_type).toBe('-1');
      else expect(Number(row.Coarse_lesion_type)).toBeGreaterThanOrEqual(1);
      for (const value of numbers(row.Normalized_lesion_location)) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
    }
  });

  it('tells the hidden type of every row by its index, and nothing of it in DL_info.csv', () => {
    expect(truth.map((row) => [row.Row_index, row.File_name])).toEqual(
      rows.map((row, k) => [String(k), row.File_name]),
    );
    for (const { Hidden_type } of truth) expect(['liver', 'lung', 'abdomen', 'node', 'mixed']).toContain(Hidden_type);
  });

  it('lists unannotated lesions on key slices alone, apart from the annotated ones', () => {
    const keys = new Set(rows.map((row) => row.File_name));
    const boxes = new Set(rows.map((row) => `${row.File_name} ${row.Bounding_boxes}`));
    for (const row of unannotated) {
      expect(keys).toContain(row.File_name);
      expect(boxes).not.toContain(`${row.File_name} ${row.Bounding_boxes}`);
    }
  });

  it('has 16-bit key slices with their neighbours, in the range of a scanner', () => {
    for (const row of rows.slice(0, 4)) {
      const [first = 0, last = 0] = numbers(row.Slice_range);
      expect([first, last]).toEqual([Number(row.Key_slice_index) - 1, Number(row.Key_slice_index) + 1]);
      const folder = join(pixelFile(set, row.File_name), '..');
      for (let slice = first; slice <= last; slice++)
        expect(existsSync(join(folder, `${String(slice).padStart(3, '0')}.png`))).toBe(true);
      const hu = readHu(pixelFile(set, row.File_name));
      expect(hu).toHaveLength(512 * 512);
      for (const value of hu)
        if (value !== -3024 && (value < -1024 || value > 3071)) throw new Error(`HU ${value} is out of range`);
    }
  });

  it('shows the annotated lesion where its box is: it differs from the ring around it', () => {
    let visible = 0;
    for (const row of rows) {
      const hu = readHu(pixelFile(set, row.File_name));
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = numbers(row.Bounding_boxes);
      const cx = (x1 + x2) / 2 - 1;
      const cy = (y1 + y2) / 2 - 1;
      const inside: number[] = [];
      const ring: number[] = [];
      for (let y = Math.max(0, Math.floor(y1) - 4); y < Math.min(512, y2 + 4); y++) {
        for (let x = Math.max(0, Math.floor(x1) - 4); x < Math.min(512, x2 + 4); x++) {
          const r = Math.hypot((x - cx) / ((x2 - x1) / 2 - 5), (y - cy) / ((y2 - y1) / 2 - 5));
          if (r < 0.6) inside.push(hu[y * 512 + x] ?? 0);
          else if (r > 1.25) ring.push(hu[y * 512 + x] ?? 0);
        }
      }
      const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
      if (Math.abs(mean(inside) - mean(ring)) > 15) visible++;
    }
    expect(visible / rows.length).toBeGreaterThan(0.8);
  });

  it('shows a patient alike, byte for byte, on one thread or two, and whatever the number of patients', async () => {
    const one = join(root, 'one');
    const second = join(root, 'second');
    await generatePhantoms({ ...options, patients: 1, outDir: one, workers: 1 });
    await generatePhantoms({ ...options, patients: 1, firstPatient: 2, outDir: second, workers: 2 });
    const images = (folder: string): string[] => fingerprint(join(folder, 'Images_png'));
    const ofPatient = (index: number): string[] => images(set).filter((line) => line.includes(` 00000${index}_`));
    expect(images(one)).toEqual(ofPatient(1));
    expect(images(second)).toEqual(ofPatient(2));
    const table = readFileSync(join(set, 'DL_info.csv'), 'utf8');
    expect(table.startsWith(readFileSync(join(one, 'DL_info.csv'), 'utf8'))).toBe(true);
  });

  it('is equal to another set of the same seed, file by file', async () => {
    const again = join(root, 'again');
    await generatePhantoms({ ...options, outDir: again, workers: 2 });
    expect(fingerprint(again)).toEqual(fingerprint(set));
  });

  it('does nothing where the folder holds the same set, and refuses one that holds anything else', async () => {
    const before = fingerprint(set);
    const again = await generatePhantoms({ ...options, outDir: set });
    expect(again).toMatchObject({ alreadyThere: true, lesions: rows.length, unannotatedLesions: unannotated.length });
    await expect(generatePhantoms({ ...options, seed: 425, outDir: set })).rejects.toThrow('holds another set');
    const foreign = join(root, 'foreign');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'thesis.txt'), 'mine');
    await expect(generatePhantoms({ ...options, outDir: foreign })).rejects.toThrow('name a new folder');
    expect(readdirSync(foreign)).toEqual(['thesis.txt']);
    expect(fingerprint(set)).toEqual(before);
  });
});

describe('an interrupted generator', () => {
  it.each([1, 2])('leaves nothing behind when it is stopped (%i threads)', async (workers) => {
    const outDir = join(root, `stopped-${workers}`);
    const stop = new AbortController();
    const onProgress = (): void => stop.abort(new Error('enough'));
    const run = generatePhantoms({ ...options, patients: 50, outDir, workers, onProgress, signal: stop.signal });
    await expect(run).rejects.toThrow('enough');
    expect(existsSync(outDir)).toBe(false);
    expect(existsSync(`${outDir}.partial`)).toBe(false);
  });

  it('clears away what a killed one left, but touches neither a folder in use nor a stranger’s', async () => {
    const outDir = join(root, 'killed');
    const partial = `${outDir}.partial`;
    mkdirSync(partial);
    await expect(generatePhantoms({ ...options, patients: 1, outDir })).rejects.toThrow('not made by the generator');
    writeFileSync(join(partial, '.phantom-in-progress'), String(process.pid));
    await expect(generatePhantoms({ ...options, patients: 1, outDir })).rejects.toThrow(
      'writing this set at the moment',
    );
    writeFileSync(join(partial, '.phantom-in-progress'), '999999999');
    await expect(generatePhantoms({ ...options, patients: 1, outDir, workers: 2 })).resolves.toMatchObject({
      patients: 1,
    });
    expect(existsSync(partial)).toBe(false);
  });

  it.each([
    [{ patients: 0 }, 'patients has to be a whole number from 1 to 100000, but is 0.'],
    [{ seed: -1 }, 'seed has to be a whole number'],
    [{ seed: 1.5 }, 'but is 1.5'],
    [{ neighbours: 9 }, 'neighbours has to be a whole number from 0 to 3'],
    [{ workers: 0 }, 'workers has to be'],
  ])('refuses %p by name', async (wrong, message) => {
    await expect(generatePhantoms({ ...options, outDir: join(root, 'wrong'), ...wrong })).rejects.toThrow(message);
  });
});
