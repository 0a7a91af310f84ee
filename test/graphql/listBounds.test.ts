import './withoutSecondCopyCheck';
import { isObjectType } from 'graphql';
import { isPlainList, LIST_BOUNDS } from '../../src/graphql/core/listBounds';
import { idOfRow } from '../globalIds';
import { makeRun } from '../results/evaluatedRun';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { EXECUTORS, graphOf, testSchema, testServices } from './testGraph';

/** All plain lists of the graph but the pages of connections, as `Type.field`. */
const lists = Object.values(testSchema.getTypeMap()).flatMap((type) =>
  isObjectType(type) && !type.name.startsWith('__') && !type.name.endsWith('Connection')
    ? Object.values(type.getFields())
        .filter(isPlainList)
        .map((field) => `${type.name}.${field.name}`)
    : [],
);

describe('the plain lists of the graph', () => {
  it('each have a bound and a reason, and there are no bounds of lists that are not there', () => {
    expect([...LIST_BOUNDS.keys()].sort()).toEqual(lists.sort());
    for (const { most, because } of LIST_BOUNDS.values()) {
      expect(most).toBeLessThanOrEqual(5_000);
      expect(because.length).toBeGreaterThan(10);
    }
  });

  let bed: TestDatabase;
  beforeAll(async () => {
    bed = await createTestDatabase();
  });
  afterAll(() => bed.drop());

  const box: [number, number, number, number] = [1, 1, 9, 9];
  const image = (patient: number, lesions: number) => ({
    patient,
    lesions: Array.from({ length: lesions }, () => ({ box })),
  });

  it.each(EXECUTORS)('are refused where data make one longer than its bound (%s)', async (executor) => {
    const { imageIds } = await makeRun(bed.database, [image(1, 1_001), image(2, 1_000)]);
    const ask = graphOf(testServices(bed.database), executor);
    const query = 'query Q($id: ID!) { node(id: $id) { ... on BookmarkedImage { lesions { id } } } }';
    const [long, fits] = await Promise.all(
      imageIds.map(async (row) => ask(query, { id: await idOfRow(bed.database, 'BookmarkedImage', row) })),
    );
    expect(long?.errors[0]?.message).toMatch(/BookmarkedImage.lesions to have at most 1000 items, got 1001/);
    expect(fits?.data).toEqual({ node: { lesions: expect.any(Array) } });
  });

  it.each(EXECUTORS)('are refused where all of them together make an answer too large (%s)', async (executor) => {
    const { imageIds } = await makeRun(bed.database, [image(1, 1_000)]);
    const ask = graphOf(testServices(bed.database), executor);
    const query = (times: number) =>
      `query Q($id: ID!) { node(id: $id) { ... on BookmarkedImage {
        ${Array.from({ length: times }, (_, n) => `a${n}: lesions { id fileName: sourceRowIndex }`).join(' ')} } } }`;
    const id = await idOfRow(bed.database, 'BookmarkedImage', imageIds[0]!);
    expect((await ask(query(90), { id })).errors).toEqual([]);
    expect((await ask(query(101), { id })).errors[0]?.message).toMatch(
      /lists of a response to have at most 200000 fields/,
    );
  });
});
