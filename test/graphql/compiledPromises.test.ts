import { GraphQLList, GraphQLObjectType, type GraphQLOutputType, GraphQLSchema, GraphQLString, parse } from 'graphql';
import { createExecutor } from '../../src/graphql';

/** An object with a property that cannot be read. */
class Broken {
  get name(): string {
    throw new Error('The name cannot be read.');
  }
}

const BrokenType = new GraphQLObjectType({ name: 'Broken', fields: { name: { type: GraphQLString } } });
const Brokens = new GraphQLList(BrokenType);

const schemaOf = (type: GraphQLOutputType, resolve: () => unknown): GraphQLSchema =>
  new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: { broken: { type, resolve } } }) });

describe('a compiled query', () => {
  it.each<[string, GraphQLOutputType, () => unknown]>([
    ['an object', BrokenType, () => new Broken()],
    ['the promise of an object', BrokenType, async () => new Broken()],
    ['a list', Brokens, () => [new Broken(), new Broken()]],
    ['the promise of a list', Brokens, async () => [new Broken(), new Broken()]],
    ['a list of promises', Brokens, () => [Promise.resolve(new Broken()), new Broken()]],
    ['a list of rejected promises', Brokens, () => [Promise.reject(new Error('No such object.'))]],
  ])('answers when a property of %s throws, as graphql-js does', async (_, type, resolve) => {
    const schema = schemaOf(type, resolve);
    const operation = { document: parse('{ broken { name } }'), variables: {}, context: {} };
    const expected = await createExecutor(schema, { compile: false })(operation);
    expect(expected.errors).not.toHaveLength(0);
    const execute = createExecutor(schema);
    // The third use is compiled.
    for (let use = 1; use <= 3; use++) expect(JSON.stringify(await execute(operation))).toBe(JSON.stringify(expected));
  });
});
