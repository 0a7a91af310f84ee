/**
 * Cross-origin resource sharing: which responses the pages of other sites may read. A cookie of a person
 * who is signed in counts for this server's own pages alone (sessions.ts); credentials are for what a proxy in front of it
 * may ask for.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { siteOf } from './origin';

/** Headers of responses that pages may read, beside those that every page may. */
const EXPOSED = [
  'X-Request-Id',
  'RateLimit',
  'RateLimit-Policy',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'X-RateLimit-Resource',
  'Retry-After',
  'WWW-Authenticate',
  'ETag',
  'Accept-Ranges',
  'Content-Range',
  'Content-Digest',
  'Repr-Digest',
  'Content-Disposition',
  'Link',
  'Location',
  'X-DeepLesion-Pixels',
  'X-DeepLesion-Source',
  'X-Image-Width',
  'X-Image-Height',
  'X-Slice-Index',
  'X-Slice-Offset-Mm',
  'X-Slice-Indices',
  'X-Slice-Offsets-Mm',
].join(', ');

/** Headers of requests that a page has to ask for. */
const REQUEST_HEADERS = [
  'Accept',
  'Apollo-Require-Preflight',
  'Authorization',
  'Cache-Control',
  'Content-Type',
  'If-None-Match',
  'If-Range',
  'Range',
  'X-Cost',
  'X-DeepLesion',
  'X-Request-Id',
].join(', ');

/** A browser asks again after two hours; none keeps the answer much longer. */
const MAX_AGE_SECONDS = 7_200;

/**
 * Sets the headers that let a page read the response, if its site may. Everything else about the request goes on as it
 * would without a page.
 *
 * @returns whether the request is a preflight, which is answered herewith
 */
export function shareWithPages(request: IncomingMessage, response: ServerResponse): boolean {
  // On every response, so that a cache on the way never takes one for another.
  response.setHeader('Vary', 'Origin, Accept-Encoding');
  const site = siteOf(request);
  if (site === 'LISTED' || site === 'READER') {
    response.setHeader('Access-Control-Allow-Origin', site === 'LISTED' ? String(request.headers.origin) : '*');
    response.setHeader('Access-Control-Expose-Headers', EXPOSED);
    if (site === 'LISTED') response.setHeader('Access-Control-Allow-Credentials', 'true');
  }
  if (!isPreflight(request)) return false;
  if (site === 'LISTED' || site === 'READER') {
    // Reading takes no other methods: a query is a POST.
    const methods = site === 'LISTED' ? 'GET, HEAD, POST, PUT, DELETE' : 'GET, HEAD, POST';
    response.setHeader('Access-Control-Allow-Methods', methods);
    response.setHeader('Access-Control-Allow-Headers', REQUEST_HEADERS);
    response.setHeader('Access-Control-Max-Age', MAX_AGE_SECONDS);
  }
  response.statusCode = 204;
  response.end();
  return true;
}

function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}
