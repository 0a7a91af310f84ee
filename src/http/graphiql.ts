import { join } from 'node:path';
import { type Request, type Response, Router } from 'express';
import { PROJECT_ROOT } from '../compiled';
import { exampleQueries } from '../graphql';
import { serveBuilt } from './builtFiles';

/** The output of scripts/buildGraphiql.mjs. */
const BUNDLE_DIR = join(PROJECT_ROOT, 'dist', 'http', 'graphiql');

/**
 * The page loads its own bundle and asks this server; the editor writes style attributes, images and fonts are inside
 * the style sheet.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Serves the script and the style sheet of the GraphiQL page, and leads to the page itself.
 *
 * @param base the path below which the server is, such as `/deeplesion`, or empty
 */
export function createGraphiqlRouter(base: string): Router {
  return Router()
    .get('/', (_request, response) => response.redirect(`${base}/graphql`))
    .use(serveBuilt(BUNDLE_DIR, { maxAge: '1h' }));
}

/** @returns whether a browser requests a page and not a client for data */
export function prefersHtml(request: Request): boolean {
  const json = ['application/json', 'application/graphql-response+json'];
  return (
    request.query.query === undefined &&
    request.query.documentId === undefined &&
    request.accepts([...json, 'text/html']) === 'text/html'
  );
}

/** Sends the GraphiQL page. @param page of `graphiqlPage` */
export function sendGraphiql(response: Response, page: string): void {
  response.set({ 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-cache' }).type('html').send(page);
}

/** JSON inside a script element: "<" could end the element. */
const examples = JSON.stringify(exampleQueries).replaceAll('<', '\\u003c');

/** @returns the page with the example queries as tabs @param base as for the router */
export const graphiqlPage = (base: string): string => `<!doctype html>
<html lang="en" data-base="${base}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>DeepLesion Server: GraphiQL</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${base}/graphiql/graphiql.css">
    <style>body { margin: 0 } #graphiql { height: 100dvh }</style>
  </head>
  <body>
    <div id="graphiql">Loading…</div>
    <noscript>This page needs JavaScript. The graph answers POST requests at this address; its schema is at ${base}/schema.graphql.</noscript>
    <script type="application/json" id="examples">${examples}</script>
    <script src="${base}/graphiql/graphiql.js"></script>
  </body>
</html>
`;
