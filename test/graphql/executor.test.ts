import { type ExecutionResult, GraphQLError, parse } from 'graphql';
import { createExecutor, type Operation } from '../../src/graphql';
import { cpuMilliseconds } from '../cpuTime';
import { standInSchema } from '../http/standInSchema';

const QUERIES: [title: string, source: string, rest?: Partial<Operation>][] = [
  ['a page', '{ things(first: 3) { totalCount nodes { id name kind big } } }'],
  ['aliases', '{ a: thing(id: 1) { x: id y: name } b: thing(id: 2) { x: id } }'],
  ['a field twice with different selections', '{ thing(id: 1) { parent { id } parent { name } } }'],
  [
    'fragments',
    '{ thing(id: 1) { ...F ... on Thing { kind } ... { big } } } fragment F on Thing { id parent { ...G } } fragment G on Named { name }',
  ],
  ['an interface', '{ nodes(ids: ["1", "2", "3"]) { __typename name ... on Other { extra } ... on Thing { kind } } }'],
  ['a union', '{ either { __typename ... on Other { name extra } ... on Thing { id } } }'],
  ['null for what is not there', '{ thing(id: 200) { id } }'],
  [
    'an error that nulls its parent',
    '# two\r\n\r\n{ things(first: 2) {\n nodes { id missing } }\r thing(id: 1) { id\n\n\n missing } }',
  ],
  ['an error in a nullable field', '{ thing(id: 1) { id fails name } }'],
  [
    'skip and include',
    `query Q($yes: Boolean!, $no: Boolean!) { thing(id: 1) { id @include(if: $yes) name @skip(if: $yes) kind @include(if: $no)
      ...F @include(if: $no) ...F @skip(if: $yes) } } fragment F on Thing { big }`,
    { variables: { yes: true, no: false } },
  ],
  [
    'a fragment under two conditions',
    'query Q($a: Boolean!, $b: Boolean!) { thing(id: 1) { id ...F @include(if: $a) ...F @include(if: $b) } } fragment F on Thing { name }',
    { variables: { a: false, b: true } },
  ],
  [
    'a fragment that two conditional fragments share',
    `query Q($a: Boolean!, $b: Boolean!) { thing(id: 1) { ...A @skip(if: $a) ...B @skip(if: $b) } } fragment A on Thing { kind ...F }
      fragment B on Thing { big ...F } fragment F on Thing { name }`,
    { variables: { a: true, b: false } },
  ],
  [
    'a field with and without a condition, with fragments inside',
    'query Q($a: Boolean!) { thing(id: 1) { parent @include(if: $a) { ...F kind } parent { id } } } fragment F on Thing { name }',
    { variables: { a: false } },
  ],
  [
    'a key whose first place is left out',
    'query Q($a: Boolean!) { thing(id: 1) { name @include(if: $a) id name } }',
    { variables: { a: false } },
  ],
  [
    'a variable in an object that is not given',
    'query Q($t: String, $g: Float) { echo(filter: { text: $t, and: [{ gte: $g }] }) }',
    { variables: {} },
  ],
  ['keys that joined are alike', '{ thing(id: 1) { a: parent { b_c: name } a_b: parent { c: id } } }'],
  ['a key of every object', '{ thing(id: 1) { __proto__: name constructor: id toString: kind } }'],
  ['several errors of one list', '{ things(first: 3) { nodes { id missing parent { missing } } } }'],
  ['errors of a key that is written twice', '{ thing(id: 1) { fails\n ...F } } fragment F on Thing { fails }'],
  ['defaults of arguments', '{ things { totalCount } echo }'],
  ['defaults of variables', 'query Q($t: String = "default", $n: Float) { echo(text: $t, number: $n) }'],
  ['an explicit null', 'query Q($t: String = "default") { echo(text: $t) }', { variables: { t: null } }],
  [
    'a null for what must be',
    'query Q($n: Int = 5) { things(first: $n) { totalCount } echo }',
    { variables: { n: null } },
  ],
  [
    'enums in and out',
    'query Q($k: Kind) { echo(kind: $k) again: echo(kind: LARGE) thing(id: 1) { kind } }',
    { variables: { k: 'SMALL' } },
  ],
  [
    'nested input objects',
    'query Q($f: Filter) { echo(filter: $f) two: echo(filter: { and: [{ gte: 1 }, { not: $f }] }) }',
    { variables: { f: { text: 'a', and: [{ gte: 2.5 }] } } },
  ],
  [
    'one item for a list',
    'query Q($ids: [ID!]!) { nodes(ids: $ids) { name } two: nodes(ids: "2") { name } }',
    { variables: { ids: 4 } },
  ],
  [
    'a named operation of two',
    'query A { a: __typename } query B { b: __typename thing(id: 1) { id } }',
    { operationName: 'B' },
  ],
  ['an operation that is not there', 'query A { a: __typename }', { operationName: 'C' }],
  ['no name for one of two operations', 'query A { a: __typename } query B { b: __typename }'],
  ['a variable that is missing', 'query Q($n: Int!) { things(first: $n) { totalCount } }', { variables: {} }],
  [
    'variables of the wrong type',
    'query Q($n: Int!, $k: Kind, $f: Filter) { things(first: $n) { totalCount } echo(kind: $k, filter: $f) }',
    { variables: { n: 'x', k: 'HUGE', f: { unknown: 1 } } },
  ],
  [
    'introspection',
    '{ __schema { queryType { name } types { name kind fields { name type { name ofType { name } } } } } __type(name: "Thing") { name } }',
  ],
  ['a mutation', 'mutation { a: change(by: 0) }'],
];

/** Messages, places and codes, without what differs from run to run. */
const comparable = ({ data, errors }: ExecutionResult) => ({
  data: JSON.parse(JSON.stringify(data ?? null)),
  errors: errors?.map((error) => ({
    ...error.toJSON(),
    isFull: error instanceof GraphQLError,
    positions: error.positions,
    extensions: error.extensions,
    cause: error.originalError instanceof GraphQLError ? undefined : error.originalError?.message,
  })),
});

describe('createExecutor', () => {
  it.each(QUERIES)('answers %s compiled as it does interpreted', async (title, source, rest = {}) => {
    const operation = { document: parse(source), context: {}, ...rest };
    const interpreted = await createExecutor(standInSchema, { compile: false })(operation);
    const execute = createExecutor(standInSchema);
    const first = await execute(operation);
    const second = await execute(operation);
    const third = await execute(operation);
    const drop = (result: ExecutionResult) =>
      title === 'a mutation' ? Object.keys(result.data ?? {}) : comparable(result);
    expect(drop(first)).toEqual(drop(interpreted));
    expect(drop(second)).toEqual(drop(interpreted));
    expect(drop(third)).toEqual(drop(interpreted));
  });

  it('compiles a recursive filter at once', async () => {
    const operation = {
      document: parse('query Q($f: Filter, $g: [Filter!]) { echo(filter: $f) b: echo(filter: { and: $g }) }'),
      context: {},
      variables: { f: { not: { and: [{ text: 'a' }] } }, g: [{ gte: 1 }] },
    };
    const execute = createExecutor(standInSchema);
    await execute(operation);
    const started = cpuMilliseconds();
    const { data } = await execute(operation);
    expect(cpuMilliseconds() - started).toBeLessThan(500);
    expect(JSON.parse(String(data?.echo))).toEqual({ filter: { not: { and: [{ text: 'a' }] } } });
  });

  it('keeps the order of the fields as asked', async () => {
    const operation = { document: parse('{ thing(id: 1) { name id kind } echo }'), context: {} };
    const execute = createExecutor(standInSchema);
    await execute(operation);
    const compiled = await execute(operation);
    expect(JSON.stringify(compiled.data)).toBe('{"thing":{"name":"thing 1","id":"1","kind":"SMALL"},"echo":"{}"}');
  });

  it('runs mutations one after the other', async () => {
    const operation = { document: parse('mutation { a: change b: change c: change }'), context: {} };
    const execute = createExecutor(standInSchema);
    await execute(operation);
    const { data } = await execute(operation);
    const { a, b, c } = data as Record<string, number>;
    expect([b, c]).toEqual([(a ?? 0) + 1, (a ?? 0) + 2]);
  });
});
