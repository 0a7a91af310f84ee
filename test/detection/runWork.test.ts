import { evaluateRun, findRun, InferenceHost, workOnBatch } from '../../src/detection';
import { createLogger } from '../../src/log';
import { createRunBed, type RunBed, unwatched } from './runBed';

/** Counts the questions that are not answered yet. */
class CountingHost extends InferenceHost {
  inFlight = 0;
  most = 0;

  override async detect(...question: Parameters<InferenceHost['detect']>): ReturnType<InferenceHost['detect']> {
    this.inFlight++;
    this.most = Math.max(this.most, this.inFlight);
    return super.detect(...question).finally(() => this.inFlight--);
  }
}

describe('the work on a batch', () => {
  let bed: RunBed;
  const host = new CountingHost({ executionProviders: ['cpu'], batchSize: 4 });
  beforeAll(async () => {
    bed = await createRunBed(20);
  });
  afterAll(async () => {
    host.stop('The test is over.');
    await bed.drop();
  });

  const observer = unwatched();

  it('ends the run where the worker is stopped just after the last image, when no batch is left that would end it', async () => {
    const { database, registry, imageIds } = bed;
    const { id: runId } = await bed.request('tiny-constant');
    const stopping = new AbortController();
    let left = imageIds.length;
    const stopAtTheLast = {
      ...observer,
      imageDone: () => {
        left -= 1;
        if (left === 0) stopping.abort();
      },
    };
    const log = createLogger('silent');
    const context = { database, registry, host, log, evaluate: async () => undefined, observer: stopAtTheLast };
    const batch = { runId, imageIds, renew: async () => true, lost: new AbortController().signal };
    expect(await workOnBatch(context, batch, stopping.signal)).toEqual([]);
    expect((await findRun(database, runId)).status).toBe('SUCCEEDED');
  });

  it('ends the run as FAILED with the reason where it cannot be evaluated, and keeps the detections', async () => {
    const { database, registry, imageIds } = bed;
    const { id: runId } = await bed.request('tiny-constant');
    const evaluate = async () => {
      throw new Error("Cannot find module 'zod' in /srv/deeplesion");
    };
    const context = { database, registry, host, log: createLogger('silent'), evaluate, observer };
    const batch = { runId, imageIds, renew: async () => true, lost: new AbortController().signal };
    await workOnBatch(context, batch, new AbortController().signal);
    const run = await findRun(database, runId);
    expect(run.status).toBe('FAILED');
    expect(run.error).toMatch(/^All images were worked on, but the run could not be evaluated: a fault of the server/);
    expect(run.error).not.toContain('/srv');
    const { runId: evaluated } = await evaluateRun(database, runId);
    expect(evaluated).toBe(runId);
  });

  it.each(['tiny-slow', 'tiny-batch'])(
    'leaves no question of %s to the inference process when the database fails, since the next model would be open when it is tried again',
    async (detector) => {
      const { database, registry, imageIds } = bed;
      const { id: runId } = await bed.request(detector);
      const log = createLogger('silent');
      const context = { database, registry, host, log, evaluate: async () => undefined, observer };
      const renew = async () => {
        throw new Error('The database is away.');
      };
      const batch = { runId, imageIds, renew, lost: new AbortController().signal };
      await expect(workOnBatch(context, batch, new AbortController().signal)).rejects.toThrow('The database is away.');
      expect(host.most).toBeGreaterThan(1);
      expect(host.inFlight).toBe(0);
    },
  );
});
