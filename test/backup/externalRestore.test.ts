import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { takeBackup } from '../../src/backup';
import { type Database, migrate, openDatabase } from '../../src/database';
import { importDlInfo } from '../../src/dataset';
import { toGlobalId } from '../../src/globalId';
import { watchRun } from '../../src/runs';
import { graphOf, testServices } from '../graphql/testGraph';
import { createRunBed, type RunBed } from '../runs/runBed';
import { seedCategorization, seedDataset } from '../seed';
import { namedUrl, untilGone } from '../testDatabase';
import { createEmptyDatabase, killedAt, restore } from './backupBed';
import { answersOf, lookIntoSnapshot, type Names } from './backupMoment';
import { type ForeignServer, postgres15Folder, startPostgres15 } from './postgres15';

const CSV = resolve(__dirname, '../fixtures/dl-info/small.csv');
const IMAGES = 6;
/** What the recipes ask of the demo, they ask of these. */
const NAMES: Names = { demo: 'small', 'phantom-single': 'tiny-constant', 'phantom-multi': 'tiny-dark-only' };

const programs = postgres15Folder();
if (programs === undefined)
  process.stderr.write(
    'skipped: restoring into PostgreSQL 15, whose programs are neither in POSTGRES_15_BIN nor in /usr/lib/postgresql/15/bin\n',
  );

let bed: RunBed;
let folder: string;
let hospital: ForeignServer;
let admin: Database;
const at = (name: string): string => join(folder, name);

(programs === undefined ? describe.skip : describe)('A backup that is taken while the server works', () => {
  beforeAll(async () => {
    [hospital, bed] = await Promise.all([startPostgres15(programs ?? ''), createRunBed(IMAGES)]);
    admin = openDatabase(hospital.url, { maxConnections: 1 });
    folder = mkdtempSync(join(tmpdir(), 'deeplesion-external-'));
    await seedCategorization(bed.database, await seedDataset(bed.database));
  });
  afterAll(async () => {
    await bed?.drop();
    await admin?.close();
    await hospital?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const untilEnd = async (runId: number): Promise<void> => {
    for await (const _ of watchRun(bed.database, runId, AbortSignal.timeout(60_000)));
  };

  /** Requests runs, imports new versions and changes texts until it is stopped, one after another in each kind. */
  function work(): { rounds: Promise<void>; stop(): Promise<void> } {
    let isOver = false;
    let begun = (): void => undefined;
    const rounds = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const ask = graphOf(testServices(bed.database, { registry: bed.registry }));
    const runs = async (): Promise<void> => {
      for (let count = 0; !isOver && count < 4; count++) await untilEnd((await bed.request('tiny-constant')).id);
    };
    const imports = async (): Promise<void> => {
      for (let count = 0; !isOver && count < 40; count++)
        await importDlInfo({ database: bed.database, csvPath: CSV, slug: `imported-${count}`, name: 'Imported' });
    };
    const mutations = async (run: { uuid: string }): Promise<void> => {
      const id = toGlobalId('DetectionRun', run);
      for (let count = 0; !isOver && count < 400; count++) {
        const { errors } = await ask(
          'mutation ($input: UpdateDetectionRunInput!) { updateDetectionRun(input: $input) { run { name } } }',
          { input: { id, name: `Round ${count}`, tags: [`tag-${count}`] } },
        );
        expect(errors).toEqual([]);
        if (count === 3) begun();
      }
    };
    const all = Promise.all([runs(), imports(), bed.request('tiny-constant').then(mutations)]);
    return {
      rounds,
      async stop() {
        isOver = true;
        await all;
      },
    };
  }

  it('is restored into a PostgreSQL 15 of others, also after a kill, and answers the cookbook as the source did at that moment', async () => {
    const worker = await bed.startWorker();
    for (const detector of ['tiny-constant', 'tiny-dark-only']) await untilEnd((await bed.request(detector)).id);
    const load = work();
    await load.rounds;
    const ask = (database: Database) => answersOf(database, bed.registry, NAMES);
    const look = lookIntoSnapshot(bed.database, bed.url, ask);
    await takeBackup({ ...look, dataDir: bed.dataDir, folder: at('backup'), withImages: false, codeVersion: 'test' });
    await load.stop();
    const atThatMoment = look.seen();
    const later = await ask(bed.database);
    await worker.stop();
    // The work went on behind the snapshot, and the recipes see it.
    expect(later).not.toEqual(atThatMoment);
    expect(Object.keys(atThatMoment)).toContain('compare-runs');

    const target = await createEmptyDatabase(admin, hospital.url, { owner: true });
    const [server] = await target.database.query<{ version: string }>({ text: 'SHOW server_version' });
    expect(server).toEqual({ server_version: expect.stringMatching(/^15\./) });
    await killedAt(12, 'restore', namedUrl(target.url, 'killed-on-15'), at('data'), at('backup'));
    await untilGone(target.database, 'killed-on-15');
    await expect(migrate(target.url)).rejects.toThrow(/its restore was interrupted/);
    expect(await target.database.query({ text: 'SELECT FROM dataset' })).toEqual([]);

    await restore(at('backup'), target.url, at('data'));
    const restored = openDatabase(target.url, { maxConnections: 2 });
    expect(await ask(restored)).toEqual(atThatMoment);
    await restored.close();
    await target.drop();
  });
});
