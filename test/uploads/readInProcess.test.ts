import { encodeHounsfield } from '../imaging/png';
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
});
