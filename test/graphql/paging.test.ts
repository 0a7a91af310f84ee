import fc from 'fast-check';
import { openDatabase } from '../../src/database';
import { seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { graphOf, type RunQuery, testServices } from './testGraph';

let test: TestDatabase;
let run: RunQuery;
beforeAll(async () => {
  test = await createTestDatabase();
  await seedDataset(test.database, { patients: 30, missingEvery: 4 });
  run = graphOf(testServices(test.database));
});
afterAll(() => test.drop());

interface LesionNode {
  id: string;
  longDiameterMm: number | null;
  shortDiameterMm: number | null;
  sourceRowIndex: number;
  split: string;
  coarseType: string;
}
interface Page {
  nodes: LesionNode[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  totalCount: number;
}

const PAGE = `query Page($first: Int, $after: String, $last: Int, $before: String, $filter: LesionFilter, $orderBy: [LesionOrder!]) {
  lesions(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
    totalCount
    nodes { id longDiameterMm shortDiameterMm sourceRowIndex split coarseType }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

async function page(variables: Record<string, unknown>): Promise<Page> {
  const { data, errors } = await run(PAGE, variables);
  expect(errors).toEqual([]);
  return data.lesions as unknown as Page;
}

/** Reads a list page by page. @returns the ids in the order of the list */
async function walk(variables: Record<string, unknown>, size: number, backwards: boolean): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  for (let turn = 0; turn < 1000; turn++) {
    const one: Page = await page({
      ...variables,
      ...(backwards ? { last: size, before: cursor } : { first: size, after: cursor }),
    });
    const more = backwards ? one.pageInfo.hasPreviousPage : one.pageInfo.hasNextPage;
    const behind = backwards ? one.pageInfo.hasNextPage : one.pageInfo.hasPreviousPage;
    expect(behind).toBe(turn > 0);
    if (backwards) ids.unshift(...one.nodes.map(({ id }) => id));
    else ids.push(...one.nodes.map(({ id }) => id));
    if (!more) return ids;
    cursor = backwards ? one.pageInfo.startCursor : one.pageInfo.endCursor;
  }
  throw new Error('The list does not end.');
}

const SPLITS = ['TRAIN', 'VALIDATION', 'TEST', 'UNASSIGNED'];
const TYPES = ['UNKNOWN', 'BONE', 'ABDOMEN', 'MEDIASTINUM', 'LIVER', 'LUNG', 'KIDNEY', 'SOFT_TISSUE', 'PELVIS'];
const rowOf = (id: string): number => Number(Buffer.from(id, 'base64url').toString().split(':')[2]);
const keysOf: Record<string, (node: LesionNode) => number | null> = {
  ID: ({ id }) => rowOf(id),
  SOURCE_ROW_INDEX: ({ sourceRowIndex }) => sourceRowIndex,
  LONG_DIAMETER_MM: ({ longDiameterMm }) => longDiameterMm,
  SHORT_DIAMETER_MM: ({ shortDiameterMm }) => shortDiameterMm,
  SPLIT: ({ split }) => SPLITS.indexOf(split),
  COARSE_TYPE: ({ coarseType }) => TYPES.indexOf(coarseType),
};

/** The plain way: all rows, sorted in memory; missing values last in both directions. */
function sorted(nodes: LesionNode[], orderBy: { field: string; direction: string }[]): string[] {
  const compare = (a: LesionNode, b: LesionNode): number => {
    for (const { field, direction } of orderBy) {
      const [x, y] = [a, b].map((node) => keysOf[field]?.(node) ?? null);
      if (x === y) continue;
      if (x === null || x === undefined) return 1;
      if (y === null || y === undefined) return -1;
      return direction === 'ASC' ? x - y : y - x;
    }
    return rowOf(a.id) - rowOf(b.id);
  };
  return [...nodes].sort(compare).map(({ id }) => id);
}

const orders = fc.uniqueArray(
  fc.record({ field: fc.constantFrom(...Object.keys(keysOf)), direction: fc.constantFrom('ASC', 'DESC') }),
  { maxLength: 3, selector: ({ field }) => field },
);
const filters = fc.record(
  {
    split: fc.subarray(SPLITS, { minLength: 1 }),
    longDiameterMm: fc.record({ gte: fc.integer({ min: 4, max: 16 }) }),
    possiblyNoisy: fc.boolean(),
    not: fc.record({ coarseType: fc.subarray(TYPES, { minLength: 1 }) }),
  },
  { requiredKeys: [] },
);

describe('pages of lesions', () => {
  it('put together are the whole list in its order, forwards and backwards, whatever the ties and missing values', async () => {
    await fc.assert(
      fc.asyncProperty(
        orders,
        filters,
        fc.integer({ min: 3, max: 70 }),
        fc.boolean(),
        async (orderBy, filter, size, backwards) => {
          const all = await page({ first: 500, filter });
          const expected = sorted(all.nodes, orderBy);
          expect(all.totalCount).toBe(expected.length);
          expect(await walk({ orderBy, filter }, size, backwards)).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('neither skip nor repeat a row when others come and go between two pages', async () => {
    const orderBy = [{ field: 'SOURCE_ROW_INDEX', direction: 'ASC' }];
    const first = await page({ first: 10, orderBy });
    await test.database.query({
      text: `INSERT INTO lesion (dataset_id, image_id, patient_id, source_row_index, x1, y1, x2, y2, axes, coarse_type, possibly_noisy, split)
        SELECT dataset_id, image_id, patient_id, 100000 + source_row_index, x1, y1, x2, y2, '{}', coarse_type, possibly_noisy, split FROM lesion
          WHERE source_row_index = 3`,
    });
    await test.database.query({ text: 'DELETE FROM lesion WHERE source_row_index = 9' });
    const second = await page({ first: 10, after: first.pageInfo.endCursor, orderBy });
    expect(second.nodes.map(({ sourceRowIndex }) => sourceRowIndex)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    expect(second.pageInfo.hasPreviousPage).toBe(true);
  });

  it('read from the end are in the order of the list', async () => {
    const forwards = await page({ first: 500 });
    const backwards = await page({ last: 4 });
    expect(backwards.nodes).toEqual(forwards.nodes.slice(-4));
    expect(backwards.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  it('lie between after and before when both are given', async () => {
    const all = await page({ first: 500 });
    const three = await page({ first: 3 });
    const upTo = await page({ first: 8 });
    const between = await page({ first: 50, after: three.pageInfo.endCursor, before: upTo.pageInfo.endCursor });
    expect(between.nodes).toEqual(all.nodes.slice(3, 7));
    expect(between.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
  });

  it('are empty, without cursors, where nothing is left', async () => {
    const empty = await page({ first: 5, filter: { split: [] } });
    expect(empty).toEqual({
      nodes: [],
      totalCount: 0,
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
    expect((await page({ first: 0 })).pageInfo.hasNextPage).toBe(true);
  });

  it('have 50 rows unless asked otherwise', async () => {
    expect((await page({})).nodes).toHaveLength(50);
  });
});

describe('arguments of a page', () => {
  const errorOf = async (variables: Record<string, unknown>) => {
    const { errors } = await run(PAGE, variables);
    const cause = errors[0]?.originalError as (Error & { code?: string; argument?: string }) | undefined;
    return { code: cause?.code, argument: cause?.argument, message: cause?.message };
  };

  it.each([
    [{ first: 501 }, 'first', 'Expected first to be from 0 to 500, got 501'],
    [{ first: -1 }, 'first', 'Expected first to be from 0 to 500, got -1'],
    [{ last: 1000 }, 'last', 'Expected last to be from 0 to 500, got 1000'],
    [{ first: 1, last: 1 }, 'last', 'Expected first or last, not both'],
    [{ after: 'abc' }, 'after', 'Expected after to be a cursor from a previous response of the same list'],
    [{ before: '' }, 'before', 'Expected before to be a cursor'],
    [{ after: Buffer.from('[1,"Lesion",["x"]]').toString('base64url') }, 'after', 'Expected after to be a cursor'],
    [{ after: Buffer.from('[1,"Lesion",[1e99]]').toString('base64url') }, 'after', 'Expected after to be a cursor'],
    [{ after: Buffer.from('[2,"Lesion",[1]]').toString('base64url') }, 'after', 'Expected after to be a cursor'],
    [{ after: Buffer.from('[1,"Patient",[1]]').toString('base64url') }, 'after', 'Expected after to be a cursor'],
    [{ after: '!'.repeat(5000) }, 'after', 'Expected after to be a cursor'],
    [
      { orderBy: [{ field: 'ID' }, { field: 'ID', direction: 'DESC' }] },
      'orderBy',
      'Expected each field once in orderBy',
    ],
  ])('%j is refused by name', async (variables, argument, message) => {
    const error = await errorOf(variables);
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', argument });
    expect(error.message).toContain(message);
  });

  it('refuses a cursor of another ordering and says where cursors come from', async () => {
    const one = await page({ first: 1, orderBy: [{ field: 'LONG_DIAMETER_MM', direction: 'ASC' }] });
    const error = await errorOf({
      after: one.pageInfo.endCursor,
      orderBy: [{ field: 'LONG_DIAMETER_MM', direction: 'DESC' }],
    });
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'after' });
    expect(error.message).toContain('pageInfo.endCursor');
  });

  it('refuses a forged enum in a cursor', async () => {
    const orderBy = [{ field: 'SPLIT', direction: 'ASC' }];
    const { pageInfo } = await page({ first: 1, orderBy });
    const [version, ordering, position] = JSON.parse(Buffer.from(pageInfo.endCursor ?? '', 'base64url').toString());
    const forged = JSON.stringify([version, ordering, ['NOWHERE', position[1]]]);
    const error = await errorOf({ after: Buffer.from(forged).toString('base64url'), orderBy });
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'after' });
  });

  it('refuses a cursor of another database, whose rows have other numbers, and says so', async () => {
    const { pageInfo } = await page({ first: 1 });
    const other = await createTestDatabase();
    await other.database.query({ text: 'UPDATE database_identity SET id = gen_random_uuid()' });
    await seedDataset(other.database, { patients: 2 });
    const reopened = openDatabase(other.url);
    try {
      const there = graphOf(testServices(reopened));
      const { errors } = await there(PAGE, { first: 1, after: pageInfo.endCursor });
      expect(errors[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'after' });
      expect(errors[0]?.message).toContain('got one of another: the data have been imported or restored again');
    } finally {
      await reopened.close();
      await other.drop();
    }
  });
});
