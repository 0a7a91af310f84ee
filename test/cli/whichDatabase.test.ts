import { nameOfDatabase } from '../../src/cli/whichDatabase';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { runCommand } from './runCommand';

describe('the database that a command names', () => {
  it('is told without password and parameters', () => {
    const databaseUrl = 'postgresql://anna:secret@db.example:5433/lesions?sslpassword=hidden';
    expect(nameOfDatabase({ databaseUrl, dataDir: '/data' })).toBe('postgresql://anna@db.example:5433/lesions');
    const onSocket = 'postgresql://anna@/lesions?host=/var/run/postgresql';
    expect(nameOfDatabase({ databaseUrl: onSocket, dataDir: '/data' })).toBe('postgresql://anna@/lesions');
    expect(nameOfDatabase({ dataDir: '/srv/deep lesion' })).toBe('embedded PostgreSQL of DATA_DIR=/srv/deep lesion');
  });

  describe('on standard error', () => {
    let bed: TestDatabase;
    beforeAll(async () => {
      bed = await createTestDatabase();
    });
    afterAll(async () => {
      delete process.env.DATABASE_URL;
      await bed.drop();
    });

    it('comes with a warning where no server uses it, before the command begins', async () => {
      process.env.DATABASE_URL = bed.url;
      const { errors } = await runCommand('import', 'dl-info', '/no/such.csv', '--dataset', 'mine');
      const [name, warning] = errors.split('\n');
      expect(name).toMatch(/^database: postgresql:\/\/deeplesion@127\.0\.0\.1:\d+\/\w+$/);
      expect(warning).toMatch(/^warning: no server uses this database/);
    });

    it('comes alone where a server or worker is on it', async () => {
      process.env.DATABASE_URL = bed.url;
      await bed.database.query({
        text: `INSERT INTO worker (id, host, process_id, code_version, started_at, last_seen_at, images_per_second)
               VALUES (gen_random_uuid(), 'here', 1, 'test', now(), clock_timestamp() + interval '1 hour', 0)`,
      });
      const { errors } = await runCommand('import', 'dl-info', '/no/such.csv', '--dataset', 'mine');
      expect(errors).toMatch(/^database: /);
      expect(errors).not.toContain('warning');
    });
  });
});
