import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { chromium } from 'playwright-core';
import WebSocket from 'ws';
import { readConfig } from '../../src/config';
import { createLogger } from '../../src/log';
import { Uploads } from '../../src/uploads';
import { startBedServer } from '../http/bedServer';
import { encodeHounsfield } from '../imaging/png';
import { createRunBed, type RunBed } from '../runs/runBed';
import { DETECT } from '../uploads/uploadBed';
import { zipFile } from '../uploads/zipFile';
import { freePort, LACKING, type Nginx, SERVER_NAME, startNginx } from './nginx';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const MEBIBYTE = 2 ** 20;

if (LACKING)
  console.warn(`The tests behind a real proxy skip: this machine has no ${LACKING} (Debian: apt-get install nginx).`);

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** of this machine, for clients that nginx tells apart */
  readonly from?: string;
}

(LACKING ? describe.skip : describe)('behind nginx with TLS and the prefix /deeplesion/', () => {
  let bed: RunBed;
  let server: Awaited<ReturnType<typeof startBedServer>>;
  let nginx: Nginx;
  let uploads: Uploads;
  let port: number;
  let publicUrl: string;
  const dataDir = mkdtempSync(join(tmpdir(), 'deeplesion-behind-'));
  beforeAll(async () => {
    port = await freePort();
    publicUrl = `https://${SERVER_NAME}:${port}/deeplesion`;
    bed = await createRunBed(8);
    const { database, registry } = bed;
    const environment = { PORT: '0', DATA_DIR: dataDir, EXECUTION_PROVIDERS: 'cpu', MAX_QUEUED_RUNS_PER_CLIENT: '2' };
    const config = readConfig({
      ...environment,
      ANONYMOUS_SCOPES: 'read,detect,upload',
      PUBLIC_URL: publicUrl,
      TRUSTED_PROXIES: '127.0.0.1',
    });
    uploads = new Uploads({ config, database, registry, codeVersion: 'test', log: createLogger('silent') });
    await uploads.start();
    server = await startBedServer(bed, { config, uploads });
    nginx = await startNginx(port, Number(new URL(server.url).port));
  });
  afterAll(async () => {
    await nginx?.stop();
    await server?.http.stop();
    await uploads?.stop();
    await bed?.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const options = (from = '127.0.0.1') => ({
    host: '127.0.0.1',
    port,
    localAddress: from,
    servername: SERVER_NAME,
    ca: nginx.certificate,
    agent: false,
  });
  const begin = (path: string, { method = 'GET', headers = {}, from }: Sent = {}) =>
    request({ ...options(from), path, method, headers: { host: `${SERVER_NAME}:${port}`, ...headers } });
  async function answerOf(sent: ReturnType<typeof begin>): Promise<Answer> {
    const [response]: [IncomingMessage] = (await once(sent, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
  }
  const send = (path: string, sent: Sent = {}): Promise<Answer> => answerOf(begin(path, sent).end(sent.body));
  const pathOf = (address: string): string => {
    expect(address.startsWith(`${publicUrl}/`)).toBe(true);
    return address.slice(publicUrl.length - '/deeplesion'.length);
  };
  async function ask(query: string, variables: object = {}, from?: string) {
    const body = JSON.stringify({ query, variables });
    const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
    const answer = await send('/deeplesion/graphql', { method: 'POST', headers, body, from });
    return JSON.parse(answer.body.toString());
  }

  it.each(['/deeplesion/', '/deeplesion/runs', '/deeplesion/embed/accuracy', '/deeplesion/graphql'])(
    'the page at %s comes with all that it loads',
    async (path) => {
      const page = await send(path, { headers: { accept: 'text/html', 'accept-encoding': 'identity' } });
      const files = [...page.body.toString().matchAll(/ (?:src|href)="(\/[^"]+)"/g)].map(([, file]) => file ?? '');
      expect(files.length).toBeGreaterThan(1);
      for (const file of files)
        expect([file, (await send(file)).status]).toEqual([expect.stringMatching(/^\/deeplesion\//), 200]);
    },
  );

  it('the address without a slash at its end leads to the page', async () => {
    const { status, headers } = await send('/deeplesion');
    expect([status, headers.location]).toEqual([301, `${publicUrl}/`]);
  });

  it('pictures are where answers say', async () => {
    const { data } = await ask('{ bookmarkedImages(first: 3) { nodes { url huUrl } } }');
    for (const { url, huUrl } of data.bookmarkedImages.nodes) {
      expect((await send(pathOf(url))).headers['content-type']).toBe('image/png');
      expect((await send(pathOf(huUrl))).body).toHaveLength(2 * 16 * 16);
    }
  });

  it('text is compressed', async () => {
    const { headers } = await send('/deeplesion/schema.graphql', { headers: { 'accept-encoding': 'gzip, br' } });
    expect(headers['content-encoding']).toBe('br');
  });

  it('an upload is streamed, taken in, and its detections have a picture', async () => {
    const slice = encodeHounsfield(16, 16, (x, y) => 10 * x + y - 100);
    const zip = zipFile([
      { name: 'series/001.png', bytes: slice },
      { name: 'series/README.txt', bytes: randomBytes(64 * MEBIBYTE), stored: true },
    ]);
    const arrival = once(server.http.server, 'request') as Promise<[IncomingMessage]>;
    const sent = begin('/deeplesion/uploads?pixelSpacingMm=0.8', {
      method: 'PUT',
      headers: { 'content-type': 'application/zip', 'content-length': String(zip.length) },
    });
    const answer = answerOf(sent);
    sent.write(zip.subarray(0, 32 * MEBIBYTE));
    // The rest is not sent before the server has most of this: a proxy that waits for all of it would wait for ever.
    const [{ socket }] = await arrival;
    while (socket.bytesRead < 24 * MEBIBYTE) await sleep(10);
    sent.end(zip.subarray(32 * MEBIBYTE));
    const { status, headers, body } = await answer;
    const upload = JSON.parse(body.toString());
    expect([status, upload.slices]).toEqual([201, 1]);
    expect(headers.location).toBe(`/deeplesion/uploads/${upload.id}`);

    const { data } = await ask(DETECT, { input: { upload: upload.id, detector: 'tiny-constant' } });
    const [found] = data.detectInImage.detection.slices;
    expect(found.detections.length).toBeGreaterThan(0);
    expect((await send(pathOf(found.overlayUrl))).headers['content-type']).toBe('image/png');
    expect((await send(`/deeplesion/uploads/${upload.id}`, { method: 'DELETE' })).status).toBe(204);
  });

  const START = 'mutation { runDetection(input: { detector: "tiny-constant", dataset: "small" }) { run { id } } }';
  const FOLLOW = 'subscription ($id: ID!) { jobProgress(id: $id) { status } }';

  it('three clients get fair turns and limits of their own, and their runs are followed to the end', async () => {
    const run = async (from: string): Promise<string> => {
      const { data, errors } = await ask(START, {}, from);
      return data?.runDetection.run.id ?? errors[0].extensions.code;
    };
    const [one, two, three] = ['127.0.0.2', '127.0.0.3', '127.0.0.4'] as const;
    const [first, second, refused] = [await run(one), await run(one), await run(one)];
    const others = [await run(two), await run(three)];
    expect(refused).toBe('RATE_LIMITED');
    expect(await clientsOfRuns()).toEqual([one, one, two, three]);
    const order = await clientsInTurn();
    // Two batches a run. Of one client for all, the four of the first two runs would come before those of the others.
    const third = order.flatMap((client, place) => (client === one ? [place] : []))[2] ?? 0;
    expect(Math.max(order.indexOf(two), order.indexOf(three))).toBeLessThan(third);
    expect(order).toHaveLength(8);

    const events = [followByEvents(String(first)), followBySocket(String(others[0]))];
    await bed.startWorker();
    for (const statuses of await Promise.all(events)) {
      expect(statuses[0]).toBe('QUEUED');
      expect(statuses.at(-1)).toBe('SUCCEEDED');
    }
    for (const id of [second, others[1]]) expect(await followByEvents(String(id))).toContain('SUCCEEDED');
  });

  const clientsOfRuns = async () =>
    (
      await bed.database.query<{ client: string }>({
        text: 'SELECT client_key AS client FROM detection_run ORDER BY id',
      })
    ).map(({ client }) => client);
  const clientsInTurn = async () => {
    const rows = await bed.database.query<{ client: string }>({
      text: `SELECT client_key AS client FROM pgboss.job JOIN detection_run AS run ON run.id = (job.data ->> 'runId')::int4
             WHERE job.name = 'detection-batch' AND job.state < 'active' ORDER BY job.priority DESC, job.created_on, job.id`,
    });
    return rows.map(({ client }) => client);
  };

  /** @returns the statuses of a job by server-sent events, from the first to the last */
  async function followByEvents(id: string): Promise<string[]> {
    const body = JSON.stringify({ query: FOLLOW, variables: { id } });
    const sent = begin('/deeplesion/graphql/stream', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', 'accept-encoding': 'gzip' },
    }).end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    let text = '';
    for await (const chunk of response) text += chunk;
    return [...text.matchAll(/"status":"(\w+)"/g)].map(([, status]) => status ?? '');
  }

  /** @returns the same over a WebSocket */
  async function followBySocket(id: string): Promise<string[]> {
    class BehindProxy extends WebSocket {
      constructor(address: string, protocol: string) {
        const headers = { host: `${SERVER_NAME}:${port}` };
        super(address, protocol, { ...options(), headers, origin: `https://${SERVER_NAME}:${port}` });
      }
    }
    const client = createClient({
      url: `wss://127.0.0.1:${port}/deeplesion/graphql`,
      webSocketImpl: BehindProxy,
      retryAttempts: 0,
    });
    const statuses: string[] = [];
    for await (const { data } of client.iterate({ query: FOLLOW, variables: { id } }))
      statuses.push((data as { jobProgress: { status: string } }).jobProgress.status);
    await client.dispose();
    return statuses;
  }

  (existsSync(CHROMIUM) ? it : it.skip)(
    'the interface works in a browser, on every page by its address and by a click',
    async () => {
      const browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: ['--no-sandbox', '--disable-dev-shm-usage', `--host-resolver-rules=MAP ${SERVER_NAME} 127.0.0.1`],
      });
      try {
        const page = await browser.newPage({ ignoreHTTPSErrors: true });
        const problems: string[] = [];
        page.on('pageerror', (failure) => problems.push(failure.message));
        page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
        page.on(
          'response',
          (response) => response.status() >= 400 && problems.push(`${response.status()} ${response.url()}`),
        );
        await page.goto(`${publicUrl}/d/small/lesions`);
        await page.locator('img').first().waitFor();
        await page.getByRole('link', { name: 'Runs', exact: true }).click();
        await page.waitForURL(`${publicUrl}/runs`);
        await page.getByRole('link', { name: 'GraphiQL' }).click();
        await page.waitForURL(`${publicUrl}/graphql`);
        await page.getByRole('button', { name: /Execute query/ }).waitFor();
        expect(problems).toEqual([]);
      } finally {
        await browser.close();
      }
    },
  );
});
