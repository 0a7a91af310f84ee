import { join } from 'node:path';
import { findDatasetByReference, importDlInfo } from '../../src/dataset';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { Scratch, SMALL_CSV } from './importBed';

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
