import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { createHttpServer } from '../../src/http';
import { createLogger } from '../../src/log';
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
    http = createHttpServer({ ...test.services, log }, standInSchema);
    url = await http.listen();
  });
  afterAll(async () => {
    await http.stop();
    await test.stop();
  });

  const faultOf = (requestId: string) =>
    lines.find((line) => line.requestId === requestId && line.msg.startsWith('the graph failed'));
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
