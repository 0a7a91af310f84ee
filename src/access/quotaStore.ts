/** Where the servers of one database agree on what is used: one row for each owner and quota, and for each address of a key. */
import type { Queryable } from '../database';
import type { QuotaRule, QuotaUse, ShareCharge, ShareUse } from './quotaAccount';
import { isQuotaName, type QuotaName } from './quotaLimits';

/** Something to charge. */
export interface QuotaCharge extends QuotaRule {
  readonly owner: string;
  readonly name: QuotaName;
  /** at least 0, which only asks */
  readonly amount: number;
}

/** What is used of a quota of an owner, by the database. */
export interface StoredUse extends QuotaUse {
  readonly owner: string;
  readonly name: QuotaName;
}

/** What was charged, and the database's clock. */
export interface Charged {
  readonly uses: readonly StoredUse[];
  /** ms since 1970 */
  readonly now: number;
}

/** Something to charge an address of a key. */
export interface StoredShareCharge extends ShareCharge, Pick<QuotaCharge, 'owner' | 'name' | 'windowMs'> {}

/** What is used of the share of an address, by the database. */
export interface StoredShare extends ShareUse {
  readonly owner: string;
  readonly name: QuotaName;
}

interface UseRow {
  owner: string;
  name: string;
  since: number;
  used: number;
  now: number;
}

const MS = (time: string): string => `(extract(epoch FROM ${time}) * 1000)::float8`;
const USE_SQL = `held.owner, held.name, ${MS('held.since')} AS since, held.used, ${MS('clock_timestamp()')} AS now`;

/**
 * Charges several quotas in one statement, each owner and name at most once: what a window gives back is taken off first.
 * The rows are locked in one order, so that servers never wait for one another in a circle.
 *
 * @param at the time by another clock than the database's, for tests; ms since 1970
 */
export async function chargeQuotas(
  database: Queryable,
  charges: readonly QuotaCharge[],
  at: number | null = null,
): Promise<Charged> {
  const rows = await database.query<UseRow>({
    name: 'charge-quotas',
    text: `INSERT INTO quota_use AS held (owner, name, since, used, quota_limit, window_seconds)
           SELECT owner, name, to_timestamp(floor(seconds / length) * length), amount, most, length
           FROM unnest($1::text[], $2::text[], $3::float8[], $4::float8[], $5::float8[]) AS given (owner, name, amount, most, length),
             (SELECT extract(epoch FROM coalesce(to_timestamp($6::float8 / 1000), clock_timestamp()))::float8 AS seconds) AS clock
           ORDER BY owner, name
           ON CONFLICT (owner, name) DO UPDATE SET
             used = greatest(0, held.used - greatest(0, extract(epoch FROM excluded.since - held.since)::float8)
               / excluded.window_seconds * excluded.quota_limit) + excluded.used,
             since = greatest(held.since, excluded.since),
             quota_limit = excluded.quota_limit, window_seconds = excluded.window_seconds
           RETURNING ${USE_SQL}`,
    values: [
      charges.map(({ owner }) => owner),
      charges.map(({ name }) => name),
      charges.map(({ amount }) => amount),
      charges.map(({ limit }) => limit),
      charges.map(({ windowMs }) => windowMs / 1000),
      at,
    ],
  });
  return { uses: usesOf(rows), now: rows[0]?.now ?? Date.now() };
}

/**
 * Charges addresses of keys, in the transaction that has charged the quotas themselves: their rows are locked, so that
 * no other server charges a share of them meanwhile.
 *
 * @returns the shares of all addresses of those quotas
 */
export async function chargeShares(
  transaction: Queryable,
  charges: readonly StoredShareCharge[],
  at: number | null = null,
): Promise<readonly StoredShare[]> {
  const rows = await transaction.query<Omit<StoredShare, 'name'> & { name: string }>({
    name: 'charge-quota-shares',
    text: `WITH given AS (
             SELECT owner, name, address, amount, to_timestamp(seen / 1000) AS seen_at,
               to_timestamp(floor(seconds / length) * length) AS since
             FROM unnest($1::text[], $2::text[], $3::text[], $4::float8[], $5::float8[], $6::float8[])
               AS given (owner, name, address, amount, seen, length),
               (SELECT extract(epoch FROM coalesce(to_timestamp($7::float8 / 1000), clock_timestamp()))::float8 AS seconds) AS clock),
           charged AS (
             INSERT INTO quota_share AS held (owner, name, address, since, used, seen_at)
             SELECT owner, name, address, since, amount, seen_at FROM given ORDER BY owner, name, address
             ON CONFLICT (owner, name, address) DO UPDATE SET
               used = CASE WHEN held.since < excluded.since THEN 0 ELSE held.used END + excluded.used,
               since = greatest(held.since, excluded.since), seen_at = greatest(held.seen_at, excluded.seen_at)
             RETURNING held.*),
           known AS (
             SELECT * FROM charged
             UNION ALL
             SELECT held.* FROM quota_share AS held JOIN (SELECT DISTINCT owner, name FROM given) AS account USING (owner, name)
             WHERE NOT EXISTS (SELECT FROM given WHERE (given.owner, given.name, given.address) = (held.owner, held.name, held.address)))
           SELECT owner, name, address, ${MS('since')} AS since, used, ${MS('seen_at')} AS "seenAt" FROM known`,
    values: [
      charges.map(({ owner }) => owner),
      charges.map(({ name }) => name),
      charges.map(({ address }) => address),
      charges.map(({ amount }) => amount),
      charges.map(({ seenAt }) => seenAt),
      charges.map(({ windowMs }) => windowMs / 1000),
      at,
    ],
  });
  return rows.flatMap(({ name, ...share }) => (isQuotaName(name) ? [{ name, ...share }] : []));
}

/** @returns what is used of the quotas of some owners; none of those that were never charged */
export async function findQuotaUses(database: Queryable, owners: readonly string[]): Promise<Charged> {
  const rows = await database.query<UseRow>({
    name: 'quota-uses',
    text: `SELECT ${USE_SQL} FROM quota_use AS held WHERE held.owner = ANY($1::text[])`,
    values: [owners],
  });
  return { uses: usesOf(rows), now: rows[0]?.now ?? Date.now() };
}

/** An address that has used nothing in this window is forgotten when it was not seen for so long. */
const SHARES_KEPT = "interval '10 minutes'";

/** Deletes the rows of which nothing is used any more, such as those of past days. @param at as of `chargeQuotas` */
export async function deleteUnusedQuotas(database: Queryable, at: number | null = null): Promise<void> {
  await database.query({
    text: `DELETE FROM quota_use
           WHERE since + ceil(greatest(1, used / quota_limit)) * window_seconds
             * interval '1 second' <= coalesce(to_timestamp($1::float8 / 1000), now())`,
    values: [at],
  });
  await database.query({
    text: `DELETE FROM quota_share AS share USING quota_use AS held, (SELECT coalesce(to_timestamp($1::float8 / 1000), now()) AS at) AS clock
           WHERE held.owner = share.owner AND held.name = share.name
             AND share.since + held.window_seconds * interval '1 second' <= clock.at AND share.seen_at <= clock.at - ${SHARES_KEPT}`,
    values: [at],
  });
}

/** Names of a newer version are left out. */
function usesOf(rows: readonly UseRow[]): StoredUse[] {
  return rows.flatMap(({ owner, name, since, used }) => (isQuotaName(name) ? [{ owner, name, since, used }] : []));
}
