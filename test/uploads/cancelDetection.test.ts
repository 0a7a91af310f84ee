import { setTimeout as sleep } from 'node:timers/promises';
import { dicomFile } from './dicomFile';
import { startUploadBed, type UploadBed } from './uploadBed';
import { zipFile } from './zipFile';

const DETECT = `mutation ($input: DetectInImageInput!) { detectInImage(input: $input) { detection { id status } } }`;
const JOB = `query ($id: ID!) { job(id: $id) { __typename status progress { completed failed total } queuePosition estimatedEndAt
  startedAt finishedAt owner webhook { state } } }`;
const CANCEL = `mutation ($id: ID!) { cancelJob(input: { id: $id }) { job { id status finishedAt progress { completed total } } } }`;

describe('detections in uploads as jobs', () => {
  let bed: UploadBed;
  let upload: string;
  beforeAll(async () => {
    bed = await startUploadBed({ set: 'models' });
    const slices = [0, 5, 10].map((z) => ({ name: `${z}.dcm`, bytes: dicomFile({ z }) }));
    upload = (await bed.put(zipFile(slices))).body.id;
  }, 30_000);
  afterAll(() => bed.stop());

  const detect = async (detector: string): Promise<string> => {
    const { data, errors } = await bed.graph(DETECT, { input: { upload, detector } });
    expect(errors).toBeUndefined();
    return data.detectInImage.detection.id;
  };
  const jobOf = async (id: string) => (await bed.graph(JOB, { id })).data.job;
  const until = async (id: string, statuses: string[]) => {
    for (;;) {
      const job = await jobOf(id);
      if (statuses.includes(job.status)) return job;
      await sleep(20);
    }
  };

  it('tell their place, are cancelled while they wait and within the slice in hand, and let the next one go on', async () => {
    const hanging = await detect('tiny-endless');
    const unwanted = await detect('tiny-constant');
    const last = await detect('tiny-constant');
    expect(await until(hanging, ['RUNNING'])).toEqual({
      __typename: 'UploadDetection',
      status: 'RUNNING',
      progress: { completed: 0, failed: 0, total: 3 },
      queuePosition: null,
      estimatedEndAt: null,
      startedAt: expect.any(String),
      finishedAt: null,
      owner: null,
      webhook: null,
    });
    expect(await jobOf(unwanted)).toMatchObject({ status: 'QUEUED', queuePosition: 0, startedAt: null });
    expect(await jobOf(last)).toMatchObject({ status: 'QUEUED', queuePosition: 1 });

    const waiting = await bed.graph(CANCEL, { id: unwanted });
    expect(waiting.data.cancelJob.job).toMatchObject({ id: unwanted, status: 'CANCELLED' });
    expect(await jobOf(last)).toMatchObject({ status: 'QUEUED', queuePosition: 0 });
    const inHand = await bed.graph(CANCEL, { id: hanging });
    expect(inHand.data.cancelJob.job).toMatchObject({ status: 'CANCELLED', finishedAt: expect.any(String) });

    const end = await until(last, ['SUCCEEDED', 'FAILED']);
    expect(end).toMatchObject({ status: 'SUCCEEDED', progress: { completed: 3, failed: 0, total: 3 } });
    for (const id of [hanging, unwanted])
      expect(await jobOf(id)).toMatchObject({
        status: 'CANCELLED',
        progress: { completed: 0, failed: 0, total: 3 },
        queuePosition: null,
      });
    expect((await bed.graph(CANCEL, { id: last })).data.cancelJob.job).toMatchObject({ status: 'SUCCEEDED' });
  }, 60_000);

  it('are created once for an idempotencyKey, and a repeated request waits for the first one’s end', async () => {
    const one = (await bed.put(dicomFile({ z: 0 }))).body.id;
    const ask = async (detector: string) => {
      const input = { upload: one, detector, idempotencyKey: 'once' };
      const { data, errors } = await bed.graph(DETECT, { input });
      return { ...data?.detectInImage.detection, error: errors?.[0].extensions };
    };
    const [first, ...others] = await Promise.all([1, 2, 3].map(() => ask('tiny-constant')));
    expect(first).toMatchObject({ status: 'SUCCEEDED' });
    for (const other of [...others, await ask('tiny-constant')]) expect(other).toEqual(first);
    expect((await ask('tiny-dark-only')).error).toMatchObject({ code: 'CONFLICT', argument: 'idempotencyKey' });
  }, 60_000);
});
