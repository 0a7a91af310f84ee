import type { Database } from '../database';
import { RateLimited, Unauthenticated } from '../errors';
import type { Logger } from '../log';
import type { CallerPerson } from './caller';
import { DeathWatch } from './deathWatch';
import { FailureBudget } from './failureBudget';
import { KEY_CLOCK, type KeyClock } from './keyRing';
import { checksumOfSecret, IS_OPEN_SQL, PERSON_SQL, type PersonRow } from './people';
import { RecentReads } from './recentReads';
import { type RoleMap, rolesOf } from './roleMap';

type ReadSession = PersonRow & { session: number; groups: string[]; expiresAt: Date; isOpen: boolean };

/** What the cookie of a request turned out to be: the person, or null if its session has ended or there is none. */
export type FoundSession = CallerPerson | null;

/**
 * Finds out whose sessions requests come with, as the ring of keys does for keys: a session is read from the database at
 * most once within a moment, so that one that ended is dead on every server within a second.
 */
export class SessionRing {
  private readonly sessions: RecentReads<FoundSession | undefined>;
  private readonly openOnes: DeathWatch<number>;
  private readonly failures: FailureBudget;

  /** @param roleMap of the groups, as it is now: a change counts for sessions that are open too */
  constructor(
    private readonly database: Database,
    log: Logger,
    private readonly roleMap: RoleMap,
    { clock = {}, failures = new FailureBudget() }: { clock?: Partial<KeyClock>; failures?: FailureBudget } = {},
  ) {
    const { keptMs, watchMs } = { ...KEY_CLOCK, ...clock };
    this.sessions = new RecentReads((checksum) => this.read(checksum), keptMs);
    this.openOnes = new DeathWatch((ids) => this.findLiving(ids), watchMs, log);
    this.failures = failures;
  }

  /**
   * @param address network address of the client
   * @param secret of the cookie
   */
  async find(address: string, secret: string): Promise<FoundSession> {
    const checksum = checksumOfSecret(secret);
    if (checksum === null) return null;
    if (this.sessions.latest(checksum) === undefined && !this.mayGuess(address)) return null;
    const found = await this.sessions.get(checksum);
    if (found !== undefined) return found;
    this.sessions.forget(checksum);
    this.failures.note(address);
    return null;
  }

  /** Calls `end` when a session has ended, within a second. @returns the way to stop watching */
  watch({ session }: CallerPerson, end: (refusal: Unauthenticated) => void): () => void {
    return this.openOnes.watch(session, () => end(new Unauthenticated(SESSION_ENDED, 'read', true)));
  }

  /** What is watched is not ended any more. */
  close(): void {
    this.openOnes.close();
  }

  /** A client that has sent many cookies of no one is taken as not signed in, without a statement. */
  private mayGuess(address: string): boolean {
    try {
      this.failures.check(address);
      return true;
    } catch (thrown) {
      if (thrown instanceof RateLimited) return false;
      throw thrown;
    }
  }

  /** @returns null for a session that has ended, undefined for one that there never was */
  private async read(checksum: string): Promise<FoundSession | undefined> {
    const [row] = await this.database.query<ReadSession>({
      name: 'session-by-checksum',
      text: `SELECT ${PERSON_SQL}, person_session.id AS session, person_session.groups,
               person_session.expires_at AS "expiresAt", ${IS_OPEN_SQL} AS "isOpen"
             FROM person_session JOIN person ON person.id = person_session.person_id
             WHERE person_session.secret_sha256 = $1`,
      values: [checksum],
    });
    if (!row) return undefined;
    if (!row.isOpen) return null;
    const { session, uuid, issuer, subject, name, reviewer, groups, expiresAt } = row;
    return { session, uuid, issuer, subject, name, reviewer, roles: rolesOf(groups, this.roleMap), expiresAt };
  }

  private async findLiving(ids: readonly number[]): Promise<readonly number[]> {
    const living = await this.database.query<{ id: number }>({
      name: 'open-sessions',
      text: `SELECT id FROM person_session WHERE id = ANY($1::int4[]) AND ${IS_OPEN_SQL}`,
      values: [ids],
    });
    return living.map(({ id }) => id);
  }
}

/** For whatever comes with a session that has ended. */
export const SESSION_ENDED = 'Your session has ended: sign in again.';
