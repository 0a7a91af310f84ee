import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importDlInfo } from '../../src/dataset';
import { Scratch, SMALL_CSV } from '../dataset/importBed';
import { type ExportServer, startExportServer } from '../exports/exportBed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { runCommand } from './runCommand';

let bed: TestDatabase;
let server: ExportServer;
const scratch = new Scratch();
const environment = process.env;

beforeAll(async () => {
  bed = await createTestDatabase();
  process.env = { ...environment, DATABASE_URL: bed.url };
  await importDlInfo({ database: bed.database, csvPath: SMALL_CSV, slug: 'small' });
  server = await startExportServer(bed.database);
});
afterAll(async () => {
  process.env = environment;
  await server.stop();
  await bed.drop();
  scratch.remove();
});

describe('deeplesion export', () => {
  it('writes the bytes that a server has at the address, and tells their checksum', async () => {
    const out = join(scratch.root, 'lesions.parquet');
    const filter = '{"split":["TRAIN"]}';
    const words = ['--filter', filter, '--fields', 'id,age_years', '--out', out];
    const { output, errors, code } = await runCommand('export', 'small@1/lesions.parquet', ...words);
    expect([code, errors]).toEqual([undefined, expect.stringContaining('database: ')]);
    const address = `/exports/small@1/lesions.parquet?filter=${encodeURIComponent(filter)}&fields=id,age_years`;
    const response = await server.get(address);
    expect(readFileSync(out)).toEqual(Buffer.from(await response.arrayBuffer()));
    const [, sha256 = ''] = /^lesions\.parquet: \d+ bytes, SHA-256 ([0-9a-f]{64})$/m.exec(output) ?? [];
    const digest = (await fetch(server.url + address, { method: 'HEAD' })).headers.get('repr-digest');
    expect(digest).toBe(`sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`);
  });

  it('takes a whole address, and - for standard output', async () => {
    const { output } = await runCommand(
      'export',
      `${server.url}/exports/small@1/patients.csv?fields=patient_index`,
      '--out',
      '-',
    );
    const response = await server.get('/exports/small@1/patients.csv?fields=patient_index');
    expect(output).toBe(await response.text());
  });

  it.each([
    [['small@3/lesions.csv'], /There is no data set "small@3"/],
    [['small@1/lesions.csv', '--filter', '{"split":["X"]}'], /does not exist in "Split" enum/],
    [['small@1/lesions.csv?fields=id', '--fields', 'id'], /given once/],
    [['small@1/lesions.xlsx'], /There is no export/],
  ])('says what is wrong with %j and leaves no file', async (words, message) => {
    const out = join(scratch.root, 'refused');
    const { errors, code } = await runCommand('export', ...words, '--out', out);
    expect(code).toBe(1);
    expect(errors).toMatch(message);
    expect(() => readFileSync(out)).toThrow('ENOENT');
  });
});
