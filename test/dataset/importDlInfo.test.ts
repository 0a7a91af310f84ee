import { join } from 'node:path';
import { findDatasetByReference, importDlInfo } from '../../src/dataset';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { countTables, describeReal, realFile, Scratch, SMALL_CSV } from './importBed';

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

interface StoredLesion {
  fileName: string;
  row: number;
  box: number[];
  longMm: number;
  type: string;
  noisy: boolean;
}

/** The lesions of a data set version in the order of their source. */
function lesionsOf(slug: string, version = 1): Promise<StoredLesion[]> {
  return bed.database.query({
    text: `SELECT file_name AS "fileName", source_row_index AS row, ARRAY[x1, y1, x2, y2] AS box, long_diameter_mm AS "longMm",
             coarse_type AS type, possibly_noisy AS noisy
           FROM lesion JOIN bookmarked_image AS image ON image.id = image_id JOIN dataset ON dataset.id = lesion.dataset_id
           WHERE slug = $1 AND version = $2 ORDER BY source_row_index`,
    values: [slug, version],
  });
}

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
    expect(await lesionsOf('small')).toEqual([
      { fileName: '000901_01_01_020.png', row: 0, box: [95, 95, 135, 145], longMm: 40, type: 'UNKNOWN', noisy: false },
      { fileName: '000901_01_01_020.png', row: 1, box: [295, 195, 311, 213], longMm: 8, type: 'UNKNOWN', noisy: true },
      { fileName: '000901_02_03_1004.png', row: 2, box: [5, 5, 21, 23], longMm: 5, type: 'UNKNOWN', noisy: false },
      { fileName: '000902_01_01_007.png', row: 3, box: [495, 241, 515, 259], longMm: 7, type: 'LUNG', noisy: false },
      { fileName: '000903_01_02_110.png', row: 4, box: [43, 45, 57, 65], longMm: 9, type: 'PELVIS', noisy: false },
    ]);
  });

  it('keeps what it cannot use as missing: ages of 0 and 157, no sex, a slice interval of NaN', async () => {
    const rows = await bed.database.query({
      text: `SELECT patient.patient_index AS patient, study.study_index AS study, sex, age_years AS age, slice_interval_mm AS interval, windows, image.split
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
    expect((await lesionsOf('moved'))[4]?.box).toEqual([43, 45, 57, 65]);
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
    expect(await lesionsOf(slug)).toEqual(await lesionsOf('small'));
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
    expect(boxes(await lesionsOf('upside-down'))).toEqual(boxes(await lesionsOf('small')));
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
    expect(await lesionsOf('more-columns')).toEqual(await lesionsOf('small'));
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

describe('Versions of a data set', () => {
  const importAs = (csvPath: string) => importDlInfo({ database: bed.database, csvPath, slug: 'versions' });

  it('stay as they are when the same file comes again, under any name', async () => {
    await importAs(SMALL_CSV);
    const before = await countTables(bed.database);
    const copy = scratch.csv('copy.csv', (text) => text);
    expect(await importAs(copy)).toMatchObject({ version: 1, alreadyImported: true, lesions: 5 });
    expect(await countTables(bed.database)).toEqual(before);
  });

  it('grow by one with a changed file; the slug then means the new one and the old one stays', async () => {
    const changed = scratch.csv('changed.csv', (text) => text.replace(',5,0,"1, 13"', ',4,0,"1, 13"'));
    expect(await importAs(changed)).toMatchObject({ version: 2, alreadyImported: false });
    expect((await lesionsOf('versions', 1))[3]?.type).toBe('LUNG');
    expect((await lesionsOf('versions', 2))[3]?.type).toBe('LIVER');
    expect(await findDatasetByReference(bed.database, 'versions')).toMatchObject({ version: 2, isLatest: true });
    expect(await findDatasetByReference(bed.database, 'versions@1')).toMatchObject({ version: 1, isLatest: false });
    expect(await importAs(SMALL_CSV)).toMatchObject({ version: 1, alreadyImported: true, isLatest: false });
  });

  it('are written one after the other when two imports come at once', async () => {
    const csvPath = scratch.csv('at-once.csv', (text) => text.replace(',5,0,"1, 13"', ',6,0,"1, 13"'));
    const both = await Promise.all([
      importDlInfo({ database: bed.database, csvPath, slug: 'at-once' }),
      importDlInfo({ database: bed.database, csvPath, slug: 'at-once' }),
    ]);
    expect(both.map(({ version }) => version)).toEqual([1, 1]);
    expect(both.map(({ alreadyImported }) => alreadyImported).sort()).toEqual([false, true]);
  });
});

describe('An import that is stopped', () => {
  it('while it waits for another import of the slug leaves the queue', async () => {
    const stop = new AbortController();
    await bed.database.transaction(async ({ query }) => {
      await query({ text: `SELECT pg_advisory_xact_lock(hashtextextended('dataset waiting', 0))` });
      const waiting = importDlInfo({
        database: bed.database,
        csvPath: SMALL_CSV,
        slug: 'waiting',
        signal: stop.signal,
      });
      setTimeout(() => stop.abort(new Error('enough')), 200);
      await expect(waiting).rejects.toThrow('enough');
    });
    expect(await findDatasetByReference(bed.database, 'waiting')).toBeNull();
  });

  it('leaves nothing behind', async () => {
    const before = await countTables(bed.database);
    const stop = new AbortController();
    const stopped = importDlInfo({
      database: bed.database,
      csvPath: SMALL_CSV,
      slug: 'stopped',
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    expect(await countTables(bed.database)).toEqual(before);
  });
});

describe('Pixel files', () => {
  const SLICES = ['000901_01_01/020.png', '000901_02_03/1004.png'];
  const withPixels = async (slug: string): Promise<string[]> => {
    const rows = await bed.database.query<{ fileName: string }>({
      text: `SELECT file_name AS "fileName" FROM bookmarked_image AS image JOIN dataset ON dataset.id = dataset_id
             WHERE slug = $1 AND has_pixels ORDER BY 1`,
      values: [slug],
    });
    return rows.map(({ fileName }) => fileName);
  };

  it.each([
    ['Images_png', 'plain/Images_png', 'plain/Images_png'],
    ['the folder above it', 'above/Images_png', 'above'],
    ['a doubled folder', 'doubled/Images_png/Images_png', 'doubled/Images_png'],
    ['the folder above a doubled one', 'twice/Images_png/Images_png', 'twice'],
  ])('are found in %s', async (_, root, given) => {
    for (const slice of SLICES) scratch.write(`${root}/${slice}`, '');
    const slug = given.replaceAll(/[^a-z]+/g, '-');
    const report = await importDlInfo({
      database: bed.database,
      csvPath: SMALL_CSV,
      imagesDir: join(scratch.root, given),
      slug,
    });
    expect(report.imagesWithPixels).toBe(2);
    expect(await withPixels(slug)).toEqual(['000901_01_01_020.png', '000901_02_03_1004.png']);
    expect(await findDatasetByReference(bed.database, slug)).toMatchObject({ imageRoot: join(scratch.root, root) });
  });

  it('that came later are noted when the same file is imported again, and a wrong folder loses none', async () => {
    const again = (dir?: string) =>
      importDlInfo({
        database: bed.database,
        csvPath: SMALL_CSV,
        slug: 'later',
        imagesDir: dir && join(scratch.root, dir),
      });
    scratch.write('nothing/note.txt', '');
    scratch.write('some/000901_01_01/020.png', '');
    scratch.write('more/000901_01_01/020.png', '');
    scratch.write('more/000902_01_01/007.png', '');
    expect(await again()).toMatchObject({ imagesWithPixels: 0, pixelsNoted: false });
    expect(await again('some')).toMatchObject({ alreadyImported: true, imagesWithPixels: 1, pixelsNoted: true });
    expect(await again('more')).toMatchObject({ imagesWithPixels: 2, pixelsNoted: true });
    expect(await again('nothing')).toMatchObject({ imagesWithPixels: 2, pixelsNoted: false });
    expect(await withPixels('later')).toEqual(['000901_01_01_020.png', '000902_01_01_007.png']);
    expect(await findDatasetByReference(bed.database, 'later')).toMatchObject({
      imageRoot: join(scratch.root, 'more'),
      importReport: { imagesWithPixels: 2 },
    });
  });

  it('that are not there yet are looked for in Images_png afterwards', async () => {
    scratch.write('soon/Images_png/note.txt', '');
    const imagesDir = join(scratch.root, 'soon');
    await importDlInfo({ database: bed.database, csvPath: SMALL_CSV, slug: 'soon', imagesDir });
    expect(await findDatasetByReference(bed.database, 'soon')).toMatchObject({
      imageRoot: join(imagesDir, 'Images_png'),
    });
  });

  it('have to be in a folder that is there', async () => {
    const imagesDir = join(scratch.root, 'absent');
    await expect(
      importDlInfo({ database: bed.database, csvPath: SMALL_CSV, slug: 'absent', imagesDir }),
    ).rejects.toThrow('There is no image folder');
  });
});

describeReal('The published rows', () => {
  const countsByType = (slug: string) =>
    bed.database.query<{ type: string; count: number }>({
      text: `SELECT coarse_type AS type, count(*) FROM lesion JOIN dataset ON dataset.id = dataset_id WHERE slug = $1 GROUP BY 1 ORDER BY 1`,
      values: [slug],
    });

  it('of the validation split import with exactly the published counts, all boxes within 0.01 px', async () => {
    const report = await importDlInfo({ database: bed.database, csvPath: realFile('DL_info.val.csv'), slug: 'val' });
    expect(report).toMatchObject({
      lesions: 4889,
      images: 4793,
      patients: 703,
      badRowCount: 0,
      boxesBeyondImage: 2,
      // one age is the text NaN
      lesionsWithoutAge: 1,
      lesionsWithoutSex: 0,
      waveringRows: 0,
      boxesThatDiffer: { count: 0, first: [] },
    });
    expect(await countsByType('val')).toEqual([
      { type: 'BONE', count: 139 },
      { type: 'ABDOMEN', count: 1003 },
      { type: 'MEDIASTINUM', count: 808 },
      { type: 'LIVER', count: 584 },
      { type: 'LUNG', count: 1294 },
      { type: 'KIDNEY', count: 261 },
      { type: 'SOFT_TISSUE', count: 342 },
      { type: 'PELVIS', count: 458 },
    ]);
    expect((await lesionsOf('val')).filter(({ noisy }) => noisy)).toHaveLength(2);
  });

  it('of the first patient have pixel files on all three key slices', async () => {
    const report = await importDlInfo({
      database: bed.database,
      csvPath: realFile('DL_info.patient1.csv'),
      imagesDir: realFile('Images_png'),
      slug: 'patient1',
    });
    expect(report).toMatchObject({ lesions: 3, images: 3, imagesWithPixels: 3, patients: 1 });
    expect((await lesionsOf('patient1'))[0]?.box.map((edge) => Math.round(edge * 1e4) / 1e4)).toEqual([
      226.169, 90.0204, 241.252, 111.977,
    ]);
  });

  it('of twelve patients in all three splits import whole', async () => {
    const report = await importDlInfo({
      database: bed.database,
      csvPath: realFile('DL_info.sample.csv'),
      slug: 'sample',
    });
    expect(report).toMatchObject({ lesions: 158, badRowCount: 0, boxesThatDiffer: { count: 0 } });
  });
});
