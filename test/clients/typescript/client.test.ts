import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  BadUserInputError,
  type ClientOptions,
  createClient,
  DownloadError,
  documents,
  NotFoundError,
  type RunState,
  UnauthenticatedError,
  UnavailableError,
} from '../../../clients/typescript/src';
import { createKey } from '../../../src/access';
import { moveRun } from '../../../src/runs';
import { idOfRow } from '../../globalIds';
import { startBedServer } from '../../http/bedServer';
import { createRunBed, type RunBed, SIDE } from '../../runs/runBed';

const IMAGES = 3;
let bed: RunBed;
let server: Awaited<ReturnType<typeof startBedServer>>;
beforeAll(async () => {
  bed = await createRunBed(IMAGES);
  server = await startBedServer(bed);
});
afterAll(async () => {
  await server.http.stop();
  await bed.drop();
});

const clientOf = (options: Partial<ClientOptions> = {}) => createClient({ url: server.url, ...options });

/** A `fetch` whose first answers are these, and the server's after that; it notes what it was asked. */
function fetchAfter(...first: (() => Response)[]) {
  const asked: Request[] = [];
  const send: typeof fetch = async (input, init) => {
    asked.push(new Request(input, init));
    return first.shift()?.() ?? fetch(input, init);
  };
  return { asked, fetch: send };
}

const away = () => new Response('<html>502</html>', { status: 502 });

const IMAGES_PAGE = {
  name: 'Images',
  text: 'query Images($after: String) { bookmarkedImages(first: 2, after: $after) { pageInfo { hasNextPage endCursor } nodes { id } } }',
} as const;

interface ImagesPage {
  bookmarkedImages: { pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: { id: string }[] };
}

describe('the TypeScript client', () => {
  it('answers the questions of the cookbook with types', async () => {
    const { dataset } = await clientOf().query(documents.citation, { dataset: 'small@1' });
    expect(dataset?.slug).toBe('small');
    const { lesionStatistics } = await clientOf().query(documents.statistics, {});
    expect(lesionStatistics.reduce((sum, { lesionCount }) => sum + lesionCount, 0)).toBe(IMAGES);
  });

  it('works below a path, and sends its key to its own server only', async () => {
    const { text } = await createKey(bed.database, { name: 'client', scopes: ['read'] }, null);
    const { asked, fetch: send } = fetchAfter(away, away);
    const client = clientOf({ url: 'http://127.0.0.1:1/deeplesion', key: text, fetch: send, retries: 0 });
    await expect(client.query('{ viewer { scopes } }')).rejects.toThrow(UnavailableError);
    await expect(client.download('https://elsewhere.example/file')).rejects.toThrow(UnavailableError);
    expect(asked.map(({ url, headers }) => [url, headers.get('authorization')])).toEqual([
      ['http://127.0.0.1:1/deeplesion/graphql', `Bearer ${text}`],
      ['https://elsewhere.example/file', null],
    ]);
    const { viewer } = await clientOf({ key: text }).query<{ viewer: { scopes: string[] } }>('{ viewer { scopes } }');
    expect(viewer.scopes).toEqual(['read']);
  });

  it('throws an error of a class that says why, with the id of the request and what the answer has nevertheless', async () => {
    const client = clientOf();
    const unknown = client.query(documents.liverLesionsOver3Cm, { dataset: 'none', longerThanMm: 1 });
    await expect(unknown).rejects.toThrow(NotFoundError);
    await expect(unknown).rejects.toMatchObject({
      argument: 'dataset',
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
    });
    await expect(client.query('{ nothing }')).rejects.toThrow(BadUserInputError);
    await expect(clientOf({ key: 'dl_aaaaaaaaaaaaaaaa_x' }).query('{ viewer { scopes } }')).rejects.toThrow(
      UnauthenticatedError,
    );
    await expect(clientOf({ url: 'http://127.0.0.1:1', retries: 0 }).query('{ a }')).rejects.toMatchObject({
      code: 'OFFLINE',
    });
    const partial = await client
      .request('{ ok: datasets { totalCount } lesions(filter: { dataset: "none" }) { totalCount } }')
      .catch((error) => error);
    expect(partial).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('repeats what is refused for now, and a mutation only with an idempotency key', async () => {
    const refused = () =>
      Response.json(
        { errors: [{ message: 'Later.', extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 0.01 } }] },
        { status: 429 },
      );
    const query = fetchAfter(refused, refused);
    await clientOf({ fetch: query.fetch }).query(documents.dataSets, {});
    expect(query.asked).toHaveLength(3);

    const input = { detector: 'tiny-constant', dataset: 'small' };
    const once = fetchAfter(refused);
    await expect(clientOf({ fetch: once.fetch }).query(documents.startARun, { input })).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterSeconds: 0.01,
    });
    expect(once.asked).toHaveLength(1);
    const twice = fetchAfter(refused);
    const { runDetection } = await clientOf({ fetch: twice.fetch }).query(documents.startARun, {
      input: { ...input, idempotencyKey: 'mine' },
    });
    expect([twice.asked.length, runDetection.run.status]).toEqual([2, 'QUEUED']);

    const long = fetchAfter(() => new Response('{}', { status: 503, headers: { 'retry-after': '3600' } }));
    await expect(clientOf({ fetch: long.fetch }).query('{ a }')).rejects.toMatchObject({ retryAfterSeconds: 3_600 });
  });

  it('reads a connection page by page', async () => {
    const sizes: number[] = [];
    const document: { name: string; text: string; types?: (variables: { after?: string | null }) => ImagesPage } =
      IMAGES_PAGE;
    for await (const nodes of clientOf().pages(document, {}, (data) => data.bookmarkedImages)) sizes.push(nodes.length);
    expect(sizes).toEqual([2, 1]);
  });

  it('follows a run to its end, over a connection that breaks', async () => {
    const { id } = await bed.request('tiny-constant');
    const run = await idOfRow(bed.database, 'DetectionRun', id);
    const progress = { completed: 0, failed: 0, total: IMAGES };
    const event = JSON.stringify({ data: { jobProgress: { id: run, status: 'QUEUED', progress } } });
    const { asked, fetch: send } = fetchAfter(() => new Response(`event: next\ndata: ${event}\n\n`));
    const states: RunState[] = [];
    for await (const state of clientOf({ fetch: send }).watchRun(run)) {
      states.push(state);
      if (states.length === 2) await moveRun(bed.database, id, 'CANCELLED');
    }
    expect(asked).toHaveLength(2);
    expect(states.map(({ status }) => status)).toEqual(['QUEUED', 'QUEUED', 'CANCELLED']);
    expect(states.at(-1)).toMatchObject({ id: run, progress });
    await expect(clientOf().watchRun('x').next()).rejects.toThrow(NotFoundError);
  });

  it('stops following when it is told to', async () => {
    const { id } = await bed.request('tiny-constant');
    const end = new AbortController();
    const states = clientOf().watchRun(await idOfRow(bed.database, 'DetectionRun', id), { signal: end.signal });
    expect((await states.next()).value).toMatchObject({ status: 'QUEUED' });
    end.abort();
    await expect(states.next()).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('reads Hounsfield units', async () => {
    const { bookmarkedImages } = await clientOf().query<ImagesPage>(IMAGES_PAGE.text);
    const slice = await clientOf().pixels(bookmarkedImages.nodes[1]?.id ?? '');
    expect(slice).toMatchObject({ width: SIDE, height: SIDE, sliceIndex: 2, offsetMm: 0 });
    expect(slice.hounsfield).toEqual(Int16Array.from({ length: SIDE * SIDE }, (_, i) => (i % 100) + 7));
    await expect(clientOf().pixels('nothing')).rejects.toThrow(NotFoundError);
  });

  it('downloads the pictures of the server', async () => {
    const { bookmarkedImages } = await clientOf().query<{ bookmarkedImages: { nodes: [{ url: string }] } }>(
      '{ bookmarkedImages(first: 1) { nodes { url } } }',
    );
    const { bytes, sha256 } = await clientOf().download(bookmarkedImages.nodes[0].url);
    expect(Buffer.from(bytes.subarray(1, 4)).toString()).toBe('PNG');
    expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('runs as an ES module and as CommonJS', () => {
    const folder = mkdtempSync(join(tmpdir(), 'client-'));
    try {
      execFileSync(process.execPath, [resolve(__dirname, '../../../scripts/buildClient.mjs'), folder]);
      const use = (load: string) => `${load}; console.log(typeof createClient({ url: '${server.url}' }).watchRun)`;
      writeFileSync(join(folder, 'use.mjs'), use("import { createClient } from './index.mjs'"));
      writeFileSync(join(folder, 'use.cjs'), use("const { createClient } = require('./index.js')"));
      for (const file of ['use.mjs', 'use.cjs'])
        expect(execFileSync(process.execPath, [join(folder, file)], { encoding: 'utf8' })).toBe('function\n');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('a download that breaks off', () => {
  const content = Buffer.from(Array.from({ length: 10_000 }, (_, index) => index % 251));
  const checksum = (bytes: Buffer): string => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;
  /** what the requests asked for, and how the server is to behave */
  let ranges: (string | undefined)[];
  let settings: { etag?: string; digest?: string; breaks: number };
  let files: Server;
  let url: string;
  beforeAll(async () => {
    files = createServer((request, response) => {
      const { range, 'if-range': tag } = request.headers;
      ranges.push(range);
      const from = range !== undefined && tag === settings.etag ? Number(/\d+/.exec(range)?.[0]) : 0;
      response.writeHead(from > 0 ? 206 : 200, {
        'Content-Length': content.length - from,
        ...(settings.etag && { ETag: settings.etag }),
        ...(settings.digest && { 'Repr-Digest': settings.digest }),
      });
      if (settings.breaks-- <= 0) response.end(content.subarray(from));
      else response.write(content.subarray(from, from + 4_000), () => response.destroy());
    });
    await new Promise<void>((ready) => files.listen(0, '127.0.0.1', ready));
    url = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((closed) => files.close(closed)));
  beforeEach(() => {
    ranges = [];
  });

  it('is resumed where it broke off, and its checksum compared', async () => {
    settings = { etag: '"one"', digest: checksum(content), breaks: 2 };
    const seen: number[] = [];
    const { bytes, isVerified } = await createClient({ url }).download('file', {
      onProgress: (received, total) => {
        expect(total).toBe(content.length);
        seen.push(received);
      },
    });
    expect(Buffer.from(bytes).equals(content)).toBe(true);
    expect([isVerified, seen.at(-1)]).toEqual([true, content.length]);
    expect(ranges).toHaveLength(3);
    expect(ranges[0]).toBeUndefined();
    for (const range of ranges.slice(1)) expect(range).toMatch(/^bytes=\d+-$/);
  });

  it('begins again if the file has no strong ETag', async () => {
    settings = { breaks: 1 };
    const { bytes, isVerified } = await createClient({ url }).download('file');
    expect([Buffer.from(bytes).equals(content), isVerified]).toEqual([true, false]);
    expect(ranges).toEqual([undefined, undefined]);
  });

  it('is an error if it never ends, or has other bytes than announced', async () => {
    settings = { breaks: 100 };
    await expect(createClient({ url, retries: 0 }).download('file')).rejects.toThrow(DownloadError);
    settings = { digest: checksum(Buffer.from('else')), breaks: 0 };
    await expect(createClient({ url }).download('file')).rejects.toThrow(/SHA-256 differs/);
  });
});
