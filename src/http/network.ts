import { isIPv6 } from 'node:net';

/** An IPv4 address as a socket for both families writes it. */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
/** One line of a provider has at least this much of IPv6, and takes another address of it whenever it likes. */
const GROUPS_OF_A_CLIENT = 4;

/** @returns what counts as one client: an IPv4 address, or the /64 of an IPv6 address */
export function networkOf(address: string): string {
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [plain = ''] = address.split('%', 1);
  if (!isIPv6(plain) || plain === '::1') return plain;
  return `${groupsOf(plain).slice(0, GROUPS_OF_A_CLIENT).join(':')}::/64`;
}

/** @returns whether it is this machine: a proxy on it speaks for many clients */
export function isLoopback(network: string): boolean {
  return network === '::1' || network.startsWith('127.');
}

/** @returns the eight groups of an IPv6 address, without leading zeros */
function groupsOf(address: string): string[] {
  // A dotted end stands for two groups, whose value plays no part in a /64.
  const [head = '', tail] = address.replace(/\d+\.\d+\.\d+\.\d+$/, '0:0').split('::');
  const groups = (text: string | undefined): string[] => (text ? text.split(':') : []);
  const [first, last] = [groups(head), groups(tail)];
  const between = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0');
  return [...first, ...between, ...last].map((group) => Number.parseInt(group, 16).toString(16));
}
