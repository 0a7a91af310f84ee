import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { encode } from '@cornerstonejs/dicom-codec';
import fc from 'fast-check';
import { readSlice } from '../../src/imaging';
import { readDicomSlice } from '../../src/uploads/dicomSlice';
import { type DicomOptions, dicomFile, EXPLICIT, encodeElements, IMPLICIT, us } from './dicomFile';
import { rleFrame } from './rleFrame';
import { startUploadBed, type UploadBed } from './uploadBed';

const REAL_CT = readFileSync(resolve(__dirname, '../fixtures/dicom/CT_small.dcm'));
const hounsfieldOf = async (bytes: Buffer) => [...(await readDicomSlice(bytes)).slice.hounsfield];

describe('the pixels of a DICOM slice', () => {
  it('are those of a real CT, value by value as pydicom reads them', async () => {
    const { slice, pixelSpacingMm, positionMm, removedTags } = await readDicomSlice(REAL_CT);
    expect([slice.width, slice.height, pixelSpacingMm, positionMm]).toEqual([128, 128, 0.661468, -75.699997]);
    const { hounsfield } = slice;
    const stored = (index: number): number => (hounsfield[index] ?? 0) + 1024;
    expect([0, 1, 2, 3, 4, 64 * 128 + 64].map(stored)).toEqual([175, 180, 166, 143, 139, 1928]);
    expect([Math.min(...hounsfield), Math.max(...hounsfield)]).toEqual([128 - 1024, 2191 - 1024]);
    expect(hounsfield.reduce((sum, value) => sum + value, 0)).toBe(14_826_310 - 1024 * 128 * 128);
    expect([...removedTags]).toEqual(expect.arrayContaining(['00100010', '00080090', '0020000d', '00431010']));
  });

  const slices = fc.record({
    columns: fc.integer({ min: 1, max: 9 }),
    rows: fc.integer({ min: 1, max: 9 }),
    bitsStored: fc.integer({ min: 1, max: 16 }),
    spare: fc.nat(15),
    isSigned: fc.boolean(),
    slope: fc.constantFrom(1, 0.5, -2, 3.25),
    intercept: fc.integer({ min: -3000, max: 3000 }),
    seed: fc.array(fc.integer({ min: 0, max: 65_535 }), { minLength: 81, maxLength: 81 }),
    transferSyntax: fc.constantFrom(EXPLICIT, IMPLICIT),
  });
  it('are stored bits by slope and intercept, rounded and clamped, whatever else is in the word', async () => {
    await fc.assert(
      fc.asyncProperty(slices, async (one) => {
        const { rows, columns, bitsStored, isSigned, slope, intercept, transferSyntax } = one;
        const highBit = Math.min(15, bitsStored - 1 + one.spare);
        const pixels = one.seed.slice(0, rows * columns);
        const expected = pixels.map((word) => {
          const bits = Math.floor(word / 2 ** (highBit + 1 - bitsStored)) % 2 ** bitsStored;
          const value = isSigned && bits >= 2 ** (bitsStored - 1) ? bits - 2 ** bitsStored : bits;
          return Math.min(32_767, Math.max(-32_768, Math.round(value * slope + intercept)));
        });
        const change = {
          '00280101': us(bitsStored),
          '00280102': us(highBit),
          '00280103': us(isSigned ? 1 : 0),
          '00281052': String(intercept),
          '00281053': String(slope),
        };
        const file = dicomFile({ rows, columns, pixels, transferSyntax, change });
        expect((await hounsfieldOf(file)).map((value) => value + 0)).toEqual(expected.map((value) => value + 0));
      }),
      { numRuns: 200 },
    );
  });

  const pixels = Array.from({ length: 64 * 64 }, (_, index) => Math.round(900 * Math.sin(index / 17)));
  const expected = pixels.map((value) => value - 1024);
  const plain: DicomOptions = { rows: 64, columns: 64, pixels };

  it.each([
    ['JPEG 2000', '1.2.840.10008.1.2.4.90'],
    ['JPEG-LS', '1.2.840.10008.1.2.4.80'],
  ])('come out of %s as they went in', async (_name, transferSyntax) => {
    const info = { rows: 64, columns: 64, bitsAllocated: 16, samplesPerPixel: 1, signed: true, pixelRepresentation: 1 };
    const raw = new Uint8Array(Int16Array.from(pixels).buffer);
    const { imageFrame } = await encode(raw, info, transferSyntax);
    expect(await hounsfieldOf(dicomFile({ ...plain, transferSyntax, frame: imageFrame }))).toEqual(expected);
  });

  it('come out of RLE as they went in', async () => {
    const file = dicomFile({ ...plain, transferSyntax: '1.2.840.10008.1.2.5', frame: rleFrame(pixels) });
    expect(await hounsfieldOf(file)).toEqual(expected);
  });

  it('come out of a deflated file', async () => {
    const whole = dicomFile({ ...plain, transferSyntax: '1.2.840.10008.1.2.1.99' });
    const metaEnd = 132 + 12 + encodeElements([['00020010', 'UI', '1.2.840.10008.1.2.1.99']]).length;
    const file = Buffer.concat([whole.subarray(0, metaEnd), deflateRawSync(whole.subarray(metaEnd))]);
    expect(await hounsfieldOf(file)).toEqual(expected);
  });
});

describe('a DICOM slice of one’s own', () => {
  let bed: UploadBed;
  beforeAll(async () => {
    bed = await startUploadBed();
  });
  afterAll(() => bed.stop());

  it('is taken in by its content, with its numbers and the names of what was left behind', async () => {
    const { status, body } = await bed.put(REAL_CT);
    expect({ status, body }).toMatchObject({
      status: 201,
      body: {
        kind: 'DICOM',
        slices: 1,
        width: 128,
        height: 128,
        pixelSpacingMm: 0.661468,
        sliceIntervalMm: null,
        windows: [],
        warnings: [],
      },
    });
    expect(body.removedTags).toEqual(
      expect.arrayContaining([
        { tag: '(0010,0010)', name: "Patient's Name" },
        { tag: '(0043,1010)', name: 'Private Attribute' },
      ]),
    );
    expect(JSON.stringify(body)).not.toContain('CompressedSamples');
    const root = bed.services.uploads.imageRoot(body.id);
    const { hounsfield } = await readSlice(join(root, 'series', '001.png'), root);
    expect([...hounsfield]).toEqual(await hounsfieldOf(REAL_CT));
  });

  it('brings the window that it suggests', async () => {
    const file = dicomFile({ change: { '00281050': '40\\-600\\x', '00281051': '400\\1500\\1' } });
    const { body } = await bed.put(file, { type: 'application/dicom' });
    expect(body.windows).toEqual([
      { low: -160, high: 240 },
      { low: -1350, high: 150 },
    ]);
  });
});
