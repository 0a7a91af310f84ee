import { findDatasetByReference, importDlInfo } from '../../src/dataset';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { lesionsOf, Scratch, SMALL_CSV, type StoredLesion } from './importBed';

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

describe('An import of DL_info.csv', () => {
  it('keeps every row with the box of its measurement, millimetres, type and split', async () => {
    const report = await importDlInfo({ database: bed.database, csvPath: SMALL_CSV, slug: 'small', name: 'Small' });
    expect(report).toMatchObject({
      slug: 'small',
      version: 1,
      alreadyImported: false,
      lesions: 5,
      images: 4,
      patients: 3,
      studies: 4,
      series: 4,
      imagesWithPixels: 0,
      badRows: [],
      badRowCount: 0,
      boxesBeyondImage: 1,
      lesionsWithoutAge: 3,
      lesionsWithoutSex: 1,
      boxesThatDiffer: { count: 0 },
    });
    expect(await lesionsOf(bed.database, 'small')).toEqual([
      { fileName: '000901_01_01_020.png', row: 0, box: [95, 95, 135, 145], longMm: 40, type: 'UNKNOWN', noisy: false },
      { fileName: '000901_01_01_020.png', row: 1, box: [295, 195, 311, 213], longMm: 8, type: 'UNKNOWN', noisy: true },
      { fileName: '000901_02_03_1004.png', row: 2, box: [5, 5, 21, 23], longMm: 5, type: 'UNKNOWN', noisy: false },
      { fileName: '000902_01_01_007.png', row: 3, box: [495, 241, 515, 259], longMm: 7, type: 'LUNG', noisy: false },
      { fileName: '000903_01_02_110.png', row: 4, box: [43, 45, 57, 65], longMm: 9, type: 'PELVIS', noisy: false },
    ]);
  });

  it('keeps what it cannot use as missing: ages of 0 and 157, no sex, a slice interval of NaN', async () => {
    const rows = await bed.database.query({
      text: `SELECT patient.patient_index AS patient, study.study_index AS study, sex, age_years AS age, slice_interval_mm AS interval, windows,
               image.split
             FROM bookmarked_image AS image JOIN study ON study.id = study_id JOIN patient ON patient.id = patient_id
             JOIN dataset ON dataset.id = image.dataset_id WHERE slug = 'small' ORDER BY 1, 2`,
    });
    expect(rows).toEqual([
      { patient: 901, study: 1, sex: 'FEMALE', age: 61, interval: 5, windows: [-175, 275], split: 'TRAIN' },
      {
        patient: 901,
        study: 2,
        sex: 'FEMALE',
        age: null,
        interval: 0.59998,
        windows: [-1500, 500, -175, 275],
        split: 'TRAIN',
      },
      { patient: 902, study: 1, sex: 'MALE', age: null, interval: null, windows: [-1500, 500], split: 'VALIDATION' },
      { patient: 903, study: 1, sex: 'UNKNOWN', age: null, interval: 1, windows: [-175, 275], split: 'TEST' },
    ]);
  });

  it('reports boxes that differ from the one of the measurement, and stores the latter', async () => {
    const csvPath = scratch.csv('moved.csv', (text) => text.replace('"43, 45, 57, 65"', '"43, 45, 58.5, 65"'));
    const report = await importDlInfo({ database: bed.database, csvPath, slug: 'moved' });
    expect(report.boxesThatDiffer).toEqual({ count: 1, first: [{ place: 'line 6', differencePx: 1.5 }] });
    expect((await lesionsOf(bed.database, 'moved'))[4]?.box).toEqual([43, 45, 57, 65]);
  });

  it.each([
    ['a byte-order mark and Windows line ends', (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n')}`],
    ['no line end at the end', (text: string) => text.trimEnd()],
    ['empty lines between', (text: string) => text.replaceAll('\n', '\n\n')],
    ['another order of the columns', reverseColumns],
    ['quotes round every cell', quoteAll],
    ['line ends of an old Mac', (text: string) => text.replaceAll('\n', '\r')],
    ['lines of empty cells and blanks at the end', (text: string) => `${text}${','.repeat(17)}\n  \n\n`],
    ['names of columns in capitals', (text: string) => text.replace(/^.*/, (header) => header.toUpperCase())],
    ['names of columns without the last underscore', (text: string) => text.replace('_Pixel_', '_Pixel')],
    ['whole numbers with decimals', (text: string) => text.replaceAll(/,(\d),(0|1),"/g, ',$1.0,$2.0,"')],
    ['paths for file names', (text: string) => text.replaceAll(/^(\d{6}_\d\d_\d\d)_/gm, 'C:\\Images_png\\$1\\')],
    ['another suffix of file names', (text: string) => text.replaceAll('.png', '.PNG')],
  ])('reads a file with %s', async (kind, change) => {
    const slug = kind.replaceAll(/[^a-z]+/g, '-').replace(/^-/, '');
    const csvPath = scratch.csv(`${slug}.csv`, change);
    await importDlInfo({ database: bed.database, csvPath, slug });
    expect(await lesionsOf(bed.database, slug)).toEqual(await lesionsOf(bed.database, 'small'));
  });

  it('takes rows in any order for the same data set', async () => {
    const csvPath = scratch.csv('upside-down.csv', (text) => {
      const [header, ...rows] = text.trimEnd().split('\n');
      return [header, ...rows.reverse()].join('\n');
    });
    const { lesions, images, patients, studies, series } = await importDlInfo({
      database: bed.database,
      csvPath,
      slug: 'upside-down',
    });
    expect({ lesions, images, patients, studies, series }).toEqual({
      ...{ lesions: 5, images: 4, patients: 3, studies: 4, series: 4 },
    });
    const boxes = (rows: StoredLesion[]) => rows.map(({ fileName, box }) => `${fileName} ${box}`).sort();
    expect(boxes(await lesionsOf(bed.database, 'upside-down'))).toEqual(boxes(await lesionsOf(bed.database, 'small')));
  });

  it('says which columns it did not read', async () => {
    const csvPath = scratch.csv('more-columns.csv', (text) =>
      text
        .trimEnd()
        .split('\n')
        .map((line, i) => `${i === 0 ? '' : i},${line},${i === 0 ? 'Colour' : 'red'}`)
        .join('\n'),
    );
    const { notes } = await importDlInfo({ database: bed.database, csvPath, slug: 'more-columns' });
    expect(notes).toEqual([
      {
        kind: 'COLUMNS_NOT_READ',
        count: 2,
        text: '2 columns are not ones of DL_info.csv; they were not read',
        first: ['""', '"Colour"'],
      },
    ]);
    expect(await lesionsOf(bed.database, 'more-columns')).toEqual(await lesionsOf(bed.database, 'small'));
  });

  it('says where a range of slices does not hold its key slice, and keeps the range', async () => {
    const csvPath = scratch.csv('range.csv', (text) => text.replace('"1, 13"', '"8, 13"'));
    const { notes } = await importDlInfo({ database: bed.database, csvPath, slug: 'range' });
    expect(notes).toMatchObject([{ kind: 'KEY_SLICE_OUTSIDE_RANGE', count: 1, first: ['line 5'] }]);
    const stored = await bed.database.query({
      text: `SELECT slice_range_first AS first, slice_range_last AS last, import_report->'notes'->0->>'kind' AS kind
             FROM bookmarked_image AS image JOIN dataset ON dataset.id = dataset_id WHERE slug = 'range' AND slice_index = 7`,
    });
    expect(stored).toEqual([{ first: 8, last: 13, kind: 'KEY_SLICE_OUTSIDE_RANGE' }]);
  });

  it('tells how far it is and takes licence, citation and the synthetic mark', async () => {
    const steps: [number, number][] = [];
    await importDlInfo({
      database: bed.database,
      csvPath: SMALL_CSV,
      slug: 'told',
      licence: 'CC0-1.0',
      citation: 'Nobody',
      synthetic: true,
      onProgress: (done, total) => steps.push([done, total]),
    });
    expect(steps).toEqual([
      [0, 5],
      [5, 5],
    ]);
    expect(await findDatasetByReference(bed.database, 'told')).toMatchObject({
      name: 'told',
      licence: 'CC0-1.0',
      citation: 'Nobody',
      synthetic: true,
      pixelConvention: 'ONE_BASED',
      sourceFile: 'small.csv',
    });
  });

  it('counts rows whose age wavers within a study; the first counts', async () => {
    const csvPath = scratch.csv('wavering.csv', (text) => text.replace('F,61,1\n000901_02', 'F,62,1\n000901_02'));
    expect(await importDlInfo({ database: bed.database, csvPath, slug: 'wavering' })).toMatchObject({
      waveringRows: 1,
      lesions: 5,
    });
  });

  it("gives an image the windows of all its rows, the first row's first", async () => {
    const csvPath = scratch.csv('windows.csv', (text) =>
      text.replace(/^.*"300, 200.*$/m, (line) => line.replace('"-175, 275"', '"-1500, 500, -175, 275"')),
    );
    await importDlInfo({ database: bed.database, csvPath, slug: 'windows' });
    const [image] = await bed.database.query({
      text: `SELECT windows FROM bookmarked_image JOIN dataset ON dataset.id = dataset_id
             WHERE slug = 'windows' AND file_name = '000901_01_01_020.png'`,
    });
    expect(image).toEqual({ windows: [-175, 275, -1500, 500] });
  });
});

/** The cells of each line, with their quotes, changed. */
function changeLines(text: string, change: (cells: string[]) => string[]): string {
  const cell = /"[^"]*"|[^,]*/gy;
  const cellsOf = (line: string): string[] => {
    const cells: string[] = [];
    for (let at = 0; at <= line.length; at = cell.lastIndex + 1) {
      cell.lastIndex = at;
      cells.push(cell.exec(line)?.[0] ?? '');
      cell.lastIndex = at + (cells.at(-1)?.length ?? 0);
    }
    return cells;
  };
  return text
    .trimEnd()
    .split('\n')
    .map((line) => change(cellsOf(line)).join(','))
    .join('\n');
}

function reverseColumns(text: string): string {
  return changeLines(text, (cells) => cells.reverse());
}

function quoteAll(text: string): string {
  return changeLines(text, (cells) => cells.map((cell) => (cell.startsWith('"') ? cell : `"${cell}"`)));
}
