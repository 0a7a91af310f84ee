import { BadUserInput, quoted } from '../errors';
import { inOrder, isScope, SCOPES, type Scope } from './scopes';

/** What decides about callers without a key. */
export interface AnonymousSettings {
  /** address that the server listens on */
  host: string;
  /** ANONYMOUS_SCOPES; unset: the default for the host */
  anonymousScopes?: readonly Scope[];
  /** PUBLIC_URL, if it is set: others come through a proxy */
  publicUrl?: unknown;
  /** TRUSTED_PROXIES, likewise */
  trustedProxies?: readonly unknown[];
}

/** Everything that a user of the own machine does; keys are given out by the command line. */
const ON_OWN_MACHINE = SCOPES.filter((scope) => scope !== 'keys');
const ELSEWHERE: readonly Scope[] = ['read', 'export'];
/** With `export`, jobs are made and cancelled. */
const FOREIGN_PAGE: readonly Scope[] = ['read'];

/**
 * The scopes of callers without a key: those of ANONYMOUS_SCOPES, or else all but `keys` on a loopback address without a
 * proxy, which is the user's own machine, and `read` and `export` where others reach the server.
 */
export function anonymousScopesOf(settings: AnonymousSettings): readonly Scope[] {
  return settings.anonymousScopes ?? (isOpenToOthers(settings) ? ELSEWHERE : ON_OWN_MACHINE);
}

/**
 * The scopes of one request without a key. The page of another site can let its own name lead to this machine (DNS
 * rebinding), and to a browser it is then of this server's origin: on the own machine, what a page sends under a name
 * that is not the machine's own may only read.
 *
 * @param pageHost header `Host` of a request that a page in a browser sent; null for one of another program
 */
export function anonymousScopesUnder(settings: AnonymousSettings, pageHost: string | null): readonly Scope[] {
  const isOwnMachine = settings.anonymousScopes === undefined && !isOpenToOthers(settings);
  const isForeign = pageHost !== null && !isLoopbackHost(pageHost.replace(/:\d+$/, ''));
  return isOwnMachine && isForeign ? FOREIGN_PAGE : anonymousScopesOf(settings);
}

/** @returns whether others than the programs of this machine reach the server */
export function isOpenToOthers({ host, publicUrl, trustedProxies = [] }: AnonymousSettings): boolean {
  return !isLoopbackHost(host) || publicUrl !== undefined || trustedProxies.length > 0;
}

/**
 * Parses ANONYMOUS_SCOPES: scopes separated by commas or spaces, or `none`.
 *
 * @throws BadUserInput for anything else, and for `keys`, which nobody may have without a key
 */
export function parseAnonymousScopes(text: string): Scope[] {
  const names = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((name) => name !== '');
  if (names.length === 1 && names[0] === 'none') return [];
  const wrong = names.find((name) => !isScope(name) || name === 'keys');
  if (wrong === undefined) return inOrder(names.filter(isScope));
  throw new BadUserInput(
    wrong === 'keys'
      ? 'Expected other scopes than keys: that scope needs a key, which npx deeplesion key create makes'
      : `Expected none, or scopes among ${ON_OWN_MACHINE.join(', ')}; got ${quoted(wrong)}`,
    'ANONYMOUS_SCOPES',
  );
}

/** @returns whether only programs of this machine reach an address */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  return name === 'localhost' || name === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(name);
}
