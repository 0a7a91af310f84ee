import type { Database } from '../database';
import { messageOf } from '../errors';
import type { Logger } from '../log';
import { type AuditActor, type AuditEvent, type AuditLink, addEvent, hasEvent } from './auditEvents';
import { type RefusalBounds, RefusalBudget } from './refusalBudget';

/** Who sent the refusals that a minute had no room for. */
const SEVERAL: AuditActor = { keyId: null, keyName: null, address: null };

/** Adds events to the audit trail outside a transaction: for what has been done already, has failed or was refused. */
export class AuditTrail {
  private readonly budget: RefusalBudget;
  private readonly writing = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  /** @param bounds of refusals, other than the default for tests */
  constructor(
    private readonly database: Database,
    private readonly log: Logger,
    bounds: Partial<RefusalBounds> = {},
  ) {
    this.budget = new RefusalBudget(bounds);
  }

  /** Adds an event about what has happened already: if it cannot be added, the log has it. */
  add(event: AuditEvent): Promise<void> {
    const writing = this.write(event).finally(() => this.writing.delete(writing));
    this.writing.add(writing);
    return writing;
  }

  /**
   * Notes what was refused, or counts it if too much was refused in this minute. No request has to wait for it.
   *
   * @param event without outcome and changes
   */
  async refuse(event: Omit<AuditEvent, 'outcome' | 'changes' | 'code'> & { code: string }): Promise<void> {
    const { keyId, address } = event.actor;
    if (this.budget.take(keyId ?? address ?? '')) return this.add({ ...event, outcome: 'REFUSED', changes: null });
    this.timer ??= setTimeout(() => void this.noteLeftOut(), this.budget.remainingMs).unref();
  }

  /** @returns whether an event that a transaction added is there; also while the database is away, which cannot be known */
  async has(link: AuditLink): Promise<boolean> {
    try {
      return await hasEvent(this.database, link);
    } catch (failure) {
      this.log.warn({ err: failure, event: link.number }, 'it is not known whether an event is in the audit trail');
      return true;
    }
  }

  /** Waits until everything so far is added, with the number of refusals that were left out. */
  async settle(): Promise<void> {
    void this.noteLeftOut();
    await Promise.all(this.writing);
  }

  private noteLeftOut(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const leftOut = this.budget.takeLeftOut();
    if (leftOut === 0) return Promise.resolve();
    return this.add({
      ...{ actor: SEVERAL, action: 'refusals left out', target: null, requestId: null },
      ...{ outcome: 'REFUSED', code: 'LEFT_OUT', changes: { leftOut } },
    });
  }

  private async write(event: AuditEvent): Promise<void> {
    try {
      await addEvent(this.database, event);
    } catch (failure) {
      const { actor, action, target, outcome, requestId } = event;
      this.log.error(
        { err: failure, key: actor.keyId, client: actor.address, action, target, outcome, requestId },
        `an event is missing in the audit trail: ${messageOf(failure)}`,
      );
    }
  }
}
