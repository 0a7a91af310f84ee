import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningProduct, runCommand, startProduct } from './product';

const CSV_HEADER =
  'File_name,Patient_index,Study_index,Series_ID,Key_slice_index,Measurement_coordinates,Bounding_boxes,Lesion_diameters_Pixel_,' +
  'Normalized_lesion_location,Coarse_lesion_type,Possibly_noisy,Slice_range,Spacing_mm_px_,Image_size,DICOM_windows,Patient_gender,' +
  'Patient_age,Train_Val_Test';
const CSV_ROW =
  '000007_01_01_042.png,7,1,1,42,"100, 100, 130, 100, 115, 95, 115, 110","95, 90, 135, 115","30, 15","0.4, 0.5, 0.6",5,0,"36, 48",' +
  '"0.8, 0.8, 5","512, 512","-175, 275",F,61,3';

/** The first start makes the demo and trains nothing; it still takes a minute or more on two cores. */
jest.setTimeout(300_000);

describe('the product, started as a user starts it', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'deeplesion-e2e-'));
  const environment = { DATA_DIR: dataDir };
  let product: RunningProduct;

  beforeAll(async () => {
    product = await startProduct(environment);
  });
  afterAll(async () => {
    if (product.process.exitCode === null) await product.stop('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('answers for data sets, filtered lesions and their statistics', async () => {
    const data = await product.query<{
      datasets: { nodes: { slug: string; synthetic: boolean }[] };
      lesions: { totalCount: number; nodes: { longDiameterMm: number; split: string; image: { fileName: string } }[] };
      lesionStatistics: unknown;
    }>(`{
      datasets { nodes { slug synthetic } }
      lesions(filter: { dataset: "demo", split: TEST, longDiameterMm: { gte: 15 } }, first: 5) {
        totalCount
        nodes { longDiameterMm split image { fileName } }
      }
      lesionStatistics(filter: { dataset: "demo" }, groupBy: [SPLIT]) { __typename }
    }`);
    expect(data.datasets.nodes).toEqual([{ slug: 'demo', synthetic: true }]);
    expect(data.lesions.totalCount).toBeGreaterThan(5);
    for (const lesion of data.lesions.nodes) {
      expect(lesion.split).toBe('TEST');
      expect(lesion.longDiameterMm).toBeGreaterThanOrEqual(15);
    }
  });

  it('has a run of the shipped detector over the test split, with its accuracy curve', async () => {
    const data = await product.query<{
      detectionRuns: {
        nodes: {
          status: string;
          progress: { completed: number; failed: number; total: number };
          evaluations: {
            accuracyCurve: { iouThreshold: number; accuracy: number; correct: number; total: number }[];
          }[];
        }[];
      };
    }>(`{
      detectionRuns(first: 1) { nodes {
        status progress { completed failed total }
        evaluations { accuracyCurve { iouThreshold accuracy correct total } }
      } }
    }`);
    const [run] = data.detectionRuns.nodes;
    expect(run).toMatchObject({ status: 'SUCCEEDED', progress: { failed: 0 } });
    const curve = run?.evaluations[0]?.accuracyCurve ?? [];
    expect(curve).toHaveLength(19);
    for (const [index, point] of curve.entries()) {
      expect(point.accuracy).toBeCloseTo(point.correct / point.total, 9);
      if (index > 0) expect(point.correct).toBeLessThanOrEqual(curve[index - 1]?.correct ?? 0);
    }
    expect(curve[0]?.correct).toBeGreaterThan(0);
  });

  it('renders a slice with its lesions', async () => {
    const data = await product.query<{ bookmarkedImages: { nodes: { url: string }[] } }>(
      '{ bookmarkedImages(filter: { dataset: "demo" }, first: 1) { nodes { url(overlay: "lesions", size: 256) } } }',
    );
    const url = new URL(data.bookmarkedImages.nodes[0]?.url ?? '', product.origin);
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/png');
  });

  it('lets the command line work beside it on the same data folder', async () => {
    const csv = join(dataDir, 'own.csv');
    writeFileSync(csv, `${CSV_HEADER}\n${CSV_ROW}\n`);
    const { code, output } = await runCommand(['import', 'dl-info', csv, '--dataset', 'own'], environment);
    expect({ code, output }).toMatchObject({ code: 0 });
    const data = await product.query('{ lesions(filter: { dataset: "own" }) { totalCount } }');
    expect(data).toEqual({ lesions: { totalCount: 1 } });
  });

  it('refuses a second server on the same data folder and goes on', async () => {
    await expect(startProduct(environment)).rejects.toThrow(/Another server/);
    expect(await product.query('{ __typename }')).toEqual({ __typename: 'Query' });
  });

  it('comes back after kill -9 with everything there and nothing done again', async () => {
    await product.stop('SIGKILL');
    product = await startProduct(environment);
    expect(product.log()).not.toContain('Demo phantoms');
    const data = await product.query(
      '{ lesions(filter: { dataset: "own" }) { totalCount } detectionRuns { totalCount } }',
    );
    expect(data).toEqual({ lesions: { totalCount: 1 }, detectionRuns: { totalCount: 1 } });
  });

  it('stops on SIGTERM with status 0 and takes the database along', async () => {
    const postmaster = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
    expect(await product.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(() => process.kill(postmaster, 0)).toThrow();
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  });
});
