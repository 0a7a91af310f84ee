/** What somebody did or tried, as the audit trail has it. */
import { createHash } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import type { Queryable } from '../database';
import type { Caller, CallerPerson } from './caller';
import { ownerOfPerson } from './people';

export const AUDIT_OUTCOMES = ['DONE', 'REFUSED', 'FAILED'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** Who did it: a key, a person, or else where it came from. */
export interface AuditActor {
  /** ID of the key; null without one */
  keyId: string | null;
  /** name of the key or the person at that time */
  keyName: string | null;
  /** null with a key; `person:UUID`; an IPv4 address cut to its /24, an IPv6 one to its /48 */
  address: string | null;
}

/** What is said of it: never secrets, texts of people, addresses of webhooks, or bodies. */
export interface AuditEvent {
  actor: AuditActor;
  /** name of the mutation, method and route such as `PUT /uploads`, or command such as `key create` */
  action: string;
  /** global id; `uploadTarget` of an upload */
  target: string | null;
  outcome: AuditOutcome;
  /** why it was refused; null unless it was */
  code: string | null;
  requestId: string | null;
  /** numbers, names of the schema, ids, and names of scopes and data sets */
  changes: Readonly<Record<string, unknown>> | null;
}

/** An event as it is stored. */
export interface AuditEventRow {
  /** from 1, without gaps */
  number: number;
  at: Date;
  keyId: string | null;
  keyName: string | null;
  address: string | null;
  action: string;
  target: string | null;
  outcome: AuditOutcome;
  code: string | null;
  requestId: string | null;
  /** JSON */
  changes: string | null;
  previousSha256: string;
  sha256: string;
}

/** Where an event stands in the chain. */
export type AuditLink = Pick<AuditEventRow, 'number' | 'sha256'>;

const MAX_CHANGES_LENGTH = 4_000;
const UPLOAD_DIGITS = 16;

/** The process of somebody who can open the database. */
export const COMMAND_LINE: AuditActor = { keyId: null, keyName: null, address: 'command line' };

/** @returns who is noted for a caller */
export function actorOf({
  key,
  person,
  address,
}: Pick<Caller, 'key' | 'address'> & { person: Pick<CallerPerson, 'uuid' | 'name'> | null }): AuditActor {
  if (key) return { keyId: key.keyId, keyName: key.name, address: null };
  if (person) return { keyId: null, keyName: person.name, address: ownerOfPerson(person) };
  return { keyId: null, keyName: null, address: cutAddress(address) };
}

/** @returns the /24 of an IPv4 address, the /48 of an IPv6 network; anything else, such as `local`, as it is */
function cutAddress(address: string): string {
  if (isIPv4(address)) return `${address.split('.').slice(0, 3).join('.')}.0/24`;
  const [network = ''] = address.split('/', 1);
  if (!isIPv6(network) || network === '::1') return address;
  return `${network.split(':').slice(0, 3).join(':')}::/48`;
}

/** @param id of an upload or a detection in one: anyone who has it sees the pictures, so that it is not stored here */
export function uploadTarget(id: string): string {
  return `upload:${createHash('sha256').update(id).digest('hex').slice(0, UPLOAD_DIGITS)}`;
}

/**
 * Adds an event, as the last step of a transaction: until its end, others wait for their turn to add one.
 *
 * @returns its place, which it has once the transaction is committed
 */
export function addEvent({ prisma }: Queryable, event: AuditEvent): Promise<AuditLink> {
  const { actor, changes, ...rest } = event;
  const data = { ...actor, ...rest, changes: changes && textOf(changes) };
  return prisma.auditEvent.create({ data, select: { number: true, sha256: true } });
}

/** @returns whether an event was committed */
export async function hasEvent({ prisma }: Queryable, { number, sha256 }: AuditLink): Promise<boolean> {
  return (await prisma.auditEvent.count({ where: { number, sha256 } })) > 0;
}

/** A list of a hundred data sets is cut rather than the change refused. */
function textOf(changes: NonNullable<AuditEvent['changes']>): string {
  const text = JSON.stringify(changes);
  return text.length <= MAX_CHANGES_LENGTH ? text : JSON.stringify({ fields: Object.keys(changes), isCut: true });
}
