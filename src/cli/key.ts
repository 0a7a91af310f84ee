import type { Command } from 'commander';
import {
  type ApiKeyRow,
  apiKeyKey,
  createKey,
  findKeyById,
  findKeys,
  findKeysByUuid,
  isRole,
  listKeys,
  QUOTA_NAMES,
  quotaWords,
  ROLE_NAMES,
  ROLES,
  readQuotas,
  readScopes,
  revokeKey,
  rotateKey,
  SCOPES,
} from '../access';
import type { Database, Queryable } from '../database';
import { findDatasetByReference } from '../dataset';
import { BadUserInput, NotFound, quoted } from '../errors';
import { parseGlobalId, toGlobalId } from '../globalId';
import { withDatabase } from './database';
import { addToTrail } from './trail';

interface CreateOptions {
  readonly name: string;
  readonly role: string[];
  readonly scope: string[];
  readonly dataset: string[];
  readonly quota: string[];
  readonly expiresDays?: string;
  readonly note?: string;
  readonly json?: true;
}

interface RotateOptions {
  readonly overlapHours: string;
  readonly json?: true;
}

/** More keys than a person reads; the newest are listed. */
const MAX_LISTED = 10_000;
const MAX_DAYS = 3_650;
/** As for `rotateApiKey`. */
const MAX_OVERLAP_HOURS = 720;
const MS_PER_DAY = 24 * 3_600_000;

/** `deeplesion key`: anyone who can open the database gives out keys. */
export function registerKeyCommand(program: Command): void {
  const keys = program.command('key').description('give out and revoke keys of the API');
  keys
    .command('create')
    .description('make a key and print it, once: only a checksum of it is stored')
    .requiredOption('--name <name>', 'of the person or program; a reviewer signs verdicts with it')
    .option('--role <role...>', `its scopes as a role: ${ROLE_NAMES.join(', ')}`, [])
    .option('--scope <scope...>', `single scopes: ${SCOPES.join(', ')}`, [])
    .option('--dataset <slug...>', 'the only data sets that it may touch; all if omitted', [])
    .option(
      '--expires-days <days>',
      `after this number of days it is no longer valid: 1 to ${MAX_DAYS}; never if omitted`,
    )
    .option(
      '--quota <limit...>',
      `NAME=LIMIT, or none as the limit, for ${QUOTA_NAMES.join(', ')}; as KEY_QUOTAS says if omitted`,
      [],
    )
    .option('--note <text>', 'what it is for')
    .option('--json', 'print an object with the key and what it may do')
    .action((options: CreateOptions) => withDatabase(({ database }) => create(database, options)));
  keys
    .command('list')
    .description('list all keys, the newest first, without their secrets')
    .option('--json', 'print a list of objects')
    .action(({ json }: { json?: true }) => withDatabase(({ database }) => list(database, json === true)));
  keys
    .command('rotate <id>')
    .description('replace a key by a new one with the same name, scopes, data sets and owner, and print it, once')
    .option(
      '--overlap-hours <hours>',
      `the old key works so much longer: 0 to ${MAX_OVERLAP_HOURS}; 0 revokes it now`,
      '24',
    )
    .option('--json', 'print an object with the key and what it may do')
    .action((id: string, options: RotateOptions) => withDatabase(({ database }) => rotate(database, id, options)));
  keys
    .command('revoke <id>')
    .description('revoke a key for good; it is dead on all servers within a second')
    .action((id: string) => withDatabase(({ database }) => revoke(database, id)));
}

async function create(database: Database, options: CreateOptions): Promise<void> {
  const { name, role, scope, dataset, note } = options;
  const unknown = role.find((one) => !isRole(one));
  if (unknown !== undefined)
    throw new BadUserInput(`Expected --role to be among ${ROLE_NAMES.join(', ')}, got ${quoted(unknown)}.`, 'role');
  const scopes = [...role.filter(isRole).flatMap((one) => ROLES[one]), ...scope];
  if (scopes.length === 0) throw new BadUserInput('Expected --role or --scope, or both.', 'role');
  const quotas = readQuotas(options.quota, 'quota');
  for (const slug of dataset)
    if (/^[a-z0-9-]+$/.test(slug) && !(await findDatasetByReference(database, slug)))
      process.stderr.write(`warning: there is no data set ${slug} in this database yet\n`);
  const grant = {
    scopes: readScopes(scopes, 'scope'),
    datasets: dataset,
    expiresAt: expiryOf(options.expiresDays),
    quotas,
  };
  const { row, text } = await createKey(database, { name, note, ...grant }, null, async (transaction, id) => {
    const [made] = await findKeys(transaction, [Number(id)]);
    if (made) await addToTrail(transaction, 'key create', idOf(made), grant);
  });
  process.stdout.write(`${options.json ? JSON.stringify({ key: text, ...describe(row) }) : text}\n`);
}

const idOf = (key: ApiKeyRow): string => toGlobalId('ApiKey', apiKeyKey(key));

function expiryOf(days: string | undefined): Date | null {
  if (days === undefined) return null;
  const count = /^\d{1,4}$/.test(days) ? Number(days) : 0;
  if (count < 1 || count > MAX_DAYS)
    throw new BadUserInput(`Expected --expires-days to be 1 to ${MAX_DAYS}, got ${quoted(days)}.`, 'expires-days');
  return new Date(Date.now() + count * MS_PER_DAY);
}

/** A key as `--json` prints it. */
function describe(row: ApiKeyRow) {
  const { keyId, name, scopes, datasets, quotas, note, createdAt, expiresAt, lastUsedAt, revokedAt } = row;
  return {
    ...{
      id: keyId,
      globalId: idOf(row),
      prefix: `dl_${keyId}`,
      name,
      scopes,
      datasets,
      quotas,
      note,
    },
    ...{ createdAt, expiresAt, lastUsedAt, revokedAt },
  };
}

async function list(database: Database, asJson: boolean): Promise<void> {
  const rows = await listKeys(database, null, MAX_LISTED);
  if (asJson) {
    process.stdout.write(`${JSON.stringify(rows.map(describe), null, 2)}\n`);
    return;
  }
  for (const row of rows) process.stdout.write(`${lineOf(row)}\n`);
  if (rows.length === 0) process.stderr.write('There are no keys yet: deeplesion key create makes one.\n');
}

function lineOf({ keyId, name, scopes, datasets, quotas, expiresAt, lastUsedAt, revokedAt }: ApiKeyRow): string {
  const state =
    revokedAt !== null
      ? `revoked ${dayOf(revokedAt)}`
      : expiresAt === null
        ? 'active'
        : `${expiresAt < new Date() ? 'expired' : 'active until'} ${dayOf(expiresAt)}`;
  const used = lastUsedAt === null ? 'never used' : `last used ${dayOf(lastUsedAt)}`;
  const bound = datasets.length > 0 ? datasets.join(',') : 'all data sets';
  const limits = quotaWords(quotas).join(',') || 'default quotas';
  return [keyId, name, scopes.join(','), bound, state, used, limits].join('\t');
}

const dayOf = (time: Date): string => time.toISOString().slice(0, 16).replace('T', ' ');

async function revoke(database: Database, id: string): Promise<void> {
  const found = await findKey(database, id);
  const { keyId, name, revokedAt } = await database.transaction(async (transaction) => {
    const revoked = await revokeKey(transaction, found.id);
    await addToTrail(transaction, 'key revoke', idOf(revoked));
    return revoked;
  });
  process.stdout.write(`${keyId} (${name}) is revoked since ${revokedAt?.toISOString()}.\n`);
}

async function rotate(database: Database, id: string, { overlapHours: hours, json }: RotateOptions): Promise<void> {
  const overlapHours = /^\d{1,4}$/.test(hours) ? Number(hours) : Number.NaN;
  if (!(overlapHours <= MAX_OVERLAP_HOURS))
    throw new BadUserInput(
      `Expected --overlap-hours to be 0 to ${MAX_OVERLAP_HOURS}, got ${quoted(hours)}.`,
      'overlap-hours',
    );
  const found = await findKey(database, id);
  const replacement = { overlapHours, notAfter: null };
  const { row, text, old } = await rotateKey(database, found.id, replacement, (transaction, made) =>
    noteRotation(transaction, Number(made), { replaced: idOf(found), overlapHours }),
  );
  process.stdout.write(`${json ? JSON.stringify({ key: text, ...describe(row), replaced: describe(old) }) : text}\n`);
}

async function noteRotation(transaction: Queryable, id: number, changes: Record<string, unknown>): Promise<void> {
  const [made] = await findKeys(transaction, [id]);
  if (made) await addToTrail(transaction, 'key rotate', idOf(made), changes);
}

/** @param id the ID of a key, with or without `dl_` and secret, or its global id @throws NotFound */
async function findKey(database: Database, id: string): Promise<ApiKeyRow> {
  const keyId = /^(?:dl_)?([A-Z2-7]{8})(?:_[\w-]*)?$/.exec(id)?.[1];
  const parsed = parseGlobalId(id);
  const [found] =
    parsed?.type === 'ApiKey'
      ? await findKeysByUuid(database, [parsed.key])
      : [keyId === undefined ? null : await findKeyById(database, keyId)];
  if (found) return found;
  throw new NotFound('There is no key with this id: deeplesion key list prints them in its first column.', 'id');
}
