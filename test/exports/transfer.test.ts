import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { createKey } from '../../src/access';
import { importDlInfo } from '../../src/dataset';
import { SMALL_CSV } from '../dataset/importBed';
import type { TestDatabase } from '../testDatabase';
import { type ExportServer, startExportBed, startExportServer, textOf } from './exportBed';

let bed: TestDatabase;
let server: ExportServer;
let mirror: ExportServer;
beforeAll(async () => {
  bed = await startExportBed();
  server = await startExportServer(bed.database);
  mirror = await startExportServer(bed.database);
});
afterAll(async () => {
  await mirror.stop();
  await server.stop();
  await bed.drop();
});

const FILE = '/exports/small@1/lesions.csv';
const digestOf = (bytes: string | Uint8Array): string =>
  `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;

/** With its trailers, which fetch does not show. */
function getRaw(path: string, headers: Record<string, string> = {}) {
  return new Promise<{ headers: NodeJS.Dict<string | string[]>; trailers: NodeJS.Dict<string>; body: Buffer }>(
    (resolve, reject) => {
      const sent = request(`${server.url}${path}`, { headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({ headers: response.headers, trailers: response.trailers, body: Buffer.concat(parts) }),
        );
        response.on('error', reject);
      });
      sent.on('error', reject).end();
    },
  );
}

describe('a transfer', () => {
  it('has its digest behind the body the first time, and before it from then on', async () => {
    const first = await getRaw(`${FILE}?fields=id,split`);
    expect(first.headers).toMatchObject({ trailer: 'Repr-Digest', 'transfer-encoding': 'chunked' });
    expect(first.trailers['repr-digest']).toBe(digestOf(first.body));
    const second = await getRaw(`${FILE}?fields=id,split`);
    expect(second.headers).toMatchObject({
      'repr-digest': digestOf(first.body),
      'content-length': String(first.body.length),
      etag: first.headers.etag,
    });
    expect(second.body).toEqual(first.body);
  });

  it('is the same from another server, and goes on there where it was cut off', async () => {
    const whole = Buffer.from(await (await server.get(FILE)).arrayBuffer());
    const etag = (await server.get(FILE)).headers.get('etag') ?? '';
    const cut = Math.floor(whole.length * 0.37);
    // The mirror has not written it yet: the range makes it first.
    const rest = await mirror.get(FILE, { range: `bytes=${cut}-`, 'if-range': etag });
    expect(rest.status).toBe(206);
    expect(rest.headers.get('content-range')).toBe(`bytes ${cut}-${whole.length - 1}/${whole.length}`);
    const resumed = Buffer.concat([whole.subarray(0, cut), Buffer.from(await rest.arrayBuffer())]);
    expect(rest.headers.get('repr-digest')).toBe(digestOf(resumed));
    expect(resumed).toEqual(whole);
  });

  it.each([
    ['bytes=0-9', 206, 10],
    ['bytes=-7', 206, 7],
    ['bytes=5-5', 206, 1],
    ['bytes=999999-', 416, null],
    ['bytes=-0', 416, null],
    ['bytes=9-5', 200, null],
    ['bytes=0-1,3-4', 200, null],
    ['lines=1-2', 200, null],
  ])('of the range %s is answered with %i', async (range, status, length) => {
    const response = await server.get(FILE, { range });
    const body = Buffer.from(await response.arrayBuffer());
    expect(response.status).toBe(status);
    if (length !== null) expect(body).toHaveLength(length);
    if (status === 416) expect(response.headers.get('content-range')).toMatch(/^bytes \*\/\d+$/);
  });

  it('begins again if what the client has is of another file', async () => {
    const response = await server.get(FILE, { range: 'bytes=5-', 'if-range': '"another"' });
    expect(response.status).toBe(200);
  });

  it('is not repeated for a client that has it, and HEAD tells size and digest', async () => {
    const whole = await server.get(FILE);
    const body = await textOf(whole);
    const etag = whole.headers.get('etag') ?? '';
    expect((await server.get(FILE, { 'if-none-match': etag })).status).toBe(304);
    expect((await server.get(FILE, { 'if-none-match': '"x"' })).status).toBe(200);
    const head = await fetch(server.url + FILE, { method: 'HEAD', headers: { 'accept-encoding': 'identity' } });
    expect(Object.fromEntries(head.headers)).toMatchObject({
      etag,
      'accept-ranges': 'bytes',
      'content-length': String(Buffer.byteLength(body)),
      'repr-digest': digestOf(body),
      'content-disposition': 'attachment; filename="small@1.lesions.csv"',
      link: expect.stringContaining(
        '</exports/small@1/citation>; rel="cite-as", <https://a.example/by>; rel="license"',
      ),
    });
    expect((await fetch(server.url + FILE, { method: 'PUT', body: 'x' })).status).toBe(405);
  });

  it('is compressed on the way under a weak tag, with the digest of what is sent', async () => {
    const plain = await textOf(await server.get(FILE));
    const { headers, trailers, body } = await getRaw(FILE, { 'accept-encoding': 'gzip' });
    expect(headers).toMatchObject({ 'content-encoding': 'gzip', etag: expect.stringMatching(/^W\/"/) });
    expect(headers['accept-ranges']).toBeUndefined();
    expect(gunzipSync(body).toString()).toBe(plain);
    expect(trailers['repr-digest']).toBe(digestOf(body));
    expect((await server.get(FILE, { 'if-none-match': String(headers.etag) })).status).toBe(304);
  });

  it('tells filters and formats apart, and not the order in which a filter was written', async () => {
    const tagOf = async (query: string): Promise<string | null> =>
      (await fetch(`${server.url}${FILE}?${query}`, { method: 'HEAD' })).headers.get('etag');
    const one = await tagOf('filter={"split":["TRAIN"],"possiblyNoisy":true}');
    expect(await tagOf('filter={"possiblyNoisy":true,"not":null,"split":"TRAIN"}')).toBe(one);
    expect(await tagOf('filter={"split":["TEST"],"possiblyNoisy":true}')).not.toBe(one);
  });
});

describe('a key that is bound to a data set', () => {
  it('exports it, and finds no other', async () => {
    await importDlInfo({ database: bed.database, csvPath: SMALL_CSV, slug: 'hidden' });
    const { text } = await createKey(
      bed.database,
      { name: 'bound', scopes: ['read', 'export'], datasets: ['small'] },
      null,
    );
    const headers = { authorization: `Bearer ${text}` };
    const own = await server.get('/exports/small@1/patients.csv', headers);
    expect(own.headers.get('cache-control')).toBe('private, no-cache');
    expect((await textOf(own)).split('\n').length).toBeGreaterThan(2);
    // What others have had written is not there for it either.
    await textOf(await server.get('/exports/hidden@1/patients.csv'));
    const other = await server.get('/exports/hidden@1/patients.csv', headers);
    expect(other.status).toBe(404);
    expect(await other.text()).toContain('There is no data set \\"hidden@1\\". Known: small@1.');
  });
});
