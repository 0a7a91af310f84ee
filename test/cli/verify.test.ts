import { mkdtempSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importDlInfo } from '../../src/dataset';
import { generatePhantoms } from '../../src/phantom';
import { encodeHounsfield } from '../imaging/png';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { runCommand as run } from './runCommand';

let bed: TestDatabase;
let folder: string;
let images: string;
/** Paths of key slices, in the order of the source's rows. */
let files: { row: number; name: string; path: string }[];
const environment = process.env;

beforeAll(async () => {
  bed = await createTestDatabase();
  process.env = { ...environment, DATABASE_URL: bed.url };
  folder = mkdtempSync(join(tmpdir(), 'deeplesion-verify-'));
  const outDir = join(folder, 'phantoms');
  images = join(outDir, 'Images_png');
  await generatePhantoms({ patients: 3, seed: 5, neighbours: 0, outDir });
  await importDlInfo({ database: bed.database, csvPath: join(outDir, 'DL_info.csv'), imagesDir: images, slug: 'ph' });
  const rows = await bed.database.query<{ row: number; name: string }>({
    text: `SELECT min(l.source_row_index) AS row, i.file_name AS name FROM lesion AS l JOIN bookmarked_image AS i ON i.id = l.image_id
           GROUP BY i.file_name ORDER BY 1`,
  });
  files = rows.map(({ row, name }) => ({ row, name, path: join(images, name.slice(0, 12), name.slice(13)) }));
});
afterAll(async () => {
  process.env = environment;
  rmSync(folder, { recursive: true, force: true });
  await bed.drop();
});

describe('deeplesion verify', () => {
  it('finds nothing where nothing was changed', async () => {
    const { output, code } = await run('verify', 'ph');
    expect(code).toBeUndefined();
    expect(output).toBe(
      `ph@1: of ${files.length} images, ${files.length} have the pixel file of the import, 0 do not.\n`,
    );
    expect(readdirSync(images).length).toBeGreaterThan(0);
  });

  it('names changed, missing and cut files by row and file, with status 1', async () => {
    const [changed, missing, cut] = files;
    if (!changed || !missing || !cut) throw new Error('The phantoms have too few key slices.');
    writeFileSync(
      changed.path,
      encodeHounsfield(512, 512, () => 7),
    );
    rmSync(missing.path);
    truncateSync(cut.path, 5_000);
    const { output, code } = await run('verify', 'ph@1');
    expect(code).toBe(1);
    const lines = output.split('\n');
    expect(lines[0]).toMatch(
      new RegExp(`^row ${changed.row}\t${changed.name}\tCHANGED\tits SHA-256 is [0-9a-f]{64}, at the import it was`),
    );
    expect(lines[1]).toMatch(new RegExp(`^row ${missing.row}\t${missing.name}\tMISSING\t`));
    expect(lines[2]).toMatch(new RegExp(`^row ${cut.row}\t${cut.name}\tUNREADABLE\t.*breaks off`));
    const { output: json, code: status } = await run('verify', 'ph', '--json');
    expect(status).toBe(1);
    expect(JSON.parse(json)).toMatchObject({
      reference: 'ph@1',
      images: files.length,
      intact: files.length - 3,
      problemCount: 3,
      problems: [
        { sourceRowIndex: changed.row, fileName: changed.name, kind: 'CHANGED' },
        { sourceRowIndex: missing.row, kind: 'MISSING' },
        { sourceRowIndex: cut.row, kind: 'UNREADABLE' },
      ],
    });
  });

  it('names every file of a folder that is gone, and a data set that is not there', async () => {
    renameSync(images, `${images}-moved`);
    const { output, code } = await run('verify', 'ph', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ intact: 0, problemCount: files.length });
    expect(await run('verify', 'nope')).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/There is no data set "nope"/),
    });
  });
});
