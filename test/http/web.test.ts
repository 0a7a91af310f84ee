import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../src/compiled';
import { createHttpServer } from '../../src/http';
import { PATHS } from '../../src/http/webPaths';
import { standInSchema } from './standInSchema';
import { startTestServer, type TestServer } from './testServer';

const ASSETS = join(PROJECT_ROOT, 'dist', 'http', 'web', 'assets');

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(standInSchema);
});
afterAll(() => server.stop());

describe('the interface over HTTP', () => {
  it.each(Object.values(PATHS))(
    'is one page at %s, under a policy that runs nothing but its own files',
    async (path) => {
      const response = await fetch(`${server.url}${path.replaceAll(/\$\w+/g, 'some-id')}?a=b`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('text/html');
      expect(response.headers.get('cache-control')).toBe('no-cache');
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(policy).not.toContain('unsafe');
      expect(policy).toContain("frame-ancestors 'none'");
      expect(response.headers.get('x-frame-options')).toBe('DENY');
      const page = await response.text();
      expect(page).not.toMatch(/<script(?![^>]*\bsrc=)/);
      expect(page).not.toMatch(/<style|style=|https?:\/\//);
    },
  );

  it('leaves every other address to the API', async () => {
    for (const path of ['/lesion', '/runs/a/b', '/d/demo', '/assets/nothing.js', '/index.html']) {
      const response = await fetch(`${server.url}${path}`, { headers: { accept: 'text/html' } });
      expect([path, response.status]).toEqual([path, 404]);
    }
  });

  it('sends scripts compressed as the client accepts, to be kept for a year', async () => {
    const name = readdirSync(ASSETS).find((file) => /^index-.*\.js$/.test(file)) ?? '';
    const script = { name, text: readFileSync(join(ASSETS, name), 'utf8') };
    for (const [accepted, encoding] of [
      ['br, gzip', 'br'],
      ['gzip', 'gzip'],
      ['identity', null],
    ] as const) {
      const response = await fetch(`${server.url}/assets/${script.name}`, { headers: { 'accept-encoding': accepted } });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-encoding')).toBe(encoding);
      expect(response.headers.get('content-type')).toContain('javascript');
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(response.headers.get('vary')).toContain('Accept-Encoding');
      expect((await response.text()) === script.text).toBe(true);
    }
  });
});

describe('the figure that other pages may frame', () => {
  it('may be framed by nobody unless the host says by whom', async () => {
    const response = await fetch(`${server.url}/embed/accuracy`);
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(response.headers.get('x-frame-options')).toBe('DENY');
  });

  it('may be framed by the sites of EMBED_ANCESTORS, and no other page may', async () => {
    const config = { ...server.services.config, embedAncestors: ['https://wiki.example.org'] };
    const open = createHttpServer({ ...server.services, config }, standInSchema);
    const url = await open.listen();
    const [figure, page] = await Promise.all([fetch(`${url}/embed/accuracy`), fetch(`${url}/accuracy`)]);
    expect(figure.headers.get('content-security-policy')).toContain('frame-ancestors https://wiki.example.org');
    expect(figure.headers.get('x-frame-options')).toBeNull();
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    await open.stop();
  });

  it('is open to anyone who may read nothing, for how else would they sign in', async () => {
    const config = { ...server.services.config, anonymousScopes: [] };
    const closed = createHttpServer({ ...server.services, config }, standInSchema);
    const url = await closed.listen();
    for (const path of Object.values(PATHS)) {
      const { status } = await fetch(`${url}${path.replaceAll(/\$\w+/g, 'some-id')}`);
      expect([path, status]).toEqual([path, 200]);
    }
    expect((await fetch(`${url}/clusters/some-id/montage.png`)).status).toBe(401);
    await closed.stop();
  });
});
