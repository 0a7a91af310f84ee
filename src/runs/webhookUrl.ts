import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Config } from '../config';
import { BadUserInput } from '../errors';

/**
 * The allowed receivers and the signing key of messages; without a secret none is sent. Messages have addresses if there
 * is a public one.
 */
export type WebhookSettings = Pick<Config, 'webhookHosts' | 'webhookSecret' | 'publicUrl'>;

/** Allows every host with a public address. */
const ANY_PUBLIC_HOST = '*';
const MAX_LENGTH = 2_000;

/**
 * @returns the address to send a message to
 * @throws BadUserInput saying what is allowed
 */
export function parseWebhookUrl(text: string, settings: WebhookSettings): URL {
  if (!settings.webhookSecret || settings.webhookHosts.length === 0)
    throw refused('This server sends no webhooks: who runs it can allow hosts with WEBHOOK_HOSTS and WEBHOOK_SECRET.');
  const url = text.length <= MAX_LENGTH && URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '')
    throw refused(
      `Expected webhookUrl to be an http or https address without user name, of at most ${MAX_LENGTH} characters.`,
    );
  const host = hostOf(url);
  if (isNamed(host, settings)) return url;
  if (!settings.webhookHosts.includes(ANY_PUBLIC_HOST))
    throw refused(`This server sends no webhooks to ${host.slice(0, 100)}: who runs it can add it to WEBHOOK_HOSTS.`);
  if (host === 'localhost' || (isIP(host) !== 0 && !isPublicAddress(host)))
    throw refused('Expected webhookUrl to have a public address: private ones have to be named in WEBHOOK_HOSTS.');
  return url;
}

/**
 * @returns whether messages to this host may go to this address, which a name server returned: not into the server's
 *   own network
 */
export function mayConnect(host: string, address: string, settings: WebhookSettings): boolean {
  return isNamed(host, settings) || (settings.webhookHosts.includes(ANY_PUBLIC_HOST) && isPublicAddress(address));
}

/** @returns name or address of a host, IPv6 without brackets */
function hostOf({ hostname }: URL): string {
  return hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

function isNamed(host: string, { webhookHosts }: WebhookSettings): boolean {
  return webhookHosts.includes(host);
}

/** Neither loopback, link-local, private, shared, documentation, multicast nor an IPv4 address in another dress. */
function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

function refused(message: string): BadUserInput {
  return new BadUserInput(message, 'webhookUrl');
}
