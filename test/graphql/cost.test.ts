import { parse } from 'graphql';
import { LOCAL_CALLER } from '../../src/access';
import { createContext, createCosts } from '../../src/graphql';
import type { Services } from '../../src/services';
import { testSchema } from './testGraph';

const costs = createCosts(testSchema);
const context = createContext({ database: {} } as Services, { caller: LOCAL_CALLER, wantsCost: true });
/** @returns what a response costs */
const costOf = (source: string, data: Record<string, unknown> | null): unknown =>
  costs.charge({ document: parse(source), variables: {} }, context, { data }).extensions?.cost;

describe('the cost of a response', () => {
  it('is the number of its fields, whatever its pages might have held', () => {
    const nodes = [
      { id: 'a', pair: [1, 2] },
      { id: 'b', pair: [3, 4] },
    ];
    expect(
      costOf('{ lesions(first: 500) { totalCount nodes { id split } } }', { lesions: { totalCount: 2, nodes } }),
    ).toEqual({
      requested: expect.any(Number),
      actual: 7,
    });
  });

  it('is at least 1, also of an error', () => {
    expect(costOf('{ __typename }', null)).toMatchObject({ actual: 1 });
  });

  it('counts what takes long to compute as the limit of a query does, under any alias', () => {
    const storage = { databaseBytes: 1 };
    expect(costOf('{ storage { databaseBytes } }', { storage })).toMatchObject({ actual: 1_001 });
    expect(costOf('{ a: storage { databaseBytes } }', { a: storage })).toMatchObject({
      requested: 1_001,
      actual: 1_001,
    });
    const schema = { types: Array.from({ length: 9_000 }, () => ({ name: 'x' })) };
    expect(costOf('{ __schema { types { name } } }', { __schema: schema })).toMatchObject({ actual: 20_000 });
  });
});
