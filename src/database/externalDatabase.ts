import { Client } from 'pg';
import { BadUserInput, Conflict, messageOf } from '../errors';
import { systemCodeOf } from '../startErrors';
import { addressForPeople, addressParameter, withSessionSettings } from './address';

const CONNECT_TIMEOUT_MS = 10_000;
const OLDEST_POSTGRES = 150_000;
const SETTING = 'DATABASE_URL';

/**
 * Opens the first connection to a database; an error is reported in one sentence.
 *
 * @throws BadUserInput naming DATABASE_URL and what to do
 */
export async function connectForStart(url: string): Promise<Client> {
  const schema = addressParameter(url, 'schema');
  if (schema !== null && schema !== 'public')
    throw new BadUserInput(
      `Expected ${SETTING} without "schema=${schema}": the tables lie in the schema "public", so give the server ` +
        'its own database.',
      SETTING,
    );
  let client: Client | undefined;
  try {
    client = new Client({
      connectionString: withSessionSettings(url),
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
    // Without a listener a connection that dies between two statements would end the process.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  } catch (cause) {
    void client?.end().catch(() => undefined);
    throw new BadUserInput(`${SETTING}=${addressForPeople(url)} cannot be used: ${reasonOf(cause, url)}`, SETTING, {
      cause,
    });
  }
}

const HOST_UNKNOWN = 'its host name is not known: mend the host, or the name service of this machine.';
const NO_ANSWER = 'nothing answers there: mend host and port, or start that server; unset it to use the embedded one.';
const NOT_TRUSTED =
  'its certificate is not trusted: name the authority by sslrootcert=FILE, or the host as the certificate has it.';

/** By the codes of PostgreSQL, of the system and of OpenSSL. */
const REASONS: Record<string, string> = {
  ECONNREFUSED: NO_ANSWER,
  ECONNRESET: NO_ANSWER,
  ENOENT: NO_ANSWER,
  ETIMEDOUT: NO_ANSWER,
  EHOSTUNREACH: NO_ANSWER,
  ENETUNREACH: NO_ANSWER,
  ENOTFOUND: HOST_UNKNOWN,
  EAI_AGAIN: HOST_UNKNOWN,
  ERR_INVALID_URL:
    'it is no address: expected postgresql://user:password@host:port/database, with %40 for @, %2F for / and %23 ' +
    'for # in the password.',
  '28P01': 'user or password are wrong.',
  '28000': 'the server does not let this user in from here: see its pg_hba.conf.',
  '3D000': 'there is no such database: make it with createdb.',
  '42501': 'this user may not use that database: GRANT CONNECT, CREATE ON DATABASE … TO it.',
  '53300': 'the server has no connection left: raise its max_connections.',
  '57P03': 'the server is starting up or stopping: try again when it is ready.',
  SELF_SIGNED_CERT_IN_CHAIN: NOT_TRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: NOT_TRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NOT_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NOT_TRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID: NOT_TRUSTED,
  CERT_HAS_EXPIRED: 'its certificate has expired.',
};

function reasonOf(failure: unknown, url: string): string {
  const known = REASONS[systemCodeOf(failure) ?? ''];
  if (known) return known;
  const message = messageOf(failure);
  if (/does not support SSL/.test(message))
    return (
      'the server does not speak TLS: ' +
      `${addressParameter(url, 'sslmode') ? 'set sslmode=disable in it' : 'unset PGSSLMODE'}.`
    );
  if (/SASL|password/.test(message)) return 'the server asks for a password, and the address has none.';
  if (/timeout|terminated/.test(message)) return NO_ANSWER;
  return `${message}.`;
}

interface DatabaseFacts {
  version: number;
  versionText: string;
  encoding: string;
  name: string;
  readOnly: boolean;
  ours: boolean;
  mayCreate: boolean;
}

/**
 * Checks whether a database is suitable, before anything is written to it.
 *
 * @param migrations names of our migrations, by which our own database is known
 * @throws BadUserInput if the server is too old, read-only or keeps text in another encoding than UTF-8, or the user
 *   may not make tables
 * @throws Conflict if the database holds tables of another program
 */
export async function checkDatabase(client: Client, migrations: readonly string[]): Promise<void> {
  const facts = await readFacts(client, migrations);
  if (facts.version < OLDEST_POSTGRES)
    throw new BadUserInput(
      `Expected PostgreSQL 15 or newer, got ${facts.versionText}: point ${SETTING} to a newer server or unset it.`,
      SETTING,
    );
  if (facts.encoding !== 'UTF8')
    throw new BadUserInput(
      `Expected a database with the encoding UTF8, and "${facts.name}" has ${facts.encoding}: make one with ` +
        `createdb --encoding=UTF8 --template=template0 and point ${SETTING} to it.`,
      SETTING,
    );
  if (facts.readOnly)
    throw new BadUserInput(
      `Expected a database that can be written to, and "${facts.name}" is read-only: point ${SETTING} to the ` +
        'primary server, or reset default_transaction_read_only.',
      SETTING,
    );
  if (facts.ours) return;
  const foreign = await findForeignTables(client);
  if (foreign.length > 0)
    throw new Conflict(
      `Expected an empty database, and "${facts.name}" holds tables of another program (${listed(foreign)}); ` +
        `nothing was written: point ${SETTING} to a database of our own, made with createdb.`,
      SETTING,
    );
  if (!facts.mayCreate)
    throw new BadUserInput(
      `The user of ${SETTING} may not make tables in "${facts.name}": GRANT CREATE ON DATABASE and ON SCHEMA ` +
        'public TO it, or let it own the database.',
      SETTING,
    );
}

async function readFacts(client: Client, migrations: readonly string[]): Promise<DatabaseFacts> {
  const { rows } = await client.query<DatabaseFacts & { history: boolean }>(
    `SELECT current_setting('server_version_num')::int4 AS version, current_setting('server_version') AS "versionText",
            current_setting('server_encoding') AS encoding, current_database() AS name,
            current_setting('transaction_read_only') = 'on' AS "readOnly",
            to_regclass('public.detection_run') IS NOT NULL AS ours, to_regclass('public._prisma_migrations') IS NOT NULL AS history,
            coalesce(has_schema_privilege(to_regnamespace('public')::oid, 'CREATE'), false)
              AND has_database_privilege(current_database(), 'CREATE') AS "mayCreate"`,
  );
  const [facts] = rows;
  if (!facts) throw new Error('PostgreSQL did not report its settings.');
  if (facts.ours || !facts.history) return facts;
  const known = await client.query('SELECT FROM public._prisma_migrations WHERE migration_name = ANY($1) LIMIT 1', [
    migrations,
  ]);
  return { ...facts, ours: known.rows.length > 0 };
}

/**
 * Tables of the schema in which ours would lie, but those of extensions and an empty history, which a start that was
 * interrupted leaves. Ours in another schema are told as well: they would be taken for lost.
 */
async function findForeignTables(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; history: boolean }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relname = '_prisma_migrations' AND n.nspname = 'public' AS history
       FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND (n.nspname = 'public' OR c.relname = 'detection_run')
        AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
      ORDER BY 1`,
  );
  if (rows.some(({ history }) => history)) {
    const applied = await client.query('SELECT FROM public._prisma_migrations LIMIT 1');
    if (applied.rows.length === 0) return rows.filter(({ history }) => !history).map(({ name }) => name);
  }
  return rows.map(({ name }) => name);
}

const SHOWN = 5;
const listed = (names: readonly string[]): string =>
  names.length > SHOWN ? `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more` : names.join(', ');
