import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { PublicUrl } from '../addressSettings';
import type { Config } from '../config';
import { forwardedOf, type TrustsAddress, trustOf } from './forwarded';
import { networkOf } from './network';

/** Host name or address with an optional port; anything else in the header is not accepted. */
const HOST = /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/** The address of a request as a client sends it to a proxy. */
const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i;

/**
 * Of which site a page is, from which a browser sent a request: `NONE` if no page did, `OWN` of this server, `LISTED`
 * of a site in CORS_ORIGINS, `READER` of any site, where CORS_ORIGINS lets every site read, `FOREIGN` otherwise.
 */
export type SiteOfPage = 'NONE' | 'OWN' | 'LISTED' | 'READER' | 'FOREIGN';

/** What is known of a request from its connection, its headers and the settings. */
interface Arrival {
  readonly client: string;
  readonly origin: string | undefined;
  readonly site: SiteOfPage;
  /** the host in the address of the request, as a client sends it to a proxy; undefined of a path */
  readonly target?: string;
}

/** How this server is reached: its public address, its proxies, and the sites whose pages may use it. */
export class Front {
  /** the path below which everything is, such as `/deeplesion`; empty: none */
  readonly path: string;
  private readonly publicUrl: PublicUrl | undefined;
  private readonly corsOrigins: ReadonlySet<string>;
  private readonly isTrusted: TrustsAddress;

  /** @param settings as in the configuration; those that are omitted are unset */
  constructor(settings: Partial<Pick<Config, 'publicUrl' | 'trustedProxies' | 'corsOrigins'>> = {}) {
    const { publicUrl, trustedProxies = [], corsOrigins = [] } = settings;
    this.publicUrl = publicUrl;
    this.path = publicUrl?.path ?? '';
    this.isTrusted = trustOf(trustedProxies);
    this.corsOrigins = new Set(corsOrigins);
  }

  /** whether CORS_ORIGINS names any site */
  get sharesWithOthers(): boolean {
    return this.corsOrigins.size > 0;
  }

  /** @returns whether the connection is one of a trusted proxy, which speaks for many clients */
  isProxy(address: string | undefined): boolean {
    return address !== undefined && this.isTrusted(address);
  }

  /** Notes the facts of a request, for the functions below, and leaves its address the path below the prefix. */
  receive(message: IncomingMessage): void {
    const { url = '' } = message;
    const [, target, path] = url.startsWith('/') ? [] : (ABSOLUTE.exec(url) ?? []);
    const arrival = this.arrivalOf(message);
    arrivals.set(message, target === undefined ? arrival : { ...arrival, target });
    if (path !== undefined) message.url = path.startsWith('/') ? path : `/${path}`;
    if (this.path !== '') this.removePrefix(message);
  }

  /** Some proxies remove the prefix before they pass a request on, and others do not. */
  private removePrefix(message: IncomingMessage): void {
    const { url = '' } = message;
    if (!url.startsWith(this.path)) return;
    const rest = url.slice(this.path.length);
    if (rest === '' || rest.startsWith('/') || rest.startsWith('?'))
      message.url = rest.startsWith('/') ? rest : `/${rest}`;
  }

  arrivalOf({ headers, socket }: IncomingMessage): Arrival {
    const { remoteAddress } = socket;
    const forwarded = remoteAddress === undefined ? undefined : forwardedOf(headers, remoteAddress, this.isTrusted);
    const address = forwarded?.client ?? remoteAddress;
    const host = forwarded?.host ?? headers.host;
    return {
      client: address === undefined ? 'unknown' : networkOf(address),
      origin: this.publicUrl
        ? `${this.publicUrl.origin}${this.publicUrl.path}`
        : addressOf(forwarded?.scheme ?? (socket instanceof TLSSocket ? 'https' : 'http'), host),
      site: headers.origin === undefined ? 'NONE' : this.siteOf(headers.origin, host),
    };
  }

  private isOwn(origin: string, host: string | undefined): boolean {
    const publicOrigin = this.publicUrl?.origin;
    if (origin === publicOrigin) return true;
    // At the public host its scheme is known: a page that came by another one may have been changed on its way.
    return publicOrigin?.split('//')[1] !== host?.toLowerCase() && isAtHost(origin, host);
  }

  private siteOf(origin: string, host: string | undefined): SiteOfPage {
    if (this.isOwn(origin, host)) return 'OWN';
    if (this.corsOrigins.has(origin)) return 'LISTED';
    // A page in a sandbox, or of a file: it may be anyone's.
    return this.corsOrigins.has('*') && origin !== 'null' ? 'READER' : 'FOREIGN';
  }
}

function addressOf(scheme: string, host: string | undefined): string | undefined {
  return host !== undefined && HOST.test(host) ? `${scheme}://${host}` : undefined;
}

/** @returns whether a host is well-formed: nothing that could change the meaning of an address or a header */
export const isHost = (host: string): boolean => HOST.test(host);

function isAtHost(origin: string, host: string | undefined): boolean {
  if (host === undefined || !HOST.test(host)) return false;
  try {
    const page = new URL(origin);
    // Parsed with the page's own scheme, so that an implied port is the same one; a proxy may have ended TLS.
    return page.host === new URL(`${page.protocol}//${host}`).host;
  } catch {
    return false;
  }
}

const arrivals = new WeakMap<IncomingMessage, Arrival>();
const DIRECT = new Front();

/** What a front has noted; what the connection itself says of a request that came to no front. */
const arrivalOf = (message: IncomingMessage): Arrival => arrivals.get(message) ?? DIRECT.arrivalOf(message);

/**
 * @returns scheme, host and prefix under which the client reached this server, for addresses in its responses;
 *   undefined if they are invalid
 */
export const originOf = (message: IncomingMessage): string | undefined => arrivalOf(message).origin;

/**
 * Of which site the page is that a browser sent the request for. Browsers open a WebSocket without asking the server,
 * and always send the origin; other clients do not.
 */
export const siteOf = (message: IncomingMessage): SiteOfPage => arrivalOf(message).site;

/** @returns the host in the address of a request, if that is one for a proxy */
export const targetOf = (message: IncomingMessage): string | undefined => arrivalOf(message).target;

/**
 * @returns who asks, for shares and limits: the network of the client, which no header can change unless a trusted
 *   proxy has written it
 */
export const clientOf = (message: IncomingMessage): string => arrivalOf(message).client;
