/** The chain of the audit trail: what its checksums are of, and whether they are right. */
import { createHash } from 'node:crypto';
import type { Queryable } from '../database';
import type { AuditEventRow } from './auditEvents';

/** An event of which nothing is believed yet. */
export type ReadEvent = Omit<AuditEventRow, 'outcome'> & { outcome: string };

const PAGE = 5_000;
/** What the first event holds as the checksum of the one before. */
const NO_EVENT = '0'.repeat(64);

/** What was found. */
export interface AuditVerdict {
  /** events that there should be */
  count: number;
  /** the first link that does not hold; null if all do */
  broken: { number: number; why: string } | null;
}

/** @returns every event, the oldest first, in pages */
export async function* readTrail({ prisma }: Queryable): AsyncGenerator<ReadEvent> {
  for (let last = Number.MIN_SAFE_INTEGER; ; ) {
    const rows = await prisma.auditEvent.findMany({
      where: last === Number.MIN_SAFE_INTEGER ? {} : { number: { gt: last } },
      orderBy: { number: 'asc' },
      take: PAGE,
    });
    yield* rows;
    const end = rows.at(-1);
    if (!end || rows.length < PAGE) return;
    last = end.number;
  }
}

/** @returns the SHA-256 of an event: of its fields as a JSON array, in the form in which PostgreSQL writes it */
export function checksumOfEvent(event: Omit<ReadEvent, 'sha256'>): string {
  const { number, at, keyId, keyName, address, action, target, outcome, code, requestId, changes, previousSha256 } =
    event;
  const fields = [
    ...[number, at.toISOString(), keyId, keyName, address, action, target, outcome, code, requestId],
    ...[changes, previousSha256],
  ];
  const content = `[${fields.map((field) => JSON.stringify(field)).join(', ')}]`;
  return createHash('sha256').update(content).digest('hex');
}

/** Recomputes the chain up to the end that it has at the moment, which events that are added meanwhile do not change. */
export async function verifyTrail(database: Queryable): Promise<AuditVerdict> {
  const last = await database.prisma.auditEvent.findFirst({ orderBy: { number: 'desc' }, select: { number: true } });
  // Afterwards: the head is never behind an event that was read before it.
  const head = await database.prisma.auditHead.findFirst({ where: { id: 1 } });
  if (!head) return { count: 0, broken: { number: 1, why: 'the row of audit_head was removed' } };
  const { count } = head;
  const brokenAt = (number: number, why: string): AuditVerdict => ({ count, broken: { number, why } });
  let previous = { number: 0, sha256: NO_EVENT };
  for await (const event of readTrail(database)) {
    if (previous.number === count) break;
    const number = previous.number + 1;
    if (event.number !== number) return brokenAt(number, 'the event was removed');
    if (event.sha256 !== checksumOfEvent(event)) return brokenAt(number, 'the event was changed');
    if (event.previousSha256 !== previous.sha256)
      return brokenAt(number, 'the event does not follow the one before it, which was changed');
    previous = event;
  }
  if (last && last.number > count) return brokenAt(count + 1, 'the event was put behind the end of the chain');
  if (previous.number < count) return brokenAt(previous.number + 1, 'the event was removed');
  if (previous.sha256 !== head.sha256) return brokenAt(count, 'the event is not the one that the head was made with');
  return { count, broken: null };
}
