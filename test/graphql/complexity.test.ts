import { buildSchema, getOperationAST, parse } from 'graphql';
import { getVariableValues } from 'graphql/execution';
import { createPriceBound } from '../../src/graphql/core/complexity';

const schema = buildSchema(`
  interface Node { id: ID! }
  type Thing implements Node {
    id: ID! name: String parts: [Thing!]! others: [Thing!]! things(first: Int, last: Int): ThingConnection! lesion: Lesion!
  }
  type Lesion { similar(first: Int = 10): [Thing!]! }
  type Other implements Node { id: ID! other: String }
  type ThingConnection { nodes: [Thing!]! totalCount: Int! }
  union Either = Thing | Other
  type Query { things(first: Int = 7, last: Int): ThingConnection! node(id: ID!): Node nodes(ids: [ID!]!): [Node]! either: Either }
`);

const boundOf = createPriceBound(schema, new Map([['Thing.parts', { usual: 4 }]]));

/** The complexity of the one operation of a document. */
function complexityOf(source: string, variables: Record<string, unknown> = {}): number {
  const document = parse(source);
  const operation = getOperationAST(document);
  const { coerced } = getVariableValues(schema, operation?.variableDefinitions ?? [], variables);
  return boundOf(document, undefined, coerced ?? {});
}

const priceOf = (selection: string, variables?: Record<string, unknown>, head = '') =>
  complexityOf(`query Q${head} { things(first: 1) { nodes { ${selection} } } }`, variables) - 2;

describe('the complexity of an operation', () => {
  it.each([
    ['a field', 'id', 1],
    ['fields', 'id name', 2],
    ['a short list', 'parts { id name }', 1 + 4 * 2],
    ['a list whose length nobody declared', 'others { id }', 1 + 500],
    ['a page', 'things(first: 10) { nodes { id } }', 1 + 10 * (1 + 1)],
    ['a page from the end', 'things(last: 20) { nodes { id } }', 1 + 20 * 2],
    ['the larger of both', 'things(first: 2, last: 20) { nodes { id } }', 1 + 20 * 2],
    ['a page without a size', 'things { nodes { id } }', 1 + 50 * 2],
    ['a page of none', 'things(first: 0) { nodes { id } }', 1 + 2],
    ['a search, beside its answer', 'lesion { similar { id name } }', 1 + (500 + 10 * 2)],
    ['a longer search', 'lesion { similar(first: 20) { id } }', 1 + (500 + 20)],
    ['pages in pages', 'things(first: 3) { nodes { things(first: 5) { nodes { id } } } }', 1 + 3 * (1 + (1 + 5 * 2))],
    ['an inline fragment', '... on Thing { id name }', 2],
    ['what is skipped', 'id name @skip(if: true)', 1],
    ['what is not included', 'id ... @include(if: false) { name }', 1],
  ])('counts %s', (_title, selection, expected) => {
    expect(priceOf(selection)).toBe(expected);
  });

  it('counts sizes and conditions given in variables and their defaults', () => {
    const page = 'things(first: $n) { nodes { id } } name @include(if: $yes)';
    const head = '($n: Int = 30, $yes: Boolean!)';
    expect(priceOf(page, { yes: true }, head)).toBe(1 + 30 * 2 + 1);
    expect(priceOf(page, { n: 10, yes: false }, head)).toBe(1 + 10 * 2);
  });

  it('takes the default of an argument where neither literal nor variable gives a size', () => {
    const nested = (argument: string) =>
      `query Q($n: Int) { things${argument} { nodes { things(first: 100000) { nodes { id } } } } }`;
    expect(complexityOf(nested(''))).toBe(1 + 7 * (1 + (1 + 100_000 * 2)));
    expect(complexityOf(nested('(first: $n)'))).toBe(1 + 7 * (1 + (1 + 100_000 * 2)));
  });

  it('counts ids', () => {
    const source = (ids: string, head = '') =>
      `query Q${head} { nodes(ids: ${ids}) { id ... on Thing { things(first: 100000) { nodes { id } } } } }`;
    const one = 1 + 1 + 100_000 * 2;
    expect(complexityOf(source('["a", "b", "c"]'))).toBe(1 + 3 * one);
    expect(complexityOf(source('$ids', '($ids: [ID!]!)'), { ids: ['a', 'b'] })).toBe(1 + 2 * one);
    expect(complexityOf(source('"a"'))).toBe(1 + one);
  });

  it('counts the possible type on which an abstract selection costs most', () => {
    const source =
      'query Q { either { ... on Other { other } ... on Thing { things(first: 100000) { nodes { id } } } ... on Node { id } } }';
    expect(complexityOf(source)).toBe(1 + 1 + 100_000 * 2 + 1);
  });

  it('counts fragments wherever they are spread', () => {
    const source =
      'query Q { a: things(first: 60000) { ...F } b: things(first: 60000) { ...F } } fragment F on ThingConnection { nodes { id } }';
    expect(complexityOf(source)).toBe(2 * (1 + 60_000 * 2));
  });
});
