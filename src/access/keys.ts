/** The keys in the database: who has one, since when and until when. */
import {
  ANY_OF_IDS,
  type Columns,
  columnReader,
  type Database,
  fromJson,
  type KeepAnswer,
  type Queryable,
  selectColumns,
  selectFields,
  type Transaction,
  toJson,
} from '../database';
import { BadUserInput, Conflict, NotFound, quoted } from '../errors';
import type { GlobalKeys } from '../globalId';
import { isStorable } from '../storableText';
import { createKeyText } from './keyText';
import { findNamesOfPeople, ownerOfPerson } from './people';
import type { QuotaLimits } from './quotaLimits';
import { inOrder, isScope, SCOPES, type Scope } from './scopes';

/** A key without its secret. */
export interface ApiKeyRow {
  id: number;
  /** its id outside the database */
  uuid: string;
  /** ID of the key itself, `dl_ID_SECRET` */
  keyId: string;
  holder: string;
  name: string;
  scopes: Scope[];
  /** slugs; empty: all data sets */
  datasets: string[];
  /** limits of its own */
  quotas: QuotaLimits;
  note: string | null;
  /** owner of the key that made it; null for the command line */
  createdBy: string | null;
  createdAt: Date;
  expiresAt: Date | null;
  /** to the minute */
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

/** What a new key is to be. */
export interface NewApiKey {
  name: string;
  scopes: readonly Scope[];
  /** slugs; omitted or empty: all data sets */
  datasets?: readonly string[];
  /** limits of its own */
  quotas?: QuotaLimits;
  expiresAt?: Date | null;
  note?: string | null;
}

/** A key that was made, with the text that is shown once. */
export interface MadeKey {
  row: ApiKeyRow;
  /** `dl_ID_SECRET` */
  text: string;
}

const COLUMNS: Columns<ApiKeyRow> = {
  id: 'id',
  uuid: 'uuid',
  keyId: 'key_id',
  holder: 'holder',
  name: 'name',
  scopes: 'scopes',
  datasets: 'datasets',
  quotas: 'quotas',
  note: 'note',
  createdBy: 'created_by',
  createdAt: 'created_at',
  expiresAt: 'expires_at',
  lastUsedAt: 'last_used_at',
  revokedAt: 'revoked_at',
};
export const API_KEY_SQL = selectColumns(COLUMNS, 'api_key');
export const readKeyRow = columnReader(COLUMNS, '');
/** SQL that is true for a key that is valid now, on the database's clock. */
export const IS_ACTIVE_SQL = '(api_key.revoked_at IS NULL AND coalesce(api_key.expires_at > now(), true))';
const API_KEY_FIELDS = selectFields(COLUMNS);

/** Keys of one owner that are neither revoked nor expired. */
const MAX_ACTIVE_KEYS_OF_OWNER = 50;
const MAX_NAME_LENGTH = 200;
const MAX_NOTE_LENGTH = 1_000;
const MAX_DATASETS = 100;
const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

const OWNER_OF_KEY = 'key:';

/** @returns the owner of whatever is made with a key, as the tables have it; an address never has this form */
export const ownerOfHolder = (holder: string): string => `${OWNER_OF_KEY}${holder}`;

/** @returns the holder of the key that an owner stands for; null for an address and the command line */
export function holderOfOwner(owner: string | null): string | null {
  return owner?.startsWith(OWNER_OF_KEY) ? owner.slice(OWNER_OF_KEY.length) : null;
}

/**
 * Parses names of scopes.
 *
 * @throws BadUserInput naming the argument and the scopes that there are
 */
export function readScopes(texts: readonly string[], argument: string): Scope[] {
  const wrong = texts.find((text) => !isScope(text));
  if (wrong !== undefined)
    throw new BadUserInput(`Expected ${argument} to be among ${SCOPES.join(', ')}; got ${quoted(wrong)}.`, argument);
  if (texts.length === 0) throw new BadUserInput(`Expected ${argument} to name at least one scope.`, argument);
  return inOrder(texts.filter(isScope));
}

/**
 * Makes a key.
 *
 * @param createdBy owner of the key, or the person, that makes it, who may have 50 active ones; null for the command line
 * @param keep given the key in its transaction
 * @throws BadUserInput if name, note, data sets or expiry do not fit
 * @throws Conflict if the owner has too many keys, or if a key for reviews has the name of another owner's
 */
export function createKey(
  database: Database,
  wanted: NewApiKey,
  createdBy: string | null,
  keep?: KeepAnswer,
): Promise<MadeKey> {
  const checked = { ...wanted, name: checkedName(wanted.name), datasets: checkedDatasets(wanted.datasets ?? []) };
  checkText('note', wanted.note ?? 'none', MAX_NOTE_LENGTH);
  return database.transaction(async (transaction) => {
    await lockKeys(transaction);
    if (createdBy !== null) {
      await checkCount(transaction, createdBy);
      if (checked.scopes.includes('review')) await checkNameOf(transaction, checked.name, createdBy);
    }
    if (wanted.expiresAt) await checkExpiry(transaction, wanted.expiresAt);
    const made = await insertKey(transaction, { ...checked, createdBy });
    await keep?.(transaction, made.row.id);
    return made;
  });
}

/** One after another, so that the count is exact. */
async function lockKeys(transaction: Transaction): Promise<void> {
  await transaction.query({ text: `SELECT pg_advisory_xact_lock(hashtext('api_key'))` });
}

async function insertKey(
  transaction: Transaction,
  {
    expiresAt = null,
    note = null,
    scopes,
    datasets = [],
    quotas = {},
    ...rest
  }: NewApiKey & { createdBy: string | null; holder?: string },
): Promise<MadeKey> {
  const { text, ...proof } = createKeyText();
  const data = { ...rest, ...proof, holder: rest.holder ?? crypto.randomUUID(), note, expiresAt };
  const row = await transaction.prisma.apiKey.create({
    data: { ...data, scopes: inOrder(scopes), datasets: [...datasets], quotas: toJson(quotas) },
    select: API_KEY_FIELDS,
  });
  return { row: rowOf(row), text };
}

/** Prisma does not know which texts are scopes; the column has no others. */
function rowOf(row: Omit<ApiKeyRow, 'scopes' | 'quotas'> & { scopes: string[]; quotas: unknown }): ApiKeyRow {
  return { ...row, scopes: row.scopes.filter(isScope), quotas: fromJson(row.quotas) };
}

async function checkCount(transaction: Transaction, owner: string): Promise<void> {
  const [count] = await transaction.query<{ active: number }>({
    text: `SELECT count(*)::int4 AS active FROM api_key
           WHERE (created_by = $1 OR holder = $2::uuid) AND ${IS_ACTIVE_SQL}`,
    values: [owner, holderOfOwner(owner)],
  });
  if ((count?.active ?? 0) >= MAX_ACTIVE_KEYS_OF_OWNER)
    throw new Conflict(
      `Expected at most ${MAX_ACTIVE_KEYS_OF_OWNER} active keys of one owner, got ${count?.active}: revoke one first.`,
      'input',
    );
}

/** A reviewer signs with the name of a key, so that no one may take the name of another reviewer. */
async function checkNameOf(transaction: Transaction, name: string, owner: string): Promise<void> {
  const others = await transaction.prisma.apiKey.findFirst({
    where: {
      name,
      scopes: { has: 'review' },
      AND: [
        { OR: [{ createdBy: null }, { createdBy: { not: owner } }] },
        { holder: { not: holderOfOwner(owner) ?? '00000000-0000-0000-0000-000000000000' } },
      ],
    },
    select: { id: true },
  });
  const person = await transaction.prisma.person.findFirst({ where: { reviewer: name }, select: { uuid: true } });
  const isOfOther = person !== null && ownerOfPerson(person) !== owner;
  if (others || isOfOther)
    throw new Conflict(
      `Expected a name that is not that of another reviewer, got ${quoted(name)}: verdicts are signed with it.`,
      'name',
    );
}

/** On the database's clock, as the key itself is checked. */
async function checkExpiry(transaction: Transaction, expiresAt: Date): Promise<void> {
  const [row] = await transaction.query<{ isLater: boolean }>({
    text: `SELECT $1::timestamptz > now() AND $1::timestamptz < now() + interval '20 years' AS "isLater"`,
    values: [expiresAt],
  });
  if (!row?.isLater)
    throw new BadUserInput(
      `Expected expiresAt to be a time in the next 20 years, got ${expiresAt.toISOString()}.`,
      'expiresAt',
    );
}

function checkedName(text: string): string {
  const name = text.trim();
  checkText('name', name, MAX_NAME_LENGTH);
  return name;
}

function checkText(argument: string, text: string, most: number): void {
  if (text.length < 1 || text.length > most)
    throw new BadUserInput(`Expected ${argument} to have 1 to ${most} characters, got ${text.length}.`, argument);
  if (!isStorable(text) || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text))
    throw new BadUserInput(`Expected ${argument} to be one line of text without control characters.`, argument);
}

function checkedDatasets(slugs: readonly string[]): string[] {
  const wrong = slugs.find((slug) => !SLUG.test(slug));
  if (wrong !== undefined)
    throw new BadUserInput(
      `Expected datasets to be slugs such as deeplesion, without a version; got ${quoted(wrong)}.`,
      'datasets',
    );
  const unique = [...new Set(slugs)].sort();
  if (unique.length > MAX_DATASETS)
    throw new BadUserInput(`Expected at most ${MAX_DATASETS} data sets of a key, got ${unique.length}.`, 'datasets');
  return unique;
}

/**
 * Revokes a key, which is final. @returns the key; one that was revoked before is unchanged
 *
 * @throws NotFound if there is none
 */
export async function revokeKey(database: Queryable, id: number): Promise<ApiKeyRow> {
  const [row] = await database.query<ApiKeyRow>({
    text: `UPDATE api_key SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1 RETURNING ${API_KEY_SQL}`,
    values: [id],
  });
  if (!row) throw new NotFound('There is no key with this id.', 'id');
  return row;
}

/** How a key is replaced. */
export interface Rotation {
  /** so long the old one still works; 0 revokes it at once */
  overlapHours: number;
  /** the new one does not live longer than the key of the caller; null: as long as the old one */
  notAfter: Date | null;
}

/**
 * Makes a key that takes the place of another: the same name, scopes, data sets and holder, and as long a life.
 *
 * @param keep given the new key in its transaction
 * @throws Conflict if the old one is revoked or expired
 */
export function rotateKey(
  database: Database,
  id: number,
  { overlapHours, notAfter }: Rotation,
  keep?: KeepAnswer,
): Promise<MadeKey & { old: ApiKeyRow }> {
  return database.transaction(async (transaction) => {
    await lockKeys(transaction);
    const [row] = await transaction.query<ApiKeyRow & { isActive: boolean; next: Date | null }>({
      text: `SELECT ${API_KEY_SQL}, ${IS_ACTIVE_SQL} AS "isActive",
               least(now() + (expires_at - created_at), $2::timestamptz) AS next
             FROM api_key WHERE id = $1`,
      values: [id, notAfter],
    });
    if (!row) throw new NotFound('There is no key with this id.', 'id');
    if (!row.isActive)
      throw new Conflict('Expected a key that is neither revoked nor expired: create a new one.', 'id');
    const { name, scopes, datasets, quotas, note, createdBy, holder } = row;
    await checkCount(transaction, ownerOfHolder(holder));
    const made = await insertKey(transaction, {
      ...{ name, scopes, datasets, quotas, note, createdBy, holder },
      expiresAt: row.next,
    });
    const [old] = await transaction.query<ApiKeyRow>({
      text: `UPDATE api_key SET revoked_at = CASE WHEN $2::float8 = 0 THEN now() END,
               expires_at = CASE WHEN $2::float8 = 0 THEN expires_at ELSE least(expires_at, now() + $2::float8 * interval '1 hour') END
             WHERE id = $1 RETURNING ${API_KEY_SQL}`,
      values: [id, overlapHours],
    });
    if (!old) throw new Error('A key was deleted while it was locked.');
    await keep?.(transaction, made.row.id);
    return { ...made, old };
  });
}

/** @param keyId the ID of a key @returns null if there is none */
export async function findKeyById(database: Queryable, keyId: string): Promise<ApiKeyRow | null> {
  const row = await database.prisma.apiKey.findFirst({ where: { keyId }, select: API_KEY_FIELDS });
  return row && rowOf(row);
}

/** Every key; the newest first. @param owner only those that it made and its own; null: all */
export async function listKeys(database: Queryable, owner: string | null, first: number): Promise<ApiKeyRow[]> {
  const holder = holderOfOwner(owner);
  const where = owner === null ? {} : { OR: [{ createdBy: owner }, ...(holder === null ? [] : [{ holder }])] };
  const rows = await database.prisma.apiKey.findMany({
    where,
    orderBy: { id: 'desc' },
    take: first,
    select: API_KEY_FIELDS,
  });
  return rows.map(rowOf);
}

/** @returns the keys that exist, in no order */
export function findKeys(database: Queryable, ids: readonly number[]): Promise<ApiKeyRow[]> {
  return database.query({
    name: 'api-keys-by-id',
    text: `SELECT ${API_KEY_SQL} FROM api_key WHERE id = ${ANY_OF_IDS}`,
    values: [ids],
  });
}

/** @returns the keys that exist, in no order */
export function findKeysByUuid(database: Queryable, keys: readonly GlobalKeys['ApiKey'][]): Promise<ApiKeyRow[]> {
  return database.query({
    name: 'api-keys-by-uuid',
    text: `SELECT ${API_KEY_SQL} FROM api_key WHERE uuid = ANY($1::uuid[])`,
    values: [keys.map(({ uuid }) => uuid)],
  });
}

export const apiKeyKey = ({ uuid }: ApiKeyRow): GlobalKeys['ApiKey'] => ({ uuid });

/**
 * @param owners of keys and people
 * @returns the name of the newest key of each, and of each person; none for an address and the command line
 */
export async function findNamesOfOwners(
  database: Queryable,
  owners: readonly string[],
): Promise<{ owner: string; name: string }[]> {
  const people = await findNamesOfPeople(database, owners);
  const holders = owners.flatMap((owner) => holderOfOwner(owner) ?? []);
  if (holders.length === 0) return people;
  const rows = await database.query<{ holder: string; name: string }>({
    name: 'names-of-key-holders',
    text: 'SELECT DISTINCT ON (holder) holder, name FROM api_key WHERE holder = ANY($1::uuid[]) ORDER BY holder, id DESC',
    values: [holders],
  });
  return [...people, ...rows.map(({ holder, name }) => ({ owner: ownerOfHolder(holder), name }))];
}
