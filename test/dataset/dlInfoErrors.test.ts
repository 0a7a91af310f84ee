import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { ImportError, importDlInfo } from '../../src/dataset';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { countTables, Scratch, SMALL_CSV } from './importBed';

let bed: TestDatabase;
let scratch: Scratch;

beforeAll(async () => {
  bed = await createTestDatabase();
  scratch = new Scratch();
  await importDlInfo({ database: bed.database, csvPath: SMALL_CSV, slug: 'small' });
});
afterAll(async () => {
  scratch.remove();
  await bed.drop();
});

let files = 0;
const changedFile = (change: (text: string) => string): string => scratch.csv(`bad-${files++}.csv`, change);

/**
 * @returns what an import of the changed small file complains of; the slug exists, so that a wrong new version would
 * show
 */
async function complaint(change: (text: string) => string, more: { skipBadRows?: boolean } = {}): Promise<Error> {
  const csvPath = changedFile(change);
  const before = await countTables(bed.database);
  const thrown = await importDlInfo({ database: bed.database, csvPath, slug: 'small', ...more }).then(
    () => new Error('it was imported'),
    (error: Error) => error,
  );
  expect(await countTables(bed.database)).toEqual(before);
  expect(thrown).toMatchObject({ code: 'BAD_USER_INPUT' });
  return thrown;
}

const replace = (from: string, to: string) => (text: string) => {
  if (!text.includes(from)) throw new Error(`The small file has no ${from}`);
  return text.replace(from, () => to);
};
const LINE_3 = /^.*"300, 200, 306.*$/m;

describe('A bad row is named by line, column and reason, and nothing is changed', () => {
  it.each<[string, (text: string) => string, string]>([
    [
      'NaN in a coordinate',
      replace('"300, 200,', '"NaN, 200,'),
      'line 3, column Measurement_coordinates: expected 8 numbers',
    ],
    ['infinity in a coordinate', replace('"300, 200,', '"inf, 200,'), 'line 3, column Measurement_coordinates'],
    ['a number beyond doubles', replace('"300, 200,', '"1e400, 200,'), 'line 3, column Measurement_coordinates'],
    ['a number beyond all images', replace('"300, 200,', '"1e300, 200,'), 'line 3, column Measurement_coordinates'],
    ['seven coordinates', replace('"300, 200, ', '"300, '), 'got "300, 306, 208, 302, 206, 304.4, 204.2"'],
    [
      'nine coordinates',
      replace('"300, 200, ', '"300, 200, 1, '),
      'line 3, column Measurement_coordinates: expected 8 numbers',
    ],
    [
      'an empty coordinate',
      replace('"300, 200, ', '"300, , '),
      'line 3, column Measurement_coordinates: expected 8 numbers',
    ],
    ['a hexadecimal number', replace('"300, 200,', '"0x10, 200,'), 'line 3, column Measurement_coordinates'],
    [
      'a box turned round',
      replace('"295, 195, 311, 213"', '"311, 195, 295, 213"'),
      'line 3, column Bounding_boxes: expected x1 < x2 and y1 < y2',
    ],
    [
      'a box of three numbers',
      replace('"295, 195, 311, 213"', '"295, 195, 311"'),
      'line 3, column Bounding_boxes: expected 4 numbers',
    ],
    [
      'a negative diameter',
      replace('"10, 3"', '"10, -3"'),
      'line 3, column Lesion_diameters_Pixel_: expected a long and a short diameter',
    ],
    ['a short diameter above the long one', replace('"10, 3"', '"3, 10"'), 'line 3, column Lesion_diameters_Pixel_'],
    [
      'a location outside the body',
      replace('"0.6, 0.4, 0.6"', '"0.6, 1.4, 0.6"'),
      'line 3, column Normalized_lesion_location: expected three numbers in 0 … 1',
    ],
    [
      'an unknown lesion type',
      replace(',5,0,"1, 13"', ',9,0,"1, 13"'),
      'line 5, column Coarse_lesion_type: expected a whole number in -1 … 8, got "9"',
    ],
    [
      'lesion type 0',
      replace(',5,0,"1, 13"', ',0,0,"1, 13"'),
      'line 5, column Coarse_lesion_type: expected −1 or 1 … 8',
    ],
    [
      'a noisy mark of 2',
      replace('-1,1,"14', '-1,2,"14'),
      'line 3, column Possibly_noisy: expected one of 0, 1, got "2"',
    ],
    [
      'a slice range turned round',
      replace('"1, 13"', '"13, 1"'),
      'line 5, column Slice_range: expected first and last slice index',
    ],
    [
      'a negative pixel spacing',
      replace('"0.7, 0.7, NaN"', '"-0.7, -0.7, NaN"'),
      'line 5, column Spacing_mm_px_: expected a positive pixel spacing',
    ],
    [
      'a pixel spacing of zero',
      replace('"0.7, 0.7, NaN"', '"0, 0, 1"'),
      'line 5, column Spacing_mm_px_: expected a positive pixel spacing',
    ],
    [
      'two pixel spacings',
      replace('"0.7, 0.7, NaN"', '"0.7, 0.9, 1"'),
      'line 5, column Spacing_mm_px_: expected the same spacing',
    ],
    [
      'a negative image size',
      replace('"768, 768"', '"-768, 768"'),
      'line 4, column Image_size: expected width and height in pixels',
    ],
    ['a fractional image size', replace('"768, 768"', '"768.5, 768"'), 'line 4, column Image_size'],
    [
      'a window of three numbers',
      replace('"-1500, 500",M', '"-1500, 500, 3",M'),
      'line 5, column DICOM_windows: expected pairs of numbers',
    ],
    [
      'a window turned round',
      replace('"-1500, 500",M', '"500, -1500",M'),
      'line 5, column DICOM_windows: expected low < high',
    ],
    [
      'an unknown sex',
      replace(',M,157', ',X,157'),
      'line 5, column Patient_gender: expected one of F, M, (empty), got "X"',
    ],
    ['a negative age', replace(',M,157', ',M,-4'), 'line 5, column Patient_age: expected years, or nothing, got "-4"'],
    ['an age in words', replace(',M,157', ',M,old'), 'line 5, column Patient_age'],
    ['split 4', replace('M,157,2', 'M,157,4'), 'line 5, column Train_Val_Test: expected one of 1, 2, 3, got "4"'],
    [
      'a patient index that is no number',
      replace('.png,902,', '.png,nine,'),
      'line 5, column Patient_index: expected a whole number',
    ],
    [
      'a key slice that the file name contradicts',
      replace(',1,1,7,', ',1,1,8,'),
      'line 5, column File_name: expected the patient, study, series and slice of the index columns (902, 1, 1, 8)',
    ],
    [
      'a file name that leads elsewhere',
      replace('000902_01_01_007.png', '../../etc/passwd'),
      'line 5, column File_name: expected a name like',
    ],
    [
      'a NUL byte',
      replace('000902_01_01_007.png', '000902_01_01_007.png\0'),
      'line 5, column File_name: expected text without NUL',
    ],
    [
      'a measurement beside its image',
      (text) =>
        text.replace(LINE_3, (line) =>
          line
            .replace('"300, 200, 306, 208, 302, 206, 304.4, 204.2"', '"600, 200, 606, 208, 602, 206, 604.4, 204.2"')
            .replace('"295, 195, 311, 213"', '"595, 195, 611, 213"'),
        ),
      'line 3, column Measurement_coordinates: expected a box on its image of 512 × 512 pixels, got x 595 … 611, y 195 … 213',
    ],
    [
      'a name that is no slice of DeepLesion',
      replace('000902_01_01_007.png', 'scan-7.png'),
      'line 5, column File_name: expected a name like 000001_01_01_109.png, got "scan-7.png"',
    ],
    ['a missing cell', replace(',M,157,2', ',M,157'), 'line 5, column all: expected 18 cells, got 17'],
    ['a cell too many', replace(',M,157,2', ',M,157,2,7'), 'line 5, column all: expected 18 cells, got 19'],
    [
      'the same row twice',
      (text) => `${text}${LINE_3.exec(text)?.[0]}\n`,
      'line 7, column all: repeats the lesion of line 3',
    ],
    [
      'a patient in two splits',
      replace('F,0,1', 'F,0,2'),
      'line 4, column Train_Val_Test: patient 901 is in split VALIDATION here and in TRAIN on line 2',
    ],
    [
      'one image with two sizes',
      (text) => text.replace(LINE_3, (line) => line.replace('"512, 512"', '"512, 768"')),
      'line 3, column Image_size: 000901_01_01_020.png has 768 here and 512 on line 2',
    ],
    [
      'one image with two spacings',
      (text) => text.replace(LINE_3, (line) => line.replace('0.8, 0.8', '0.9, 0.9')),
      'line 3, column Spacing_mm_px_: 000901_01_01_020.png has 0.9 here and 0.8 on line 2',
    ],
    [
      'one image with two slice ranges',
      (text) => text.replace(LINE_3, (line) => line.replace('14, 26', '14, 27')),
      'line 3, column Slice_range: 000901_01_01_020.png has [14,27] here and [14,26] on line 2',
    ],
  ])('%s', async (_, change, expected) => {
    expect((await complaint(change)).message).toContain(expected);
  });
});

describe('A file that is no DL_info.csv is refused with the reason', () => {
  it.each<[string, (text: string) => string, string | RegExp]>([
    [
      'a missing column',
      replace('Possibly_noisy,', ''),
      'line 1: expected the 18 columns of DL_info.csv; missing Possibly_noisy',
    ],
    ['a renamed column', replace('Bounding_boxes', 'Boxes'), 'missing Bounding_boxes; unknown "Boxes"'],
    ['a column that comes twice', replace('Train_Val_Test', 'Train_Val_Test,File_name'), 'twice File_name'],
    ['no rows', (text) => text.split('\n').slice(0, 1).join('\n'), 'has a header line but no rows'],
    ['nothing', () => '', 'is empty: expected a header line and rows'],
    ['no header', (text) => text.split('\n').slice(1).join('\n'), 'missing File_name'],
    [
      'semicolons between the cells',
      (text) => text.replaceAll(',', ';'),
      /^bad-\d+\.csv, line 1: expected commas between the cells, got semicolons: save .* points in numbers\.$/,
    ],
    ['semicolons and decimal commas', (text) => text.replaceAll(',', ';').replaceAll('.', ','), 'got semicolons'],
    ['tabs between the cells', (text) => text.replaceAll(',', '\t'), 'got tabs'],
    [
      'a stray quote in the header',
      replace('Image_size', 'Image"_size'),
      'line 1, column all: expected quotes only around',
    ],
  ])('%s', async (_, change, expected) => {
    const { message } = await complaint(change);
    if (typeof expected === 'string') expect(message).toContain(expected);
    else expect(message).toMatch(expected);
  });

  it.each<[string, (bytes: Buffer) => Buffer, string]>([
    ['UTF-16', (bytes) => Buffer.from(`\uFEFF${bytes}`, 'utf16le'), 'is UTF-16: save it as UTF-8.'],
    ['UTF-16 without a mark', (bytes) => Buffer.from(`${bytes}`, 'utf16le'), 'is UTF-16: save it as UTF-8.'],
    ['gzip', (bytes) => gzipSync(bytes), 'is packed with gzip: unpack it first.'],
    ['an Excel workbook', () => Buffer.from('PK\u0003\u0004 sheet'), 'is a zip archive or an Excel workbook'],
  ])('a file in %s', async (_, change, expected) => {
    const csvPath = scratch.write(`bytes-${files++}.csv`, change(readFileSync(SMALL_CSV)));
    const importing = importDlInfo({ database: bed.database, csvPath, slug: 'small' });
    await expect(importing).rejects.toThrow(expected);
  });

  it('a path that is not there, or a folder, by its name alone', async () => {
    const importPath = (csvPath: string) => importDlInfo({ database: bed.database, csvPath, slug: 'small' });
    await expect(importPath('/nowhere/x.csv')).rejects.toThrow(/^There is no file x\.csv\.$/);
    await expect(importPath(scratch.root)).rejects.toThrow('to be a file');
  });

  it.each(['', 'UPPER', 'a b', '-a', 'a@2', 'x'.repeat(64), "';--"])('a slug like "%s"', async (slug) => {
    await expect(importDlInfo({ database: bed.database, csvPath: SMALL_CSV, slug })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'dataset',
    });
  });
});

describe('A fault of the syntax is named by line and column, beside the bad rows, and is never skipped', () => {
  it.each<[string, (text: string) => string, string]>([
    ['a quote that is never closed', replace('"-175, 275",,,3', '"-175, 275,,,3'), 'expected a closing quote'],
    [
      'a quote inside a cell',
      replace('902,1,1,7', '902,1,1"1,7'),
      'line 5, column Series_ID: expected quotes only around',
    ],
    ['text behind a quote', replace('"1, 13"', '"1, 13"x'), 'line 5, column Slice_range: expected a comma or the end'],
    ['an endless cell', replace('000902', '0'.repeat(200_000)), 'expected rows of at most 65536 bytes'],
  ])('%s', async (_, change, expected) => {
    const both = (text: string) => change(replace('-1,1,"14', '-1,2,"14')(text));
    for (const skipBadRows of [false, true]) {
      const { message } = await complaint(both, { skipBadRows });
      expect(message).toContain(expected);
      expect(message).toContain('line 3, column Possibly_noisy');
      expect(message).toContain('none can be skipped');
    }
  });
});

describe('The names of a data set', () => {
  it.each([
    ['name', ''],
    ['name', 'a\0b'],
    ['licence', 'a\ud800'],
    ['citation', 'x'.repeat(10_001)],
  ])('are refused when the %s cannot be kept', async (field, text) => {
    await expect(
      importDlInfo({ database: bed.database, csvPath: SMALL_CSV, slug: 'named', [field]: text }),
    ).rejects.toMatchObject({ code: 'BAD_USER_INPUT', argument: field });
  });
});

describe('Many bad rows', () => {
  it('are all named in the order of their lines, each with all of its columns', async () => {
    const thrown = await complaint((text) =>
      [replace('"10, 3"', '"ten, 3"'), replace('F,0,1', 'F,-3,9'), replace('M,157,2', 'Q,157,2')].reduce(
        (changed, change) => change(changed),
        text,
      ),
    );
    expect(thrown).toBeInstanceOf(ImportError);
    expect(thrown.message.split('\n')).toEqual([
      expect.stringMatching(/^bad-\d+\.csv was not imported, nothing was changed: 3 bad rows\.$/),
      '  line 3, column Lesion_diameters_Pixel_: expected 2 numbers in −1000000 … 1000000 with commas between, got "ten, 3"',
      '  line 4, column Train_Val_Test: expected one of 1, 2, 3, got "9"',
      '  line 4, column Patient_age: expected years, or nothing, got "-3"',
      '  line 5, column Patient_gender: expected one of F, M, (empty), got "Q"',
      'Correct them, or import the rest with --skip-bad-rows.',
    ]);
  });

  it('are shown up to a number, and the rest is counted', async () => {
    const thrown = await complaint((text) => `${text}${'x\n'.repeat(70)}`);
    expect(thrown.message).toContain('line 7, column all: expected 18 cells, got 1');
    expect(thrown.message).toContain('… and 20 more');
    expect(thrown instanceof ImportError && thrown.problems).toHaveLength(70);
  });

  it('are counted beyond the first thousand, which are kept', async () => {
    const thrown = await complaint((text) => `${text}${'x\n'.repeat(3_000)}`);
    expect(thrown.message).toContain('3000 bad rows');
    expect(thrown.message).toContain('… and 2950 more');
    expect(thrown instanceof ImportError && thrown.problems).toHaveLength(1_000);
  });
});

describe('With bad rows skipped', () => {
  it('the rest is imported under its own row numbers, and what was left is told and kept', async () => {
    const csvPath = changedFile((text) => replace('M,157,2', 'M,157,4')(replace('"10, 3"', '"NaN, 3"')(text)));
    const report = await importDlInfo({ database: bed.database, csvPath, slug: 'rest', skipBadRows: true });
    expect(report).toMatchObject({ lesions: 3, images: 3, patients: 2, badRowCount: 2 });
    expect(report.badRows.map(({ place, column }) => [place, column])).toEqual([
      ['line 3', 'Lesion_diameters_Pixel_'],
      ['line 5', 'Train_Val_Test'],
    ]);
    const rows = await bed.database.query<{ row: number; report: { badRowCount: number } }>({
      text: `SELECT source_row_index AS row, import_report AS report FROM lesion JOIN dataset ON dataset.id = dataset_id
             WHERE slug = 'rest' ORDER BY 1`,
    });
    expect(rows.map(({ row }) => row)).toEqual([0, 2, 4]);
    expect(rows[0]?.report.badRowCount).toBe(2);
  });

  it('a file without one good row is refused', async () => {
    const csvPath = changedFile((text) => text.replaceAll(/,[123]\n/g, ',7\n'));
    await expect(importDlInfo({ database: bed.database, csvPath, slug: 'none', skipBadRows: true })).rejects.toThrow(
      '5 bad rows',
    );
  });
});
