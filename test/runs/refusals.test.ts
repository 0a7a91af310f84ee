import { randomUUID } from 'node:crypto';
import { judgeRefused } from '../../src/runs/refusals';
import { createRunBed, type RunBed } from './runBed';

describe('a run that a worker has refused', () => {
  let bed: RunBed;
  let runId: number;
  beforeEach(async () => {
    bed = await createRunBed(1);
    runId = (await bed.request('tiny-constant')).id;
  });
  afterEach(() => bed.drop());

  const refuse = () =>
    judgeRefused(bed.database, runId, { workerId: randomUUID(), kind: 'detector', reason: 'no file.' });
  /** Another worker, which refuses nothing. */
  const addWilling = () =>
    bed.database.query({
      text: `INSERT INTO worker (id, host, process_id, code_version, image_ids) VALUES (gen_random_uuid(), 'elsewhere', 7, 'test', '{}')`,
    });
  /** It is silent for longer than a living one ever is. */
  const silence = () =>
    bed.database.query({ text: `UPDATE worker SET last_seen_at = clock_timestamp() - interval '20 seconds'` });
  const waitTwoMinutes = () =>
    bed.database.query({ text: `UPDATE detection_run SET unserved_since = unserved_since - interval '2 minutes'` });

  it('fails when nobody could serve it for a minute', async () => {
    await addWilling();
    await silence();
    expect(await refuse()).toBeNull();
    await waitTwoMinutes();
    expect(await refuse()).toBe('The model could not be loaded: no file. No worker could serve the run for 60 s.');
  });

  it('has its whole minute again after there was a worker that might have served it', async () => {
    await addWilling();
    await silence();
    await refuse();
    await waitTwoMinutes();
    await addWilling();
    expect(await refuse()).toBeNull();
    await silence();
    expect(await refuse()).toBeNull();
  });
});
