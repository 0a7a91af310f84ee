import { setTimeout as sleep } from 'node:timers/promises';
import { encodeHounsfield } from '../imaging/png';
import { startUploadBed, type UploadBed } from './uploadBed';

describe('the places of detectInImage', () => {
  let bed: UploadBed;
  beforeAll(async () => {
    bed = await startUploadBed();
  });
  afterAll(() => bed.stop());

  it('are not all of one client, however much it asks', async () => {
    const { body } = await bed.put(encodeHounsfield(16, 16, (x, y) => x * y));
    const { uploads } = bed.services;
    const detect = (client: string) => uploads.detect({ upload: body.id, detector: 'tiny-endless' }, client);
    const begun = async (count: number): Promise<void> => {
      const text = 'SELECT FROM upload_detection';
      while ((await bed.test.database.query({ text })).length < count) await sleep(10);
    };
    const detections = Array.from({ length: 4 }, () => detect('mine'));
    await begun(4);
    await expect(detect('mine')).rejects.toThrow('4 of your slices wait for a detector already');
    detections.push(...Array.from({ length: 4 }, () => detect('theirs')));
    await begun(8);
    await expect(detect('others')).rejects.toThrow('8 slices wait for a detector already');
    await uploads.stop();
    await Promise.all(detections);
  });
});
