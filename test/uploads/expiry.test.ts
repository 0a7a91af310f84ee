import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encodeHounsfield } from '../imaging/png';
import { DETECT, startUploadBed, type UploadBed } from './uploadBed';

const slice = encodeHounsfield(16, 16, (x, y) => x - y);

describe('an upload that has expired', () => {
  let bed: UploadBed;
  beforeEach(async () => {
    bed = await startUploadBed();
  });
  afterEach(() => bed.stop());

  const expire = (id: string) =>
    bed.test.database.query({
      text: `UPDATE upload SET created_at = now() - interval '2 days', expires_at = now() - interval '1 second' WHERE id = $1`,
      values: [id],
    });
  const count = async (table: string): Promise<number | undefined> => {
    const [row] = await bed.test.database.query<{ n: number }>({ text: `SELECT count(*)::int4 AS n FROM ${table}` });
    return row?.n;
  };

  it('is not found any more, at no door, before it is swept away', async () => {
    const { body } = await bed.put(slice);
    const input = { upload: body.id, detector: 'tiny-constant' };
    const { id } = (await bed.graph(DETECT, { input })).data.detectInImage.detection;
    await expire(body.id);
    for (const path of ['', '/1.png', `/1.png?overlay=detections:${id}`])
      expect((await bed.get(`/uploads/${body.id}${path}`)).status).toBe(404);
    expect((await bed.graph(DETECT, { input })).errors[0].extensions.code).toBe('NOT_FOUND');
    const query = 'query ($upload: ID!, $id: ID!) { upload(id: $upload) { id } uploadDetection(id: $id) { id } }';
    expect(await bed.graph(query, { upload: body.id, id })).toEqual({ data: { upload: null, uploadDetection: null } });
  });

  it('is swept away with its rows, its detections and its files; others stay', async () => {
    const old = await bed.put(slice);
    const young = await bed.put(slice);
    for (const { body } of [old, young])
      await bed.graph(DETECT, { input: { upload: body.id, detector: 'tiny-constant' } });
    await expire(old.body.id);
    await bed.services.uploads.sweep();
    expect(bed.stored()).toEqual([young.body.id]);
    expect([await count('upload'), await count('upload_detection'), await count('upload_detection_slice')]).toEqual([
      1, 1, 1,
    ]);
    expect((await bed.get(`/uploads/${young.body.id}/1.png?overlay=detections`)).status).toBe(200);
  });

  it('leaves nothing behind where a server ended in the middle of it', async () => {
    const { body } = await bed.put(slice);
    const folder = dirname(bed.services.uploads.imageRoot(body.id));
    mkdirSync(join(folder, `incoming-${'A'.repeat(22)}`, 'series'), { recursive: true });
    mkdirSync(join(folder, 'B'.repeat(22), 'series'), { recursive: true });
    await bed.restartUploads();
    expect(bed.stored()).toEqual([body.id]);
  });
});
