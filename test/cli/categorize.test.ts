import { type FolderLesion, Folders, lesionsOf } from '../categorization/folderBed';
import { seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { runCommand } from './runCommand';

let bed: TestDatabase;
let lesions: FolderLesion[];
const folders = new Folders();
const environment = process.env;

beforeAll(async () => {
  bed = await createTestDatabase();
  process.env = { ...environment, DATABASE_URL: bed.url };
  lesions = await lesionsOf(bed.database, await seedDataset(bed.database, { patients: 3 }));
});
afterAll(async () => {
  process.env = environment;
  folders.remove();
  await bed.drop();
});

describe('deeplesion categorize import', () => {
  it('stores a folder, names clusters and says what was stored', async () => {
    const folder = folders.write(lesions.slice(1));
    const { output, errors, code } = await runCommand(
      ...[
        'categorize',
        'import',
        folder,
        '--dataset',
        'seed',
        '--name',
        'five',
        '--label',
        '1=lung',
        '--label',
        '2=liver',
      ],
    );
    expect(code).toBeUndefined();
    expect(output).toBe(
      `Imported as five: ${lesions.length - 1} lesions of seed in 3 pseudo-clusters.\n1 lesions of seed are in none of them.\n`,
    );
    expect(errors).toContain('Categorization of seed: done');
    const labels = await bed.database.query({ text: 'SELECT label FROM pseudo_cluster ORDER BY cluster_index' });
    expect(labels).toEqual([{ label: 'lung' }, { label: 'liver' }, { label: null }]);
    const made = await bed.database.prisma.auditEvent.findFirst({ where: { action: 'categorize import' } });
    expect(made).toMatchObject({ address: 'command line', target: expect.stringMatching(/^\S+$/) });
  });

  it('ends with status 1 and the reason when the folder does not fit, and with --partial goes on without the foreign rows', async () => {
    const foreign = { fileName: 'x.png', box: [1, 2, 3, 4], cluster: 1, features: [0, 0] };
    const folder = folders.write([...lesions, foreign]);
    const refused = await runCommand('categorize', 'import', folder, '--dataset', 'seed');
    expect(refused).toMatchObject({ code: 1, output: '' });
    expect(refused.errors).toMatch(/assignments.csv was not imported.*--partial/s);
    expect(refused.errors).not.toMatch(/^\s+at /m);
    const { output } = await runCommand('categorize', 'import', folder, '--dataset', 'seed', '--partial');
    expect(output).toContain('1 rows were skipped: seed does not have their lesions.');
  });
});
