import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { createKey, type QuotaLimits, Quotas } from '../../src/access';
import { createLogger } from '../../src/log';
import type { Services } from '../../src/services';
import { Uploads } from '../../src/uploads';
import { encodeHounsfield } from '../imaging/png';
import { createRunBed, type RunBed } from '../runs/runBed';
import { startBedServer } from './bedServer';
import { rawClient } from './rawClient';

/** Eight fields a request, and one for each of two lists. */
const LESIONS = '{ lesions(first: 3) { totalCount nodes { id split } } }';
const RUN = `mutation { runDetection(input: { detector: "tiny-constant", dataset: "small" }) { run { id } } }`;
const CHANGES = 'subscription { detectionRunsChanged { id } }';
const IMAGES = 4;
/** Both servers and the database have it, so that no minute ends while the tests run. */
const NOW = Date.parse('2026-01-01T12:00:20Z');
const DAY_LEFT_SECONDS = 12 * 3_600 - 20;

let bed: RunBed;
let uploads: Uploads;
let servers: { url: string; quotas: Quotas; stop(): Promise<void> }[] = [];
let made = 0;

beforeAll(async () => {
  bed = await createRunBed(IMAGES);
  const log = createLogger('silent');
  const config = {
    ...{ host: '127.0.0.1', port: 0, trustedProxies: ['127.0.0.1/32'], executionProviders: ['cpu'] },
    ...{
      dataDir: bed.dataDir,
      modelsDir: bed.modelsDir,
      uploadTtlHours: 24,
      maxUploadBytes: 2 ** 20,
      maxModelBytes: 2 ** 20,
    },
    ...{ maxQueuedImages: 1_000, maxQueuedRunsPerClient: 100, webhookHosts: [] },
  } as unknown as Services['config'];
  uploads = new Uploads({ config, database: bed.database, registry: bed.registry, codeVersion: 'test', log });
  await uploads.start();
  const start = async () => {
    const quotas = new Quotas(bed.database, config, log, { now: () => NOW, writtenEveryMs: 5, patienceMs: 60_000 });
    const { url, http } = await startBedServer(bed, { config, log, uploads, quotas });
    const stop = async (): Promise<void> => {
      await http.stop();
      await quotas.stop();
    };
    return { url, quotas, stop };
  };
  servers = [await start(), await start()];
});
afterAll(async () => {
  for (const server of servers) await server.stop();
  await uploads.stop();
  await bed.drop();
});

const urlOf = (server: number): string => servers[server]?.url ?? '';
const settle = async (): Promise<void> => {
  for (const { quotas } of servers) await quotas.write();
};
const keyWith = async (quotas: QuotaLimits): Promise<Record<string, string>> => {
  const scopes = ['read', 'detect', 'upload'] as const;
  const { text } = await createKey(bed.database, { name: `key ${++made}`, scopes, quotas }, null);
  return { authorization: `Bearer ${text}` };
};
const ask = (query: string, headers: Record<string, string> = {}, server = 0, path = '/graphql') =>
  fetch(urlOf(server) + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
const refusalOf = async (answer: Response) => {
  const { errors } = (await answer.json()) as { errors?: { message: string; extensions: Record<string, unknown> }[] };
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), ...errors?.[0] };
};

describe('a caller', () => {
  it('is told with each response how it stands, and what the request cost if it asks', async () => {
    const headers = await keyWith({ fields: 1_000 });
    const answer = await ask(LESIONS, { ...headers, 'x-cost': '1', origin: 'https://a.example' });
    // The list, its count and its nodes, with two fields each.
    const cost = { requested: expect.any(Number), actual: 9 };
    expect(await answer.json()).toMatchObject({ extensions: { cost } });
    // A quarter of a minute is kept for other addresses of the key.
    const left = 750 - cost.actual;
    expect(Object.fromEntries([...answer.headers].filter(([name]) => name.includes('ratelimit')))).toEqual({
      'ratelimit-policy': '"fields";q=1000;qu="fields";w=60',
      ratelimit: `"fields";r=${left};t=40`,
      'x-ratelimit-limit': '1000',
      'x-ratelimit-remaining': String(left),
      'x-ratelimit-reset': String(NOW / 1000 + 40),
      'x-ratelimit-resource': 'fields',
    });
    await settle();
    const again = await ask('{ viewer { quotas { name limit used resetAt } } }', headers, 1);
    const { data, extensions } = (await again.json()) as never as {
      data: { viewer: { quotas: { name: string }[] } };
      extensions?: unknown;
    };
    expect(extensions).toBeUndefined();
    expect(data.viewer.quotas.map(({ name }) => name)).toEqual([
      ...['fields', 'images', 'upload-bytes', 'export-bytes', 'submissions'],
    ]);
    expect(data.viewer.quotas[0]).toEqual({
      name: 'fields',
      limit: 1000,
      used: 9,
      resetAt: '2026-01-01T12:01:00.000Z',
    });
  });

  it('is refused on every server and over every transport when its fields are used up', async () => {
    const headers = await keyWith({ fields: 10 });
    await ask(LESIONS, headers);
    await settle();
    await ask(LESIONS, headers, 1);
    await settle();
    const refused = {
      status: 429,
      message: expect.stringMatching(
        /at most 10 fields in responses of the graph a minute.*quota fields.*--quota fields=LIMIT/,
      ),
      extensions: {
        code: 'RATE_LIMITED',
        retryAfterSeconds: 40,
        quota: { name: 'fields', limit: 10, resetAt: '2026-01-01T12:01:00.000Z' },
      },
      retryAfter: '40',
    };
    for (const server of [0, 1]) expect(await refusalOf(await ask(LESIONS, headers, server))).toEqual(refused);
    const stream = { ...headers, accept: 'text/event-stream' };
    expect(await refusalOf(await ask(CHANGES, stream, 0, '/graphql/stream'))).toEqual(refused);
    const client = createClient({
      url: `${urlOf(1).replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: headers,
    });
    const error: unknown = await client
      .iterate({ query: CHANGES })
      .next()
      .catch((thrown: unknown) => thrown);
    await client.dispose();
    // It may still ask how it stands.
    expect((await ask('{ viewer { quotas { used } } }', headers)).status).toBe(200);
    expect(error).toMatchObject([{ extensions: { code: 'RATE_LIMITED', quota: { name: 'fields' } } }]);
    const metrics = await (await fetch(`${urlOf(0)}/metrics`)).text();
    expect(metrics).toMatch(/^deeplesion_quota_refusals_total\{quota="fields"\} [1-9]/m);
    expect(metrics).toMatch(/^deeplesion_quota_spent_total\{quota="fields",caller="key"\} [1-9]/m);
  });

  it('pays for a subscription when it starts', async () => {
    const headers = await keyWith({ fields: 1_000 });
    const stream = await ask(CHANGES, { ...headers, accept: 'text/event-stream' }, 0, '/graphql/stream');
    expect(stream.headers.get('ratelimit')).toMatch(/^"fields";r=7[0-4]\d;t=40$/);
    await stream.body?.cancel();
  });

  it('starts no run of more images than it has left, on whichever server, and a refused one costs nothing', async () => {
    const headers = await keyWith({ images: 2 * IMAGES - 1 });
    const runs = () => bed.database.prisma.detectionRun.count();
    const before = await runs();
    expect((await ask(RUN, headers)).status).toBe(200);
    for (const server of [0, 1])
      expect(await refusalOf(await ask(RUN, headers, server))).toMatchObject({
        status: 429,
        message: expect.stringMatching(/at most 7 images a day.*3 are left until .*, got 4: try again/),
        extensions: { quota: { name: 'images' }, retryAfterSeconds: DAY_LEFT_SECONDS },
      });
    expect((await runs()) - before).toBe(1);
  });
});

describe('the laptops of a course, with one key', () => {
  const from = (headers: Record<string, string>, host: number, query = LESIONS) =>
    ask(query, { ...headers, 'x-forwarded-for': `192.0.2.${host}` });

  it('have each a share: a greedy one does not use up those of the others', async () => {
    // Each gets three quarters of a fortieth, which is two requests.
    const headers = await keyWith({ fields: 40 * 24 });
    const hosts = Array.from({ length: 40 }, (_, index) => index + 1);
    for (const host of hosts) expect((await from(headers, host, '{ __typename }')).status).toBe(200);
    let granted = 0;
    while ((await from(headers, 1)).status === 200) granted++;
    expect(granted).toBeLessThanOrEqual(3);
    const refused = await refusalOf(await from(headers, 1));
    expect(refused.message).toMatch(/each network address that uses the key has its share; yours is used up/);
    for (const host of hosts.slice(1)) expect((await from(headers, host)).status).toBe(200);
  });
});

describe('PUT /uploads', () => {
  const put = (headers: Record<string, string>, body: Buffer) =>
    fetch(`${urlOf(0)}/uploads`, { method: 'PUT', headers, body });
  const used = async (headers: Record<string, string>): Promise<number | undefined> => {
    const answer = await ask('{ viewer { quotas { name used } } }', headers, 1);
    const { data } = (await answer.json()) as { data: { viewer: { quotas: { name: string; used: number }[] } } };
    return data.viewer.quotas.find(({ name }) => name === 'upload-bytes')?.used;
  };
  const png = encodeHounsfield(32, 32, (x, y) => x * y);

  it('counts what comes, and refuses at the start what says that it is more than is left', async () => {
    const headers = await keyWith({ 'upload-bytes': 2 * png.length - 1 });
    const first = await put(headers, png);
    expect([first.status, first.headers.get('ratelimit')]).toEqual([
      201,
      `"upload-bytes";r=${png.length - 1};t=${DAY_LEFT_SECONDS}`,
    ]);
    expect(first.headers.get('ratelimit-policy')).toBe(
      `"upload-bytes";q=${2 * png.length - 1};qu="content-bytes";w=86400`,
    );
    await settle();
    expect(await refusalOf(await put(headers, png))).toMatchObject({
      status: 429,
      retryAfter: String(DAY_LEFT_SECONDS),
      extensions: { code: 'RATE_LIMITED', quota: { name: 'upload-bytes' } },
    });
    await settle();
    expect(await used(headers)).toBe(png.length);
  });

  it('ends a body of unknown length when too much of it came, and counts that', async () => {
    const headers = await keyWith({ 'upload-bytes': 5_000 });
    const { socket, until } = await rawClient(urlOf(0));
    socket.write(
      `PUT /uploads HTTP/1.1\r\nHost: x\r\nAuthorization: ${headers.authorization}\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const chunk = Buffer.concat([png.subarray(0, 8), Buffer.alloc(3_992)]);
    for (let index = 0; index < 2; index++)
      socket.write(Buffer.concat([Buffer.from('fa0\r\n'), chunk, Buffer.from('\r\n')]));
    const answer = await until((text) => text.endsWith('}'));
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 429 /);
    expect(answer).toContain('"name":"upload-bytes"');
    await settle();
    const counted = await used(headers);
    expect(counted).toBeGreaterThan(5_000);
    expect(counted).toBeLessThanOrEqual(8_000);
  });
});
