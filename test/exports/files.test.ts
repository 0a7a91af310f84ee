import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { toFeatureBytes } from '../../src/categorization';
import { importCoco, importDlInfo } from '../../src/dataset';
import { describeReal, realFile, Scratch } from '../dataset/importBed';
import type { TestDatabase } from '../testDatabase';
import {
  type ExportServer,
  hasModules,
  linesOf,
  PYTHON,
  rowsOf,
  startExportBed,
  startExportServer,
  textOf,
} from './exportBed';

let bed: TestDatabase & { csv: string };
let server: ExportServer;
const scratch = new Scratch();
beforeAll(async () => {
  bed = await startExportBed();
  server = await startExportServer(bed.database);
});
afterAll(async () => {
  await server.stop();
  await bed.drop();
  scratch.remove();
});

const get = async (path: string): Promise<string> => textOf(await server.get(`/exports/${path}`));
const filtered = (filter: object): string => `filter=${encodeURIComponent(JSON.stringify(filter))}`;

interface Coco {
  info: { citation: string };
  images: { id: number; file_name: string }[];
  annotations: {
    id: number;
    image_id: number;
    category_id: number;
    bbox: number[];
    area: number;
    corners?: number[];
  }[];
  categories: { id: number; name: string }[];
}

/** File name and box of each lesion. */
const boxesOf = (slug: string) =>
  bed.database.query<{ name: string; x1: number; y1: number; x2: number; y2: number }>({
    text: `SELECT file_name AS name, x1, y1, x2, y2 FROM lesion JOIN bookmarked_image AS image ON image.id = image_id
           JOIN dataset ON dataset.id = lesion.dataset_id WHERE slug = $1 ORDER BY file_name COLLATE "C", source_row_index`,
    values: [slug],
  });

describe('DL_info.csv', () => {
  it('is the source byte for byte, and says so', async () => {
    const response = await server.get('/exports/small@1/DL_info.csv');
    expect(response.headers.get('x-deeplesion-source')).toBe('ORIGINAL');
    const text = await textOf(response);
    expect(text).toBe(readFileSync(bed.csv, 'utf8'));
    const { sourceSha256 } = await bed.database.prisma.dataset.findFirstOrThrow({ where: { slug: 'small' } });
    expect(createHash('sha256').update(text).digest('hex')).toBe(sourceSha256);
  });

  it('has the lines of a filter in their order, whatever the line ends and empty lines of the source', async () => {
    const csvPath = scratch.csv(
      'odd.csv',
      (text) => `\uFEFF${text.replaceAll('\n', '\r\n').replace('\r\n', '\r\n,,,,,,,,,,,,,,,,,\r\n\r\n')}`,
    );
    await importDlInfo({ database: bed.database, csvPath, slug: 'odd' });
    const [header, , , first, , third] = readFileSync(csvPath, 'utf8').split('\r\n');
    const response = await server.get(`/exports/odd@1/DL_info.csv?${filtered({ sourceRowIndex: [2, 0] })}`);
    // `text()` would drop the byte-order mark.
    const text = Buffer.from(await response.arrayBuffer()).toString();
    expect(text).toBe(`${header}\r\n${first}\r\n${third}\r\n`);
  });

  it('is written by rule where the source is not kept, and imports to the same lesions', async () => {
    const { id } = await bed.database.prisma.dataset.findFirstOrThrow({ where: { slug: 'small' } });
    const kept = await bed.database.prisma.datasetSource.delete({ where: { datasetId: id } });
    const response = await server.get('/exports/small@1/DL_info.csv');
    expect(response.headers.get('x-deeplesion-source')).toBe('BY_RULE');
    const csvPath = scratch.write('by-rule.csv', await textOf(response));
    await importDlInfo({ database: bed.database, csvPath, slug: 'by-rule' });
    expect(await boxesOf('by-rule')).toEqual(await boxesOf('small'));
    // The same file again brings back what an earlier release did not keep.
    await importDlInfo({ database: bed.database, csvPath: bed.csv, slug: 'small' });
    expect((await bed.database.prisma.datasetSource.findFirstOrThrow({ where: { datasetId: id } })).gzip).toEqual(
      kept.gzip,
    );
  });
});

describe('coco.json', () => {
  it('imports to the same boxes, types and flags', async () => {
    const text = await get('small@1/coco.json?categories=coarse-type');
    const jsonPath = scratch.write('small.coco.json', text);
    await importCoco({ database: bed.database, jsonPath, slug: 'from-coco' });
    const shifted = (await boxesOf('small')).map(({ name, x1, y1, x2, y2 }) => ({
      ...{ name, x1: x1 - 0.5, y1: y1 - 0.5, x2: x2 - 0.5, y2: y2 - 0.5 },
    }));
    expect(await boxesOf('from-coco')).toEqual(shifted);
    const types = (slug: string) =>
      bed.database.query({
        text: `SELECT coarse_type, possibly_noisy, count(*) FROM lesion JOIN dataset ON dataset.id = dataset_id WHERE slug = $1
               GROUP BY 1, 2 ORDER BY 1, 2`,
        values: [slug],
      });
    expect(await types('from-coco')).toEqual(await types('small'));
  });

  it('tells the corners where no width and height lead to them', async () => {
    const where = { sourceRowIndex: 0, dataset: { slug: 'small' } };
    const before = await bed.database.prisma.lesion.findFirstOrThrow({ where });
    // Of a published box: the sum lies in the middle between two doubles, and rounds away from the edge either way.
    const [x1, x2] = [86.1749, 244.383];
    await bed.database.prisma.lesion.updateMany({ where, data: { x1, x2 } });
    const jsonPath = scratch.write(
      'tie.coco.json',
      await get(`small@1/coco.json?${filtered({ sourceRowIndex: [0] })}`),
    );
    await importCoco({ database: bed.database, jsonPath, slug: 'tie' });
    expect(await boxesOf('tie')).toMatchObject([{ x1: x1 - 0.5, x2: x2 - 0.5 }]);
    await bed.database.prisma.lesion.updateMany({ where, data: { x1: before.x1, x2: before.x2 } });
  });

  it('keeps its ids under a filter, and counts them from 1', async () => {
    const whole: Coco = JSON.parse(await get('small@1/coco.json'));
    const part: Coco = JSON.parse(await get(`small@1/coco.json?${filtered({ sourceRowIndex: [3] })}`));
    expect(whole.images.map(({ id }) => id)).toEqual(whole.images.map((_, index) => index + 1));
    expect(whole.categories).toEqual([{ id: 1, name: 'lesion', supercategory: 'lesion' }]);
    expect(part.annotations).toEqual([whole.annotations[3]]);
    expect(part.annotations[0]!.id).toBe(4);
    expect(part.images).toEqual(whole.images.filter(({ id }) => id === part.annotations[0]!.image_id));
  });

  it('has the pseudo-clusters of a categorization as categories, once it has succeeded', async () => {
    const { id: datasetId } = await bed.database.prisma.dataset.findFirstOrThrow({ where: { slug: 'small' } });
    const lesions = await bed.database.prisma.lesion.findMany({
      where: { datasetId },
      orderBy: { sourceRowIndex: 'asc' },
    });
    const encoder = await bed.database.prisma.encoder.create({
      data: { name: 'tiny', version: '1.0.0', modelSha256: 'a'.repeat(64), featureDimension: 2 },
    });
    const { id } = await bed.database.prisma.categorization.create({
      data: { datasetId, name: 'two', method: 'k-means', clusterCount: 2, encoderId: encoder.id, featureDimension: 2 },
    });
    const [one, two] = await Promise.all(
      [1, 2].map((clusterIndex) =>
        bed.database.prisma.pseudoCluster.create({ data: { categorizationId: id, clusterIndex } }),
      ),
    );
    for (const [index, lesion] of lesions.slice(0, 3).entries()) {
      const pseudoClusterId = (index === 1 ? two : one)!.id;
      await bed.database.prisma.clusterAssignment.create({
        data: { categorizationId: id, lesionId: lesion.id, pseudoClusterId, distance: index / 8 },
      });
      const features = Uint8Array.from(toFeatureBytes(Float32Array.of(index, -0.1)));
      await bed.database.prisma.lesionFeature.create({
        data: { encoderId: encoder.id, lesionId: lesion.id, dimension: 2, features },
      });
    }
    const { annotations, categories }: Coco = JSON.parse(await get('small@1/coco.json?categories=pseudo-cluster:two'));
    expect(categories.map((one) => one.id)).toEqual([1, 2, 3]);
    expect(annotations.map((one) => one.category_id)).toEqual([1, 2, 1, 3, 3]);
    const rows = await rowsOf(
      await server.get(
        '/exports/small@1/lesions.ndjson?categorization=two&fields=pseudo_cluster_index,pseudo_cluster_distance',
      ),
    );
    expect(rows[2]).toEqual({ pseudo_cluster_index: 1, pseudo_cluster_distance: 0.25 });
    expect(rows[4]).toEqual({ pseudo_cluster_index: null, pseudo_cluster_distance: null });
    expect((await server.get('/exports/small@1/lesions.csv?categorization=none')).status).toBe(404);
    expect((await server.get('/exports/small@1/coco.json?categories=colours')).status).toBe(400);
  });
});

describe('the other files of a version', () => {
  it('are features as NumPy reads them, with the lesion of each row', async () => {
    const bytes = Buffer.from(await (await server.get('/exports/small@1/features.npy')).arrayBuffer());
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x93NUMPY\x01\x00');
    expect(bytes.subarray(10, 128).toString('latin1')).toMatch(
      /'descr': '<f4', 'fortran_order': False, 'shape': \(3, 2\), /,
    );
    expect([...new Float32Array(bytes.buffer.slice(bytes.byteOffset + 128))]).toEqual([
      ...Float32Array.of(0, -0.1, 1, -0.1, 2, -0.1),
    ]);
    const index: Record<string, string>[] = parse(await get('small@1/features.index.csv?encoder=tiny@1.0.0'), {
      columns: true,
    });
    expect(index.map(({ row, source_row_index }) => [row, source_row_index])).toEqual([
      ['0', '0'],
      ['1', '1'],
      ['2', '2'],
    ]);
    expect((await server.get('/exports/small@1/features.npy?encoder=none@1')).status).toBe(404);
  });

  it('are the splits, by patient and by image', async () => {
    const { splits } = JSON.parse(await get('small@1/splits.json'));
    expect(splits.TRAIN).toMatchObject({ patients: [901], images: ['000901_01_01_020.png', '000901_02_03_1004.png'] });
  });

  it('are a manifest of the pixel files, which changes with them', async () => {
    const tagOf = async (): Promise<string | null> =>
      (await server.get('/exports/small@1/files.csv')).headers.get('etag');
    const before = await tagOf();
    expect(linesOf(await get('small@1/files.csv'))).toHaveLength(1);
    const where = { fileName: '000901_01_01_020.png', dataset: { slug: 'small' } };
    await bed.database.prisma.bookmarkedImage.updateMany({
      where,
      data: { hasPixels: true, pixelSha256: 'b'.repeat(64) },
    });
    expect(await tagOf()).not.toBe(before);
    expect(await rowsOf(await server.get('/exports/small@1/files.ndjson'))).toMatchObject([
      { file_name: '000901_01_01_020.png', path: '000901_01_01/020.png', pixel_sha256: 'b'.repeat(64) },
    ]);
  });
});

describeReal('The published validation split', () => {
  it('comes back byte for byte, and its COCO file has the boxes that it was imported with', async () => {
    await importDlInfo({ database: bed.database, csvPath: realFile('DL_info.val.csv'), slug: 'val' });
    expect(await get('val@1/DL_info.csv')).toBe(readFileSync(realFile('DL_info.val.csv'), 'utf8'));
    const text = await get('val@1/coco.json');
    scratch.write('val.coco.json', text);
    const { annotations, images }: Coco = JSON.parse(text);
    const names = new Map(images.map((image) => [image.id, image.file_name]));
    const stored = (await boxesOf('val')).map(({ name, x1, y1, x2, y2 }) => [
      name,
      x1 - 0.5,
      y1 - 0.5,
      x2 - 0.5,
      y2 - 0.5,
    ]);
    const told = annotations.map(({ image_id: image, bbox: [x = 0, y = 0, width = 0, height = 0], corners }) => [
      names.get(image),
      ...(corners ?? [x, y, x + width, y + height]),
    ]);
    expect(told.sort()).toEqual(stored.sort());
    // Where no width leads to the right edge, the corners are told as well: hardly ever.
    expect(annotations.filter(({ corners }) => corners)).toHaveLength(4);
  });

  (hasModules('pandas', 'pyarrow', 'pycocotools') ? it : it.skip)(
    'reads the same in pandas, pyarrow and pycocotools (needs them in DEEPLESION_PYTHON or python3)',
    async () => {
      for (const ending of ['csv', 'parquet', 'ndjson'])
        scratch.write(
          `val.${ending}`,
          Buffer.from(await (await server.get(`/exports/val@1/lesions.${ending}`)).arrayBuffer()),
        );
      const script = scratch.write(
        'check.py',
        `
import json, sys, pandas as pd, pyarrow.parquet as pq, contextlib, io
from pycocotools.coco import COCO
d, source = sys.argv[1], pd.read_csv(sys.argv[2])
csv, nd = pd.read_csv(d + '/val.csv'), pd.read_json(d + '/val.ndjson', lines=True, precise_float=True)
table = pq.read_table(d + '/val.parquet')
frame = table.to_pandas()
assert len(csv) == len(nd) == len(frame) == len(source) == 4889
for name in csv.columns:
    assert csv[name].equals(frame[name].astype(csv[name].dtype)), name
assert (nd['bounding_box_x1'] == frame['bounding_box_x1']).all()
spacing = source['Spacing_mm_px_'].str.split(',').str[0].astype(float)
longest = source['Lesion_diameters_Pixel_'].str.split(',').str[0].astype(float)
assert (frame['long_diameter_mm'] == longest * spacing).all()
assert (frame['file_name'] == source['File_name']).all()
assert str(table.schema.field('age_years').type) == 'double' and frame['age_years'].isna().sum() == 1
with contextlib.redirect_stdout(io.StringIO()):
    coco = COCO(d + '/val.coco.json')
assert len(coco.anns) == 4889 and len(coco.imgs) == 4793
print(table.schema.metadata[b'dataset'].decode())
`,
      );
      expect(
        execFileSync(PYTHON, [script, scratch.root, realFile('DL_info.val.csv')])
          .toString()
          .trim(),
      ).toBe('val@1');
    },
  );
});
