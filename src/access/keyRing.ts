import type { Database } from '../database';
import { messageOf, Unauthenticated } from '../errors';
import type { Logger } from '../log';
import type { Caller } from './caller';
import { HOW_TO_SEND } from './caller';
import { DeathWatch } from './deathWatch';
import { FailureBudget } from './failureBudget';
import { API_KEY_SQL, type ApiKeyRow, IS_ACTIVE_SQL, ownerOfHolder } from './keys';
import { isSameChecksum, type KeyProof, readKeyText } from './keyText';
import { RecentReads } from './recentReads';

/** For how long a ring of keys or sessions relies on what it read. */
export interface KeyClock {
  /** what was read within this time is not read again */
  keptMs: number;
  /** how often the keys and sessions of what is open (streams, sockets, uploads) are read */
  watchMs: number;
}

/** Together they keep the promise that a revoked key and an ended session are dead within a second. */
export const KEY_CLOCK: KeyClock = { keptMs: 700, watchMs: 500 };
/** Compared for an id that there is not, so that it takes the time of one that there is. */
const NO_CHECKSUM = '0'.repeat(64);

/** A key as it was read. */
interface KnownKey {
  caller: Omit<Caller, 'address'>;
  secretSha256: string;
}

type ReadKey = ApiKeyRow & { secretSha256: string; isActive: boolean; isNewMinute: boolean };

/**
 * Finds out whose keys requests come with. A key is read from the database at most once in `keptMs`, and in between it
 * is a look-up in memory and one hash; a wrong one costs a statement as long as its client has a budget for that.
 */
export class KeyRing {
  private readonly keys: RecentReads<KnownKey | null>;
  private readonly openOnes: DeathWatch<string>;
  private readonly failures: FailureBudget;

  /** @param clock other than the default for tests */
  constructor(
    private readonly database: Database,
    private readonly log: Logger,
    { clock = {}, failures = new FailureBudget() }: { clock?: Partial<KeyClock>; failures?: FailureBudget } = {},
  ) {
    const { keptMs, watchMs } = { ...KEY_CLOCK, ...clock };
    this.keys = new RecentReads((keyId) => this.read(keyId), keptMs);
    this.openOnes = new DeathWatch((keyIds) => this.findLiving(keyIds), watchMs, log);
    this.failures = failures;
  }

  /**
   * @param address network address of the client
   * @param credentials what came in each `Authorization` header, such as `Bearer dl_…`; one, or it is refused
   * @throws Unauthenticated if it is not one valid key, RateLimited if too many were wrong
   */
  async identify(address: string, credentials: readonly string[]): Promise<Caller> {
    const [text = ''] = credentials;
    const proof = credentials.length === 1 ? proofIn(text) : null;
    const isRecent = proof !== null && this.keys.latest(proof.keyId) != null;
    // Those who were here with a valid key are not locked out by others of the same address.
    if (!isRecent) this.failures.check(address);
    const found = proof && (await this.find(proof));
    if (found) return { ...found.caller, address };
    if (isRecent) this.failures.check(address);
    this.failures.note(address);
    throw wrongKey(credentials, proof);
  }

  /**
   * As `identify`, for a valid key that was read a moment ago.
   *
   * @returns undefined for all else: then `identify` has to look, and to count what is wrong
   */
  identifyNow(address: string, credentials: readonly string[]): Caller | undefined {
    const proof = credentials.length === 1 ? proofIn(credentials[0] ?? '') : null;
    const key = proof && this.keys.fresh(proof.keyId);
    return key && isSameChecksum(key.secretSha256, proof.secretSha256) ? { ...key.caller, address } : undefined;
  }

  /**
   * Calls `end` when the key of a caller has died, within a second. A caller without a key is not watched.
   *
   * @returns the way to stop watching
   */
  watch({ key }: Caller, end: (refusal: Unauthenticated) => void): () => void {
    if (!key) return () => undefined;
    const { keyId } = key;
    return this.openOnes.watch(keyId, () => {
      this.keys.forget(keyId);
      end(new Unauthenticated(DEAD, 'read', true));
    });
  }

  /** What is watched is not ended any more. */
  close(): void {
    this.openOnes.close();
  }

  /** @returns the key if it is valid */
  private async find(proof: KeyProof): Promise<KnownKey | null> {
    const key = await this.keys.get(proof.keyId);
    // Keys that there are not would push out those that are in use.
    if (!key) this.keys.forget(proof.keyId);
    return isSameChecksum(key?.secretSha256 ?? NO_CHECKSUM, proof.secretSha256) ? key : null;
  }

  private async read(keyId: string): Promise<KnownKey | null> {
    const [row] = await this.database.query<ReadKey>({
      name: 'api-key-by-key-id',
      text: `SELECT ${API_KEY_SQL}, api_key.secret_sha256 AS "secretSha256",
               ${IS_ACTIVE_SQL} AS "isActive",
               coalesce(last_used_at < date_trunc('minute', now()), true) AS "isNewMinute"
             FROM api_key WHERE key_id = $1`,
      values: [keyId],
    });
    if (!row?.isActive) return null;
    if (row.isNewMinute) this.noteUse(row.id);
    return { caller: callerOf(row), secretSha256: row.secretSha256 };
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

  private async findLiving(keyIds: readonly string[]): Promise<readonly string[]> {
    const living = await this.database.query<{ keyId: string }>({
      name: 'living-keys',
      text: `SELECT key_id AS "keyId" FROM api_key WHERE key_id = ANY($1::text[]) AND ${IS_ACTIVE_SQL}`,
      values: [keyIds],
    });
    return living.map(({ keyId }) => keyId);
  }
}

/** @returns the key in an `Authorization` header; null if it has not the form of one */
const proofIn = (credential: string): KeyProof | null => readKeyText(/^Bearer +(\S+)$/i.exec(credential)?.[1] ?? '');

const DEAD = 'This key was revoked or has expired: ask the operator of this server for a new one.';

/** @returns the caller that a key stands for */
export function callerOf(row: ApiKeyRow): Omit<Caller, 'address'> {
  const { id, uuid, keyId, name, holder, scopes, datasets, expiresAt, quotas } = row;
  return {
    owner: ownerOfHolder(holder),
    scopes: new Set(scopes),
    key: { row: id, uuid, keyId, name, expiresAt, quotas },
    person: null,
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
