import { type Database, findServerFacts, MigrationMismatch, pendingMigrations, type ServerFacts } from '../database';
import { messageOf, UserError } from '../errors';
import { type Finding, fail, ok, warn } from './finding';

const OLDEST = 150_000;
/** Fewer free ones are used up by a server and its workers. */
const FEW_CONNECTIONS = 20;
const MAX_CLOCK_SECONDS = 5;

/** Version and settings of PostgreSQL, the clocks, and the state of the tables. */
export async function checkServer(database: Database, url: string): Promise<Finding[]> {
  const facts = await findServerFacts(database);
  return [version(facts), settings(facts), connections(facts), clock(facts), await migrations(url)];
}

function version({ version, versionText, encoding, databaseBytes }: ServerFacts): Finding {
  const text = `PostgreSQL ${versionText}, encoding ${encoding}, ${Math.round(databaseBytes / 1e6)} MB.`;
  if (version < OLDEST) return fail('database', text, 'Move to PostgreSQL 15 or newer.');
  if (encoding !== 'UTF8')
    return fail('database', text, 'Make a database with createdb --encoding=UTF8 --template=template0.');
  return ok('database', text);
}

function settings({ fsync, fullPageWrites, readOnly }: ServerFacts): Finding {
  if (readOnly)
    return fail(
      'database settings',
      'The database is read-only.',
      'Point DATABASE_URL to the primary server, or reset default_transaction_read_only.',
    );
  const off = [...(fsync ? [] : ['fsync']), ...(fullPageWrites ? [] : ['full_page_writes'])];
  if (off.length === 0) return ok('database settings', 'It survives a crash of the machine: fsync is on.');
  return warn(
    'database settings',
    `${off.join(' and ')} of PostgreSQL ${off.length > 1 ? 'are' : 'is'} off: a crash of the machine may destroy it.`,
    `Set ${off.join(' and ')} to on in postgresql.conf.`,
  );
}

function connections({ usedConnections, maxConnections }: ServerFacts): Finding {
  const text = `${usedConnections} of ${maxConnections} connections are in use.`;
  if (maxConnections - usedConnections >= FEW_CONNECTIONS) return ok('connections', text);
  return warn('connections', text, 'Raise max_connections: a server takes up to 20, a worker 5.');
}

function clock({ aheadSeconds }: ServerFacts): Finding {
  const apart = Math.abs(aheadSeconds);
  const text = `The clock of this machine and that of the database are ${apart.toFixed(1)} s apart.`;
  if (apart <= MAX_CLOCK_SECONDS) return ok('clock', text);
  return warn('clock', `${text} Leases go by that of the database alone.`, 'Synchronize both by NTP.');
}

async function migrations(url: string): Promise<Finding> {
  try {
    const pending = await pendingMigrations(url);
    if (pending.length === 0) return ok('migrations', 'All migrations are applied.');
    return warn(
      'migrations',
      `${pending.length} migrations are not applied yet, from ${pending[0]} on.`,
      'Make a backup; the next start of this version applies them.',
    );
  } catch (thrown) {
    if (thrown instanceof MigrationMismatch)
      return fail('migrations', messageOf(thrown), 'Use the version that the database is of, or restore a backup.');
    if (thrown instanceof UserError)
      return fail('migrations', messageOf(thrown), 'Finish the restore, or use another database.');
    throw thrown;
  }
}
