import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { createClient } from 'graphql-sse';
import { PROJECT_ROOT } from '../../src/compiled';
import { SERVER_CLOCK } from '../../src/http';
import { standInSchema } from './standInSchema';
import { startTestServer, type TestServer } from './testServer';

describe('createHttpServer', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(standInSchema);
  });
  afterAll(() => server.stop());

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(server.url + path, { headers, redirect: 'manual' });

  describe('identifies requests', () => {
    it('by the id that the caller sent, where it is sane', async () => {
      expect((await get('/healthz', { 'x-request-id': 'run-17.a' })).headers.get('x-request-id')).toBe('run-17.a');
    });

    it.each(['with space', 'x'.repeat(65), '<script>', ''])('by one of its own in place of %j', async (id) => {
      expect((await get('/healthz', { 'x-request-id': id })).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    });
  });

  it('sends the headers that keep browsers careful, and does not say what it runs on', async () => {
    const { headers } = await get('/healthz');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('gives out the schema as SDL', async () => {
    const answer = await get('/schema.graphql');
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(
      buildSchema(await answer.text())
        .getQueryType()
        ?.getFields(),
    ).toHaveProperty('things');
  });

  describe('shows a browser the GraphiQL page', () => {
    const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

    it('with all that it loads from this server', async () => {
      const answer = await get('/graphql', browser);
      const page = await answer.text();
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
      const assets = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
      expect(assets).toEqual(['data:,', '/graphiql/graphiql.css', '/graphiql/graphiql.js']);
      for (const asset of assets.slice(1)) expect((await get(asset)).status).toBe(200);
    });

    it('under a policy that lets it load from nowhere else', async () => {
      const policy = (await get('/graphql', browser)).headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'; script-src 'self'");
      expect(policy).not.toMatch(/https?:|unsafe-eval|\*/);
    });

    it('without a style sheet or font of another host', () => {
      const css = readFileSync(join(PROJECT_ROOT, 'dist/http/graphiql/graphiql.css'), 'utf8');
      const addresses = [...css.matchAll(/url\(\s*["']?([^"')]{0,20})/g)].map((match) => match[1] ?? '');
      expect(addresses.filter((address) => !address.startsWith('data:'))).toEqual([]);
      expect(css).not.toContain('@import');
    });

    it('with the example queries, which end in no script', async () => {
      const page = await (await get('/graphql', browser)).text();
      const json = /<script type="application\/json" id="examples">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
      expect(JSON.parse(json)).not.toHaveLength(0);
      expect(json).not.toContain('<');
    });

    it('but a query in its address is answered as data', async () => {
      const answer = await get('/graphql?query={__typename}', browser);
      expect(await answer.json()).toEqual({ data: { __typename: 'Query' } });
    });

    it('and a program that asks by GET, or forgets the type of its body, is answered or told what to send', async () => {
      expect(await (await get('/graphql?query={__typename}')).json()).toEqual({ data: { __typename: 'Query' } });
      const nothing = await get('/graphql');
      expect(nothing.status).toBe(400);
      expect(await nothing.text()).toContain('Send the query by POST as JSON, or in the address: /graphql?query=');
      const form = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: '{"query":"{__typename}"}',
      });
      expect(form.status).toBe(415);
      const { errors } = (await form.json()) as { errors: { message: string }[] };
      expect(errors[0]?.message).toMatch(
        /^Send the header Content-Type: application\/json .*it was "application\/x-www-form-urlencoded"/,
      );
    });
  });

  describe('streams subscriptions as server-sent events', () => {
    const stream = (body: unknown, headers: Record<string, string> = {}) =>
      fetch(`${server.url}/graphql/stream`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
        body: JSON.stringify(body),
      });

    const codeOf = async (answer: Response): Promise<string | undefined> => {
      const body = (await answer.json()) as { errors: { extensions: { code: string } }[] };
      return body.errors[0]?.extensions.code;
    };

    it('to a client of the protocol', async () => {
      const client = createClient({ url: `${server.url}/graphql/stream`, retryAttempts: 0 });
      const values: unknown[] = [];
      for await (const { data } of client.iterate({ query: 'subscription { ticks }' })) values.push(data?.ticks);
      client.dispose();
      expect(values).toEqual([1, 2]);
    });

    it('as a browser’s EventSource asks for them', async () => {
      const answer = await get('/graphql/stream?query=subscription{ticks(count:1)}', { accept: 'text/event-stream' });
      expect(await answer.text()).toContain('event: next\ndata: {"data":{"ticks":1}}\n\nevent: complete');
    });

    it('and ends one whose source fails, without telling why', async () => {
      const answer = await stream({ query: 'subscription { ticks(count: 5) }' });
      const text = await answer.text().catch(() => 'cut off');
      expect(text).not.toContain('secret');
    });

    it.each([
      ['too deep', { query: `{ thing(id: 1) { ${'parent { '.repeat(30)}id${' }'.repeat(31)} }` }, 'QUERY_TOO_COMPLEX'],
      [
        'too much',
        {
          query:
            'query Q($n: Int!) { things(first: $n) { nodes { things(first: $n) { nodes { things(first: $n) { nodes { id } } } } } } }',
          variables: { n: 100 },
        },
        'QUERY_TOO_COMPLEX',
      ],
      ['not in the schema', { query: 'subscription { nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
      ['no GraphQL', { query: 'subscription {' }, 'GRAPHQL_PARSE_FAILED'],
      [
        'of the wrong type',
        { query: 'subscription S($n: Int) { ticks(count: $n) }', variables: { n: 'x' } },
        'BAD_USER_INPUT',
      ],
    ])('and refuses what is %s', async (_title, body, code) => {
      const answer = await stream(body);
      expect(answer.status).toBe(400);
      expect(await codeOf(answer)).toBe(code);
    });

    it('which /graphql does not, and says where they are', async () => {
      const answer = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
        body: JSON.stringify({ query: 'subscription { ticks }' }),
      });
      const { errors } = (await answer.json()) as { errors: { message: string }[] };
      expect(answer.status).toBe(400);
      expect(errors[0]?.message).toContain('/graphql/stream');
    });

    it('and wants to be asked for events, in JSON', async () => {
      const plain = await stream({ query: '{ __typename }' }, { accept: 'application/json' });
      expect([plain.status, await codeOf(plain)]).toEqual([400, 'BAD_USER_INPUT']);
      const form = await stream({ query: '{ __typename }' }, { 'content-type': 'text/plain' });
      expect([form.status, await codeOf(form)]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
      const mutation = await get('/graphql/stream?query=mutation{change}', { accept: 'text/event-stream' });
      expect(mutation.status).toBe(405);
    });
  });
});

describe('a server that stops', () => {
  it('says so first, answers what it has begun, ends streams and refuses the rest', async () => {
    const server = await startTestServer(standInSchema, SERVER_CLOCK);
    const stream = await fetch(`${server.url}/graphql/stream?query=subscription{waits}`, {
      headers: { accept: 'text/event-stream' },
    });
    const begun = once(server.http.server, 'request');
    const slow = fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ slow }' }),
    });
    await begun;
    const stopped = server.stop();
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    expect(await (await slow).json()).toEqual({ data: { slow: 'done' } });
    await stopped;
    await expect(stream.text()).rejects.toThrow();
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  });
});
