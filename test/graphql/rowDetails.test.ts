import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getNamedType, isLeafType, isObjectType } from 'graphql';
import { toGlobalId } from '../../src/globalId';
import { seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { EXECUTORS, graphOf, testSchema, testServices } from './testGraph';

let test: TestDatabase;
let imageRoot: string;
beforeAll(async () => {
  test = await createTestDatabase();
  await seedDataset(test.database, { patients: 3 });
  await test.database.query({ text: `UPDATE bookmarked_image SET pixel_sha256 = repeat('ab', 32) WHERE id % 2 = 0` });
  imageRoot = await mkdtemp(join(tmpdir(), 'row-details-'));
  await test.database.query({ text: 'UPDATE dataset SET image_root = $1', values: [imageRoot] });
  // Neighbours of the slices of one study; nobody reads what is in the files.
  await mkdir(join(imageRoot, '000002_02_01'));
  for (const slice of ['010', '011', '020']) await writeFile(join(imageRoot, '000002_02_01', `${slice}.png`), '');
});
afterAll(async () => {
  await test.drop();
  await rm(imageRoot, { recursive: true });
});

/** The selections of all fields that an object has by itself, objects with all of theirs: `windows { low high }`. */
function ownFields(typeName: string): string[] {
  const type = testSchema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`Expected ${typeName} to be an object type.`);
  return Object.values(type.getFields()).flatMap((field) => {
    const inner = getNamedType(field.type);
    if (field.args.length > 0 || (isObjectType(inner) && inner.getInterfaces().length > 0)) return [];
    return [isLeafType(inner) ? field.name : `${field.name} { ${ownFields(inner.name).join(' ')} }`];
  });
}

/** Ways through the graph to objects of a type; `FIELDS` stands for what is selected of them. */
const WAYS = {
  BookmarkedImage: [
    '{ bookmarkedImages { nodes { FIELDS } } }',
    '{ bookmarkedImages { edges { node { FIELDS } } } }',
    '{ bookmarkedImages { nodes { ...Other } } } fragment Other on BookmarkedImage { ... on Node { ... on BookmarkedImage { FIELDS } } }',
    '{ bookmarkedImages { nodes { lesions { image { FIELDS } } } } }',
    '{ lesions { nodes { image { FIELDS } } } }',
    '{ lesions { nodes { image { lesions { image { FIELDS } } } } } }',
    '{ studies { nodes { images { FIELDS } } } }',
    '{ patients { nodes { studies { images { FIELDS } } } } }',
    '{ patients { nodes { studies { images { fileName } patient { studies { images { FIELDS } } } } } } }',
    '{ patients { nodes { studies { images { study { images { FIELDS } } } } } } }',
    '{ patients { nodes { lesions { nodes { image { FIELDS } } } } } }',
    '{ dataset(slug: "seed") { bookmarkedImages { nodes { FIELDS } } } }',
    'query One($image: ID!) { node(id: $image) { ... on BookmarkedImage { FIELDS } } }',
    'query One($lesion: ID!) { node(id: $lesion) { ... on Lesion { image { FIELDS } } } }',
  ],
  Lesion: [
    '{ lesions { nodes { FIELDS } } }',
    '{ lesions { edges { node { FIELDS } } } }',
    '{ lesions { nodes { image { lesions { FIELDS } } } } }',
    '{ bookmarkedImages { nodes { lesions { FIELDS } } } }',
    '{ studies { nodes { images { lesions { FIELDS } } } } }',
    '{ patients { nodes { studies { images { lesions { FIELDS } } } } } }',
    '{ patients { nodes { studies { images { lesions { id } study { patient { studies { images { lesions { FIELDS } } } } } } } } } }',
    '{ patients { nodes { lesions { nodes { FIELDS } } } } }',
    '{ dataset(slug: "seed") { lesions { nodes { FIELDS } } } }',
    'query One($lesion: ID!) { node(id: $lesion) { ... on Lesion { FIELDS } } }',
    'query One($image: ID!) { node(id: $image) { ... on BookmarkedImage { lesions { FIELDS } } } }',
  ],
};

const VARIABLES = {
  lesion: toGlobalId('Lesion', { dataset: 'seed@1', sourceRowIndex: 3 }),
  image: toGlobalId('BookmarkedImage', { dataset: 'seed@1', fileName: '000002_02_01_020.png' }),
};

type Found = { id: string } & Record<string, unknown>;

/** Every object of a response that was selected by the marker, wherever it lies. */
function marked(value: unknown): Found[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.values(value).flatMap(marked);
  return 'marker' in value ? [value as unknown as Found, ...below] : below;
}

describe.each(EXECUTORS)('a field of an image or a lesion, run by %s', (executor) => {
  const objectsOf = async (way: string, fields: string): Promise<Map<string, Found>> => {
    const source = way.replace('FIELDS', `marker: __typename id ${fields}`);
    const { data, errors } = await graphOf(testServices(test.database), executor)(source, VARIABLES);
    expect(errors).toEqual([]);
    return new Map(marked(data).map((one) => [one.id, one]));
  };

  it.each(Object.entries(WAYS))(
    'of %s has the same value alone as with all others, on every way',
    async (type, ways) => {
      const all = await objectsOf(ways[0] ?? '', ownFields(type).join(' '));
      // The compiled form looks ahead in the same way: one field is enough to show it.
      const fields =
        executor === 'graphql-js'
          ? ownFields(type)
          : ownFields(type).filter((field) => /windows|offsetMm|longAxis/.test(field));
      expect(all.size).toBeGreaterThan(10);
      for (const way of ways)
        for (const field of fields) {
          const found = await objectsOf(way, field);
          expect(found.size).toBeGreaterThan(0);
          for (const [id, object] of found) expect(all.get(id)).toMatchObject(object);
        }
    },
  );

  it('is not read where nothing shows it', async () => {
    const texts: string[] = [];
    const stop = test.database.onStatement((text) => texts.push(text));
    const run = graphOf(testServices(test.database), executor);
    await run('{ patients { nodes { studies { images { fileName lesions { longDiameterMm } } } } } }');
    expect(texts.join()).not.toMatch(/axes|windows|pixel_sha256/);
    await run('{ lesions { nodes { coarseType image { width } } } }');
    expect(texts.join()).not.toMatch(/axes|windows|pixel_sha256/);
    await run('{ lesions { nodes { coarseType image { windows { low } } } } }');
    stop();
    expect(texts.join()).toMatch(/windows/);
  });
});
