import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { encodeHounsfield } from '../imaging/png';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { runCommand as run } from './runCommand';

const SMALL_CSV = resolve(__dirname, '../fixtures/dl-info/small.csv');

let bed: TestDatabase;
let folder: string;
const environment = process.env;

beforeAll(async () => {
  bed = await createTestDatabase();
  process.env = { ...environment, DATABASE_URL: bed.url };
  folder = mkdtempSync(join(tmpdir(), 'deeplesion-books-'));
  mkdirSync(join(folder, 'first/000901_01_01'), { recursive: true });
  writeFileSync(
    join(folder, 'first/000901_01_01/020.png'),
    encodeHounsfield(512, 512, () => 0),
  );
});
afterAll(async () => {
  process.env = environment;
  rmSync(folder, { recursive: true, force: true });
  await bed.drop();
});

describe('deeplesion dataset', () => {
  it('says that there is none yet', async () => {
    expect((await run('dataset', 'list')).output).toBe('There is no data set yet: npx deeplesion import --help\n');
  });

  it('edits what a data set says of itself and shows it with its history', async () => {
    await run('import', 'dl-info', SMALL_CSV, '--dataset', 'small', '--images', join(folder, 'first'));
    const edited = await run('dataset', 'edit', 'small', '--licence', 'CC0-1.0', '--name', 'Small', '--by', 'Ada');
    expect(edited.output).toBe('Changed of small@1: name, licence.\n');
    expect((await run('dataset', 'edit', 'small@1', '--licence', 'CC0-1.0')).output).toBe('small@1 says so already.\n');
    const { output } = await run('dataset', 'show', 'small');
    expect(output).toContain('Name: Small\nLicence: CC0-1.0\nCitation: (empty)\nDescription: (empty)\n');
    expect(output).toContain('Counts: 5 lesions, 4 images (1 with pixel files), 3 patients\n');
    expect(output).toMatch(/^ {2}\S+Z name by edit of Ada: "small" became "Small"$/m);
    expect((await run('dataset', 'list')).output).toMatch(
      /^small@1\tSmall\t5 lesions on 4 images, 1 with pixel files; imported \d{4}-\d\d-\d\d\n$/,
    );
  });

  it('says what it lacks', async () => {
    expect(await run('dataset', 'edit', 'small')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('Expected at least one of --name, --licence, --citation and --description.'),
    });
    const unknown = {
      code: 1,
      errors: expect.stringMatching(/^There is no data set "nope"\. Known: small@1\.$/m),
    };
    expect(await run('dataset', 'show', 'nope')).toMatchObject(unknown);
    expect(await run('dataset', 'edit', 'nope', '--name', 'N')).toMatchObject(unknown);
    expect(await run('dataset', 'move', 'nope', '--images', folder)).toMatchObject(unknown);
  });

  it('shows that images are gone, and takes them over from their new place', async () => {
    renameSync(join(folder, 'first'), join(folder, 'second'));
    expect((await run('dataset', 'show', 'small')).output).toContain(
      "Problem: Data set small@1: the folder of the data set's images is not on this machine",
    );
    const moved = await run('dataset', 'move', 'small', '--images', join(folder, 'second'));
    expect(moved.output).toBe('1 of 4 images of small@1 have pixel files there.\n');
    const shown = (await run('dataset', 'show', 'small')).output;
    expect(shown).toContain(`Images: ${join(folder, 'second')}\n`);
    expect(shown).not.toContain('Problem:');
  });

  it('leaves an event for each change, without texts of people and places', async () => {
    const events = await bed.database.prisma.auditEvent.findMany({ where: { action: { startsWith: 'dataset' } } });
    expect(events.map(({ action, changes }) => [action, changes])).toEqual([
      ['dataset edit', '{"fields":["name","licence"]}'],
      ['dataset move', '{"imagesWithPixels":1,"checksumsNoted":0,"changedFiles":0}'],
    ]);
  });

  it('is edited by another import of the same file', async () => {
    const { output, errors } = await run(
      'import',
      'dl-info',
      SMALL_CSV,
      '--dataset',
      'small',
      '--citation',
      'Ada, 1843',
    );
    expect(output).toContain('Changed now: citation.');
    expect(errors).not.toContain('nothing changed');
    expect((await run('dataset', 'show', 'small')).output).toContain('Citation: Ada, 1843\n');
  });
});

describe('deeplesion dataset visibility', () => {
  const terms = (): string => {
    const file = join(folder, 'terms.txt');
    writeFileSync(file, 'Be kind.\n');
    return file;
  };

  it('is public at first, and private or with terms once that is said, with an event of each', async () => {
    expect((await run('dataset', 'visibility', 'small')).output).toBe('small is PUBLIC: anyone with the scope read.\n');
    expect((await run('dataset', 'visibility', 'small', 'private')).output).toMatch(
      /^small is PRIVATE: keys that are bound to it/,
    );
    const given = ['--terms', terms(), '--terms-version', '1', '--title', 'Rules', '--duo', 'DUO:0000042'];
    expect((await run('dataset', 'visibility', 'small', 'terms', ...given)).output).toMatch(
      /^small is TERMS: .*\nTerms: Rules, version 1\nData Use Ontology: DUO:0000042\n$/,
    );
    expect((await run('dataset', 'acceptances', 'small')).output).toBe('No one has accepted terms of small.\n');
    expect((await run('dataset', 'visibility', 'small', 'public')).output).toMatch(/^small is PUBLIC/);
    const events = await bed.database.prisma.auditEvent.findMany({ where: { action: 'dataset visibility' } });
    expect(events.map(({ changes }) => JSON.parse(changes ?? '').after)).toEqual(['PRIVATE', 'TERMS', 'PUBLIC']);
  });

  it('is set by an import before there is a version to see', async () => {
    const csv = join(folder, 'hidden.csv');
    writeFileSync(csv, readFileSync(SMALL_CSV));
    await run('import', 'dl-info', csv, '--dataset', 'hidden', '--visibility', 'private');
    expect((await run('dataset', 'visibility', 'hidden')).output).toMatch(/^hidden is PRIVATE/);
    const refused = await run('import', 'dl-info', csv, '--dataset', 'other', '--visibility', 'secret');
    expect(refused).toMatchObject({
      code: 1,
      errors: expect.stringContaining('one of public, terms, private, got "secret"'),
    });
    expect((await run('dataset', 'list')).output).not.toContain('other');
  });

  it.each([
    ['a version', ['small@1', 'private'], /without a version/],
    ['another word', ['small', 'closed'], /one of public, terms, private, got "closed"/],
    ['an unknown data set', ['nope', 'private'], /There is no data set "nope"/],
    ['terms that there are not', ['hidden', 'terms'], /Expected terms for hidden, which has none yet/],
    [
      'terms without a version',
      ['hidden', 'terms', '--terms', 'x'],
      /--terms FILE and --terms-version VERSION together/,
    ],
    [
      'a file that is not there',
      ['hidden', 'terms', '--terms', '/nowhere/x', '--terms-version', '1'],
      /cannot be read \(ENOENT\)/,
    ],
  ])('refuses %s', async (_, words, message) => {
    expect(await run('dataset', 'visibility', ...words)).toMatchObject({
      code: 1,
      errors: expect.stringMatching(message),
    });
  });
});
