import { formatBytes } from '../../../web/app/data/text';
import { kindOfFile, namesInZip, refusalOf } from '../../../web/app/pages/try/fileKind';
import {
  boxesOf,
  csvOfFound,
  jsonOfFound,
  marksOf,
  slicesOf,
  type TriedUpload,
} from '../../../web/app/pages/try/found';
import type { TriedDetection, TriedSlice } from '../../../web/app/pages/try/useDetection';
import { zipFile } from '../../uploads/zipFile';

const LIMITS = { maxBytes: 1_000_000, maxSliceBytes: 1000 };
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const DICOM = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]);
const blob = (bytes: Buffer): Blob => new Blob([Uint8Array.from(bytes)]);

describe('the kind of a file', () => {
  it.each([
    ['a PNG', PNG, 'PNG'],
    ['a DICOM file', DICOM, 'DICOM'],
    ['a zip of PNGs', zipFile([{ name: 'scan/001.PNG', bytes: PNG }]), 'ZIP_PNG'],
    ['a zip of DICOM files', zipFile([{ name: 'IM0001', bytes: DICOM }]), 'ZIP'],
    ['a zip of a model', zipFile([{ name: 'multi/model.json', bytes: Buffer.from('{}') }]), 'ZIP_MODEL'],
    ['a text', Buffer.from('hello'), 'OTHER'],
    ['nothing', Buffer.alloc(0), 'OTHER'],
  ])('is that of its content: %s', async (_name, bytes, kind) => {
    await expect(kindOfFile(blob(bytes))).resolves.toBe(kind);
  });

  it('reads the names of a zip from its end, however long the list is', () => {
    const names = Array.from({ length: 40 }, (_, index) => `folder/${index}.dcm`);
    const zip = zipFile(names.map((name) => ({ name, bytes: DICOM })));
    expect(namesInZip(Uint8Array.from(zip))).toEqual(names);
    expect(namesInZip(Uint8Array.from(zip.subarray(-500))).length).toBeGreaterThan(0);
    expect(namesInZip(Uint8Array.from(zip.subarray(0, 300)))).toEqual([]);
  });
});

describe('a file that the server would refuse', () => {
  it('is not sent, and the sentence says why', () => {
    expect(refusalOf({ size: 0 }, 'OTHER', LIMITS)).toBe('The file is empty.');
    expect(refusalOf({ size: 10 }, 'OTHER', LIMITS)).toContain('neither a 16-bit PNG nor a DICOM file');
    expect(refusalOf({ size: 1001 }, 'PNG', LIMITS)).toContain('at most 1.0 kB');
    expect(refusalOf({ size: 1001 }, 'ZIP', LIMITS)).toBeNull();
  });

  it('has its size in units that people use', () => {
    expect([999, 1500, 25_000, 536_870_912].map(formatBytes)).toEqual(['999 bytes', '1.5 kB', '25 kB', '537 MB']);
  });
});

const UPLOAD: TriedUpload = {
  id: 'u',
  kind: 'DICOM_SERIES',
  width: 512,
  height: 512,
  pixelSpacingMm: 0.8,
  sliceIntervalMm: 5,
  sliceIndices: [3, 4, 6],
  expiresAt: '2026-11-30T00:00:00Z',
  warnings: [],
  windows: [],
  removedTags: [],
};

const box = (rank: number, score: number) => ({
  rank,
  score,
  classLabel: 'lesion',
  boundingBox: { x1: 10.5, y1: 20.5, x2: 30.5, y2: 40.5 },
});

const SLICES: TriedSlice[] = [
  { sliceIndex: 3, state: 'COMPLETED', error: null, detections: [box(1, 0.4), box(2, 0.1)] },
  { sliceIndex: 4, state: 'COMPLETED', error: null, detections: [] },
  { sliceIndex: 6, state: 'COMPLETED', error: null, detections: [box(1, 0.9)] },
];

const DETECTION: TriedDetection = {
  id: 'd',
  status: 'SUCCEEDED',
  error: null,
  warnings: [],
  queuePosition: null,
  estimatedEndAt: null,
  scoreThreshold: 0.05,
  progress: { completed: 3, failed: 0, total: 3 },
  detector: { name: 'multi', version: '1.0.0', classes: ['lesion'] },
  upload: { id: 'u' },
};

describe('what was found in an upload', () => {
  it('is listed by score, from a threshold on', () => {
    expect(boxesOf(SLICES, 0.3).map(({ id, score }) => [id, score])).toEqual([
      ['6:1', 0.9],
      ['3:1', 0.4],
    ]);
  });

  it('is marked on its slice, where the first pixel begins at 0', () => {
    const marks = marksOf(boxesOf(SLICES, 0.3), UPLOAD);
    expect(marks.map(({ id, index }) => [id, index])).toEqual([
      ['3:1', 0],
      ['6:1', 2],
    ]);
    expect(marks[0]?.box).toEqual({ x1: 10, y1: 20, x2: 30, y2: 40 });
  });

  it('shows over each slice of a series how high its best score is', () => {
    const slices = slicesOf(UPLOAD, boxesOf(SLICES, 0), true);
    expect(slices.map(({ url, weight }) => [url, weight])).toEqual([
      ['/uploads/u/3.hu', 0.4],
      ['/uploads/u/4.hu', 0],
      ['/uploads/u/6.hu', 0.9],
    ]);
  });

  it('can be had as CSV and as JSON, with all that is needed to read it', () => {
    const [header, first, ...others] = csvOfFound(UPLOAD, DETECTION, SLICES).trim().split('\r\n');
    expect(header).toBe('detector,version,slice_index,rank,score,class,x1,y1,x2,y2,pixel_spacing_mm');
    expect(first).toBe('multi,1.0.0,6,1,0.9,lesion,10.5,20.5,30.5,40.5,0.8');
    expect(others).toHaveLength(2);
    const json = JSON.parse(jsonOfFound(UPLOAD, DETECTION, SLICES));
    expect(json).toMatchObject({ pixelConvention: 'ONE_BASED', image: { pixelSpacingMm: 0.8 }, slices: SLICES });
  });
});
