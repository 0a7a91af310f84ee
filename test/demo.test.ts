import { cpSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { findDatasetByReference, importDlInfo } from '../src/dataset';
import { keepDemoImages } from '../src/demo';
import { createLogger } from '../src/log';
import type { Services } from '../src/services';
import { Scratch, SMALL_CSV } from './dataset/importBed';
import { encodeHounsfield } from './imaging/png';
import { createTestDatabase, type TestDatabase } from './testDatabase';

describe("The demo's images", () => {
  let bed: TestDatabase;
  let scratch: Scratch;
  beforeEach(async () => {
    bed = await createTestDatabase();
    scratch = new Scratch();
    scratch.write(
      'data/demo/Images_png/000901_01_01/020.png',
      encodeHounsfield(512, 512, () => 1),
    );
    const imagesDir = join(scratch.root, 'data/demo/Images_png');
    await importDlInfo({ database: bed.database, csvPath: SMALL_CSV, slug: 'demo', imagesDir });
  });
  afterEach(async () => {
    scratch.remove();
    await bed.drop();
  });

  /** What a start with this DATA_DIR makes of it. @returns where the images are said to be afterwards */
  async function startWith(dataDir: string, databaseUrl?: string): Promise<string | null | undefined> {
    const dataset = await findDatasetByReference(bed.database, 'demo');
    if (!dataset) throw new Error('there is no demo');
    const config = { dataDir: join(scratch.root, dataDir), databaseUrl } as Services['config'];
    const outDir = join(config.dataDir, 'demo');
    await keepDemoImages({ config, database: bed.database, log: createLogger('silent') }, dataset, outDir);
    return (await findDatasetByReference(bed.database, 'demo'))?.imageRoot;
  }
  const rootIn = (dataDir: string): string => join(scratch.root, dataDir, 'demo/Images_png');

  it('are found in the DATA_DIR that was copied or moved with its database', async () => {
    expect(await startWith('data')).toBe(rootIn('data'));
    cpSync(join(scratch.root, 'data'), join(scratch.root, 'copy'), { recursive: true });
    expect(await startWith('copy')).toBe(rootIn('copy'));
    renameSync(join(scratch.root, 'copy'), join(scratch.root, 'moved'));
    expect(await startWith('moved')).toBe(rootIn('moved'));
  });

  it('are left where they are in an external database, which another server may share, until they are gone there', async () => {
    cpSync(join(scratch.root, 'data'), join(scratch.root, 'mine'), { recursive: true });
    expect(await startWith('mine', bed.url)).toBe(rootIn('data'));
    renameSync(rootIn('data'), join(scratch.root, 'away'));
    expect(await startWith('mine', bed.url)).toBe(rootIn('mine'));
  });

  it('are not taken from a folder that lacks them, and the start goes on', async () => {
    scratch.write('other/demo/Images_png/note.txt', '');
    expect(await startWith('other')).toBe(rootIn('data'));
  });
});
