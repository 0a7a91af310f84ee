/** Settings that name sites, networks and this server's own address. Each is parsed once, into its only form. */
import { isIP } from 'node:net';
import type { z } from 'zod';
import { quoted } from './errors';

/** A source of `frame-ancestors` without a path: nothing that could end the directive. */
const ANCESTOR = /^https?:\/\/(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/;
/** Nothing but scheme, host and port; a slash at the end is common. */
const ORIGIN = /^https?:\/\/[^\s/?#@\\*]+\/?$/i;
/** An origin, and parts of a path that mean the same with and without percent-encoding. */
const PUBLIC_URL = /^https?:\/\/[^\s/?#@\\*]+((?:\/[A-Za-z0-9._~-]+)*)\/?$/i;

/** The address under which others reach the server, without a slash at the end. */
export interface PublicUrl {
  /** scheme, host and port, as browsers write them: `https://data.example.org` */
  readonly origin: string;
  /** the path below which everything is: `/deeplesion`, or empty */
  readonly path: string;
}

const wordsOf = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '');

/** @returns the sites of a list without duplicates; `*` alone if it is among them */
export function readAncestors(text: string, context: z.RefinementCtx): readonly string[] {
  const sites = wordsOf(text);
  const ancestors = sites.map((site) => (site === '*' ? site : site.toLowerCase().replace(/\/$/, '')));
  const wrong = ancestors.findIndex((site) => site !== '*' && !ANCESTOR.test(site));
  if (wrong >= 0)
    context.addIssue(
      `Expected origins such as https://wiki.example.org or https://*.example.org:8443, or * for every site, got ${quoted(sites[wrong])}`,
    );
  return ancestors.includes('*') ? ['*'] : [...new Set(ancestors)];
}

/** @returns the origins of a list as browsers send them, without duplicates; `*` may be among them */
export function readCorsOrigins(text: string, context: z.RefinementCtx): readonly string[] {
  const origins = wordsOf(text).map((word) => {
    const origin = word === '*' ? word : ORIGIN.test(word) ? originOf(word) : undefined;
    if (origin === undefined)
      context.addIssue(
        `Expected origins such as https://notebooks.example.org or http://10.0.0.1:8888, or * for reads by every site, got ${quoted(word)}`,
      );
    return origin ?? '';
  });
  return [...new Set(origins)];
}

/** @returns the networks of a list as `ADDRESS/BITS` */
export function readTrustedProxies(text: string, context: z.RefinementCtx): readonly string[] {
  return wordsOf(text).map((word) => {
    const network = networkOf(word);
    if (network === undefined)
      context.addIssue(
        `Expected addresses and networks such as 127.0.0.1, 10.0.0.0/8 or fd00::/8, got ${quoted(word)}`,
      );
    else if (network.endsWith('/0'))
      context.addIssue(
        `Expected the networks of your proxies, got ${quoted(word)}: with it, anyone could forge an address`,
      );
    return network ?? '';
  });
}

function networkOf(word: string): string | undefined {
  const [address = '', bits, ...rest] = word.split('/');
  const family = address.includes('%') ? 0 : isIP(address);
  const most = family === 6 ? 128 : 32;
  if (family === 0 || rest.length > 0) return undefined;
  if (bits === undefined) return `${address}/${most}`;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most ? `${address}/${Number(bits)}` : undefined;
}

/** @returns the address in its two parts */
export function readPublicUrl(text: string, context: z.RefinementCtx): PublicUrl | undefined {
  const [, path = ''] = PUBLIC_URL.exec(text) ?? [];
  const origin = PUBLIC_URL.test(text) ? originOf(text) : undefined;
  const parts = path.split('/').slice(1);
  if (origin === undefined || parts.some((part) => /^\.+$/.test(part)))
    context.addIssue(
      'Expected http or https, a host, and a path of letters, digits, dots, dashes and underscores if there is one, such as ' +
        `https://data.example.org/deeplesion, without user, parameters and fragment, got ${quoted(text)}`,
    );
  else if (OWN_PATHS.has(parts[0] ?? ''))
    context.addIssue(`Expected a path that does not begin with /${parts[0]}, which is an address of this server`);
  else return { origin, path };
  return undefined;
}

/**
 * First parts of this server's own addresses. A prefix that begins with one could not be told from the address, because
 * some proxies remove the prefix and others do not. A test compares the list with the routes.
 */
export const OWN_PATHS: ReadonlySet<string> = new Set([
  ...[
    'accuracy',
    'assets',
    'audit',
    'auth',
    'board',
    'clusters',
    'cookbook',
    'cookbook.json',
    'd',
    'datasets',
    'differences',
    'docs',
    'embed',
    'errors',
    'exports',
    'graphiql',
  ],
  ...[
    'graphql',
    'healthz',
    'i',
    'images',
    'keys',
    'lesions',
    'mcp',
    'metrics',
    'ops',
    'readyz',
    'review',
    'runs',
    'schema.graphql',
    'threshold',
    'try',
    'uploads',
  ],
]);

/** @returns scheme, host and port as browsers write them; undefined if it is no address */
function originOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).origin : undefined;
}
