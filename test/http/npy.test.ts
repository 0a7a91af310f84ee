import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasModules } from '../exports/exportBed';
import { encodeHounsfield } from '../imaging/png';
import { addImage, database, errorOf, folder, get, ramp, SIDE, startImageBed, stopImageBed } from './imageBed';

beforeAll(startImageBed);
afterAll(stopImageBed);

const PLAIN = { headers: { 'Accept-Encoding': 'identity' } };

/** An image whose neighbours hold the number of their slice in each pixel. */
async function addStack() {
  const sliceIndex = 700;
  for (const index of [699, 701, 702])
    writeFileSync(
      join(folder, '000001_01_01', `${index}.png`),
      encodeHounsfield(SIDE, SIDE, () => index),
    );
  const image = await addImage({ fileName: `000001_01_01_${sliceIndex}.png` });
  await database.prisma.bookmarkedImage.update({ where: { id: image.id }, data: { sliceIndex, sliceIntervalMm: 2.5 } });
  return image.path.replace('.png', '.npy');
}

describe('GET /images/ID.npy', () => {
  let npy: string;
  beforeAll(async () => {
    npy = await addStack();
  });

  it('has the Hounsfield units of the key slice as an array of rows', async () => {
    const response = await get(npy, PLAIN);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x93NUMPY\x01\x00');
    const header = bytes.subarray(10, 10 + bytes.readUInt16LE(8)).toString('latin1');
    expect(header.trimEnd()).toBe(`{'descr': '<i2', 'fortran_order': False, 'shape': (${SIDE}, ${SIDE}), }`);
    expect((10 + header.length) % 64).toBe(0);
    const values = new Int16Array(bytes.buffer.slice(bytes.byteOffset + 10 + header.length));
    expect([values[0], values[1], values[SIDE]]).toEqual([ramp(0, 0), ramp(1, 0), ramp(0, 1)]);
    expect(response.headers.get('x-slice-indices')).toBe('700');
  });

  it('has a stack of slices with their positions, and is not sent again to a client that has it', async () => {
    const response = await get(`${npy}?slices=-1..2`, PLAIN);
    expect(response.headers.get('x-slice-indices')).toBe('699,700,701,702');
    expect(response.headers.get('x-slice-offsets-mm')).toBe('-2.5,0,2.5,5');
    const etag = response.headers.get('etag') ?? '';
    expect((await get(`${npy}?slices=-1..2`, { headers: { ...PLAIN.headers, 'If-None-Match': etag } })).status).toBe(
      304,
    );
    const path = join(folder, 'stack.npy');
    writeFileSync(path, Buffer.from(await response.arrayBuffer()));
    if (!hasModules('numpy')) return;
    const code = `import numpy, sys; a = numpy.load(sys.argv[1]); print(a.dtype, a.shape, a.flags.c_contiguous, a[0, 0, 0], a[1, 0, 1], a[3, 5, 5])`;
    expect(execFileSync('python3', ['-c', code, path]).toString().trim()).toBe(
      `int16 (4, ${SIDE}, ${SIDE}) True 699 -310 702`,
    );
  });

  it.each([['3'], ['2..1'], ['-40..40'], ['a..b'], ['']])('refuses slices=%s', async (slices) => {
    expect(await errorOf(`${npy}?slices=${slices}`)).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'slices' });
  });

  it('names the slices that there are if one is missing', async () => {
    expect(await errorOf(`${npy}?slices=-2..2`)).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('-1 to +2'),
    });
  });
});
