import { Client, fromJsonSchema, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createKey, Quotas, setVisibility } from '../../src/access';
import { cookbook } from '../../src/graphql';
import type { HttpServer } from '../../src/http';
import { createLogger } from '../../src/log';
import type { Services } from '../../src/services';
import { createRunBed, type RunBed } from '../runs/runBed';
import { startBedServer } from './bedServer';

/** The revisions that clients of this time speak: with a handshake, and without one. */
const ERAS = [
  { era: 'legacy', mode: 'legacy' },
  { era: 'modern', mode: { pin: '2026-07-28' } },
] as const;

let bed: RunBed;
let server: { url: string; http: HttpServer };
let quotas: Quotas;
let keys: Record<'reader' | 'uploader', string>;
const clients: Client[] = [];

beforeAll(async () => {
  bed = await createRunBed(2);
  const config = {
    ...{ host: '127.0.0.1', port: 0, anonymousScopes: ['read'], corsOrigins: ['https://lab.example.org'] },
    ...{ dataDir: bed.dataDir, modelsDir: bed.modelsDir, executionProviders: ['cpu'], webhookHosts: [] },
  } as unknown as Services['config'];
  quotas = new Quotas(bed.database, config, createLogger('silent'));
  server = await startBedServer(bed, { config, quotas });
  const keyWith = async (scope: 'read' | 'upload'): Promise<string> =>
    (await createKey(bed.database, { name: scope, scopes: [scope], quotas: { fields: 1_000 } }, null)).text;
  keys = { reader: await keyWith('read'), uploader: await keyWith('upload') };
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await server.http.stop();
  await quotas.stop();
  await bed.drop();
});

async function connect(mode: (typeof ERAS)[number]['mode'] = 'legacy', key?: string): Promise<Client> {
  const client = new Client({ name: 'a test', version: '1' }, { versionNegotiation: { mode } });
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', server.url), { requestInit: { headers } }));
  clients.push(client);
  return client;
}

/** @returns what a tool says of what it was not given well */
async function refusalOf(client: Client, name: string, given: Record<string, unknown>): Promise<string> {
  const { isError, content } = await client.callTool({ name, arguments: given });
  expect(isError).toBe(true);
  return content.map((one) => (one.type === 'text' ? one.text : one.type)).join('\n');
}

const rawPost = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.url}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' };

describe.each(ERAS)('an agent of the $era revision', ({ mode }) => {
  it('finds a handful of tools, all of which only read, with schemas of their arguments that hold', async () => {
    const client = await connect(mode);
    const { tools } = await client.listTools();
    const recipes = cookbook.filter(({ isTool }) => isTool);
    expect(tools.map(({ name }) => name)).toEqual([...recipes.map(({ name }) => name), 'cookbook', 'schema', 'query']);
    expect(tools.length).toBeLessThan(15);
    for (const { name, description, inputSchema, annotations } of tools) {
      expect(annotations).toMatchObject({ readOnlyHint: true });
      expect(description?.length).toBeGreaterThan(40);
      const isValid = async (given: unknown): Promise<boolean> =>
        !('issues' in (await fromJsonSchema(inputSchema as never)['~standard'].validate(given)));
      const recipe = recipes.find((one) => one.name === name);
      if (recipe)
        expect([name, await isValid(recipe.variables), await isValid({ none: 1 })]).toEqual([name, true, false]);
    }
    expect(client.getInstructions()).toContain('data-sets');
    expect(client.getServerVersion()).toMatchObject({ name: 'deeplesion', version: 'test' });
  });

  it('asks a recipe with variables of its own, and gets the data of the graph as structure and as text', async () => {
    const client = await connect(mode);
    const filter = { dataset: 'small', split: ['TRAIN', 'VALIDATION', 'TEST'] };
    const { structuredContent, content, isError } = await client.callTool({
      name: 'filters',
      arguments: { filter, first: 1 },
    });
    expect(isError ?? false).toBe(false);
    expect(structuredContent).toMatchObject({ lesions: { totalCount: 2, nodes: [{ id: expect.any(String) }] } });
    expect(content).toEqual([{ type: 'text', text: JSON.stringify(structuredContent) }]);
  });
});

describe('the tools of /mcp', () => {
  it('lead from the cookbook and the schema to a query of the agent itself', async () => {
    const client = await connect();
    const { structuredContent: recipe } = await client.callTool({ name: 'cookbook', arguments: { name: 'citation' } });
    expect(recipe).toMatchObject({
      document: expect.stringContaining('query Citation'),
      variables: { dataset: 'demo@1' },
    });
    const { structuredContent: found } = await client.callTool({
      name: 'schema',
      arguments: { words: 'lesion longDiameter' },
    });
    expect(found).toMatchObject({
      matches: expect.arrayContaining([
        expect.objectContaining({
          coordinate: 'Lesion.longDiameterMm',
          type: 'Float',
          description: expect.any(String),
        }),
      ]),
    });
    const query = 'query ($filter: LesionFilter) { lesions(filter: $filter) { totalCount } }';
    const variables = { filter: { dataset: 'small' } };
    const { structuredContent } = await client.callTool({ name: 'query', arguments: { query, variables } });
    expect(structuredContent).toEqual({ lesions: { totalCount: 2 } });
  });

  it('never change anything', async () => {
    const client = await connect('legacy', keys.reader);
    const query = 'mutation { runDetection(input: { detector: "tiny-constant", dataset: "small" }) { run { id } } }';
    expect(await refusalOf(client, 'query', { query })).toMatch(/^BAD_USER_INPUT: Expected a query; got a mutation/);
    expect(
      await refusalOf(client, 'query', { query: `query A { __typename } ${query.replace('mutation', 'mutation B')}` }),
    ).toMatch(/operation name/i);
    expect(await refusalOf(client, 'query', { query: 'subscription { detectionRunsChanged { id } }' })).toMatch(
      /got a subscription/,
    );
    expect(await bed.database.prisma.detectionRun.count()).toBe(0);
  });

  it.each([
    [
      'an argument that a recipe does not have',
      'filters',
      { fitler: {} },
      /no argument "fitler": expected filter, first/,
    ],
    ['a field that a filter does not have', 'filters', { filter: { coarseTyp: 'LIVER' } }, /coarseTyp/],
    ['a value that no enum has', 'statistics', { groupBy: ['COLOUR'] }, /COLOUR/],
    ['a variable that is missing', 'froc', { rates: [1] }, /\$dataset/],
    ['a data set that is none', 'similar-lesions', { dataset: 'none' }, /none/],
    ['a recipe that is none', 'cookbook', { name: 'cake' }, /no "cake"/],
    ['words that are none', 'schema', { words: ' ' }, /words/],
    ['a query that is none', 'query', { query: 'SELECT 1' }, /GRAPHQL_PARSE_FAILED: Syntax Error/],
    ['a field that is none', 'query', { query: '{ lesion }' }, /GRAPHQL_VALIDATION_FAILED/],
    ['too much at once', 'query', { query: '{ lesions(first: 501) { totalCount } }' }, /500/],
    ['a tool that is none', 'deleteEverything', {}, /no tool deleteEverything/],
  ])('say what is wrong with %s', async (_, name, given, message) => {
    expect(await refusalOf(await connect(), name, given)).toMatch(message);
  });

  it('count what they return against the quota of the key, and say how it stands', async () => {
    const client = await connect('legacy', keys.reader);
    const query = '{ lesions { nodes { id split possiblyNoisy } } }';
    const call = { ...LIST, method: 'tools/call', params: { name: 'query', arguments: { query } } };
    const answer = await rawPost(call, { authorization: `Bearer ${keys.reader}` });
    expect(answer.headers.get('ratelimit')).toMatch(/"fields";r=\d+/);
    await answer.text();
    let refused = '';
    for (let turn = 0; turn < 200 && refused === ''; turn++) {
      const { isError, content } = await client.callTool({ name: 'query', arguments: { query } });
      if (isError) refused = JSON.stringify(content);
    }
    expect(refused).toContain('RATE_LIMITED: ');
  });
});

describe('the address /mcp', () => {
  it('is for callers that may read', async () => {
    const denied = await rawPost(LIST, { authorization: `Bearer ${keys.uploader}` });
    expect([denied.status, denied.headers.get('www-authenticate')]).toEqual([
      403,
      expect.stringContaining('scope="read"'),
    ]);
    const wrong = await rawPost(LIST, { authorization: 'Bearer dl_none' });
    expect([wrong.status, wrong.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Bearer')]);
    const inAddress = await fetch(`${server.url}/mcp?key=${keys.reader}`, { method: 'POST' });
    expect(inAddress.status).toBe(400);
  });

  it('is closed to pages of other sites, and open to those that CORS_ORIGINS lists', async () => {
    const statusOf = async (origin: string): Promise<number> => (await rawPost(LIST, { origin })).status;
    expect(await statusOf('https://evil.example.com')).toBe(403);
    expect(await statusOf('null')).toBe(403);
    expect(await statusOf(server.url)).toBe(200);
    expect(await statusOf('https://lab.example.org')).toBe(200);
  });

  it('has no sessions and no streams: each message is answered by itself', async () => {
    for (const method of ['GET', 'DELETE', 'PUT']) {
      const answer = await fetch(`${server.url}/mcp`, { method, headers: { accept: 'text/event-stream' } });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    }
    expect((await rawPost(LIST)).headers.get('mcp-session-id')).toBeNull();
    const listen = { method: 'subscriptions/listen', params: { notifications: { toolsListChanged: true } } };
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const answer = await rawPost(
      { ...LIST, ...listen, params: { ...listen.params, _meta: meta } },
      { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' },
    );
    expect(await answer.json()).toMatchObject({ error: { message: expect.stringContaining('limit') } });
  });

  it('answers what is no message with the errors of JSON-RPC, and says what it expected', async () => {
    const errorOf = async (body: unknown, headers?: Record<string, string>) => {
      const answer = await rawPost(body, headers);
      const text = await answer.text();
      return [
        answer.status,
        (JSON.parse(text.replace(/^event.*\ndata: /, '')) as { error: { code: number } }).error.code,
      ];
    };
    expect(await errorOf('{')).toEqual([400, -32_700]);
    expect(await errorOf({ hello: 1 })).toEqual([400, expect.any(Number)]);
    expect(await errorOf(LIST, { 'mcp-protocol-version': '1999-01-01' })).toEqual([400, expect.any(Number)]);
    expect(await errorOf(LIST, { 'content-type': 'text/plain' })).toEqual([415, expect.any(Number)]);
    expect((await errorOf({ ...LIST, method: 'tools/burn' }))[1]).toBe(-32_601);
    expect((await rawPost(`"${'x'.repeat(1_100_000)}"`)).status).toBe(413);
  });
});

describe('a private data set', () => {
  it('is for an agent as if it were not there', async () => {
    const client = await connect();
    const call = async (name: string, given = {}) => JSON.stringify(await client.callTool({ name, arguments: given }));
    await setVisibility(bed.database, 'small', 'PRIVATE', null);
    while ((await call('data-sets')).includes('small')) await new Promise((resolve) => setTimeout(resolve, 50));
    for (const tool of ['similar-lesions', 'citation'])
      expect(await call(tool, { dataset: 'small' })).toBe(
        (await call(tool, { dataset: 'other' })).replaceAll('other', 'small'),
      );
  });
});
