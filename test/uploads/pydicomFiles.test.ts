import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { readSlice } from '../../src/imaging';
import { UploadRefused } from '../../src/uploads';
import { readDicomSlice } from '../../src/uploads/dicomSlice';
import { detectFileType, HEAD_BYTES } from '../../src/uploads/fileType';
import { startUploadBed, type UploadBed } from './uploadBed';

const Table = z.array(
  z.object({ file: z.string(), sha256: z.string(), outcome: z.string(), hounsfieldSha256: z.string().nullable() }),
);
const FIXTURES = resolve(__dirname, '../fixtures/dicom');
const table = Table.parse(JSON.parse(readFileSync(join(FIXTURES, 'pydicomTable.json'), 'utf8')));

/**
 * pydicom's own folder `data/test_files`, whose wheel `.ci/run` brings; and the few of its files that are kept here.
 */
const folders = [process.env.PYDICOM_TEST_FILES, join(FIXTURES, 'pydicom')].filter((one) => one !== undefined);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const sha256OfPixels = ({ buffer, byteOffset, byteLength }: Int16Array): string =>
  sha256(new Uint8Array(buffer, byteOffset, byteLength));

/** Files that are found as they were when the table was made. */
const found = table.flatMap((row) => {
  const path = folders
    .map((folder) => join(folder, row.file))
    .find((one) => existsSync(one) && sha256(readFileSync(one)) === row.sha256);
  return path === undefined ? [] : [{ path, row }];
});
if (found.length < table.length)
  console.warn(
    `${found.length} of pydicom’s ${table.length} test files are tried; PYDICOM_TEST_FILES names a folder of all.`,
  );

/** What becomes of a file that is sent alone. */
async function outcomeOf(bytes: Buffer): Promise<{ outcome: string; pixels: string | null; message: string }> {
  try {
    const type = detectFileType(bytes.subarray(0, HEAD_BYTES));
    expect(type).toBe('DICOM');
    const { slice } = await readDicomSlice(bytes);
    return { outcome: 'ACCEPTED', pixels: sha256OfPixels(slice.hounsfield), message: '' };
  } catch (thrown) {
    if (!(thrown instanceof UploadRefused)) throw thrown;
    return { outcome: thrown.reason, pixels: null, message: thrown.message };
  }
}

describe('each real file of pydicom’s test set', () => {
  it('is read as pydicom reads it, pixel by pixel in HU, or refused by its reason', async () => {
    const outcomes = [];
    for (const { path, row } of found) {
      const { outcome, pixels, message } = await outcomeOf(readFileSync(path));
      outcomes.push({ ...row, outcome, hounsfieldSha256: pixels });
      // A sentence that names the element, or what the content is.
      if (outcome !== 'ACCEPTED') expect(message).toMatch(/\([0-9A-F]{4},[0-9A-Fx]{4}\)|secondary capture|content is/);
    }
    expect(outcomes).toEqual(found.map(({ row }) => row));
    expect(outcomes.filter(({ outcome }) => outcome === 'ACCEPTED').length).toBeGreaterThan(5);
  });
});

describe('a real CT slice of pydicom’s test set', () => {
  let bed: UploadBed;
  beforeAll(async () => {
    bed = await startUploadBed({ detectors: false });
  });
  afterAll(() => bed.stop());

  it('is kept with the pixels that pydicom reads when it is sent', async () => {
    for (const { path, row } of found.filter(({ row: { outcome } }) => outcome === 'ACCEPTED')) {
      const { file, hounsfieldSha256 } = row;
      const { status, body } = await bed.put(readFileSync(path), { type: 'application/dicom' });
      expect({ file, status }).toEqual({ file, status: 201 });
      const root = bed.services.uploads.imageRoot(body.id);
      const { hounsfield } = await readSlice(join(root, 'series', '001.png'), root);
      expect({ file, pixels: sha256OfPixels(hounsfield) }).toEqual({ file, pixels: hounsfieldSha256 });
    }
  });
});
