import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { PROJECT_ROOT } from '../compiled';
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

/** The compressed copies that the build lays beside each text file, the smaller one first. */
const ENCODINGS = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

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

let names: ReadonlySet<string> | undefined;

/** The names of all assets, read once, as the pages are. */
function assets(): ReadonlySet<string> {
  names ??= new Set(readdirSync(ASSET_DIR));
  return names;
}

/** Sends the file's compressed copy, if there is one that the client accepts, under the name and type of the file. */
function preferCompressed(request: Request, response: Response, next: NextFunction): void {
  const type = /\.(js|css|svg)$/.exec(request.path)?.[0];
  if (type !== undefined) {
    response.vary('Accept-Encoding');
    const accepted = request.acceptsEncodings(ENCODINGS.map(({ name }) => name));
    const encoding = ENCODINGS.find(({ name }) => name === accepted);
    if (encoding && assets().has(`${request.path.slice(1)}${encoding.suffix}`)) {
      request.url = request.url.replace(request.path, `${request.path}${encoding.suffix}`);
      response.set('Content-Encoding', encoding.name).type(type);
    }
  }
  next();
}

/**
 * Serves the interface: its page at the addresses of `webPaths.ts`, and its scripts and style sheets under `/assets`,
 * whose names change with their content. The figure at `/embed/accuracy` may be framed by pages of the given origins.
 *
 * @param embedAncestors as in a Content-Security-Policy: `https://dashboard.example`, or `*`; none: nobody may
 * @param base the path below which the server is, such as `/deeplesion`, or empty
 */
export function createWebRouter(embedAncestors: readonly string[], base: string): Router {
  const router = Router();
  router.use(
    '/assets',
    preferCompressed,
    express.static(ASSET_DIR, { index: false, immutable: true, maxAge: '365d', redirect: false }),
  );
  const sendPage = (_request: Request, response: Response): void => {
    response.set({ 'Content-Security-Policy': policyFor([]), 'Cache-Control': 'no-cache' });
    response.type('html').send(belowPrefix(readPage('index.html'), base));
  };
  for (const path of Object.values(PATHS)) router.get(serverPath(path), sendPage);
  router.get(EMBED_PATH, (_request, response) => {
    response.set({ 'Content-Security-Policy': policyFor(embedAncestors), 'Cache-Control': 'no-cache' });
    // Older than the policy, and it knows no list of origins.
    if (embedAncestors.length > 0) response.removeHeader('X-Frame-Options');
    response.type('html').send(belowPrefix(readPage('embed.html'), base));
  });
  return router;
}
