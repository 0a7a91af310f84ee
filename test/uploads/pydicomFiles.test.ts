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

/** pydicom's own folder `data/test_files`; its wheel is brought by `.ci/run`. */
const folder = process.env.PYDICOM_TEST_FILES ?? '';
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const sha256OfPixels = ({ buffer, byteOffset, byteLength }: Int16Array): string =>
  sha256(new Uint8Array(buffer, byteOffset, byteLength));

/** Files that lie in the folder as they were when the table was made. */
const found = table.filter(({ file, sha256: known }) => {
  const path = join(folder, file);
  return folder !== '' && existsSync(path) && sha256(readFileSync(path)) === known;
});
if (found.length === 0) console.warn('PYDICOM_TEST_FILES names no folder of pydicom’s test files: their tests skip.');

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
  (found.length > 0 ? it : it.skip)(
    'is read as pydicom reads it, pixel by pixel in HU, or refused by its reason',
    async () => {
      const outcomes = [];
      for (const { file, sha256: known } of found) {
        const { outcome, pixels, message } = await outcomeOf(readFileSync(join(folder, file)));
        outcomes.push({ file, sha256: known, outcome, hounsfieldSha256: pixels });
        // A sentence that names the element, or what the content is.
        if (outcome !== 'ACCEPTED')
          expect(message).toMatch(/\([0-9A-F]{4},[0-9A-F]{4}\)|secondary capture|multi-frame|content is/);
      }
      expect(outcomes).toEqual(found);
    },
  );

  describe('that is a CT slice', () => {
    let bed: UploadBed;
    beforeAll(async () => {
      bed = await startUploadBed({ detectors: false });
    });
    afterAll(() => bed.stop());
    const accepted = found.filter(({ outcome }) => outcome === 'ACCEPTED');

    (accepted.length > 0 ? it : it.skip)('is kept with these pixels when it is sent', async () => {
      for (const { file, hounsfieldSha256 } of accepted) {
        const { status, body } = await bed.put(readFileSync(join(folder, file)), { type: 'application/dicom' });
        expect({ file, status }).toEqual({ file, status: 201 });
        const root = bed.services.uploads.imageRoot(body.id);
        const { hounsfield } = await readSlice(join(root, 'series', '001.png'), root);
        expect({ file, pixels: sha256OfPixels(hounsfield) }).toEqual({ file, pixels: hounsfieldSha256 });
      }
    });
  });
});
