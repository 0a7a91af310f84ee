import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { beginSession } from '../../src/access';
import { createProgram } from '../../src/cli/main';
import { cancelRun } from '../../src/runs';
import { createEmptyDatabase, type EmptyDatabase } from '../backup/backupBed';
import { Folders, lesionsOf } from '../categorization/folderBed';
import { idOfRow } from '../globalIds';
import { createRunBed, type RunBed } from '../runs/runBed';
import { seedDataset } from '../seed';
import { runCommand } from './runCommand';

const SMALL_CSV = resolve(__dirname, '../fixtures/dl-info/small.csv');
const ENCODER = resolve(__dirname, '../../models/phantom-encoder');

/** Commands that change no row of a database, or whose work is that of others, with the reason. */
const WITHOUT_EVENT: Readonly<Record<string, string>> = {
  'assert-no-worse': 'reads',
  'audit export': 'reads',
  'audit verify': 'reads',
  backup: 'reads',
  config: 'uses no database',
  'dataset acceptances': 'reads',
  'dataset list': 'reads',
  'dataset show': 'reads',
  doctor: 'reads',
  'evaluate-real': 'uses no database',
  export: 'reads',
  help: 'uses no database',
  'key list': 'reads',
  'person list': 'reads',
  phantom: 'writes files, and uses no database',
  reproduce: 'makes a database of its own, from nothing',
  serve: 'what clients request has events of its own; the demo is made from nothing',
  verify: 'reads',
  worker: 'does what others requested',
};

let bed: RunBed;
let empty: EmptyDatabase;
let folder: string;
const folders = new Folders();
const environment = process.env;
const at = (name: string): string => join(folder, name);
const write = (name: string, content: unknown): string => {
  writeFileSync(at(name), JSON.stringify(content));
  return at(name);
};

beforeAll(async () => {
  bed = await createRunBed(2);
  empty = await createEmptyDatabase(bed.database, bed.url);
  folder = mkdtempSync(join(tmpdir(), 'deeplesion-trail-'));
  cpSync(ENCODER, join(bed.modelsDir, 'phantom-encoder'), { recursive: true });
  process.env = { ...environment, DATABASE_URL: bed.url, DATA_DIR: bed.dataDir, MODELS_DIR: bed.modelsDir };
});
afterAll(async () => {
  process.env = environment;
  folders.remove();
  rmSync(folder, { recursive: true });
  await empty.drop();
  await bed.drop();
});

/** What each command that writes is tried with; one may use what those before it have made. */
const WRITING: Readonly<Record<string, () => Promise<string[]> | string[]>> = {
  'import dl-info': () => [SMALL_CSV, '--dataset', 'walked'],
  'import coco': () => {
    const images = [{ id: 1, file_name: 'one.png', width: 9, height: 9 }];
    const annotations = [{ id: 1, image_id: 1, bbox: [1, 1, 2, 2] }];
    return [write('set.json', { images, annotations }), '--dataset', 'of-coco'];
  },
  'dataset edit': () => ['walked', '--name', 'Walked'],
  'dataset move': () => ['small', '--images', bed.imageRoot],
  'dataset visibility': () => ['walked', 'private'],
  'dataset hidden-splits': () => ['walked', 'test', '--hide'],
  'categorize import': async () => {
    const lesions = await lesionsOf(bed.database, await seedDataset(bed.database, { patients: 3 }));
    return [folders.write(lesions), '--dataset', 'seed', '--name', 'imported'];
  },
  'categorize lesions': async () => {
    await bed.database.query({
      text: 'UPDATE lesion SET long_diameter_mm = 6, short_diameter_mm = 4 WHERE long_diameter_mm IS NULL',
    });
    return ['--dataset', 'small', '--name', 'made', '--clusters', '2'];
  },
  detect: () => ['--detector', 'tiny-constant', '--dataset', 'small'],
  evaluate: async () => [await idOfRow(bed.database, 'DetectionRun', 1), '--score-floor', '0.01', '--resamples', '100'],
  submit: () => {
    const boxes = [{ image_id: 1, category_id: 1, bbox: [1, 1, 8, 8], score: 0.5 }];
    return [write('results.json', boxes), '--dataset', 'small', '--detector', 'elsewhere@1.0.0', '--split', 'test'];
  },
  'model register': () => {
    cpSync(join(bed.modelsDir, 'tiny-constant'), at('model'), { recursive: true });
    const manifest = JSON.parse(readFileSync(join(at('model'), 'model.json'), 'utf8'));
    write('model/model.json', { ...manifest, name: 'walked' });
    return [at('model')];
  },
  'key create': () => ['--name', 'a program', '--role', 'reader'],
  'key rotate': async () => [await idOfKey()],
  'key revoke': async () => [await idOfKey()],
  'person sign-out': async () => {
    const ada = { issuer: 'https://login.example.org', subject: 'ada', name: 'Ada', groups: [] };
    return [(await beginSession(bed.database, ada)).person.uuid];
  },
  retention: async () => {
    const { id } = await bed.request('tiny-constant');
    await cancelRun(bed.database, id);
    await bed.database.query({
      text: `UPDATE detection_run SET finished_at = now() - interval '9 days' WHERE id = $1`,
      values: [id],
    });
    process.env.RETENTION_RUNS_DAYS = '1';
    return [];
  },
  restore: async () => {
    expect((await runCommand('backup', '--out', at('backup'))).code).toBeUndefined();
    mkdirSync(at('restored'));
    Object.assign(process.env, { DATABASE_URL: empty.url, DATA_DIR: at('restored') });
    return [at('backup')];
  },
};

async function idOfKey(): Promise<string> {
  const key = await bed.database.prisma.apiKey.findFirst({ where: { revokedAt: null }, orderBy: { id: 'desc' } });
  return `dl_${key?.keyId}`;
}

/** @returns the names of all commands that do something, such as `key create` */
const namesOf = (command: Command, above: readonly string[] = []): string[] =>
  command.commands.flatMap((child) => {
    const words = [...above, child.name()];
    return child.commands.length > 0 ? namesOf(child, words) : [words.join(' ')];
  });

describe('the command line', () => {
  it('has no command of which it is not known whether it writes', () => {
    expect(namesOf(createProgram()).sort()).toEqual([...Object.keys(WITHOUT_EVENT), ...Object.keys(WRITING)].sort());
  });

  it.each(Object.entries(WRITING))('leaves an event of %s', async (name, wordsOf) => {
    const words = await wordsOf();
    const database = name === 'restore' ? empty.database : bed.database;
    const { code, errors } = await runCommand(...name.split(' '), ...words);
    if (code !== undefined) throw new Error(errors);
    const [event] = await database.prisma.auditEvent.findMany({ orderBy: { number: 'desc' }, take: 1 });
    expect(event).toMatchObject({ action: name, outcome: 'DONE' });
  });
});
