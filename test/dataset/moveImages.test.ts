import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  findDatasetByReference,
  findMissingImageRoots,
  importDlInfo,
  missingImagesText,
  moveImages,
} from '../../src/dataset';
import { encodeHounsfield } from '../imaging/png';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { Scratch, SMALL_CSV } from './importBed';

let bed: TestDatabase;
let scratch: Scratch;

beforeEach(async () => {
  bed = await createTestDatabase();
  scratch = new Scratch();
  scratch.write('there/000901_01_01/020.png', slice(1));
  scratch.write('there/000902_01_01/007.png', slice(2));
  const imagesDir = join(scratch.root, 'there');
  await importDlInfo({ database: bed.database, csvPath: SMALL_CSV, slug: 'small', imagesDir });
});
afterEach(async () => {
  scratch.remove();
  await bed.drop();
});

const slice = (hounsfield: number): Buffer => encodeHounsfield(512, 512, () => hounsfield);
const at = (folder: string): string => join(scratch.root, folder);
const rootOf = async () => (await findDatasetByReference(bed.database, 'small'))?.imageRoot;

describe('Images that were moved', () => {
  it('are taken over from their new place, which is looked for as by an import', async () => {
    mkdirSync(at('elsewhere'));
    renameSync(at('there'), at('elsewhere/Images_png'));
    expect(await moveImages(bed.database, 'small', at('elsewhere'))).toMatchObject({
      reference: 'small@1',
      pixelsNoted: true,
      imagesWithPixels: 2,
      changed: [],
      unusable: [],
    });
    expect(await rootOf()).toBe(at('elsewhere/Images_png'));
    expect(await findMissingImageRoots(bed.database)).toEqual([]);
  });

  it('are told when they are other ones', async () => {
    cpSync(at('there'), at('copy'), { recursive: true });
    scratch.write('copy/000902_01_01/007.png', slice(3));
    const moved = await moveImages(bed.database, 'small@1', at('copy'));
    expect(moved.changed).toEqual(['000902_01_01_007.png']);
  });

  it('are left where they are for a folder that lacks some, or is none', async () => {
    scratch.write('half/000901_01_01/020.png', slice(1));
    await expect(moveImages(bed.database, 'small', at('half'))).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('holds 1 of the 2 pixel files of small@1; nothing was changed.'),
    });
    await expect(moveImages(bed.database, 'small', at('none'))).rejects.toThrow('There is no image folder');
    await expect(moveImages(bed.database, 'none', at('half'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await rootOf()).toBe(at('there'));
  });
});

it('An image folder that is gone is told, with what to do and without its path', async () => {
  rmSync(at('there'), { recursive: true });
  const missing = await findMissingImageRoots(bed.database);
  expect(missing.map(missingImagesText)).toEqual([
    "Data set small@1: the folder of the data set's images is not on this machine, is empty or does not answer. " +
      'Bring it back, or name its new place: npx deeplesion dataset move small@1 --images DIR',
  ]);
});
