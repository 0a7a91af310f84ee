import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { generateMetadata } from '../../src/phantom';

const root = mkdtempSync(join(tmpdir(), 'metadata-test-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Row = Record<string, string>;
const readRows = (folder: string): Row[] => parse(readFileSync(join(folder, 'DL_info.csv')), { columns: true });
const distinct = (rows: Row[], column: string): number => new Set(rows.map((row) => row[column])).size;

describe('generateMetadata', () => {
  it('has the published counts of lesions, images, patients and noisy rows in every split', async () => {
    const outDir = join(root, 'full');
    const summary = await generateMetadata({ seed: 3, outDir });
    expect(summary).toMatchObject({ lesions: 32_735, images: 32_120, patients: 4_427, alreadyThere: false });
    const rows = readRows(outDir);
    const published = { 1: [22_919, 22_496, 3_059, 18], 2: [4_889, 4_793, 703, 2], 3: [4_927, 4_831, 665, 15] };
    for (const [split, counts] of Object.entries(published)) {
      const here = rows.filter((row) => row.Train_Val_Test === split);
      const noisy = here.filter((row) => row.Possibly_noisy === '1').length;
      expect([here.length, distinct(here, 'File_name'), distinct(here, 'Patient_index'), noisy]).toEqual(counts);
    }
    expect(distinct(rows, 'Patient_index')).toBe(4_427);
    expect(Math.max(...rows.map((row) => Number(row.Study_index)))).toBeLessThanOrEqual(26);
  });

  it('writes the same bytes for the same numbers, and others for another seed', async () => {
    const sizes = { lesions: 200, patients: 30 };
    await generateMetadata({ ...sizes, seed: 3, outDir: join(root, 'a') });
    await generateMetadata({ ...sizes, seed: 3, outDir: join(root, 'b') });
    await generateMetadata({ ...sizes, seed: 4, outDir: join(root, 'c') });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => readFileSync(join(root, name, 'DL_info.csv'), 'utf8'));
    expect(a).toBe(b);
    expect(a).not.toBe(c);
    expect(readRows(join(root, 'a'))).toHaveLength(200);
  });

  it('names what does not fit', async () => {
    const outDir = join(root, 'wrong');
    await expect(generateMetadata({ lesions: 20, patients: 4_000, seed: 1, outDir })).rejects.toThrow(
      'too few for 4000 patients',
    );
    await expect(generateMetadata({ lesions: 0, seed: 1, outDir })).rejects.toThrow('lesions has to be a whole number');
  });
});
