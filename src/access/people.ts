/** People who sign in by OpenID Connect, and their sessions, in the database. */
import { createHash, randomBytes } from 'node:crypto';
import {
  type Columns,
  type Database,
  type Queryable,
  selectColumns,
  selectFields,
  type Transaction,
} from '../database';
import { BadUserInput } from '../errors';
import { isStorable } from '../storableText';

/** A person who has signed in at least once. */
export interface PersonRow {
  id: number;
  /** its id outside the database: a digest of issuer and subject */
  uuid: string;
  issuer: string;
  subject: string;
  /** as the provider gave it at the latest sign-in */
  name: string;
  /** what verdicts are signed with */
  reviewer: string;
  createdAt: Date;
  lastSignInAt: Date;
}

/** What an OpenID provider has said of a person. */
export interface PersonClaims {
  issuer: string;
  subject: string;
  name: string;
  /** those that have a role here */
  groups: readonly string[];
}

/** A session that has begun. */
export interface BegunSession {
  person: PersonRow;
  /** for the cookie of the browser; only its checksum is stored */
  secret: string;
  expiresAt: Date;
}

const COLUMNS: Columns<PersonRow> = {
  id: 'id',
  uuid: 'uuid',
  issuer: 'issuer',
  subject: 'subject',
  name: 'name',
  reviewer: 'reviewer',
  createdAt: 'created_at',
  lastSignInAt: 'last_sign_in_at',
};
export const PERSON_SQL = selectColumns(COLUMNS, 'person');
/** SQL that is true for a session that is valid now, on the database's clock. */
export const IS_OPEN_SQL = '(person_session.ended_at IS NULL AND person_session.expires_at > now())';

/** A working day; after it, the provider is asked again. */
const SESSION_HOURS = 12;
/** Sessions that have ended are kept this long. */
const KEPT_DAYS = 7;
const SECRET_BYTES = 32;
const SECRET = /^[A-Za-z0-9_-]{43}$/;
const MAX_NAME_LENGTH = 200;
/** of issuer and subject: OpenID Connect allows 255 characters for a subject */
const MAX_ID_LENGTH = 500;
/** Room for a number behind it. */
const REVIEWER_LENGTH = 190;

const OWNER_OF_PERSON = 'person:';

/** @returns the owner of whatever a person makes, as the tables have it; neither an address nor a key has this form */
export const ownerOfPerson = ({ uuid }: Pick<PersonRow, 'uuid'>): string => `${OWNER_OF_PERSON}${uuid}`;

/** @returns the UUID of the person that an owner stands for; null for any other owner */
export function personOfOwner(owner: string): string | null {
  return owner.startsWith(OWNER_OF_PERSON) ? owner.slice(OWNER_OF_PERSON.length) : null;
}

/** @returns the checksum under which a session is stored; null for what has not the form of its secret */
export const checksumOfSecret = (secret: string): string | null => (SECRET.test(secret) ? sha256Of(secret) : null);

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The same person has the same id on every server and after a restore. */
function uuidOf({ issuer, subject }: Pick<PersonClaims, 'issuer' | 'subject'>): string {
  const digits = sha256Of(JSON.stringify([issuer, subject]));
  return digits.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * Begins a session of a person whom a provider has identified.
 *
 * @param keep given the person as the last step of the transaction
 * @throws BadUserInput if issuer or subject cannot be stored
 */
export function beginSession(
  database: Database,
  claims: PersonClaims,
  keep?: (transaction: Transaction, person: PersonRow) => Promise<unknown>,
): Promise<BegunSession> {
  const { issuer, subject, groups } = claims;
  for (const id of [issuer, subject])
    if (id === '' || id.length > MAX_ID_LENGTH || !isStorable(id))
      throw new BadUserInput(`Expected issuer and subject of 1 to ${MAX_ID_LENGTH} characters from the provider.`);
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return database.transaction(async (transaction) => {
    // One after another, so that no two people get the same name as reviewers.
    await transaction.query({ text: `SELECT pg_advisory_xact_lock(hashtext('person'))` });
    const person = await keepPerson(transaction, { ...claims, name: presentable(claims.name, subject) });
    await transaction.query({
      text: `DELETE FROM person_session WHERE expires_at < now() - $1::float8 * interval '1 day'`,
      values: [KEPT_DAYS],
    });
    const [session] = await transaction.query<{ expiresAt: Date }>({
      text: `INSERT INTO person_session (person_id, secret_sha256, groups, expires_at)
             VALUES ($1, $2, $3, now() + $4::float8 * interval '1 hour') RETURNING expires_at AS "expiresAt"`,
      values: [person.id, sha256Of(secret), [...groups], SESSION_HOURS],
    });
    if (!session) throw new Error('A session was not stored.');
    await keep?.(transaction, person);
    return { person, secret, expiresAt: session.expiresAt };
  });
}

/** A name on one line; the subject if nothing is left of it. */
function presentable(name: string, subject: string): string {
  const line = name.replace(/[\s\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim();
  return (line === '' ? subject : line).slice(0, MAX_NAME_LENGTH);
}

async function keepPerson(
  transaction: Transaction,
  { issuer, subject, name }: Omit<PersonClaims, 'groups'>,
): Promise<PersonRow> {
  const [known] = await transaction.query<PersonRow>({
    text: `UPDATE person SET name = $3, last_sign_in_at = now() WHERE issuer = $1 AND subject = $2 RETURNING ${PERSON_SQL}`,
    values: [issuer, subject, name],
  });
  if (known) return known;
  const data = {
    uuid: uuidOf({ issuer, subject }),
    issuer,
    subject,
    name,
    reviewer: await freeName(transaction, name),
  };
  return transaction.prisma.person.create({ data, select: selectFields(COLUMNS) });
}

/**
 * A provider lets people choose their names, and verdicts of the same name are one reviewer's: the first one to sign in
 * has the name, and the next one a number behind it. It stays, whatever the name becomes.
 */
async function freeName({ prisma }: Transaction, name: string): Promise<string> {
  const base = name.slice(0, REVIEWER_LENGTH).trim();
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? base : `${base} (${number})`;
    const isTaken =
      (await prisma.person.count({ where: { reviewer: candidate } })) > 0 ||
      (await prisma.apiKey.count({ where: { name: candidate, scopes: { has: 'review' } } })) > 0;
    if (!isTaken) return candidate;
  }
}

/** Ends a session, on all servers within a second. @param id row id */
export async function endSession(database: Queryable, id: number): Promise<void> {
  await database.query({
    text: 'UPDATE person_session SET ended_at = coalesce(ended_at, now()) WHERE id = $1',
    values: [id],
  });
}

/** Ends all sessions of a person. @param id row id @returns how many were open */
export async function endSessionsOf(database: Queryable, id: number): Promise<number> {
  const ended = await database.query({
    text: `UPDATE person_session SET ended_at = now() WHERE person_id = $1 AND ${IS_OPEN_SQL} RETURNING id`,
    values: [id],
  });
  return ended.length;
}

/** A person with the number of sessions that are open. */
export type ListedPerson = PersonRow & { openSessions: number };

/** Everyone who has signed in, the latest first. */
export function listPeople(database: Queryable, first: number): Promise<ListedPerson[]> {
  return database.query({
    text: `SELECT ${PERSON_SQL}, (
             SELECT count(*)::int4 FROM person_session WHERE person_session.person_id = person.id AND ${IS_OPEN_SQL}
           ) AS "openSessions"
           FROM person ORDER BY last_sign_in_at DESC, id DESC LIMIT $1`,
    values: [first],
  });
}

/** @param text UUID or subject @returns the people that it stands for: of several issuers, a subject may be several */
export async function findPeople({ prisma }: Queryable, text: string): Promise<PersonRow[]> {
  const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
  const where = isUuid ? { OR: [{ uuid: text }, { subject: text }] } : { subject: text };
  return prisma.person.findMany({ where, select: selectFields(COLUMNS), take: 10 });
}

/** @returns the name of each owner that is a person */
export async function findNamesOfPeople(
  { prisma }: Queryable,
  owners: readonly string[],
): Promise<{ owner: string; name: string }[]> {
  const uuids = owners.flatMap((owner) => personOfOwner(owner) ?? []);
  if (uuids.length === 0) return [];
  const rows = await prisma.person.findMany({ where: { uuid: { in: uuids } }, select: { uuid: true, name: true } });
  return rows.map((row) => ({ owner: ownerOfPerson(row), name: row.name }));
}
