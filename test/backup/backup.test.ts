import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifest, restoreBackup } from '../../src/backup';
import { type Database, migrate, openDatabase } from '../../src/database';
import { exampleQueries } from '../../src/graphql';
import { createQueue } from '../../src/jobs';
import { createLogger } from '../../src/log';
import { watchRun } from '../../src/runs';
import { graphOf, testServices } from '../graphql/testGraph';
import { createRunBed, type RunBed } from '../runs/runBed';
import { seedCategorization, seedDataset } from '../seed';
import { namedUrl, untilGone } from '../testDatabase';
import { backUp, contentOf, createEmptyDatabase, type EmptyDatabase, killedAt, restore } from './backupBed';

const IMAGES = 6;
/** All of them end within the time of the test. */
const MOST_RUNS = 4;
let bed: RunBed;
let folder: string;
let targets: EmptyDatabase[];

/** Folder names below the bed's own. */
const at = (...names: string[]): string => join(folder, ...names);

async function emptyTarget(options?: { owner: boolean }): Promise<EmptyDatabase> {
  const target = await createEmptyDatabase(bed.database, bed.url, options);
  targets.push(target);
  return target;
}

/** @returns names of the example queries whose answers are not byte-equal in both databases */
async function differingAnswers(one: Database, other: Database): Promise<string[]> {
  const differing: string[] = [];
  for (const { name, query, variables } of exampleQueries) {
    if (['Start a run', 'Server'].includes(name) || String(variables.dataset).startsWith('demo')) continue;
    const answer = async (database: Database): Promise<string> => {
      const { data, errors } = await graphOf(testServices(database, { registry: bed.registry }))(query, variables);
      expect(errors).toEqual([]);
      return JSON.stringify(data);
    };
    if ((await answer(one)) !== (await answer(other))) differing.push(name);
  }
  return differing;
}

async function untilEnd(database: Database, runId: number): Promise<string> {
  let status = '';
  for await (const { run } of watchRun(database, runId, AbortSignal.timeout(60_000))) status = run.status;
  return status;
}

beforeAll(async () => {
  bed = await createRunBed(IMAGES);
  folder = mkdtempSync(join(tmpdir(), 'deeplesion-backup-'));
  targets = [];
  await seedCategorization(bed.database, await seedDataset(bed.database));
  const upload = join(bed.dataDir, 'uploads', 'u'.repeat(22), 'series');
  mkdirSync(upload, { recursive: true });
  writeFileSync(join(upload, '001.png'), 'pixels of an upload');
  await bed.database.query({
    text: `INSERT INTO upload (id, kind, slice_indices, windows, removed_tags, warnings, stored_bytes, expires_at)
           VALUES (repeat('u', 22), 'MODEL', '{}', '{}', '{}', '{"a\\\\b\tc\nd é"}', 1, now() + interval '1 day')`,
  });
});
afterAll(async () => {
  for (const target of targets) await target.drop();
  rmSync(folder, { recursive: true, force: true });
  await bed.drop();
});

describe('A backup', () => {
  it('that is made while runs are requested and computed holds one moment, and its unfinished runs end', async () => {
    const worker = await bed.startWorker();
    let isOver = false;
    const requested: number[] = [];
    const load = (async () => {
      while (!isOver && requested.length < MOST_RUNS) requested.push((await bed.request('tiny-constant')).id);
    })();
    await untilEnd(bed.database, (await bed.request('tiny-constant')).id);
    await backUp(bed.database, bed.dataDir, at('under-load'));
    isOver = true;
    await load;
    for (const id of requested) await untilEnd(bed.database, id);
    await worker.stop();

    const target = await emptyTarget();
    await restore(at('under-load'), target.url, at('data-under-load'));
    const [torn] = await target.database.query<{ runs: number; images: number }>({
      text: `SELECT (SELECT count(*) FROM detection_run AS r WHERE (SELECT count(*) FROM run_image WHERE run_id = r.id) <> ${IMAGES}
                 OR coalesce((SELECT count FROM run_pending_images WHERE run_id = r.id), 0)
                   <> (SELECT count(*) FROM run_image WHERE run_id = r.id AND state = 'PENDING')) AS runs,
               (SELECT count(*) FROM run_image AS i WHERE state = 'COMPLETED'
                 AND NOT EXISTS (SELECT FROM detection AS d WHERE (d.run_id, d.image_id) = (i.run_id, i.image_id))) AS images`,
    });
    expect(torn).toEqual({ runs: 0, images: 0 });
    // The queue is not in a backup: what is stranded is queued again, as after any loss of the queue.
    await target.database.query({ text: `UPDATE detection_run SET created_at = now() - interval '1 hour'` });
    const { url: databaseUrl, database } = target;
    const queue = await createQueue({ database, log: createLogger('silent') });
    const later = await bed.startWorker({ database, databaseUrl, queue });
    const open = await database.query<{ id: number }>({
      text: `SELECT id FROM detection_run WHERE status IN ('QUEUED', 'RUNNING')`,
    });
    for (const { id } of open) expect(await untilEnd(database, id)).toBe('SUCCEEDED');
    await later.stop();
    await queue.stop();
  });

  it('has everything, byte for byte, restored by a role that is no superuser', async () => {
    const report = await backUp(bed.database, bed.dataDir, at('whole'), true);
    expect(report.images).toEqual([
      expect.objectContaining({ slug: 'seed', files: 0 }),
      { slug: 'small', version: 1, files: IMAGES, missing: 0 },
    ]);
    const target = await emptyTarget({ owner: true });
    const { rows, migrations } = await restore(at('whole'), target.url, at('data-whole'));
    expect({ rows, migrations }).toEqual({ rows: report.rows, migrations: [] });
    // The folders of images are others, which is counted as a change.
    const { dataset, data_change: _changes, ...content } = await contentOf(target.database);
    const { dataset: before, data_change: _changesBefore, ...contentBefore } = await contentOf(bed.database);
    expect(content).toEqual(contentBefore);
    expect(dataset).not.toEqual(before);
    expect(await differingAnswers(target.database, bed.database)).toEqual([]);
    expect(readFileSync(at('data-whole', 'uploads', 'u'.repeat(22), 'series/001.png'), 'utf8')).toBe(
      'pixels of an upload',
    );
    const [small] = await target.database.query<{ root: string }>({
      text: `SELECT image_root AS root FROM dataset WHERE slug = 'small'`,
    });
    const { checksum } = await readManifest(at('whole'));
    expect(small?.root).toBe(at('data-whole', 'images', checksum.slice(0, 12), 'small@1'));
    const pixels = join('000001_01_01', '001.png');
    expect(readFileSync(join(small?.root ?? '', pixels))).toEqual(readFileSync(join(bed.imageRoot, pixels)));
    // Its sequences go on behind the rows, and its triggers are on again.
    await seedDataset(target.database, { slug: 'later' });
    const [disabled] = await target.database.query<{ count: number }>({
      text: `SELECT count(*) AS count FROM pg_trigger WHERE tgenabled = 'D'`,
    });
    expect(disabled).toEqual({ count: 0 });
    expect(await migrate(target.url)).toEqual([]);
  });

  it('refuses a folder that holds something, and takes an empty one', async () => {
    mkdirSync(at('taken'));
    writeFileSync(at('taken', 'file'), '');
    await expect(backUp(bed.database, bed.dataDir, at('taken'))).rejects.toThrow(/something at .*taken: name another/);
    mkdirSync(at('empty-folder'));
    await backUp(bed.database, bed.dataDir, at('empty-folder'));
    expect(existsSync(at('empty-folder', 'manifest.json'))).toBe(true);
  });

  it('refuses a database that is empty', async () => {
    const target = await emptyTarget();
    await expect(backUp(target.database, bed.dataDir, at('of-nothing'))).rejects.toThrow(/database is empty/);
    expect(existsSync(at('of-nothing'))).toBe(false);
  });

  it('whose process is killed leaves nothing under its name', async () => {
    await killedAt(9, 'backup', namedUrl(bed.url, 'killed-backup'), bed.dataDir, at('killed'));
    await untilGone(bed.database, 'killed-backup');
    expect(existsSync(at('killed'))).toBe(false);
    const [draft = ''] = readdirSync(folder).filter((name) => name.startsWith('.killed.incomplete-'));
    await expect(readManifest(at(draft))).rejects.toThrow(/no backup in .*interrupted/);
    await backUp(bed.database, bed.dataDir, at('killed'));
  });

  const smallDisk = makesSmallDisks() ? it : it.skip;
  smallDisk('for which the disk has no room says so and leaves nothing', async () => {
    const disk = at('disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40k', 'tmpfs', disk]);
    try {
      const failed = backUp(bed.database, bed.dataDir, join(disk, 'backup'), true);
      await expect(failed).rejects.toMatchObject({
        code: 'INSUFFICIENT_STORAGE',
        message: expect.stringMatching(/^The backup was not made, because the disk of .* is full/),
      });
      expect(readdirSync(disk)).toEqual([]);
      // The connections of its database are usable.
      expect(await bed.database.query({ text: 'SELECT 1 AS one' })).toEqual([{ one: 1 }]);
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  });
});

describe('A restore', () => {
  /** A copy of the backup, with something wrong about it. */
  function spoiled(name: string, spoil: (folder: string) => void): string {
    const copy = at(`spoiled-${name}`);
    cpSync(at('whole'), copy, { recursive: true });
    spoil(copy);
    return copy;
  }
  const TABLE = 'tables/lesion.copy.gz';
  const changeManifest = (change: (text: string) => string) => (copy: string) =>
    writeFileSync(join(copy, 'manifest.json'), change(readFileSync(join(copy, 'manifest.json'), 'utf8')));

  it.each<[string, (copy: string) => void, RegExp]>([
    ['no manifest', (copy) => rmSync(join(copy, 'manifest.json')), /There is no backup in .*manifest\.json/],
    [
      'a changed manifest',
      changeManifest((text) => text.replace('"rows": ', '"rows": 1')),
      /manifest\.json .* damaged/,
    ],
    ['half a manifest', (copy) => truncateSync(join(copy, 'manifest.json'), 500), /manifest\.json .* damaged/],
    ['a missing table', (copy) => rmSync(join(copy, TABLE)), /lesion\.copy\.gz of the backup is missing/],
    ['a cut table', (copy) => truncateSync(join(copy, TABLE), 50), /lesion\.copy\.gz .* has 50 bytes in place of/],
    ['a flipped bit', flipLastBit(TABLE), /lesion\.copy\.gz of the backup is damaged: its checksum/],
    ['a longer list', (copy) => appendFileSync(join(copy, 'files.ndjson'), '{}\n'), /files\.ndjson .* bytes in place/],
    ['a missing file', (copy) => rmSync(join(copy, 'uploads'), { recursive: true }), /uploads\/.*001\.png .* missing/],
    [
      'a newer format',
      changeManifest((text) => text.replace('"formatVersion": 1', '"formatVersion": 2')),
      /made by a newer version/,
    ],
  ])('refuses a backup with %s before it opens a database', async (name, spoil, sentence) => {
    const openUrl = jest.fn();
    const folder = spoiled(name.replaceAll(' ', '-'), spoil);
    await expect(restoreBackup({ folder, dataDir: at('data-spoiled'), openUrl })).rejects.toThrow(sentence);
    expect(openUrl).not.toHaveBeenCalled();
  });

  it('refuses a database that is used', async () => {
    await expect(restore(at('whole'), bed.url, at('data-used'))).rejects.toThrow(
      /Expected an empty database, and this/,
    );
    const foreign = await emptyTarget();
    await foreign.database.query({ text: 'CREATE TABLE invoices (id int)' });
    await expect(restore(at('whole'), foreign.url, at('data-used'))).rejects.toThrow(/tables of another program/);
  });

  it('that is killed leaves a database that no server takes, and continues', async () => {
    const target = await emptyTarget();
    await killedAt(12, 'restore', namedUrl(target.url, 'killed-restore'), at('data-killed'), at('whole'));
    await untilGone(target.database, 'killed-restore');
    await expect(migrate(target.url)).rejects.toThrow(/its restore was interrupted.*deeplesion restore DIR/);
    expect(await target.database.query({ text: 'SELECT FROM dataset' })).toEqual([]);
    await expect(restore(at('under-load'), target.url, at('data-killed'))).rejects.toThrow(/restore of another backup/);
    await restore(at('whole'), target.url, at('data-killed'));
    expect(await migrate(target.url)).toEqual([]);
    // The pool above has noted the identity that the migrations gave the database.
    const restored = openDatabase(target.url);
    expect(await differingAnswers(restored, bed.database)).toEqual([]);
    await restored.close();
  });
});

function flipLastBit(path: string) {
  return (copy: string): void => {
    const bytes = readFileSync(join(copy, path));
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(join(copy, path), bytes);
  };
}

function makesSmallDisks(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const probe = mkdtempSync(join(tmpdir(), 'deeplesion-disk-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe]);
  if (status === 0) spawnSync('umount', [probe]);
  rmSync(probe, { recursive: true, force: true });
  return status === 0;
}
