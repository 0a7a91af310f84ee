import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { buildSchema } from '../../src/graphql';
import { createHttpServer } from '../../src/http';
import { createLogger } from '../../src/log';
import { idOfNothing } from '../globalIds';
import { QUICK_SERVER } from '../testClock';
import { standInSchema } from './standInSchema';
import { startTestServer, type TestServer } from './testServer';

const FAILING = '{ thing(id: 1) { fails } }';

describe('the log of a request', () => {
  const lines: { requestId?: string; msg: string; correlationId?: string }[] = [];
  let test: TestServer;
  let http: ReturnType<typeof createHttpServer>;
  let url: string;
  beforeAll(async () => {
    test = await startTestServer(standInSchema);
    const log = createLogger('debug', { write: (line) => lines.push(JSON.parse(line)) });
    http = createHttpServer({ ...test.services, log }, standInSchema, QUICK_SERVER);
    url = await http.listen();
  });
  afterAll(async () => {
    await http.stop();
    await test.stop();
  });

  const faultOf = (requestId: string) =>
    lines.find((line) => line.requestId === requestId && line.msg.startsWith('GraphQL execution failed'));
  const post = (path: string, headers: Record<string, string>) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: FAILING, variables: { note: 'a private word' } }),
    }).then((answer) => answer.text());

  it('has its id beside a fault of the graph and beside its outcome, and neither query nor variables', async () => {
    const answer = await post('/graphql', { 'x-request-id': 'of-plain' });
    expect(answer).toContain(faultOf('of-plain')?.correlationId);
    while (!lines.some(({ requestId, msg }) => requestId === 'of-plain' && msg === 'request'))
      await new Promise(setImmediate);
    expect(JSON.stringify(lines)).not.toMatch(/a private word|thing\(id/);
  });

  it('has it beside a fault in a stream', async () => {
    const answer = await post('/graphql/stream', { 'x-request-id': 'of-stream', accept: 'text/event-stream' });
    expect(answer).toContain(faultOf('of-stream')?.correlationId);
  });

  it('has that of the upgrade beside a fault on a WebSocket', async () => {
    class NamedSocket extends WebSocket {
      constructor(address: string, protocol: string) {
        super(address, protocol, { headers: { 'x-request-id': 'of-socket' } });
      }
    }
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: NamedSocket,
      retryAttempts: 0,
    });
    for await (const result of client.iterate({ query: FAILING }))
      expect(JSON.stringify(result)).toContain(faultOf('of-socket')?.correlationId);
    expect(faultOf('of-socket')).toBeDefined();
    await client.dispose();
  });
});

describe('the log of what was done', () => {
  type Line = Record<string, unknown> & { msg: string; level: number };
  const INFO = 30;
  const DEBUG = 20;
  const texts: string[] = [];
  let test: TestServer;
  let http: ReturnType<typeof createHttpServer>;
  let url: string;
  beforeAll(async () => {
    const schema = buildSchema();
    test = await startTestServer(schema);
    const log = createLogger('debug', { write: (line) => texts.push(line) });
    http = createHttpServer({ ...test.services, log }, schema, QUICK_SERVER);
    url = await http.listen();
  });
  afterAll(async () => {
    await http.stop();
    await test.stop();
  });

  const lines = (): Line[] => texts.map((text) => JSON.parse(text));
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }).then((answer) => answer.text());
  const operationOf = (requestId: string) =>
    lines().find((line) => line.requestId === requestId && line.msg.startsWith('operation'));

  const detectionId = idOfNothing('Detection');
  const VERDICT = {
    query: 'mutation Verdict($input: ReviewDetectionInput!) { reviewDetection(input: $input) { review { id } } }',
    variables: {
      input: {
        detectionId,
        verdict: 'LESION',
        reviewer: 'Dr. Private\n{"level":50,"msg":"forged"}',
        remark: 'patient has moved\u2028forged',
      },
    },
  };

  it.each([
    ['/graphql', 'application/json'],
    ['/graphql/stream', 'text/event-stream'],
  ])(
    'has a line at info for a mutation at %s: who, what, which, how long, never the words of people',
    async (path, accept) => {
      await post(path, VERDICT, { accept, 'x-request-id': `verdict-${accept.length}` });
      expect(operationOf(`verdict-${accept.length}`)).toEqual({
        level: INFO,
        time: expect.any(String),
        requestId: `verdict-${accept.length}`,
        client: expect.stringContaining('127.0.0.1'),
        type: 'mutation',
        name: 'Verdict',
        fields: ['reviewDetection'],
        ids: [detectionId],
        codes: ['NOT_FOUND'],
        milliseconds: expect.any(Number),
        msg: 'operation',
      });
      expect(texts.join('')).not.toMatch(/Private|moved|forged|LESION/);
    },
  );

  it('has a line at debug for a query, with the name that its client gave it', async () => {
    const query = 'query Patients($f: PatientFilter) { patients(filter: $f) { totalCount } datasets { totalCount } }';
    await post('/graphql', { query, variables: { f: { patientIndex: 31_415 } } }, { 'x-request-id': 'a-query' });
    expect(operationOf('a-query')).toMatchObject({
      level: DEBUG,
      client: expect.stringContaining('127.0.0.1'),
      type: 'query',
      name: 'Patients',
      fields: ['patients', 'datasets'],
      ids: [],
    });
    expect(texts.join('')).not.toContain('31415');
  });

  it('takes no text of a client for an id', async () => {
    const variables = { input: { ...VERDICT.variables.input, detectionId: 'my secret "word"' } };
    await post('/graphql', { ...VERDICT, variables }, { 'x-request-id': 'no-id' });
    expect(operationOf('no-id')).toMatchObject({ ids: [], codes: ['BAD_USER_INPUT'] });
    expect(texts.join('')).not.toContain('secret');
  });

  it('has each line on one line', () => {
    for (const text of texts) expect(text.trimEnd()).not.toMatch(/[\n\r]/);
  });
});
