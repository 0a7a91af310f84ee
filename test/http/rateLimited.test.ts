import { createHttpServer, type HttpServer } from '../../src/http';
import { testSchema, testServices } from '../graphql/testGraph';
import { createRunBed, type RunBed } from '../runs/runBed';
import { QUICK_SERVER } from '../testClock';

describe('a client that asks for more runs than it may', () => {
  let bed: RunBed;
  let http: HttpServer;
  let url: string;
  beforeAll(async () => {
    bed = await createRunBed(4);
    const { registry, queue } = bed;
    const config = { host: '127.0.0.1', port: 0, maxQueuedImages: 1_000, maxQueuedRunsPerClient: 1 };
    const parts = { registry, queue, config } as Parameters<typeof testServices>[1];
    http = createHttpServer(testServices(bed.database, parts), testSchema, QUICK_SERVER);
    url = await http.listen();
  });
  afterAll(async () => {
    await http.stop();
    await bed.drop();
  });

  const run = () =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: `mutation { runDetection(input: { detector: "tiny-constant", dataset: "small" }) { run { status priority } } }`,
      }),
    });

  it('is told RATE_LIMITED and when to come back, in the answer and in its header, and nothing is stored', async () => {
    const first = await run();
    expect(await first.json()).toEqual({
      data: { runDetection: { run: { status: 'QUEUED', priority: 'INTERACTIVE' } } },
    });
    expect(first.headers.get('retry-after')).toBeNull();
    const second = await run();
    expect(second.headers.get('retry-after')).toBe('30');
    expect(await second.json()).toMatchObject({
      errors: [
        {
          message: expect.stringMatching(/at most 1 unfinished runs/),
          extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 30 },
        },
      ],
    });
    expect(await bed.database.query({ text: 'SELECT client_key FROM detection_run' })).toEqual([
      { client_key: '127.0.0.1' },
    ]);
  });
});
