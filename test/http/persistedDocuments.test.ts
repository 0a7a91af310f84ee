import { createKey } from '../../src/access';
import { checksumOf, cookbook } from '../../src/graphql';
import type { HttpServer } from '../../src/http';
import { createRunBed, type RunBed } from '../runs/runBed';
import { startBedServer } from './bedServer';

const OWN = '{ datasets(first: 1) { nodes { slug executed: version } } }';

interface Listed {
  name: string;
  document: string;
  documentId: string;
  sha256: string;
}

describe('documents that the server knows', () => {
  let bed: RunBed;
  let open: { url: string; http: HttpServer };
  /** REQUIRE_PERSISTED=anonymous */
  let strict: { url: string; http: HttpServer };
  let key: Record<string, string>;
  beforeAll(async () => {
    bed = await createRunBed(2);
    open = await startBedServer(bed);
    const config = { requirePersisted: 'anonymous', anonymousScopes: ['read'] } as never;
    strict = await startBedServer(bed, { config });
    key = {
      authorization: `Bearer ${(await createKey(bed.database, { name: 'reader', scopes: ['read'] }, null)).text}`,
    };
  });
  afterAll(async () => {
    await open.http.stop();
    await strict.http.stop();
    await bed.drop();
  });

  const post = (body: object, headers: Record<string, string> = {}, url = open.url): Promise<Response> =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const get = (parameters: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${open.url}/graphql?${new URLSearchParams(parameters)}`, { headers });
  const codeOf = async (answer: Response): Promise<[number, string]> => [
    answer.status,
    ((await answer.json()) as { errors: [{ extensions: { code: string } }] }).errors[0].extensions.code,
  ];

  it('are listed at /cookbook.json, and each is a file whose checksum is that of the list', async () => {
    const { recipes } = (await (await fetch(`${open.url}/cookbook.json`)).json()) as { recipes: Listed[] };
    expect(recipes.map(({ name }) => name)).toEqual(cookbook.map(({ name }) => name));
    for (const { document, sha256 } of recipes) {
      const file = await fetch(open.url + document);
      expect(file.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(checksumOf(await file.text())).toBe(sha256);
    }
    expect(await codeOf(await fetch(`${open.url}/cookbook/none.graphql`))).toEqual([404, 'NOT_FOUND']);
  });

  it('answer under their name, under their checksum and as the checksum of a client library, like the text itself', async () => {
    const { text = '' } = cookbook.find(({ name }) => name === 'statistics') ?? {};
    const { data } = (await (await post({ query: text })).json()) as { data: object };
    const sha256Hash = checksumOf(text);
    const answers = await Promise.all([
      get({ documentId: 'cookbook:statistics' }),
      get({ documentId: `sha256:${sha256Hash}` }),
      post({ documentId: `sha256:${sha256Hash.toUpperCase()}` }),
      post({ documentId: 'cookbook:statistics', variables: {} }, { 'content-type': 'application/json;charset=UTF-8 ' }),
      post({ extensions: { persistedQuery: { version: 1, sha256Hash } } }),
    ]);
    for (const answer of answers) expect(await answer.json()).toMatchObject({ data });
  });

  it('take variables, and are told of data set versions and of what is deprecated', async () => {
    const variables = JSON.stringify({ dataset: 'small' });
    const answer = (await (await get({ documentId: 'cookbook:citation', variables })).json()) as object;
    expect(answer).toMatchObject({
      data: { dataset: { slug: 'small', version: 1 } },
      extensions: { deeplesion: { codeVersion: 'test', datasets: ['small@1'], deprecations: [] } },
    });
    const query = '{ detectionRuns { nodes { executionProvider } } }';
    const asked = await (await post({ query }, { 'x-deeplesion': '1', 'x-request-id': 'mine' })).json();
    expect(asked).toMatchObject({
      extensions: {
        deeplesion: {
          requestId: 'mine',
          deprecations: [{ coordinate: 'DetectionRun.executionProvider', reason: expect.any(String) }],
        },
      },
    });
    expect(await (await post({ query })).json()).not.toHaveProperty('extensions');
  });

  it('are kept by caches until their answer changes, and the answers to keys and errors by no shared one', async () => {
    const ask = (headers?: Record<string, string>) => get({ documentId: 'cookbook:data-sets' }, headers);
    const first = await ask();
    const tag = first.headers.get('etag') ?? '';
    expect([first.status, first.headers.get('cache-control')]).toEqual([200, 'public, max-age=15']);
    expect(first.headers.get('vary')).toContain('Authorization');
    const again = await ask({ 'if-none-match': `"other", ${tag.replace('W/', '')}` });
    expect([again.status, await again.text()]).toEqual([304, '']);
    await bed.database.query({ text: `UPDATE dataset SET licence = 'another'` });
    const changed = await ask({ 'if-none-match': tag });
    expect([changed.status, await changed.text()]).toEqual([200, expect.stringContaining('another')]);
    expect((await ask(key)).headers.get('cache-control')).toBe('private, max-age=15');
    const missing = await get({ documentId: 'cookbook:citation' });
    expect([missing.headers.get('cache-control'), missing.headers.get('etag')]).toEqual(['no-store', null]);
  });

  it('are refused by GET if they change something, in addition to a text, and where there is none', async () => {
    const mutation = { documentId: 'cookbook:start-a-run', variables: JSON.stringify({ input: {} }) };
    expect((await get(mutation)).status).toBe(405);
    const refused: [Promise<Response>, string][] = [
      [get({ documentId: 'cookbook:none' }), 'BAD_USER_INPUT'],
      [get({ documentId: `sha256:${'0'.repeat(64)}` }), 'BAD_USER_INPUT'],
      [post({ documentId: 'statistics' }), 'BAD_USER_INPUT'],
      [post({ documentId: 7 }), 'BAD_USER_INPUT'],
      [post({ documentId: 'cookbook:statistics', query: OWN }), 'BAD_USER_INPUT'],
      [get({ documentId: 'cookbook:data-sets' }, { origin: 'https://other.example' }), 'FORBIDDEN'],
    ];
    for (const [answer, code] of refused) expect((await codeOf(await answer))[1]).toBe(code);
    const stored = await post({ extensions: { persistedQuery: { version: 1, sha256Hash: checksumOf(OWN) } } });
    expect((await codeOf(stored))[1]).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
  });

  it('answer streams as well', async () => {
    const variables = JSON.stringify({ run: 'x' });
    const parameters = new URLSearchParams({ documentId: 'cookbook:follow-a-run', variables });
    const answer = await fetch(`${open.url}/graphql/stream?${parameters}`, {
      headers: { accept: 'text/event-stream' },
    });
    expect(await answer.text()).toContain('"path":["jobProgress"]');
  });

  it('are all that callers without a key may send, with REQUIRE_PERSISTED=anonymous', async () => {
    expect(await codeOf(await post({ query: OWN }, {}, strict.url))).toEqual([401, 'UNAUTHENTICATED']);
    const events = { accept: 'text/event-stream', 'content-type': 'application/json' };
    const body = JSON.stringify({ query: OWN });
    const stream = await fetch(`${strict.url}/graphql/stream`, { method: 'POST', headers: events, body });
    expect((await codeOf(stream))[1]).toBe('UNAUTHENTICATED');
    const known = cookbook.find(({ name }) => name === 'data-sets');
    for (const query of [known?.text, known?.document])
      expect((await post({ query }, {}, strict.url)).status).toBe(200);
    expect((await post({ documentId: 'cookbook:data-sets' }, {}, strict.url)).status).toBe(200);
    expect(await (await post({ query: OWN }, key, strict.url)).json()).toMatchObject({
      data: { datasets: { nodes: [{ slug: 'small' }] } },
    });
  });

  it('does not answer others because a caller with a key has sent a document before', async () => {
    const query = '{ patients(filter: { dataset: "small" }) { nodes { id } } }';
    const refused = await post({ query }, {}, strict.url);
    for (let time = 0; time < 3; time++) expect((await post({ query }, key, strict.url)).status).toBe(200);
    const again = await post({ query }, {}, strict.url);
    expect([again.status, await again.json()]).toEqual([401, await refused.json()]);
    expect(again.headers.get('www-authenticate')).toBe(refused.headers.get('www-authenticate'));
  });
});
