import { editDataset, findDatasetByReference, findEditsOfDatasets, importCoco, importDlInfo } from '../../src/dataset';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { describeReal, realFile, Scratch, SMALL_CSV } from './importBed';

let bed: TestDatabase;
let scratch: Scratch;

beforeAll(async () => {
  bed = await createTestDatabase();
  scratch = new Scratch();
});
afterAll(async () => {
  scratch.remove();
  await bed.drop();
});

const importSmall = (slug: string, texts: object = {}, csvPath = SMALL_CSV) =>
  importDlInfo({ database: bed.database, csvPath, slug, ...texts });

async function textsOf(reference: string) {
  const row = await findDatasetByReference(bed.database, reference);
  if (!row) throw new Error(`there is no ${reference}`);
  const { name, licence, citation, description } = row;
  return { name, licence, citation, description };
}

async function editsOf(reference: string) {
  const row = await findDatasetByReference(bed.database, reference);
  return findEditsOfDatasets(bed.database, [row?.id ?? 0]);
}

describe('What a data set says of itself', () => {
  it('is changed later, with what it was, who changed it and when', async () => {
    await importSmall('edited', { licence: 'CC0-1.0' });
    const texts = { name: 'Edited', licence: 'CC-BY-4.0', description: 'Rows for a test.' };
    expect(await editDataset(bed.database, 'edited', texts, { source: 'EDIT', editor: 'Ada' })).toEqual({
      reference: 'edited@1',
      changed: ['name', 'licence', 'description'],
    });
    expect(await textsOf('edited')).toEqual({ ...texts, citation: '' });
    const edits = await editsOf('edited');
    const told = { source: 'EDIT', editor: 'Ada', editedAt: expect.any(Date) };
    expect(edits).toEqual([
      expect.objectContaining({ field: 'DESCRIPTION', oldText: '', newText: 'Rows for a test.', ...told }),
      expect.objectContaining({ field: 'LICENCE', oldText: 'CC0-1.0', newText: 'CC-BY-4.0', ...told }),
      expect.objectContaining({ field: 'NAME', oldText: 'edited', newText: 'Edited', ...told }),
    ]);
  });

  it('leaves no trace where it says so already, and may be emptied but for the name', async () => {
    await importSmall('same', { licence: 'CC0-1.0' });
    const edit = (texts: object) => editDataset(bed.database, 'same@1', texts, { source: 'EDIT' });
    expect((await edit({ licence: 'CC0-1.0' })).changed).toEqual([]);
    expect(await editsOf('same')).toEqual([]);
    expect((await edit({ licence: '' })).changed).toEqual(['licence']);
    await expect(edit({ name: ' ' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', argument: 'name' });
    await expect(edit({ description: 'a\0b' })).rejects.toMatchObject({ argument: 'description' });
    await expect(editDataset(bed.database, 'none', {}, { source: 'EDIT' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('is changed by another import of the same file, which changes no row', async () => {
    await importSmall('again');
    const report = await importSmall('again', { licence: 'NIH', name: 'Again' });
    expect(report).toMatchObject({ alreadyImported: true, version: 1, textsChanged: ['name', 'licence'] });
    expect(await textsOf('again')).toMatchObject({ name: 'Again', licence: 'NIH' });
    expect((await editsOf('again')).map(({ source, editor }) => [source, editor])).toEqual([
      ['IMPORT', null],
      ['IMPORT', null],
    ]);
    expect(await importSmall('again')).toMatchObject({ textsChanged: [] });
    expect(await textsOf('again')).toMatchObject({ name: 'Again', licence: 'NIH' });
  });

  it('is carried to the next version, as it was edited, but for what that import says', async () => {
    await importSmall('carried', { name: 'First', licence: 'CC0-1.0', citation: 'Somebody, 2020' });
    await editDataset(bed.database, 'carried', { licence: 'CC-BY-4.0' }, { source: 'EDIT' });
    const next = scratch.csv('next.csv', (text) => text.replace('F,62', 'F,63').concat('\n'));
    expect(await importSmall('carried', { citation: 'Somebody, 2021' }, next)).toMatchObject({ version: 2 });
    expect(await textsOf('carried@2')).toEqual({
      name: 'First',
      licence: 'CC-BY-4.0',
      citation: 'Somebody, 2021',
      description: '',
    });
    expect(await textsOf('carried@1')).toMatchObject({ citation: 'Somebody, 2020' });
    expect(await editsOf('carried@2')).toEqual([]);
  });

  it('is the slug and nothing else where nobody says anything', async () => {
    await importSmall('plain');
    expect(await textsOf('plain')).toEqual({ name: 'plain', licence: '', citation: '', description: '' });
  });
});

describeReal('DeepLesion itself', () => {
  const DEEP_LESION = {
    name: 'DeepLesion',
    licence: expect.stringContaining('name the NIH Clinical Center as the provider'),
    citation: expect.stringMatching(/Journal of Medical Imaging 5\(3\), 036501 \(2018\).*arXiv:1710\.01766/),
  };
  const dlInfo = (name: string, slug: string, texts: object = {}) =>
    importDlInfo({ database: bed.database, csvPath: realFile(name), slug, ...texts });

  it.each(['DL_info.patient1.csv', 'DL_info.sample.csv'])('is known by the published rows of %s', async (name) => {
    const slug = name.includes('sample') ? 'sample' : 'one';
    await dlInfo(name, slug);
    expect(await textsOf(slug)).toMatchObject(DEEP_LESION);
  });

  it('leaves what the caller says alone, and what is not of patients', async () => {
    await dlInfo('DL_info.patient1.csv', 'mine', { name: 'Mine' });
    expect(await textsOf('mine')).toMatchObject({ ...DEEP_LESION, name: 'Mine' });
    await dlInfo('DL_info.patient1.csv', 'made-up', { synthetic: true });
    expect(await textsOf('made-up')).toMatchObject({ name: 'made-up', citation: '' });
  });

  it('is not taken for granted in a COCO file of its images', async () => {
    const jsonPath = realFile('deeplesion_val.coco.json');
    await importCoco({ database: bed.database, jsonPath, slug: 'coco' });
    expect(await textsOf('coco')).toMatchObject({ name: 'coco', licence: '' });
  });
});
