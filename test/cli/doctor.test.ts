import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config';
import { Doctor } from '../../src/doctor';
import { createRunBed, type RunBed } from '../runs/runBed';
import { runCommand as run } from './runCommand';

let bed: RunBed;
let dataDir: string;
let modelsDir: string;
const environment = process.env;

beforeAll(async () => {
  bed = await createRunBed(2);
  dataDir = mkdtempSync(join(tmpdir(), 'deeplesion-doctor-'));
  modelsDir = mkdtempSync(join(tmpdir(), 'deeplesion-doctor-models-'));
  cpSync(join(bed.modelsDir, 'tiny-constant'), join(modelsDir, 'tiny-constant'), { recursive: true });
  process.env = { ...environment, DATABASE_URL: bed.url, DATA_DIR: dataDir, MODELS_DIR: modelsDir };
});
afterAll(async () => {
  process.env = environment;
  rmSync(modelsDir, { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
  await bed.drop();
});

interface Report {
  status: string;
  findings: { check: string; status: string; text: string; cure: string | null }[];
}

async function examined(): Promise<Report & { code: number | undefined; of(check: string): string[] }> {
  const { output, code } = await run('doctor', '--json');
  const report = JSON.parse(output) as Report;
  return {
    ...report,
    code,
    of: (check) =>
      report.findings
        .filter((one) => one.check === check)
        .map(({ status, text, cure }) => [status, text, cure].filter((part) => part !== null).join(' | ')),
  };
}

describe('deeplesion doctor', () => {
  it('finds that all is well, and what is not quite', async () => {
    await bed.startWorker();
    await bed.startWorker();
    const { status, code, of, findings } = await examined();
    expect({ status, code, failed: findings.filter((one) => one.status === 'fail') }).toEqual({
      status: 'warn',
      code: undefined,
      failed: [],
    });
    expect(of('configuration')).toEqual([`ok | The settings fit; DATA_DIR is ${dataDir}.`]);
    expect(of('database')).toEqual([expect.stringMatching(/^ok \| PostgreSQL \d+\S*, encoding UTF8, \d+ MB\.$/)]);
    // The server of the tests is fast and not safe.
    expect(of('database settings')).toEqual([expect.stringMatching(/^warn \| fsync and full_page_writes .* are off/)]);
    expect(of('migrations')).toEqual(['ok | All migrations are applied.']);
    expect(of('images of small@1')).toEqual([expect.stringMatching(/^ok .* its first key slice decodes\.$/)]);
    expect(of('detector tiny-constant')).toEqual(['ok | It loads and passes its trial.']);
    expect(of('execution providers')).toEqual([expect.stringMatching(/^ok \| Available here: .*cpu/)]);
    expect(of('queue')).toEqual(['ok | 0 batches wait, 0 are processed; the oldest has waited 0 s.']);
    expect(of('webhooks')).toEqual(['ok | Webhooks are off: WEBHOOK_HOSTS is unset.']);
    expect(of('orphaned files')).toEqual(['ok | Nothing below DATA_DIR is left over.']);
    expect(findings.filter((one) => one.status !== 'ok').every(({ cure }) => cure !== null)).toBe(true);
  });

  it('says what is wrong and what to do, with status 1', async () => {
    mkdirSync(join(dataDir, 'uploads', 'x'.repeat(22)), { recursive: true });
    mkdirSync(join(dataDir, 'images', '0123456789ab', 'old@1'), { recursive: true });
    await bed.database.query({ text: `UPDATE dataset SET image_root = '/nowhere'` });
    await bed.request('tiny-constant');
    await bed.database.query({
      text: `INSERT INTO run_webhook (run_id, url) SELECT id, 'http://example.org/hook' FROM detection_run`,
    });
    process.env.MODELS_DIR = join(dataDir, 'models');
    mkdirSync(join(dataDir, 'models', 'broken'), { recursive: true });
    try {
      const { status, code, of } = await examined();
      expect({ status, code }).toEqual({ status: 'fail', code: 1 });
      expect(of('images of small@1')).toEqual([expect.stringMatching(/^fail .*npx deeplesion dataset move small@1/)]);
      expect(of('detector broken')).toEqual([expect.stringMatching(/^fail .*model\.json/)]);
      expect(of('models')).toEqual([expect.stringMatching(/^warn \| There is no detector that can be run/)]);
      expect(of('webhooks')).toEqual([
        expect.stringMatching(/none are allowed/),
        expect.stringMatching(/cannot be signed.*WEBHOOK_SECRET/),
        expect.stringMatching(/http:\/\/ addresses/),
      ]);
      expect(of('orphaned files')).toEqual([
        expect.stringMatching(/belong to no upload, such as x+\./),
        expect.stringMatching(/No data set uses the restored images in .*0123456789ab/),
      ]);
    } finally {
      process.env.MODELS_DIR = modelsDir;
    }
  });

  it('tells a database of a newer version, and a restore that was interrupted', async () => {
    const newer = `UPDATE _prisma_migrations SET migration_name = migration_name || '_'`;
    await bed.database.query({ text: `${newer} WHERE migration_name LIKE '%labelled_at'` });
    expect((await examined()).of('migrations')).toEqual([expect.stringMatching(/^fail .*does not know/)]);
    await bed.database.query({
      text: `UPDATE _prisma_migrations SET migration_name = rtrim(migration_name, '_');
             CREATE TABLE _deeplesion_restore (backup text, is_filled boolean);
             INSERT INTO _deeplesion_restore VALUES ('x', false)`,
    });
    expect((await examined()).of('migrations')).toEqual([expect.stringMatching(/^fail .*was interrupted/)]);
    await bed.database.query({ text: 'DROP TABLE _deeplesion_restore' });
  });

  it('names settings that do not fit, and a database that cannot be reached or is not there', async () => {
    process.env.PORT = 'x';
    expect((await examined()).of('configuration')).toEqual([expect.stringMatching(/^fail .*PORT=x/s)]);
    process.env.PORT = '';
    process.env.DATABASE_URL = bed.url.replace(/:\d+\//, ':9/');
    const unreachable = await examined();
    expect(unreachable.of('database')).toEqual([expect.stringMatching(/^fail .*not reachable/)]);
    process.env.DATABASE_URL = '';
    const { of, code } = await examined();
    expect(of('database')).toEqual([expect.stringMatching(/^warn .*no database in .* yet/)]);
    expect(code).toBeUndefined();
    process.env.DATABASE_URL = bed.url;
  });

  it('prints a line each, with the cure below', async () => {
    const { output } = await run('doctor');
    expect(output).toMatch(/^ok {4}configuration: The settings fit/);
    expect(output).toMatch(/^fail {2}images of small@1: .*\n {6}→ Name their place: npx deeplesion dataset move/m);
    expect(output).toMatch(/\d+ ok, \d+ to look at, 1 failed\.\n$/);
  });
});

describe('the doctor of a server that runs', () => {
  it('looks once for all who ask within half a minute, and names no place on the disk', async () => {
    const doctor = new Doctor({ config: readConfig(process.env), database: bed.database, databaseUrl: bed.url });
    const [one, other] = await Promise.all([doctor.look(), doctor.look()]);
    expect(other).toBe(one);
    expect(await doctor.look()).toBe(one);
    expect(one.map(({ check }) => check)).toEqual(expect.arrayContaining(['disk', 'database', 'queue', 'audit trail']));
    for (const place of [dataDir, modelsDir, bed.imageRoot]) expect(JSON.stringify(one)).not.toContain(place);
  });
});
