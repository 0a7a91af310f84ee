import './withoutSecondCopyCheck';
import fc from 'fast-check';
import { type DocumentNode, type ExecutionResult, type GraphQLError, getOperationAST, parse } from 'graphql';
import { getVariableValues } from 'graphql/execution';
import { createExecutor } from '../../src/graphql';
import { OperationCompiler } from '../../src/graphql/core/compiler';
import { standInSchema } from '../http/standInSchema';
import { everyShapeSchema } from './everyShape';
import { generateOperation } from './operations';

/** Bounds a run of this file; an operation is answered nine times. */
const OPERATIONS = 2_000;

const VALUES = {
  Int: [0, 1, 2, 3, 4, 7, 12],
  Float: [0, -1.5, 2, 1e21],
  String: ['', 'a', 'äöü "quoted" \\ \n', '__proto__'],
  Boolean: [true, false],
  ID: ['1', 2, 'x'],
  Moment: ['2020-01-01T00:00:00.000Z'],
};

/** Half of the operations end in errors, whose stack traces nobody reads and jest takes long to format. */
Error.stackTraceLimit = 0;

/** What a client gets, with the order of its keys. */
const answerOf = ({ data, errors }: ExecutionResult): string =>
  JSON.stringify({
    data,
    errors: errors?.map((error: GraphQLError) => ({ ...error.toJSON(), extensions: error.extensions })),
  });

describe('the compiled form of generated queries', () => {
  it('answers as graphql-js does: data, errors, order of keys', async () => {
    const interpret = createExecutor(everyShapeSchema, { compile: false });
    const execute = createExecutor(everyShapeSchema);
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const { source, variables } = generateOperation(everyShapeSchema, seed, { values: VALUES });
        const document = parse(source);
        for (const values of variables) {
          const operation = { document, variables: values, context: {} };
          const expected = answerOf(await interpret(operation));
          // The second use of each outcome of the conditions is compiled.
          for (const turn of [1, 2, 3])
            expect({ turn, source, values, answer: answerOf(await execute(operation)) }).toEqual({
              turn,
              source,
              values,
              answer: expected,
            });
        }
      }),
      { seed: 20_261_128, numRuns: OPERATIONS, endOnFailure: true },
    );
  }, 300_000);

  it('is made of all of them, but where a condition is null', () => {
    const compiler = new OperationCompiler(everyShapeSchema);
    for (let seed = 0; seed < 300; seed++) {
      const { source, variables } = generateOperation(everyShapeSchema, seed, { values: VALUES });
      for (const values of variables) {
        const coerced = coercedOf(source, values);
        if (!coerced) continue;
        const hasNull = ['c0', 'c1', 'c2'].some((name) => coerced[name] === null);
        expect({ source, isCompiled: isCompiled(compiler, source, coerced) }).toEqual({ source, isCompiled: !hasNull });
      }
    }
  });

  it.each([
    ['a mutation', 'mutation { change }'],
    ['keys that the written code would confuse', '{ thing(id: 1) { a: parent { b_c: name } a_b: parent { c: id } } }'],
    ['the key __proto__', '{ thing(id: 1) { __proto__: name } }'],
    [
      'more than 500 selections',
      `{ thing(id: 1) { ${'id name kind '.repeat(60)} ...F ...G } } ${'FG'
        .split('')
        .map((name) => `fragment ${name} on Thing { ${'id name big '.repeat(60)} }`)
        .join(' ')}`,
    ],
  ])('is not made of %s', (_title, source) => {
    expect(isCompiled(new OperationCompiler(standInSchema), source, {})).toBe(false);
  });
});

const parsed = new Map<string, DocumentNode>();

function documentOf(source: string): DocumentNode {
  const document = parsed.get(source) ?? parse(source);
  parsed.set(source, document);
  return document;
}

function coercedOf(source: string, values: Record<string, unknown>): Record<string, unknown> | undefined {
  const definitions = getOperationAST(documentOf(source))?.variableDefinitions ?? [];
  return getVariableValues(everyShapeSchema, definitions, values).coerced;
}

/** @returns whether the second use of a document is compiled */
function isCompiled(compiler: OperationCompiler, source: string, coerced: Record<string, unknown>): boolean {
  const document = documentOf(source);
  compiler.find(document, '', coerced);
  return compiler.find(document, '', coerced) !== undefined;
}
