import { resolve } from 'node:path';
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
      '1 boxes reach beyond their image; they are kept as they are',
      '3 lesions have no usable age',
      '1 lesions have no sex',
      '',
    ]);
  });

  it('says that the same file was imported before', async () => {
    const { output } = await run('import', 'dl-info', SMALL_CSV, '--dataset', 'small');
    expect(output).toContain('This file was imported as small@1 before; no row was changed.');
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
