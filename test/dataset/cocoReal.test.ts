import { readFileSync } from 'node:fs';
import { importCoco } from '../../src/dataset';
import { type Coco, CocoBed, FORMS } from './cocoBed';
import { describeReal, realFile } from './importBed';

let bed: CocoBed;
beforeAll(async () => {
  bed = await CocoBed.create();
});
afterAll(() => bed.drop());

describeReal('A public COCO file of the validation split', () => {
  it('imports whole, with all of its areas found wrong', async () => {
    const report = await importCoco({
      database: bed.database,
      jsonPath: realFile('deeplesion_val.coco.json'),
      slug: 'val',
      split: 'VALIDATION',
    });
    expect(report).toMatchObject({ lesions: 4889, images: 4793, patients: 703, wrongAreas: 4889, badRowCount: 0 });
    const [noisy] = await bed.database.query({
      text: `SELECT count(*) FROM lesion JOIN dataset ON dataset.id = dataset_id WHERE slug = 'val' AND possibly_noisy`,
    });
    expect(noisy).toEqual({ count: 2 });
  });

  it.each(FORMS)('has the same patients with names as %s', async (slug, form) => {
    const coco: Coco = JSON.parse(readFileSync(realFile('deeplesion_val.coco.json'), 'utf8'));
    const images: Record<string, unknown>[] = coco.images.slice(0, 400).map((image) => {
      const [series = '', file = ''] = String(image.file_name).split('/');
      return { ...image, file_name: form(series, file.replace('.png', '')) };
    });
    const ids = new Set(images.map(({ id }) => id));
    const annotations = coco.annotations.filter(({ image_id: id }) => ids.has(Number(id)));
    const expected = await importCoco({
      database: bed.database,
      jsonPath: bed.write({ ...coco, images: coco.images.slice(0, 400), annotations }),
      slug: 'val-400',
    });
    const report = await importCoco({
      database: bed.database,
      jsonPath: bed.write({ ...coco, images, annotations }),
      slug: `val-${slug}`,
    });
    const { lesions, patients, studies, series } = expected;
    expect(report).toMatchObject({ lesions, patients, studies, series, images: 400, badRowCount: 0 });
    expect(await bed.placesOf(`val-${slug}`)).toEqual(await bed.placesOf('val-400'));
  });
});

describeReal('Key slices that a third party published', () => {
  it('import whole, with types and pixel files', async () => {
    const report = await importCoco({
      database: bed.database,
      jsonPath: realFile('key_slices/annotations.coco.json'),
      slug: 'key-slices',
      imagesDir: realFile('key_slices'),
    });
    expect(report).toMatchObject({
      lesions: 26,
      images: 26,
      imagesWithPixels: 26,
      patients: 4,
      badRowCount: 0,
      notes: [],
    });
    const types = await bed.database.query<{ type: string }>({
      text: `SELECT DISTINCT coarse_type AS type FROM lesion JOIN dataset ON dataset.id = dataset_id WHERE slug = 'key-slices'`,
    });
    expect(types.length).toBeGreaterThan(3);
    expect(types).not.toContainEqual({ type: 'UNKNOWN' });
  });

  it.each(FORMS)('keep their pixel files with names as %s', async (slug, form) => {
    const coco: Coco = JSON.parse(readFileSync(realFile('key_slices/annotations.coco.json'), 'utf8'));
    for (const image of coco.images) {
      const [series = '', file = ''] = String(image.file_name).split('/');
      image.file_name = form(series, file.replace('.png', ''));
    }
    const report = await importCoco({
      database: bed.database,
      jsonPath: bed.write(coco),
      slug: `key-slices-${slug}`,
      imagesDir: realFile('key_slices'),
      requireImages: true,
    });
    expect(report).toMatchObject({ lesions: 26, imagesWithPixels: 26, patients: 4, notes: [] });
    expect(await bed.placesOf(`key-slices-${slug}`)).toEqual(await bed.placesOf('key-slices'));
  });
});
