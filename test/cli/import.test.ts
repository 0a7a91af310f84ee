import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseGlobalId } from '../../src/globalId';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { runCommand as run } from './runCommand';

const SMALL_CSV = resolve(__dirname, '../fixtures/dl-info/small.csv');

let bed: TestDatabase;
const environment = process.env;

beforeAll(async () => {
  bed = await createTestDatabase();
  process.env = { ...environment, DATABASE_URL: bed.url };
});
afterAll(async () => {
  process.env = environment;
  await bed.drop();
});

describe('deeplesion import', () => {
  it('says what was imported and what was noticed', async () => {
    const { output, code } = await run('import', 'dl-info', SMALL_CSV, '--dataset', 'small', '--name', 'Small');
    expect(code).toBeUndefined();
    expect(output.split('\n')).toEqual([
      'Imported as small@1.',
      '5 lesions on 4 images of 3 patients (4 studies, 4 series).',
      '0 of 4 images have pixel files.',
      '1 box reaches beyond its image; it is kept as it is',
      '3 lesions have no usable age',
      '1 lesion has no sex',
      '',
    ]);
  });

  it('says what was understood in part, and what was looked for where pixel files are missing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'import-command-'));
    try {
      const jsonPath = join(folder, 'set.json');
      const images = [1, 2].map((id) => ({ id, file_name: `scan ${id}.jpg`, width: 9, height: 9 }));
      writeFileSync(
        jsonPath,
        JSON.stringify({ images, annotations: [{ id: 0, image_id: 1, bbox: [1, 1, 2, 2], area: 9, ignore: 1 }] }),
      );
      const words = ['import', 'coco', jsonPath, '--dataset', 'scans', '--images', folder];
      const required = await run(...words, '--require-images');
      expect(required).toMatchObject({ code: 1, output: '' });
      expect(required.errors).toContain(
        '2 of 2 images have no pixel file, so that nothing was imported (--require-images).',
      );
      const { output, code } = await run(...words);
      expect(code).toBeUndefined();
      expect(output.split('\n')).toEqual([
        'Imported as scans@1.',
        '1 lesion on 2 images of 2 patients (2 studies, 2 series).',
        '0 of 2 images have pixel files.',
        `The first was expected at ${folder}/scan 1.png; ${folder} holds 1 file such as set.json.`,
        '1 annotation has an area that is not width times height; it is not used',
        '2 images name no patient (patient_id); each counts as a separate patient, so that intervals take them as ' +
          'independent of one another (scan 1.jpg, scan 2.jpg)',
        '1 annotation is marked to be ignored; it is kept as a possibly noisy lesion, which evaluations leave out (annotations[0])',
        '',
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says that the same file was imported before', async () => {
    const { output } = await run('import', 'dl-info', SMALL_CSV, '--dataset', 'small');
    expect(output).toContain('This file was imported as small@1 before; no row was changed.');
  });

  it('leaves an event for each import that changed something', async () => {
    const events = await bed.database.prisma.auditEvent.findMany({ orderBy: { number: 'asc' } });
    expect(events.map(({ action, address, target }) => [action, address, parseGlobalId(target ?? '')])).toEqual([
      ['import dl-info', 'command line', { type: 'Dataset', key: { dataset: 'small@1' } }],
      ['import coco', 'command line', { type: 'Dataset', key: { dataset: 'scans@1' } }],
    ]);
  });

  it('ends with status 1 and the reason, without a stack, when a file does not fit', async () => {
    const { output, errors, code } = await run('import', 'dl-info', __filename, '--dataset', 'other');
    expect(code).toBe(1);
    expect(output).toBe('');
    expect(errors).toContain('missing File_name');
    expect(errors).not.toMatch(/^\s+at /m);
  });

  it('refuses a split that is none', async () => {
    const { errors, code } = await run('import', 'coco', 'x.json', '--dataset', 'other', '--split', 'half');
    expect(code).toBe(1);
    expect(errors).toContain('Expected --split to be one of train, validation, test');
  });
});
