import { InferenceHost } from '../../src/inference';
import { createLogger } from '../../src/log';
import { evaluateRun } from '../../src/results';
import { completenessOf, findProgressOfRuns, findRun, workOnBatch } from '../../src/runs';
import { expectPackedAsRows } from './packedAsRows';
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

const IMAGES = 20;

describe('the work on a batch', () => {
  let bed: RunBed;
  const host = new CountingHost({ executionProviders: ['cpu'], batchSize: 4 });
  beforeAll(async () => {
    bed = await createRunBed(IMAGES);
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

  /** The slice over which the inference process is killed, while those around it are on their way as well. */
  const DOOMED_SLICE = 7;

  /** Kills the inference process from outside when it is asked for one slice, the first so many times. */
  class DoomedHost extends InferenceHost {
    constructor(private killsLeft: number) {
      super({ executionProviders: ['cpu'] });
    }

    override async detect(...question: Parameters<InferenceHost['detect']>): ReturnType<InferenceHost['detect']> {
      const answer = super.detect(...question);
      const [, target] = question;
      if (target.sliceIndex === DOOMED_SLICE && this.killsLeft > 0 && this.processId !== undefined) {
        this.killsLeft--;
        process.kill(this.processId, 'SIGKILL');
      }
      return answer;
    }
  }

  const work = async (detector: string, doomed: InferenceHost) => {
    const { database, registry, imageIds } = bed;
    const { id: runId } = await bed.request(detector);
    const log = createLogger('silent');
    const context = { database, registry, host: doomed, log, evaluate: async () => undefined, observer };
    const batch = { runId, imageIds, renew: async () => true, lost: new AbortController().signal };
    try {
      await workOnBatch(context, batch, new AbortController().signal);
    } finally {
      doomed.stop('The test is over.');
    }
    const boxes = await database.query({
      text: 'SELECT image_id, rank, x1, y1, x2, y2, score FROM detection WHERE run_id = $1 ORDER BY image_id, rank',
      values: [runId],
    });
    await expectPackedAsRows(database, runId);
    const [progress] = await findProgressOfRuns(database, [runId]);
    const { status } = await findRun(database, runId);
    return {
      boxes,
      status,
      completed: progress?.completed,
      completeness: progress && completenessOf(status, progress),
    };
  };

  it.each(['tiny-slow', 'tiny-batch'])(
    'loses no image of %s when the inference process is killed from outside in the middle of it',
    async (detector) => {
      const undisturbed = await work(detector, new DoomedHost(0));
      expect(undisturbed).toMatchObject({ status: 'SUCCEEDED', completeness: 'COMPLETE' });
      expect(await work(detector, new DoomedHost(1))).toEqual(undisturbed);
    },
  );

  it('blames an image that the process is lost over twice, and says that the run is partial', async () => {
    const disturbed = await work('tiny-slow', new DoomedHost(Number.POSITIVE_INFINITY));
    expect(disturbed).toMatchObject({ status: 'SUCCEEDED', completeness: 'PARTIAL', completed: IMAGES - 1 });
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
