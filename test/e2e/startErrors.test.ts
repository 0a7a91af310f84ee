import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { acquirePostgres, migrate } from '../../src/database';
import { isAlive } from '../../src/processes';
import { type MadeCluster, makeCluster } from '../database/madeCluster';
import { createTestDatabase } from '../testDatabase';

const ROOT = resolve(__dirname, '../..');

jest.setTimeout(240_000);

/** A start, as a user's, that nobody expects to come up. */
interface Start {
  process: ChildProcess;
  out(): string;
  /** what it said on standard error */
  said(): string;
  ended: Promise<number | string>;
}

describe('a start', () => {
  let made: MadeCluster;
  beforeAll(async () => {
    made = await makeCluster(migrate);
  });
  afterAll(() => made.remove());

  let dataDir: string;
  const starts: Start[] = [];
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'deeplesion-start-'));
  });
  afterEach(async () => {
    for (const { process: child, ended } of starts.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    }
    const left = serverPid();
    if (left !== undefined && isAlive(left)) process.kill(left, 'SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });

  const serverPid = (): number | undefined => {
    const file = join(dataDir, 'postgres', 'postmaster.pid');
    return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined;
  };

  function start(environment: Record<string, string> = {}): Start {
    const child = spawn(process.execPath, ['scripts/start.mjs'], {
      cwd: ROOT,
      env: {
        ...process.env,
        PORT: '0',
        HOST: '',
        DEMO: '0',
        LOG_LEVEL: 'warn',
        DATABASE_URL: '',
        DATA_DIR: dataDir,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let said = '';
    child.stdout.on('data', (text: Buffer) => {
      out += text.toString();
    });
    child.stderr.on('data', (text: Buffer) => {
      said += text.toString();
    });
    const ended = once(child, 'close').then(([code, signal]): number | string => code ?? signal);
    const one: Start = { process: child, out: () => out, said: () => said, ended };
    starts.push(one);
    return one;
  }

  const until = async (what: () => boolean): Promise<void> => {
    const deadline = Date.now() + 120_000;
    while (!what()) {
      if (Date.now() > deadline) throw new Error(`waited in vain:\n${starts.map(({ said }) => said()).join('\n')}`);
      await sleep(25);
    }
  };

  /** One sentence, status 1, no stack, and nothing was begun. */
  async function expectRefusal(environment: Record<string, string>, sentence: RegExp): Promise<void> {
    const { ended, said, out } = start(environment);
    expect({ code: await ended, said: said(), out: out() }).toEqual({
      code: 1,
      said: expect.stringMatching(sentence),
      out: '',
    });
    expect(said().trim().split('\n')).toHaveLength(1);
  }

  const isUntouched = (): boolean =>
    !readdirSync(dataDir).some((name) => name === 'postgres' || name.startsWith('postgres.new'));

  it('says that the port is in use, before a database is made', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      await expectRefusal(
        { PORT: String(port) },
        new RegExp(`^PORT=${port} is in use by another program.*set another PORT`),
      );
      expect(isUntouched()).toBe(true);
    } finally {
      other.close();
    }
  });

  it.each([
    ['192.0.2.77', /^HOST=192\.0\.2\.77 is not an address of this machine: set 127\.0\.0\.1/],
    ['no-such-host.invalid', /^HOST=no-such-host\.invalid is not known by that name/],
  ])('says that it cannot listen on HOST=%s, before a database is made', async (HOST, sentence) => {
    await expectRefusal({ HOST }, sentence);
    expect(isUntouched()).toBe(true);
  });

  it('says that DATA_DIR is a file, or lies below one', async () => {
    const file = join(dataDir, 'file');
    writeFileSync(file, '');
    await expectRefusal({ DATA_DIR: file }, /^DATA_DIR=.*file cannot be used: it is a file/);
    await expectRefusal(
      { DATA_DIR: join(file, 'below') },
      /^DATA_DIR=.*below cannot be used: it is a file, or lies below one/,
    );
  });

  it('says what is wrong with an external database', async () => {
    const bed = await createTestDatabase();
    const url = new URL(bed.url);
    try {
      await expectRefusal(
        { DATABASE_URL: 'postgresql://u:secret@127.0.0.1:9/d' },
        /^DATABASE_URL=postgresql:\/\/u:…@127\.0\.0\.1:9\/d cannot be used: nothing answers there/,
      );
      url.password = 'wrong';
      await expectRefusal({ DATABASE_URL: url.href }, /user or password are wrong/);
      await bed.database.query({ text: `UPDATE _prisma_migrations SET migration_name = '29990101000000_future'` });
      await expectRefusal({ DATABASE_URL: bed.url }, /29990101000000_future.*start a newer version/);
    } finally {
      await bed.drop();
    }
  });

  it('needs no folder for temporary files, and comes up in a shell that is set up for another PostgreSQL', async () => {
    const {
      process: child,
      out,
      ended,
    } = start({
      TMPDIR: '/nowhere',
      PGSSLMODE: 'require',
      PGOPTIONS: '-c search_path=other -c default_transaction_read_only=on',
      PGHOST: 'nowhere.invalid',
    });
    await until(() => out().includes('ready ') || child.exitCode !== null);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(out()).toMatch(/^ready /);
  });

  it('that fails after the database came up stops it again', async () => {
    made.copyTo(dataDir);
    const postgres = await acquirePostgres({ dataDir });
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(`UPDATE _prisma_migrations SET migration_name = '29990101000000_future'`);
    await client.end();
    await postgres.release();
    await expectRefusal({}, /start a newer version/);
    expect(serverPid()).toBeUndefined();
  });

  it('that is refused by PostgreSQL names DATA_DIR and the log', async () => {
    made.copyTo(dataDir);
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '9.6\n');
    await expectRefusal(
      {},
      /^The database in DATA_DIR=.* does not start \(postgres: .*incompatible.*\): see .*postgres\.log/,
    );
    rmSync(join(dataDir, 'postgres'), { recursive: true });
    mkdirSync(join(dataDir, 'postgres'));
    await expectRefusal({}, /postgres is missing: restore it/);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'that is stopped by %s while the database is made leaves nothing running, and the next one comes up',
    async (signal) => {
      const first = start();
      await until(() => !isUntouched());
      first.process.kill(signal);
      // 1 where the machine is so slow that the limit of the orderly stop has passed.
      expect([0, 1]).toContain(await first.ended);
      expect(first.said()).toBe('');
      await until(() => serverPid() === undefined);
      const second = start();
      await until(() => second.out().includes('ready '));
      second.process.kill('SIGTERM');
      expect(await second.ended).toBe(0);
    },
  );

  it('that is stopped by two signals, one after the other, takes the database along', async () => {
    made.copyTo(dataDir);
    const { process: child, out, ended } = start();
    await until(() => out().includes('ready '));
    const pid = serverPid() ?? 0;
    child.kill('SIGINT');
    await sleep(150);
    child.kill('SIGINT');
    await ended;
    await until(() => !isAlive(pid));
  });
});
