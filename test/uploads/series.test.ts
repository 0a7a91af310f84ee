import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodePng16 } from '../../src/imaging';
import { encodeHounsfield } from '../imaging/png';
import { dicomFile } from './dicomFile';
import { DETECT, startUploadBed, type UploadBed } from './uploadBed';
import { zipFile } from './zipFile';

const FOLLOW = `query ($id: ID!, $from: Int) { uploadDetection(id: $id) { status error executionProvider
  progress { completed failed total } detector { name } upload { id }
  slices(fromSliceIndex: $from, first: 2) { sliceIndex state detections { rank boundingBox { x1 } } } } }`;

describe('a series of one’s own', () => {
  let bed: UploadBed;
  beforeAll(async () => {
    bed = await startUploadBed();
  });
  afterAll(() => bed.stop());

  const follow = async (id: string, from = 0) => {
    for (let tries = 0; ; tries++) {
      const { data } = await bed.graph(FOLLOW, { id, from });
      const { status } = data.uploadDetection;
      if (!['QUEUED', 'RUNNING'].includes(status) || tries > 600) return data.uploadDetection;
      await sleep(100);
    }
  };
  const firstValue = async (id: string, sliceIndex: string): Promise<number | undefined> => {
    const file = readFileSync(join(bed.services.uploads.imageRoot(id), 'series', `${sliceIndex}.png`));
    return (await decodePng16(file)).hounsfield[0];
  };
  const slice = (z: number) => dicomFile({ z, pixels: Array.from({ length: 64 }, () => 1024 + z) });

  it('is sorted from head to feet, whatever the names and the order of its files are', async () => {
    const zip = zipFile([20, 35, 30, 25].map((z, index) => ({ name: `SER/IM${index}`, bytes: slice(z) })));
    const { status, body } = await bed.put(zip, { type: 'application/zip' });
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { kind: 'DICOM_SERIES', slices: 4, sliceIndices: [1, 2, 3, 4], sliceIntervalMm: 5, pixelSpacingMm: 0.75 },
    });
    for (const [index, z] of [35, 30, 25, 20].entries()) expect(await firstValue(body.id, `00${index + 1}`)).toBe(z);
  });

  it('has a gap in its indices where slices are missing, and says so', async () => {
    const zip = zipFile([0, 5, 10, 25].map((z) => ({ name: `${z}.dcm`, bytes: slice(z) })));
    const { body } = await bed.put(zip);
    expect(body).toMatchObject({ sliceIndices: [1, 4, 5, 6], sliceIntervalMm: 5 });
    expect(body.warnings).toEqual(['2 slices between the first and the last are missing.']);
  });

  it('keeps the numbers of its header where the address says others, and says so', async () => {
    const zip = zipFile([0, 5].map((z) => ({ name: `${z}.dcm`, bytes: slice(z) })));
    const query = '?pixelSpacingMm=3&sliceIntervalMm=7';
    const ofInterval =
      'sliceIntervalMm is 5 mm by Image Position (Patient) (0020,0032); the 7 mm of the address were not taken.';
    const ofSpacing = 'pixelSpacingMm is 0.75 mm by Pixel Spacing (0028,0030); the 3 mm of the address were not taken.';
    const series = (await bed.put(zip, { query })).body;
    expect(series).toMatchObject({ pixelSpacingMm: 0.75, sliceIntervalMm: 5, warnings: [ofSpacing, ofInterval] });
    const alone = (await bed.put(slice(0), { query })).body;
    expect(alone).toMatchObject({ pixelSpacingMm: 0.75, sliceIntervalMm: 7, warnings: [ofSpacing] });
    const same = (await bed.put(zip, { query: '?pixelSpacingMm=0.75&sliceIntervalMm=5' })).body;
    expect(same.warnings).toEqual([]);
  });

  it('may have what scanners and systems leave beside the slices', async () => {
    const zip = zipFile([
      { name: 'DICOMDIR', bytes: Buffer.from('x') },
      { name: '__MACOSX/._a.dcm', bytes: Buffer.from('x') },
      { name: 'a/', bytes: Buffer.alloc(0) },
      { name: 'a/a.dcm', bytes: slice(0) },
    ]);
    expect((await bed.put(zip)).body).toMatchObject({ kind: 'DICOM_SERIES', slices: 1, sliceIntervalMm: null });
  });

  it('may have foreign files beside the slices, which are left out and named in its warnings', async () => {
    const localizer = dicomFile({
      z: 300,
      change: { '00080008': 'ORIGINAL\\PRIMARY\\LOCALIZER', '0020000e': '1.2.3.9' },
    });
    const plan = dicomFile({ change: { '00080016': '1.2.840.10008.5.1.4.1.1.481.3', '00080060': 'RTSTRUCT' } });
    const screen = dicomFile({
      transferSyntax: '1.2.840.10008.1.2.4.50',
      frame: Buffer.alloc(10),
      meta: [['00020002', 'UI', '1.2.840.10008.5.1.4.1.1.7']],
    });
    const zip = zipFile([
      { name: 'LICENSE', bytes: Buffer.from('CC BY 3.0') },
      { name: 'AUTORUN.INF', bytes: Buffer.from('[autorun]') },
      { name: 'VIEWER/viewer.exe', bytes: Buffer.from('MZ and so on') },
      { name: 'S1/empty.dcm', bytes: Buffer.alloc(0) },
      { name: 'S1/scout.dcm', bytes: localizer },
      { name: 'S1/rtstruct.dcm', bytes: plan },
      { name: 'S1/dose.dcm', bytes: screen },
      ...[0, 5].map((z) => ({ name: `S1/${z}.dcm`, bytes: slice(z) })),
    ]);
    const { status, body } = await bed.put(zip);
    expect(status).toBe(201);
    expect(body).toMatchObject({ kind: 'DICOM_SERIES', sliceIndices: [1, 2] });
    expect(body.warnings).toEqual([
      'These files of the zip were skipped, as they are neither PNG nor DICOM: "LICENSE", "AUTORUN.INF", "VIEWER/viewer.exe", "S1/empty.dcm".',
      'These files of the zip were skipped, as they are localizers: "S1/scout.dcm".',
      'These files of the zip were skipped, as they are DICOM objects and no CT: "S1/rtstruct.dcm".',
      'These files of the zip were skipped, as they are secondary captures, whose values are not HU: "S1/dose.dcm".',
    ]);
    const { data } = await bed.graph(`{ upload(id: "${body.id}") { warnings } }`);
    expect(data.upload.warnings).toEqual(body.warnings);
    expect(JSON.parse(await (await bed.get(`/uploads/${body.id}`)).text()).warnings).toEqual(body.warnings);
  });

  it('of PNG slices keeps the indices of its names', async () => {
    const bytes = encodeHounsfield(16, 16, (x) => x);
    const names = ['a/000001_01_01_012.png', 'a/000001_01_01_013.png', 'a/000001_01_01_011.PNG'];
    const zip = zipFile(names.map((name) => ({ name, bytes })));
    const { body } = await bed.put(zip, { query: '?sliceIntervalMm=5&pixelSpacingMm=0.8' });
    expect(body).toMatchObject({ kind: 'PNG_SERIES', sliceIndices: [11, 12, 13], sliceIntervalMm: 5, warnings: [] });
  });

  it('is worked through beside requests for single slices, and can be followed', async () => {
    const zip = zipFile([0, 5, 10, 15].map((z) => ({ name: `${z}`, bytes: slice(z) })));
    const { body } = await bed.put(zip);
    const accepted = await bed.graph(DETECT, { input: { upload: body.id, detector: 'tiny-constant' } });
    const { id } = accepted.data.detectInImage.detection;
    const one = await bed.graph(DETECT, { input: { upload: body.id, detector: 'tiny-constant', sliceIndex: 3 } });
    expect(one.data.detectInImage.detection).toMatchObject({ status: 'SUCCEEDED', slices: [{ sliceIndex: 3 }] });
    expect(await follow(id, 3)).toMatchObject({
      status: 'SUCCEEDED',
      error: null,
      executionProvider: 'cpu',
      progress: { completed: 4, failed: 0, total: 4 },
      detector: { name: 'tiny-constant' },
      upload: { id: body.id },
      slices: [
        { sliceIndex: 3, state: 'COMPLETED', detections: [{ rank: 1 }, { rank: 2 }] },
        { sliceIndex: 4, state: 'COMPLETED' },
      ],
    });
  });

  it('that a server had not finished is taken up by the next', async () => {
    const zip = zipFile([0, 5, 10].map((z) => ({ name: `${z}`, bytes: slice(z) })));
    const { body } = await bed.put(zip);
    const accepted = await bed.graph(DETECT, { input: { upload: body.id, detector: 'tiny-constant' } });
    await bed.restartUploads();
    const ended = await follow(accepted.data.detectInImage.detection.id);
    expect(ended).toMatchObject({ status: 'SUCCEEDED', progress: { completed: 3, failed: 0, total: 3 } });
  });

  it('fails as a whole where the detector ends its process again and again', async () => {
    const zip = zipFile([0, 5].map((z) => ({ name: `${z}`, bytes: slice(z) })));
    const { body } = await bed.put(zip);
    const accepted = await bed.graph(DETECT, { input: { upload: body.id, detector: 'tiny-nan' } });
    const ended = await follow(accepted.data.detectInImage.detection.id);
    expect(ended).toMatchObject({ status: 'FAILED', progress: { completed: 0, failed: 2, total: 2 } });
    expect(ended.error).toContain('NaN');
  });
});
