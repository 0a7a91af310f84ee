import fc from 'fast-check';
import { type ExecutionResult, type GraphQLError, parse } from 'graphql';
import { getVariableValues } from 'graphql/execution';
import { createExecutor } from '../../src/graphql';
import { OperationCompiler } from '../../src/graphql/compiler';
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

  it('is made of nearly all of them', () => {
    const compiler = new OperationCompiler(everyShapeSchema);
    let compiled = 0;
    let admitted = 0;
    for (let seed = 0; seed < 300; seed++) {
      const { source, variables } = generateOperation(everyShapeSchema, seed, { values: VALUES });
      const document = parse(source);
      const [definition] = document.definitions;
      const definitions = definition && 'variableDefinitions' in definition ? definition.variableDefinitions : [];
      for (const values of variables) {
        const { coerced } = getVariableValues(everyShapeSchema, definitions ?? [], values);
        if (!coerced) continue;
        admitted++;
        compiler.find(document, '', coerced);
        if (compiler.find(document, '', coerced)) compiled++;
      }
    }
    expect(compiled / admitted).toBeGreaterThan(0.8);
  });
});
