/**
 * What proxies on the way say of a request: `X-Forwarded-For/Proto/Host`, or `Forwarded` (RFC 7239). Every client can
 * send these headers, so that only those of trusted proxies count, and of a list only what a trusted proxy has added.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP, isIPv4 } from 'node:net';

/** Whether an address is that of a proxy whose headers count. */
export type TrustsAddress = (address: string) => boolean;

/** What is known of a request beyond its connection. */
export interface Forwarded {
  /** address of the client: the last one before the trusted proxies */
  readonly client: string;
  /** `http` or `https`, as the client sent its request */
  readonly scheme?: string;
  /** to which host the client sent it; not checked yet */
  readonly host?: string;
}

/** One step of a request, as the proxy that received it tells it. */
interface Hop {
  readonly for?: string;
  readonly proto?: string;
  readonly host?: string;
}

/** @param networks as `ADDRESS/BITS` */
export function trustOf(networks: readonly string[]): TrustsAddress {
  if (networks.length === 0) return () => false;
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), familyOf(address));
  }
  return (address) => {
    const [plain = ''] = address.split('%', 1);
    return isIP(plain) !== 0 && list.check(plain, familyOf(plain));
  };
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv4(address) ? 'ipv4' : 'ipv6');

/**
 * @param address of the other end of the connection
 * @returns what trusted proxies say; undefined if the connection is not from one, or nothing they say counts
 */
export function forwardedOf(
  headers: IncomingHttpHeaders,
  address: string,
  isTrusted: TrustsAddress,
): Forwarded | undefined {
  if (!isTrusted(address)) return undefined;
  const common = hopsOfCommonHeaders(headers);
  const standard = hopsOfStandardHeader(headers.forwarded);
  const [one, other] = [common, standard].flatMap((hops) => (hops ? [walk(hops, address, isTrusted)] : []));
  if (!one || !other) return one;
  // A proxy that writes one kind passes the other on as the client sent it: what they do not both say is a client's word.
  return {
    client: one.client === other.client ? one.client : address,
    scheme: one.scheme === other.scheme ? one.scheme : undefined,
    host: one.host === other.host ? one.host : undefined,
  };
}

/** Steps towards the client while they are trusted, from the last one on. */
function walk(hops: readonly Hop[], address: string, isTrusted: TrustsAddress): Forwarded {
  let known: Forwarded = { client: address };
  for (const { for: sender, proto, host } of [...hops].reverse()) {
    known = { client: sender ?? known.client, scheme: proto ?? known.scheme, host: host ?? known.host };
    // No address: who is before this one cannot be known.
    if (sender === undefined || !isTrusted(sender)) break;
  }
  return { ...known, scheme: schemeOf(known.scheme) };
}

const schemeOf = (text: string | undefined): string | undefined =>
  text !== undefined && /^https?$/i.test(text) ? text.toLowerCase() : undefined;

/** The three lists, laid side by side from their ends: each proxy adds to the end, or writes its own in their place. */
function hopsOfCommonHeaders(headers: IncomingHttpHeaders): Hop[] | undefined {
  const [senders, schemes, hosts] = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'].map((name) =>
    wordsOf(headers[name]),
  );
  const length = Math.max(senders?.length ?? 0, schemes?.length ?? 0, hosts?.length ?? 0);
  if (length === 0) return undefined;
  const entry = (words: readonly string[] | undefined, place: number): string | undefined =>
    words?.[words.length - length + place];
  return Array.from({ length }, (_, place) => ({
    for: addressIn(entry(senders, place)),
    proto: entry(schemes, place),
    host: entry(hosts, place),
  }));
}

function wordsOf(header: string | readonly string[] | undefined): string[] {
  if (header === undefined) return [];
  return (typeof header === 'string' ? header : header.join(',')).split(',').map((word) => word.trim());
}

/** A pair of RFC 7239: a token, and a token or a quoted text. */
const PAIR = /^\s*([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";,]*))\s*$/;
/** Parts between separators outside quotes. */
const partsOf = (text: string, separator: ',' | ';'): string[] =>
  text.match(separator === ',' ? /(?:"(?:[^"\\]|\\.)*"|[^",])+/g : /(?:"(?:[^"\\]|\\.)*"|[^";])+/g) ?? [];

/** Longer ones are no list of proxies, and would take long to read. */
const MAX_HEADER = 2_000;

function hopsOfStandardHeader(header: string | undefined): Hop[] | undefined {
  if (header === undefined) return undefined;
  if (header.length > MAX_HEADER) return [];
  return partsOf(header, ',').map((element) => {
    const pairs = partsOf(element, ';').map((pair) => {
      const [, name = '', quotedText, token = ''] = PAIR.exec(pair) ?? [];
      return [name.toLowerCase(), quotedText?.replace(/\\(.)/g, '$1') ?? token];
    });
    const { for: sender, proto, host }: Record<string, string | undefined> = Object.fromEntries(pairs);
    return { for: addressIn(sender), proto, host };
  });
}

/** @returns the address of `192.0.2.7`, `192.0.2.7:4711`, `2001:db8::1` or `[2001:db8::1]:4711`; undefined of all else */
function addressIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const bare = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
  return isIP(bare) === 0 ? undefined : bare;
}
