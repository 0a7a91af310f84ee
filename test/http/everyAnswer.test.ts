import { startUploadBed, type UploadBed } from '../uploads/uploadBed';
import { rawClient } from './rawClient';

/** Whatever the server answers: pages, redirects, refusals of each kind, and what Node would answer by itself. */
describe('every answer', () => {
  let bed: UploadBed;
  beforeAll(async () => {
    bed = await startUploadBed({ detectors: false });
  });
  afterAll(() => bed.stop());

  const line = (start: string, headers = 'Host: a\r\n', body = ''): string =>
    `${start} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n${body}`;
  it.each([
    ['a page', line('GET /graphql', 'Host: a\r\nAccept: text/html\r\n'), 200],
    ['the page of the interface', line('GET /'), 200],
    ['the redirect of GraphiQL', line('GET /graphiql'), 302],
    ['the redirect of a folder', line('GET /graphiql/'), 302],
    ['a file of GraphiQL', line('GET /graphiql/graphiql.css'), 200],
    ['no file of GraphiQL', line('GET /graphiql/..%2f..%2fpackage.json'), 404],
    ['a check', line('GET /healthz'), 200],
    ['a check that fails', line('GET /readyz'), 503],
    ['nothing at an address', line('GET /nowhere'), 404],
    ['a path that is none', line('GET /images/%E0%A4%A'), 400],
    ['another method', line('POST /images/x.png'), 405],
    ['a picture that is not there', line('GET /images/x.png'), 404],
    [
      'a query',
      line(
        'POST /graphql',
        'Host: a\r\nContent-Type: application/json\r\nContent-Length: 24\r\n',
        '{"query":"{__typename}"}',
      ),
      200,
    ],
    [
      'no query',
      line('POST /graphql', 'Host: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n', '{}'),
      400,
    ],
    ['a body of no type', line('POST /graphql', 'Host: a\r\nContent-Length: 2\r\n', '{}'), 415],
    ['an upload of nothing', line('PUT /uploads', 'Host: a\r\nContent-Length: 0\r\n'), 400],
    ['a stream that nobody can read', line('GET /graphql/stream'), 400],
    [
      'a WebSocket at the wrong place',
      'GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      404,
    ],
    ['no HTTP', 'rubbish\r\n\r\n', 400],
    ['too large a head', line('GET /', `Host: a\r\nX: ${'x'.repeat(20_000)}\r\n`), 431],
    ['no host', line('GET /healthz', ''), 400],
    ['no version', 'GET /healthz\r\n\r\n', 505],
    ['a version of HTTP that is not spoken', 'GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n', 505],
    ['an expectation', line('GET /healthz', 'Host: a\r\nExpect: wonders\r\n'), 417],
    ['a tunnel', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', 405],
  ])('to %s keeps a browser from framing, running or guessing at it', async (_what, bytes, status) => {
    const client = await rawClient(bed.url);
    client.send(bytes);
    const answer = await client.until((text) => text.includes('\r\n\r\n'));
    client.socket.destroy();
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toMatch(
      /^Content-Security-Policy: default-src 'none'; (?:script-src 'self'; .*)?frame-ancestors 'none'\r$/im,
    );
    expect(answer).toMatch(/^X-Content-Type-Options: nosniff\r$/im);
    expect(answer).toMatch(/^X-Frame-Options: DENY\r$/im);
    if (status >= 400) expect(answer).toContain('"message":"');
  });
});
