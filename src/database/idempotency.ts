/** Requests that clients may repeat safely: a mutation is answered once for a key. */
import { createHash } from 'node:crypto';
import { canonicalRequest } from '../canonicalJson';
import { BadUserInput, Conflict } from '../errors';
import { isStorable } from '../storableText';
import type { Database, Queryable, Transaction } from './database';

/** A request with a key that its client chose. */
export interface KeyedRequest {
  /** who asks: keys of different clients have nothing to do with one another */
  owner: string;
  /** name of the mutation; keys of different mutations have nothing to do with one another */
  mutation: string;
  key: string;
  /** the request without the key */
  request: object;
}

/** Keeps the id of what a request created, in the transaction that creates it. */
export type KeepAnswer = (transaction: Transaction, resultId: number | string) => Promise<void>;

/** How long a key is kept at least. */
const KEPT = `interval '24 hours'`;
const MAX_KEY_LENGTH = 200;
/** Keys that are forgotten with a new one. */
const FORGOTTEN_AT_ONCE = 100;

/** Another request with the same key was faster. */
class KeyTaken extends Error {}

/**
 * Creates what a request asks for, unless the same request was answered before.
 *
 * @param create creates it, calls `keep` in the transaction that does, and returns the id
 * @returns the id, which is the first one where the request is repeated
 * @throws BadUserInput for a key that does not fit, Conflict when the key was used for another request, and what
 * `create` throws
 */
export async function answerOnce(
  database: Database,
  keyed: KeyedRequest,
  create: (keep: KeepAnswer) => Promise<string>,
): Promise<string> {
  checkKey(keyed.key);
  const sha256 = checksumOf(keyed.request);
  const first = await findAnswer(database, keyed, sha256);
  if (first !== null) return first;
  try {
    return await create((transaction, id) => keepAnswer(transaction, keyed, sha256, String(id)));
  } catch (thrown) {
    // Two equal requests at once: the second one may fail in whatever way, because the first one has created it.
    const winner = await findAnswer(database, keyed, sha256);
    if (winner === null) throw thrown;
    return winner;
  }
}

function checksumOf(request: object): string {
  return createHash('sha256').update(canonicalRequest(request)).digest('hex');
}

/** @throws BadUserInput */
export function checkKey(key: string): void {
  if (!isStorable(key))
    throw new BadUserInput('Expected idempotencyKey to be text without NUL and unpaired surrogates.', 'idempotencyKey');
  if (key.length < 1 || key.length > MAX_KEY_LENGTH)
    throw new BadUserInput(
      `Expected idempotencyKey in 1 … ${MAX_KEY_LENGTH} characters, got ${key.length} characters.`,
      'idempotencyKey',
    );
}

/** A key that was used for another request. */
export function keyConflict(): Conflict {
  return new Conflict(
    'This idempotencyKey was used for another request: send a new key with a new request.',
    'idempotencyKey',
  );
}

/** @throws Conflict when the key was used for another request */
async function findAnswer(
  database: Queryable,
  { owner, key, mutation }: KeyedRequest,
  sha256: string,
): Promise<string | null> {
  const [row] = await database.query<{ requestSha256: string; resultId: string }>({
    name: 'idempotency-key',
    text: `SELECT request_sha256 AS "requestSha256", result_id AS "resultId" FROM idempotency_key
           WHERE owner = $1 AND key = $2 AND mutation = $3 AND created_at > now() - ${KEPT}`,
    values: [owner, key, mutation],
  });
  if (!row) return null;
  if (row.requestSha256 !== sha256) throw keyConflict();
  return row.resultId;
}

/** Waits for another request with the same key that is being answered. @throws KeyTaken when that one was answered */
async function keepAnswer(
  transaction: Transaction,
  { owner, key, mutation }: KeyedRequest,
  sha256: string,
  resultId: string,
): Promise<void> {
  await transaction.query({
    text: `DELETE FROM idempotency_key WHERE (owner, key, mutation) IN (
             SELECT owner, key, mutation FROM idempotency_key WHERE created_at <= now() - ${KEPT} LIMIT ${FORGOTTEN_AT_ONCE} FOR UPDATE SKIP LOCKED
           )`,
  });
  const kept = await transaction.query({
    text: `INSERT INTO idempotency_key (owner, key, mutation, request_sha256, result_id) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (owner, key, mutation) DO UPDATE
             SET request_sha256 = excluded.request_sha256, result_id = excluded.result_id, created_at = now()
             WHERE idempotency_key.created_at <= now() - ${KEPT}
           RETURNING key`,
    values: [owner, key, mutation, sha256, resultId],
  });
  if (kept.length === 0) throw new KeyTaken(`The key ${JSON.stringify(key)} of ${mutation} was taken meanwhile.`);
}
