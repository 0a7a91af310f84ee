import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKey, setVisibility } from '../../src/access';
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

const DATA = /<script type="application\/ld\+json">(.*?)<\/script>/gs;
/** Blocks of data run nothing. */
const withoutData = (page: string): string => page.replaceAll(DATA, '');

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
      const page = withoutData(await response.text());
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

describe('what a search engine reads in the page', () => {
  interface Described {
    '@type': string;
    name: string;
    identifier: string;
    license?: string;
    url: string;
    citation: string;
    distribution: { contentUrl: string; encodingFormat: string }[];
  }
  const describedAt = async (path: string, headers: Record<string, string> = {}): Promise<Described[]> => {
    const page = await (await fetch(`${server.url}${path}`, { headers })).text();
    const blocks = [...page.matchAll(DATA)].map(([, text = '']) => JSON.parse(text));
    expect(blocks.length).toBeLessThan(2);
    for (const block of blocks) expect(block['@context']).toBe('https://schema.org/');
    return blocks.flatMap((block) => block['@graph']);
  };
  const HOSTILE = '</script><script>alert(1)</script> $& A';

  beforeAll(async () => {
    await server.services.database.query({
      text: `INSERT INTO dataset (slug, version, is_latest, name, licence, citation, pixel_convention, source_format, source_file,
               source_sha256, import_report)
             VALUES ('open', 1, false, 'First', '', '', 'ONE_BASED', 'dl-info', 'a.csv', 'a', '{}'),
               ('open', 2, true, $1, 'CC BY 4.0 (https://a.example/by).', 'Doe (2018)', 'ONE_BASED', 'dl-info', 'a.csv', 'b', '{}'),
               ('own', 1, true, 'Ours', '', '', 'ONE_BASED', 'dl-info', 'a.csv', 'c', '{}')`,
      values: [HOSTILE],
    });
    await setVisibility(server.services.database, 'own', 'PRIVATE', null);
  });

  it('is every data set that anyone may see, with licence, citation and files that are there', async () => {
    const datasets = await describedAt('/');
    expect(datasets).toMatchObject([
      {
        ...{ '@type': 'Dataset', name: HOSTILE, identifier: 'open@2', license: 'https://a.example/by' },
        ...{ url: `${server.url}/d/open/lesions`, citation: expect.stringContaining('Doe (2018).') },
      },
    ]);
    const files = datasets[0]?.distribution.map(({ contentUrl }) => contentUrl) ?? [];
    expect(files).toContain(`${server.url}/exports/open@2/lesions.csv`);
    expect(await describedAt('/datasets')).toEqual(datasets);
    expect(await describedAt('/d/open/lesions')).toEqual(datasets);
    expect(await describedAt('/d/open@1/lesions')).toMatchObject([{ name: 'First' }]);
    expect(await describedAt('/runs')).toEqual([]);
  });

  it('is never a private data set, also for callers who may see it: one page is for all', async () => {
    const { text } = await createKey(
      server.services.database,
      { name: 'own', scopes: ['read'], datasets: ['own'] },
      null,
    );
    const headers = { authorization: `Bearer ${text}` };
    expect((await describedAt('/', headers)).map(({ identifier }) => identifier)).toEqual(['open@2']);
    expect(await describedAt('/d/own/lesions', headers)).toEqual([]);
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
