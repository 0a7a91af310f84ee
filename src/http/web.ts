import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Request, type Response, Router } from 'express';
import { PROJECT_ROOT } from '../compiled';
import { serveBuilt } from './builtFiles';
import type { DescribeDatasets } from './describedDatasets';
import { EMBED_PATH, PATHS } from './webPaths';

/** The output of Vite (scripts/buildWeb.mjs). */
const BUNDLE_DIR = join(PROJECT_ROOT, 'dist', 'http', 'web');
const ASSET_DIR = join(BUNDLE_DIR, 'assets');

/**
 * Nothing runs, loads or connects but what this server serves. `blob:` is for pictures and files made in the page.
 *
 * @param ancestors origins whose pages may frame this one
 */
const policyFor = (ancestors: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${ancestors.length > 0 ? ancestors.join(' ') : "'none'"}`,
  ].join('; ');

const pages = new Map<string, string>();

/** A page, read once: with it, all of it comes from one build, also when that is replaced under a running server. */
function readPage(name: string): string {
  const page = pages.get(name) ?? readFileSync(join(BUNDLE_DIR, name), 'utf8');
  pages.set(name, page);
  return page;
}

/**
 * The build names its files relative to the page, which is shown at addresses of any depth. The scripts read the prefix
 * of the root element. A `<base>` would do for both, but change what `#main` means, and every other link within the page.
 */
const belowPrefix = (page: string, base: string): string =>
  page.replace('<html ', `<html data-base="${base}" `).replaceAll('="./assets/', `="${base}/assets/`);

/** Path parameters: `$name` in the page's router, `:name` in the server's. */
const serverPath = (path: string): string => path.replaceAll('$', ':');

/**
 * Serves the interface: its page at the addresses of `webPaths.ts`, and its scripts and style sheets under `/assets`,
 * whose names change with their content. The figure at `/embed/accuracy` may be framed by pages of the given origins.
 *
 * @param embedAncestors as in a Content-Security-Policy: `https://dashboard.example`, or `*`; none: nobody may
 * @param base the path below which the server is, such as `/deeplesion`, or empty
 * @param describe what search engines read of the data sets that a page is about
 */
export function createWebRouter(embedAncestors: readonly string[], base: string, describe: DescribeDatasets): Router {
  const router = Router();
  router.use('/assets', serveBuilt(ASSET_DIR, { immutable: true, maxAge: '365d' }));
  const sendPage = (response: Response, data = ''): void => {
    response.set({ 'Content-Security-Policy': policyFor([]), 'Cache-Control': 'no-cache' });
    // Not as a pattern: texts of data sets may have what stands for a match.
    const page = belowPrefix(readPage('index.html'), base).replace('</head>', () => `${data}</head>`);
    response.type('html').send(page);
  };
  for (const path of Object.values(PATHS))
    router.get(serverPath(path), async (request: Request, response: Response) => {
      const { slug } = request.params;
      const isOfData = typeof slug === 'string' || path === PATHS.home || path === PATHS.datasets;
      sendPage(response, isOfData ? await describe(request, typeof slug === 'string' ? slug : undefined) : '');
    });
  router.get(EMBED_PATH, (_request, response) => {
    response.set({ 'Content-Security-Policy': policyFor(embedAncestors), 'Cache-Control': 'no-cache' });
    // Older than the policy, and it knows no list of origins.
    if (embedAncestors.length > 0) response.removeHeader('X-Frame-Options');
    response.type('html').send(belowPrefix(readPage('embed.html'), base));
  });
  return router;
}
