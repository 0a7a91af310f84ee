import { symlinkSync } from 'node:fs';
import { findKeySlice, importCoco } from '../../src/dataset';
import { readKeySlice } from '../../src/imaging';
import { InferenceHost } from '../../src/inference';
import { createLogger } from '../../src/log';
import { findRun, workOnBatch } from '../../src/runs';
import { Scratch } from '../dataset/importBed';
import { keyOfRow } from '../globalIds';
import { createRunBed, pixelFile, type RunBed, SIDE, unwatched } from './runBed';

const IMAGES = 3;

describe('Pixel files that lie elsewhere than in the usual layout', () => {
  let bed: RunBed;
  const scratch = new Scratch();
  const host = new InferenceHost({ executionProviders: ['cpu'] });
  beforeAll(async () => {
    bed = await createRunBed(IMAGES);
  });
  afterAll(async () => {
    host.stop('The test is over.');
    scratch.remove();
    await bed.drop();
  });

  /** The same slices as the bed's, linked from one flat folder under the names of another program. */
  async function importLinked(): Promise<number[]> {
    const images = Array.from({ length: IMAGES }, (_, i) => {
      scratch.write('flat/note.txt', '');
      const name = `slice-${i + 1}.png`;
      symlinkSync(pixelFile(bed.imageRoot, i), `${scratch.root}/flat/${name}`);
      return {
        id: i,
        file_name: `D:\\set\\${name}`,
        width: SIDE,
        height: SIDE,
        slice_no: i + 1,
        slice_intv: 5,
        patient_id: 1,
      };
    });
    const annotations = images.map(({ id }) => ({ id, image_id: id, bbox: [1.5, 1.5, 8, 8] }));
    const jsonPath = scratch.write('linked.json', JSON.stringify({ images, annotations }));
    const imagesDir = `${scratch.root}/flat`;
    await importCoco({ database: bed.database, jsonPath, slug: 'linked', imagesDir, requireImages: true });
    const rows = await bed.database.query<{ id: number }>({
      text: `SELECT image.id FROM bookmarked_image AS image JOIN dataset ON dataset.id = dataset_id WHERE slug = 'linked' ORDER BY image.id`,
    });
    return rows.map(({ id }) => id);
  }

  /** @returns boxes with 0 for the left edge of the image, and how many images failed */
  async function detect(dataset: string, imageIds: number[], shift: number) {
    const { database, registry } = bed;
    const { id: runId } = await bed.request('tiny-network', { dataset });
    const log = createLogger('silent');
    const context = { database, registry, host, log, evaluate: async () => undefined, observer: unwatched() };
    const batch = { runId, imageIds, renew: async () => true, lost: new AbortController().signal };
    await workOnBatch(context, batch, new AbortController().signal);
    expect((await findRun(database, runId)).status).toBe('SUCCEEDED');
    return database.query({
      text: `SELECT x1 - $2::float8 AS x1, y1 - $2::float8 AS y1, x2 - $2::float8 AS x2, y2 - $2::float8 AS y2, score
             FROM detection WHERE run_id = $1 ORDER BY image_id, rank`,
      values: [runId, shift],
    });
  }

  it('give the same detections and pictures as in it', async () => {
    const imageIds = await importLinked();
    const expected = await detect('small', bed.imageIds, 0.5);
    expect(expected.length).toBeGreaterThan(0);
    expect(await detect('linked', imageIds, 0)).toEqual(expected);
    const pictures = [bed.imageIds, imageIds].map((ids) =>
      Promise.all(
        ids.map(async (id) => {
          const image = await findKeySlice(bed.database, await keyOfRow(bed.database, 'BookmarkedImage', id));
          if (!image || image.imageRoot === null) throw new Error('The image is there.');
          const { slice, pixelsChanged } = await readKeySlice({ ...image, imageRoot: image.imageRoot });
          expect(pixelsChanged).not.toBe(true);
          return slice.hounsfield;
        }),
      ),
    );
    expect(await pictures[1]).toEqual(await pictures[0]);
  });
});
