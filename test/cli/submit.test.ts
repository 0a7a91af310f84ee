import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileNameOf, type SubmissionBed, startSubmissionBed } from '../submissions/submissionBed';
import { runCommand } from './runCommand';

const IMAGES = 12;
const DETECTOR = ['--dataset', 'small', '--detector', 'elsewhere@1.0.0'];
/** Half of the lesions, found exactly. */
const ROWS = Array.from({ length: IMAGES / 2 }, (_, place) => `${fileNameOf(place)},2,2,10,10,0.9`);
const CURVE = /^accuracy by IoU threshold.*\n {2}0\.05 {2}0\.500 {2}\(6 of 12\)\n/;

let bed: SubmissionBed;
let folder: string;
const environment = process.env;
beforeAll(async () => {
  bed = await startSubmissionBed(IMAGES);
  await bed.startWorker();
  folder = mkdtempSync(join(tmpdir(), 'submit-'));
  const { url, dataDir, modelsDir } = bed.bed;
  process.env = { ...environment, DATABASE_URL: url, DATA_DIR: dataDir, MODELS_DIR: modelsDir, LOG_LEVEL: 'silent' };
  delete process.env.DEEPLESION_KEY;
});
afterAll(async () => {
  process.env = environment;
  rmSync(folder, { recursive: true });
  await bed.stop();
});

/** @returns the path of a file in the folder of the test */
function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
const results = (rows = ROWS): string => written('results.csv', ['image,x1,y1,x2,y2,score', ...rows, ''].join('\n'));
const countRuns = (): Promise<number> => bed.database.prisma.detectionRun.count();
const keyFile = (text: string, mode = 0o600): string => {
  const path = written('key', text);
  chmodSync(path, mode);
  return path;
};

describe.each([
  ['the database of this machine', () => []],
  ['another server', () => ['--server', bed.url]],
])('deeplesion submit to %s', (_, where) => {
  const submit = (file: string, ...words: string[]) => runCommand('submit', file, ...DETECTOR, ...where(), ...words);

  it('checks the file, makes a run of it, waits, and prints its curve', async () => {
    const { output, errors, code } = await submit(results(), '--split', 'test');
    expect(output).toMatch(CURVE);
    expect(errors).toMatch(/^6 boxes on 6 of 12 images; 0 reach beyond their image\.$/m);
    expect(errors).toMatch(/: SUCCEEDED/);
    expect(code).toBeUndefined();
  });

  it('takes the images from a list, or from the file itself', async () => {
    const names = Array.from({ length: IMAGES }, (_image, place) => fileNameOf(place)).join('\n');
    const listed = await submit(results(), '--images', written('names.txt', `${names}\n`));
    expect(listed.output).toMatch(CURVE);
    const { output } = await submit(results(), '--images-in-file');
    expect(output).toMatch(/0\.50 {2}1\.000 {2}\(6 of 6\)/);
  });

  it('stores nothing of a trial, nor of a file with problems, and says which line', async () => {
    const runs = await countRuns();
    const trial = await submit(results(), '--split', 'test', '--dry-run');
    expect([trial.output, trial.code]).toEqual(['', undefined]);
    const broken = await submit(results([...ROWS, 'none.png,1,1,2,2,0.5']), '--split', 'test');
    expect(broken.errors).toMatch(/^problem in 8: .*none\.png/m);
    expect(broken.code).toBe(1);
    expect(await countRuns()).toBe(runs);
  });
});

describe('deeplesion submit --server', () => {
  const submit = (...words: string[]) => runCommand('submit', results(), ...DETECTOR, '--split', 'test', ...words);

  it('deletes what it has sent unless a run is made of it', async () => {
    const before = await bed.database.prisma.upload.count();
    await submit('--server', bed.url, '--dry-run');
    expect(await bed.database.prisma.upload.count()).toBe(before);
  });

  it.each<[string, () => string[], RegExp]>([
    ['an address that is none', () => ['--server', 'ftp://x'], /Expected --server to be an address/],
    ['a password in the address', () => ['--server', 'http://a:b@127.0.0.1'], /an address alone.*--key-file/],
    ['a key in the address', () => ['--server', `http://127.0.0.1/dl_abcdefgh_${'x'.repeat(43)}`], /an address alone/],
    ['a file without a key', () => ['--server', bed.url, '--key-file', keyFile('secret')], /to hold one key, dl_…/],
    ['a file that is none', () => ['--server', bed.url, '--key-file', '/none'], /cannot be read/],
    ['a wrong key', () => ['--server', bed.url, '--key-file', keyFile(`dl_abcdefgh_${'x'.repeat(43)}`)], /key/i],
    ['a key without a server', () => ['--key-file', keyFile('dl_a_b')], /Expected --server together with --key-file/],
    ['a server that is gone', () => ['--server', 'http://127.0.0.1:9'], /No answer from 127\.0\.0\.1:9/],
  ])('refuses %s, with what to do', async (_, words, reason) => {
    const { errors, output, code } = await submit(...words());
    expect(errors).toMatch(reason);
    expect(errors).not.toContain('xxxxxxxx');
    expect([output, code]).toEqual(['', 1]);
  });

  it('warns of a file that others may read', async () => {
    const { errors } = await submit('--server', bed.url, '--key-file', keyFile(`dl_abcdefgh_${'x'.repeat(43)}`, 0o644));
    expect(errors).toMatch(/Others on this machine may read .*: chmod 600/);
  });
});
