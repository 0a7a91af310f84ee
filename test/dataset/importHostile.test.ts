import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { importCoco, importDlInfo } from '../../src/dataset';
import { UserError } from '../../src/errors';
import { generateMetadata } from '../../src/phantom';
import { createTestDatabase, namedUrl, type TestDatabase, untilGone } from '../testDatabase';
import { countTables, Scratch, SMALL_CSV } from './importBed';

let bed: TestDatabase;
let scratch: Scratch;

beforeAll(async () => {
  bed = await createTestDatabase();
  scratch = new Scratch();
});
afterAll(async () => {
  scratch.remove();
  await bed.drop();
});
beforeEach(() => bed.database.query({ text: 'DELETE FROM dataset' }));

/** Either the import succeeds or a caller's error says why; then no table has changed. @returns whether it succeeded */
async function succeedsOrExplains(importFile: () => Promise<unknown>): Promise<boolean> {
  const before = await countTables(bed.database);
  const failure = await importFile().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (failure === null) {
    await bed.database.query({ text: 'DELETE FROM dataset' });
    return true;
  }
  if (!(failure instanceof UserError)) throw failure;
  expect(failure.code).toBe('BAD_USER_INPUT');
  expect(failure.message).not.toMatch(/undefined|\[object|\/tmp\//);
  expect(await countTables(bed.database)).toEqual(before);
  return false;
}

describe('A damaged file', () => {
  it('of DL_info.csv is imported or refused with a reason, whichever bytes are changed', async () => {
    const small = readFileSync(SMALL_CSV);
    const outcomes = { imported: 0, refused: 0 };
    const byte = fc.oneof(fc.constantFrom(...Buffer.from('",\n\r\0-.eE019N;\uFEFF')), fc.integer({ min: 0, max: 255 }));
    const change = fc.record({
      at: fc.nat(small.length - 1),
      gone: fc.nat(3),
      bytes: fc.array(byte, { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), fc.boolean(), async (changes, skipBadRows) => {
        let bytes: Buffer = small;
        for (const { at, gone, bytes: put } of changes)
          bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(put), bytes.subarray(at + gone)]);
        const csvPath = scratch.write('damaged.csv', bytes);
        const imported = await succeedsOrExplains(() =>
          importDlInfo({ database: bed.database, csvPath, slug: 'damaged', skipBadRows }),
        );
        outcomes[imported ? 'imported' : 'refused']++;
      }),
      { numRuns: 120 },
    );
    expect(outcomes.imported).toBeGreaterThan(10);
    expect(outcomes.refused).toBeGreaterThan(10);
  });

  it('of COCO is imported or refused with a reason, whatever a field holds', async () => {
    const image = { id: 1, file_name: '000002_01_01/162.png', width: 512, height: 512, spacing: 0.8, slice_intv: 5 };
    const annotation = { id: 1, image_id: 1, category_id: 1, bbox: [10, 10, 20, 20], area: 400, iscrowd: 0, noisy: 0 };
    const coco = {
      images: [
        { ...image, windows: [-175, 275], slice_no: 162, patient_id: 2 },
        { ...image, id: 2, file_name: 'b.png' },
      ],
      annotations: [annotation, { ...annotation, id: 2, image_id: 2 }],
      categories: [{ id: 1, name: 'Lesion', supercategory: '' }],
    };
    const hostile = fc.constantFrom(
      ...['null', '""', '-1', '0', '1', '1e400', '-1e400', '1e308', '1.5', 'true', '[]', '{}', '[[]]', '[null]'],
      ...['"\\u0000"', '"\\ud800"', '"a\\u0000.png"', '"../../etc/passwd"', '"000002_01_01_162.png"', '"__proto__"'],
      ...['9007199254740993', '[1,2,3,4]', '[-1e308,0,1e-320,1]', '[0,0,-1,5]', '[0,0,0,5]', '[275,-175]', '[1]'],
      `"${'x'.repeat(400)}"`,
    );
    const outcomes = { imported: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.nat(80), hostile, fc.boolean(), async (place, value, skipBadRows) => {
        let seen = 0;
        const text = JSON.stringify(coco, (_key, old) => (seen++ === place % 50 ? '@@' : old));
        const jsonPath = scratch.write(
          'damaged.json',
          text.replace('"@@"', () => value),
        );
        const imported = await succeedsOrExplains(() =>
          importCoco({ database: bed.database, jsonPath, slug: 'damaged', skipBadRows }),
        );
        outcomes[imported ? 'imported' : 'refused']++;
      }),
      { numRuns: 160 },
    );
    expect(outcomes.imported).toBeGreaterThan(10);
    expect(outcomes.refused).toBeGreaterThan(10);
  });
});

describe('A category', () => {
  it('whose name no database stores is refused, and named', async () => {
    const categories = [{ id: 1, name: 'a\0b' }];
    const jsonPath = scratch.write('category.json', JSON.stringify({ images: [], annotations: [], categories }));
    const imported = importCoco({ database: bed.database, jsonPath, slug: 'category' });
    await expect(imported).rejects.toThrow(/categories.*without NUL/);
  });
});

describe('Rows that fit', () => {
  /** Numbers as the public file writes them: up to six digits. */
  const number = (min: number, max: number) =>
    fc.double({ min, max, noNaN: true }).map((value) => Number(value.toPrecision(6)));
  const row = fc.record({
    patient: fc.integer({ min: 1, max: 9999 }),
    study: fc.integer({ min: 1, max: 26 }),
    series: fc.integer({ min: 1, max: 5 }),
    slice: fc.integer({ min: 1, max: 1141 }),
    axes: fc.array(number(1, 512), { minLength: 8, maxLength: 8 }),
    diameters: fc.tuple(number(1, 300), number(0, 1)),
    location: fc.array(number(0, 1), { minLength: 3, maxLength: 3 }),
    type: fc.constantFrom(-1, 1, 2, 3, 4, 5, 6, 7, 8),
    noisy: fc.integer({ min: 0, max: 1 }),
    spacing: number(0.18, 0.98),
    interval: number(0.25, 22.5),
    low: fc.integer({ min: -1500, max: 0 }),
    high: fc.integer({ min: 1, max: 3000 }),
    sex: fc.constantFrom('F', 'M', ''),
    age: fc.integer({ min: 1, max: 120 }),
  });

  it('come back from the database as they were written', async () => {
    const header = readFileSync(SMALL_CSV, 'utf8').split('\n')[0] ?? '';
    const rows = fc.uniqueArray(row, { minLength: 1, maxLength: 12, selector: ({ patient }) => patient });
    await fc.assert(
      fc.asyncProperty(rows, async (made) => {
        const pad = (value: number, digits: number) => String(value).padStart(digits, '0');
        const name = (r: (typeof made)[number]) =>
          `${pad(r.patient, 6)}_${pad(r.study, 2)}_${pad(r.series, 2)}_${pad(r.slice, 3)}.png`;
        const short = (r: (typeof made)[number]) => Number((r.diameters[0] * r.diameters[1]).toPrecision(6));
        const box = ({ axes }: (typeof made)[number]) => {
          const [x11 = 0, y11 = 0, x12 = 0, y12 = 0, x21 = 0, y21 = 0, x22 = 0, y22 = 0] = axes;
          const xs = [x11, x12, x21, x22].sort((a, b) => a - b);
          const ys = [y11, y12, y21, y22].sort((a, b) => a - b);
          return [(xs[0] ?? 0) - 5, (ys[0] ?? 0) - 5, (xs[3] ?? 0) + 5, (ys[3] ?? 0) + 5];
        };
        const lines = made.map((r) =>
          [
            ...[name(r), r.patient, r.study, r.series, r.slice, `"${r.axes.join(', ')}"`, `"${box(r).join(', ')}"`],
            ...[`"${r.diameters[0]}, ${short(r)}"`, `"${r.location.join(', ')}"`, r.type, r.noisy],
            ...[`"${r.slice}, ${r.slice + 6}"`, `"${r.spacing}, ${r.spacing}, ${r.interval}"`, '"512, 512"'],
            ...[`"${r.low}, ${r.high}"`, r.sex, r.age, 1 + (r.patient % 3)],
          ].join(),
        );
        const csvPath = scratch.write('round.csv', [header, ...lines].join('\n'));
        await importDlInfo({ database: bed.database, csvPath, slug: 'round' });
        const stored = await bed.database.query({
          text: `SELECT file_name AS name, patient.patient_index AS patient, axes, ARRAY[x1, y1, x2, y2] AS box, long_diameter_mm AS long,
                   short_diameter_mm AS short, ARRAY[normalized_x, normalized_y, normalized_z] AS location, coarse_type AS type,
                   possibly_noisy AS noisy, slice_index AS slice, pixel_spacing_mm AS spacing, slice_interval_mm AS interval, windows,
                   sex, age_years AS age, lesion.split
                 FROM lesion JOIN bookmarked_image AS image ON image.id = image_id JOIN study ON study.id = study_id
                 JOIN patient ON patient.id = lesion.patient_id ORDER BY source_row_index`,
        });
        await bed.database.query({ text: 'DELETE FROM dataset' });
        const types = ['BONE', 'ABDOMEN', 'MEDIASTINUM', 'LIVER', 'LUNG', 'KIDNEY', 'SOFT_TISSUE', 'PELVIS'];
        expect(stored).toEqual(
          made.map((r) => ({
            name: name(r),
            patient: r.patient,
            axes: r.axes,
            box: box(r),
            long: r.diameters[0] * r.spacing,
            short: short(r) * r.spacing,
            location: r.location,
            type: types[r.type - 1] ?? 'UNKNOWN',
            noisy: r.noisy === 1,
            slice: r.slice,
            spacing: r.spacing,
            interval: r.interval,
            windows: [r.low, r.high],
            sex: { F: 'FEMALE', M: 'MALE', '': 'UNKNOWN' }[r.sex],
            age: r.age,
            split: ['TRAIN', 'VALIDATION', 'TEST'][r.patient % 3],
          })),
        );
      }),
      { numRuns: 30 },
    );
  });
});

describe('An import whose process is killed', () => {
  const LESIONS = 6_000;

  it('at any moment has written all of its rows or none, and the next one is not held up', async () => {
    const { outDir } = await generateMetadata({
      lesions: LESIONS,
      patients: 400,
      seed: 11,
      outDir: join(scratch.root, 'metadata'),
    });
    const csvPath = join(outDir, 'DL_info.csv');
    // The line of its progress after which it dies: reading, between two batches, and just before the commit.
    for (const [attempt, deadly] of ['begins', '5000', String(LESIONS)].entries()) {
      await killedAt(deadly, csvPath, `attempt-${attempt}`);
      const { lesion } = await countTables(bed.database);
      expect(deadly === String(LESIONS) ? [0, LESIONS] : [0]).toContain(lesion);
    }
    await bed.database.query({ text: 'DELETE FROM dataset' });
    const report = await importDlInfo({ database: bed.database, csvPath, slug: 'attempt-2' });
    expect(report).toMatchObject({ version: 1, lesions: LESIONS, alreadyImported: false });
    expect(await countTables(bed.database)).toMatchObject({ dataset: 1, lesion: LESIONS, patient: 400 });
  });

  async function killedAt(deadly: string, csvPath: string, slug: string): Promise<void> {
    const child = spawn(
      process.execPath,
      [join(__dirname, 'importChild.cjs'), namedUrl(bed.url, slug), csvPath, slug],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const ended = once(child, 'exit');
    for await (const line of createInterface(child.stdout)) if (line === deadly) child.kill('SIGKILL');
    const [, signal] = await ended;
    expect(signal).toBe('SIGKILL');
    await untilGone(bed.database, slug);
  }
});
