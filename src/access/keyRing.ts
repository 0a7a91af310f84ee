import type { Database } from '../database';
import { messageOf, Unauthenticated } from '../errors';
import type { Logger } from '../log';
import type { Caller } from './caller';
import { HOW_TO_SEND } from './caller';
import { FailureBudget } from './failureBudget';
import { API_KEY_SQL, type ApiKeyRow, IS_ACTIVE_SQL, ownerOfHolder } from './keys';
import { isSameChecksum, type KeyProof, readKeyText } from './keyText';

/** For how long the ring relies on what it read. */
export interface KeyClock {
  /** a key that was read within this time is not read again */
  keptMs: number;
  /** how often the keys of what is open (streams, sockets, uploads) are read */
  watchMs: number;
}

/** Together they keep the promise that a revoked key is dead within a second. */
const CLOCK: KeyClock = { keptMs: 700, watchMs: 500 };
/** Keys whose last answer is remembered; others are read from the database again. */
const MAX_REMEMBERED = 10_000;
/** Compared for an id that there is not, so that it takes the time of one that there is. */
const NO_CHECKSUM = '0'.repeat(64);

/** A key as it was read. */
interface KnownKey {
  caller: Omit<Caller, 'address'>;
  secretSha256: string;
  /** by `performance.now()`, before it was read */
  readAt: number;
}

type ReadKey = ApiKeyRow & { secretSha256: string; isActive: boolean; isNewMinute: boolean };

/** Something open that ends when its key dies. */
interface Watched {
  keyId: string;
  end(refusal: Unauthenticated): void;
}

/**
 * Finds out whose keys requests come with. A key is read from the database at most once in `keptMs`, and in between it
 * is a look-up in memory and one hash; a wrong one costs a statement as long as its client has a budget for that.
 */
export class KeyRing {
  private readonly clock: KeyClock;
  private readonly known = new Map<string, KnownKey>();
  private readonly reading = new Map<string, Promise<KnownKey | null>>();
  private readonly watched = new Set<Watched>();
  private readonly failures: FailureBudget;
  private timer: NodeJS.Timeout | undefined;

  /** @param clock other than the default for tests */
  constructor(
    private readonly database: Database,
    private readonly log: Logger,
    { clock = {}, failures = new FailureBudget() }: { clock?: Partial<KeyClock>; failures?: FailureBudget } = {},
  ) {
    this.clock = { ...CLOCK, ...clock };
    this.failures = failures;
  }

  /**
   * @param address network address of the client
   * @param credentials what came in each `Authorization` header, such as `Bearer dl_…`; one, or it is refused
   * @throws Unauthenticated if it is not one valid key, RateLimited if too many were wrong
   */
  async identify(address: string, credentials: readonly string[]): Promise<Caller> {
    const [text = ''] = credentials;
    const proof = credentials.length === 1 ? readKeyText(/^Bearer +(\S+)$/i.exec(text)?.[1] ?? '') : null;
    const isRecent = proof !== null && this.known.has(proof.keyId);
    // Those who were here with a valid key are not locked out by others of the same address.
    if (!isRecent) this.failures.check(address);
    const found = proof && (await this.find(proof));
    if (found) return { ...found.caller, address };
    if (isRecent) this.failures.check(address);
    this.failures.note(address);
    throw wrongKey(credentials, proof);
  }

  /**
   * Calls `end` when the key of a caller has died, within a second. A caller without a key is not watched.
   *
   * @returns the way to stop watching
   */
  watch({ key }: Caller, end: (refusal: Unauthenticated) => void): () => void {
    if (!key) return () => undefined;
    const watched: Watched = { keyId: key.keyId, end };
    this.watched.add(watched);
    this.timer ??= setInterval(() => void this.endDead(), this.clock.watchMs).unref();
    return () => {
      this.watched.delete(watched);
      if (this.watched.size === 0) this.stopTimer();
    };
  }

  /** What is watched is not ended any more. */
  close(): void {
    this.watched.clear();
    this.stopTimer();
  }

  private stopTimer(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** @returns the key if it is valid */
  private async find(proof: KeyProof): Promise<KnownKey | null> {
    const known = this.known.get(proof.keyId);
    const isFresh = known && performance.now() - known.readAt < this.clock.keptMs;
    const key = isFresh ? known : await this.read(proof.keyId);
    return isSameChecksum(key?.secretSha256 ?? NO_CHECKSUM, proof.secretSha256) ? (key ?? null) : null;
  }

  /** Requests that come with one key at once share one statement. */
  private read(keyId: string): Promise<KnownKey | null> {
    const reading = this.reading.get(keyId) ?? this.readNow(keyId).finally(() => this.reading.delete(keyId));
    this.reading.set(keyId, reading);
    return reading;
  }

  private async readNow(keyId: string): Promise<KnownKey | null> {
    const readAt = performance.now();
    const [row] = await this.database.query<ReadKey>({
      name: 'api-key-by-key-id',
      text: `SELECT ${API_KEY_SQL}, api_key.secret_sha256 AS "secretSha256",
               ${IS_ACTIVE_SQL} AS "isActive",
               coalesce(last_used_at < date_trunc('minute', now()), true) AS "isNewMinute"
             FROM api_key WHERE key_id = $1`,
      values: [keyId],
    });
    this.known.delete(keyId);
    if (!row?.isActive) return null;
    const key: KnownKey = { caller: callerOf(row), secretSha256: row.secretSha256, readAt };
    this.known.set(keyId, key);
    if (this.known.size > MAX_REMEMBERED) {
      const oldest = this.known.keys().next();
      if (!oldest.done) this.known.delete(oldest.value);
    }
    if (row.isNewMinute) this.noteUse(row.id);
    return key;
  }

  /** No request waits for it, and none fails because of it. */
  private noteUse(id: number): void {
    const noted = this.database.query({
      name: 'note-use-of-key',
      text: `UPDATE api_key SET last_used_at = date_trunc('minute', now())
             WHERE id = $1 AND coalesce(last_used_at < date_trunc('minute', now()), true)`,
      values: [id],
    });
    noted.catch((failure) => this.log.warn({ err: failure }, `the use of a key was not noted: ${messageOf(failure)}`));
  }

  /** While the database is away nothing is ended: no one can revoke a key there either. */
  private async endDead(): Promise<void> {
    const keyIds = [...new Set([...this.watched].map(({ keyId }) => keyId))];
    try {
      const living = await this.database.query<{ keyId: string }>({
        name: 'living-keys',
        text: `SELECT key_id AS "keyId" FROM api_key
               WHERE key_id = ANY($1::text[]) AND ${IS_ACTIVE_SQL}`,
        values: [keyIds],
      });
      const alive = new Set(living.map(({ keyId }) => keyId));
      const asked = new Set(keyIds);
      for (const watched of this.watched) {
        if (!asked.has(watched.keyId) || alive.has(watched.keyId)) continue;
        this.watched.delete(watched);
        this.known.delete(watched.keyId);
        watched.end(new Unauthenticated(DEAD, 'read', true));
      }
    } catch (failure) {
      this.log.warn({ err: failure }, `keys were not checked: ${messageOf(failure)}`);
    }
    if (this.watched.size === 0) this.stopTimer();
  }
}

const DEAD = 'This key was revoked or has expired: ask the operator of this server for a new one.';

/** @returns the caller that a key stands for */
export function callerOf(row: ApiKeyRow): Omit<Caller, 'address'> {
  const { id, uuid, keyId, name, holder, scopes, datasets, expiresAt, quotas } = row;
  return {
    owner: ownerOfHolder(holder),
    scopes: new Set(scopes),
    key: { row: id, uuid, keyId, name, expiresAt, quotas },
    datasets: datasets.length > 0 ? new Set(datasets) : null,
  };
}

/** The same words for a key that is unknown, revoked, expired or has a wrong secret: they tell nothing of any key. */
function wrongKey(credentials: readonly string[], proof: KeyProof | null): Unauthenticated {
  const sentence =
    credentials.length > 1
      ? 'Expected one key, got several: '
      : proof
        ? 'This key is none of this server, or it was revoked or has expired: ask its operator for a new one, or '
        : 'Expected a key of the form dl_ID_SECRET, unchanged, with upper and lower case as it was given to you: ';
  return new Unauthenticated(`${sentence}${HOW_TO_SEND}`, 'read', true);
}
