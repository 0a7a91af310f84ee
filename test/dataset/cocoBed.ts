import { type ImportReport, importCoco } from '../../src/dataset';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { Scratch } from './importBed';

export interface Coco {
  images: Record<string, unknown>[];
  annotations: Record<string, unknown>[];
  categories?: Record<string, unknown>[] | null;
}

/** Two slices with DeepLesion's names in both spellings, a foreign image without annotations, three boxes. */
export const small = (): Coco => ({
  images: [
    {
      id: 7,
      file_name: '000904_01_02/162.png',
      width: 512,
      height: 512,
      spacing: 0.8,
      slice_intv: 5,
      windows: [-175, 275],
    },
    { id: 8, file_name: '000904_02_01_1007.png', width: 768, height: 512, slice_intv: 0 },
    { id: 9, file_name: 'scan-b.png', width: 640, height: 480 },
  ],
  annotations: [
    { id: 1, image_id: 7, category_id: 1, bbox: [10, 20, 30, 40], area: 1200 },
    { id: 2, image_id: 7, category_id: 1, bbox: [100.5, 20.25, 12, 8], area: 804, noisy: 1 },
    { id: 5, image_id: 8, category_id: 1, bbox: [1, 2, 3, 4] },
  ],
});

/** The same image names as other programs write them. */
export const FORMS: [string, (series: string, slice: string) => string][] = [
  ['jpg', (series, slice) => `${series}_${slice}.jpg`],
  ['jpeg-in-capitals', (series, slice) => `${series}/${slice}.JPEG`],
  ['prefix', (series, slice) => `Images_png/${series}/${slice}.png`],
  ['prefix-of-a-split', (series, slice) => `train2017/${series}_${slice}.png`],
  ['dot', (series, slice) => `./${series}/${slice}.png`],
  ['above', (series, slice) => `../data//Images_png/./${series}/${slice}.png`],
  ['back-slashes', (series, slice) => `Images_png\\${series}\\${slice}.png`],
  ['absolute', (series, slice) => `/home/somebody/DeepLesion/Images_png/${series}/${slice}.png`],
  ['drive', (series, slice) => `D:\\DeepLesion\\Images_png\\${series}\\${slice}.png`],
  ['share', (series, slice) => `\\\\server\\share\\${series}_${slice}.png`],
  ['url', (series, slice) => `https://example.org/data/${series}/${slice}.png?token=a%2Fb#1`],
  ['bucket', (series, slice) => `s3://bucket/Images_png/${series}/${slice}.png`],
  ['label-studio', (series, slice) => `/data/local-files/?d=Images_png%2F${series}%2F${slice}.png`],
  ['label-studio-upload', (series, slice) => `images\\3f2b1a9c-${series}_${slice}.png`],
  ['capitals', (series, slice) => `${series}/${slice}.PNG`],
  ['tif', (series, slice) => `${series}_${slice}.tif`],
  ['nifti', (series, slice) => `${series}_${slice}.nii.gz`],
  ['bare', (series, slice) => `${series}_${slice}`],
  ['bare-folder', (series, slice) => `${series}/${slice}`],
  ['blank', (series, slice) => ` ${series}_${slice}.png \n`],
  ['folder-and-whole-name', (series, slice) => `${series}/${series}_${slice}.png`],
];

/** Where an image of a data set is: its patient, study, series and slice, and its pixel file. */
interface StoredPlace {
  fileName: string;
  patient: number;
}

/** A database and a folder for the COCO files of one test file. */
export class CocoBed {
  readonly scratch = new Scratch();
  #files = 0;

  private constructor(readonly test: TestDatabase) {}

  static async create(): Promise<CocoBed> {
    return new CocoBed(await createTestDatabase());
  }

  get database(): TestDatabase['database'] {
    return this.test.database;
  }

  /** @returns the path of a new file with this content */
  write(coco: unknown): string {
    return this.scratch.write(
      `coco-${this.#files++}.json`,
      typeof coco === 'string' || Buffer.isBuffer(coco) ? coco : JSON.stringify(coco),
    );
  }

  importSmall(
    slug: string,
    change: (coco: Coco) => void = () => undefined,
    more: { skipBadRows?: true } = {},
  ): Promise<ImportReport> {
    const coco = small();
    change(coco);
    return importCoco({ database: this.database, jsonPath: this.write(coco), slug, ...more });
  }

  placesOf(slug: string): Promise<StoredPlace[]> {
    return this.database.query({
      text: `SELECT file_name AS "fileName", patient.patient_index AS patient, study.study_index AS study, series_index AS series,
               slice_index AS slice, has_pixels AS "hasPixels", pixel_path AS path
             FROM bookmarked_image AS image JOIN series ON series.id = series_id JOIN study ON study.id = series.study_id
             JOIN patient ON patient.id = patient_id JOIN dataset ON dataset.id = image.dataset_id WHERE slug = $1 ORDER BY file_name`,
      values: [slug],
    });
  }

  async drop(): Promise<void> {
    this.scratch.remove();
    await this.test.drop();
  }
}
