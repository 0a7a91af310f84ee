import { parse } from 'graphql';
import { importCategorization } from '../../src/categorization';
import { createPriceCheck } from '../../src/graphql/core/priceCheck';
import { type FolderLesion, Folders, lesionsOf } from '../categorization/folderBed';
import { idOfNothing, idOfRow } from '../globalIds';
import { seedCategorization, seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { EXECUTORS, graphOf, testSchema, testServices } from './testGraph';

let test: TestDatabase;
let lesions: FolderLesion[];
const folders = new Folders();
const ids: Record<string, string> = {};

/** `seed` has two categorizations with features and a newer one without; `bare` has lesions alone. */
beforeAll(async () => {
  test = await createTestDatabase();
  const datasetId = await seedDataset(test.database, { patients: 12 });
  lesions = await lesionsOf(test.database, datasetId);
  const import_ = async (name: string, some: readonly FolderLesion[], dataset = 'seed') => {
    const folder = folders.write(some);
    const { id } = await importCategorization(test.database, { folder, dataset, name, partial: true });
    ids[name] = await idOfRow(test.database, 'Categorization', id);
  };
  await import_('some', lesions.slice(0, 6));
  await import_('most', lesions.slice(0, -1));
  await seedCategorization(test.database, datasetId);
  await seedDataset(test.database, { slug: 'other', patients: 2 });
  await import_('elsewhere', lesions.slice(0, 2), 'other');
  await seedDataset(test.database, { slug: 'bare', patients: 2 });
});
afterAll(async () => {
  folders.remove();
  await test.drop();
});

interface Similar {
  distance: number;
  lesion: { sourceRowIndex: number; image?: { fileName: string } };
}
interface Answer {
  lesions: { nodes: { sourceRowIndex: number; similar: Similar[] }[] };
}

/** The rows nearest to row n among the first `count`, by the features that were written: equally near ones by row. */
function nearestRows(n: number, count: number, first: number): { row: number; distance: number }[] {
  const place = (row: number): number[] => lesions[row]?.features ?? [];
  return lesions
    .slice(0, count)
    .map((_, row) => ({ row, distance: Math.hypot(...place(n).map((value, i) => value - (place(row)[i] ?? 0))) }))
    .filter(({ row }) => row !== n)
    .sort((a, b) => a.distance - b.distance || a.row - b.row)
    .slice(0, first);
}
const rowsOf = (similar: readonly Similar[] = []) =>
  similar.map(({ distance, lesion }) => ({ row: lesion.sourceRowIndex, distance }));

const LESIONS = (similar: string, dataset = 'seed') =>
  `query Q($first: Int = 5${similar.includes('$categorization') ? ', $categorization: ID' : ''}) {
  lesions(first: $first, filter: { dataset: "${dataset}" }, orderBy: { field: ID }) {
    nodes { sourceRowIndex ${similar} { distance lesion { sourceRowIndex image { fileName } } } } } }`;

describe('the price of similar lesions', () => {
  const check = createPriceCheck(testSchema);
  const pageOf = (first: number) => () => check(parse(LESIONS('similar')), 'Q', { first });

  it('lets a page of 150 lesions ask for theirs, and not one of 500', () => {
    expect(pageOf(150)).not.toThrow();
    expect(pageOf(500)).toThrow(/at most 100000 fields in a response/);
  });
});

describe.each(EXECUTORS)('the lesions similar to one, run by %s', (executor) => {
  const run = async (source: string, variables: Record<string, unknown> = {}) => {
    const { data, errors } = await graphOf(testServices(test.database), executor)(source, variables);
    expect(errors).toEqual([]);
    return (data as unknown as Answer).lesions.nodes;
  };
  const errorOf = async (source: string, variables: Record<string, unknown> = {}) =>
    (await graphOf(testServices(test.database), executor)(source, variables)).errors[0];

  it('are the ten nearest by the newest categorization that has features', async () => {
    const nodes = await run(LESIONS('similar'));
    expect(nodes).toHaveLength(5);
    for (const { sourceRowIndex, similar } of nodes) {
      expect(rowsOf(similar)).toEqual(nearestRows(sourceRowIndex, lesions.length - 1, 10));
      for (const { lesion } of similar) expect(lesion.image?.fileName).toBe(lesions[lesion.sourceRowIndex]?.fileName);
    }
  });

  it('are the nearest of a named categorization, as many as are asked for and there', async () => {
    const variables = { categorization: ids.some };
    const three = await run(LESIONS('similar(first: 3, categorization: $categorization)'), variables);
    expect(rowsOf(three[1]?.similar)).toEqual(nearestRows(1, 6, 3));
    const all = await run(LESIONS('similar(first: 100, categorization: $categorization)'), variables);
    expect(rowsOf(all[1]?.similar)).toEqual(nearestRows(1, 6, 100));
    expect(all[1]?.similar).toHaveLength(5);
  });

  it('are none where the lesion or its data set has no features', async () => {
    const nodes = await run(LESIONS('similar'), { first: 500 });
    expect(nodes.at(-1)?.similar).toEqual([]);
    expect(nodes.at(-2)?.similar).toHaveLength(10);
    for (const { similar } of await run(LESIONS('similar', 'bare'))) expect(similar).toEqual([]);
  });

  it.each([0, 101, -1])('refuses to look for %i', async (first) => {
    const error = await errorOf(LESIONS(`similar(first: ${first})`));
    expect(error?.message).toMatch(`first to be from 1 to 100, got ${first}`);
    expect(error).toMatchObject({ originalError: { code: 'BAD_USER_INPUT', argument: 'first' } });
  });

  it('refuses an unknown categorization, one of another data set and other ids', async () => {
    const errorWith = (categorization: string | undefined) =>
      errorOf(LESIONS('similar(categorization: $categorization)'), { categorization });
    expect(await errorWith(idOfNothing('Categorization'))).toMatchObject({
      originalError: { code: 'NOT_FOUND', argument: 'categorization' },
    });
    for (const id of [ids.elsewhere, idOfNothing('Lesion'), 'nonsense'])
      expect(await errorWith(id)).toMatchObject({
        originalError: { code: 'BAD_USER_INPUT', argument: 'categorization' },
      });
  });

  it('needs as many statements for a page as for one lesion', async () => {
    const statementsOf = async (first: number): Promise<number> => {
      let statements = 0;
      const stop = test.database.onStatement(() => {
        statements += 1;
      });
      await run(LESIONS('similar'), { first });
      stop();
      return statements;
    };
    expect(await statementsOf(20)).toBe(await statementsOf(1));
  });
});
