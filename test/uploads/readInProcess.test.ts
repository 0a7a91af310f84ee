import { setTimeout as sleep } from 'node:timers/promises';
import { encodeHounsfield } from '../imaging/png';
import { childrenWith, killChildren } from '../killChild';
import { startUploadBed, type UploadBed } from './uploadBed';

describe('the process that reads an upload', () => {
  let bed: UploadBed;
  beforeAll(async () => {
    bed = await startUploadBed();
  });
  afterAll(async () => {
    delete process.env.NODE_OPTIONS;
    await bed.stop();
  });

  it('is the server’s fault where it cannot start, and the file is not blamed', async () => {
    const body = encodeHounsfield(64, 64, (x, y) => x * y);
    process.env.NODE_OPTIONS = '--require=/no/such/module';
    const refused = await fetch(`${bed.url}/uploads`, { method: 'PUT', body });
    expect(refused.status).toBe(500);
    expect(await refused.text()).not.toMatch(/broken|no\/such/);
    delete process.env.NODE_OPTIONS;
    expect((await fetch(`${bed.url}/uploads`, { method: 'PUT', body })).status).toBe(201);
  });

  it('is started again where it was killed from outside, and the file is not blamed where that happens twice', async () => {
    if (process.platform !== 'linux') return;
    const body = encodeHounsfield(64, 64, (x, y) => x * y);
    const [once] = await Promise.all([bed.put(body), killChildren('uploads/readProcess', 1)]);
    expect(once.status).toBe(201);
    // The process that answered may still be about to end, and would be taken for the first of the two.
    while (childrenWith('uploads/readProcess').length > 0) await sleep(5);
    const [twice] = await Promise.all([bed.put(body), killChildren('uploads/readProcess', 2)]);
    expect(twice.status).toBe(503);
    expect(JSON.stringify(twice.body)).toMatch(/not a fault of the file: send it again/);
    expect(twice.headers.get('retry-after')).toBe('10');
    expect(bed.stored().filter((name) => name.startsWith('incoming-'))).toEqual([]);
  });
});
