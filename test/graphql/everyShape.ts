import {
  buildSchema,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  isScalarType,
} from 'graphql';
import { NotFound } from '../../src/errors';
import { Selection } from '../../src/graphql/core/lookAhead';

const SDL = /* GraphQL */ `
  scalar Moment
  enum Colour { RED GREEN BLUE }
  input Range { gte: Float lte: Float = 10 }
  input Filter { text: String colour: Colour colours: [Colour!] size: Range must: Int! = 3 at: Moment and: [Filter!] not: Filter names: [String] }
  interface Named { name: String! nick: String friend: Named friends(first: Int = 2): [Named!] look: Look! }
  interface Aged implements Named { name: String! nick: String friend: Named friends(first: Int = 2): [Named!] look: Look! age: Int }
  type Cat implements Named & Aged {
    name: String! nick: String friend: Named friends(first: Int = 2): [Named!] look: Look! age: Int
    lives: Int! kittens: [Cat!]! prey: Prey fails: String failsHard: Int!
  }
  type Dog implements Named & Aged {
    name: String! nick: String friend: Named friends(first: Int = 2): [Named!] look: Look! age: Int
    tricks(level: Int): [String] owner: Dog! missing: String!
  }
  type Stone { weight: Float name: String! }
  union Prey = Cat | Dog | Stone
  type Look { seen: String! look: Look! deep: Look all: [Look!]! note(text: String): String }
  type Query {
    named(id: Int! = 1): Named
    aged(id: Int): Aged
    prey(id: Int = 2): Prey
    preys(ids: [Int!]): [Prey]
    cat: Cat
    cats(first: Int = 2): [Cat!]!
    catsOrNot(first: Int): [Cat!]
    dog: Dog!
    look: Look!
    echo(
      text: String, whole: Int = 4, number: Float, yes: Boolean, id: ID, colour: Colour = GREEN, colours: [Colour!],
      filter: Filter, filters: [Filter!], must: Int! = 2, at: Moment, matrix: [[Int]]
    ): String
    wants(filter: Filter!, ids: [ID!]!): String!
    matrix: [[Int!]]!
    holes: [Int]!
    noHoles: [Int!]
    colour: Colour!
    wrongColour: Colour
    moment: Moment
    refused: String
  }
`;

type Source = Record<string, unknown>;

const later = async <Value>(value: Value): Promise<Value> => value;
const animal = (id: number): Source => ({ id, __typename: id % 3 === 0 ? 'Stone' : id % 2 === 0 ? 'Dog' : 'Cat' });
const living = (id: number): Source => animal(id % 3 === 0 ? id + 1 : id);
const idOf = (source: Source): number => Number(source.id);

/** What looking ahead finds is in the answer, so that two executors can be compared by it. */
function lookOf(info: GraphQLResolveInfo): Source {
  const selection = Selection.of(info);
  const seen = [
    selection.has('look'),
    selection.has('deep', 'all'),
    selection.at('look').has('look'),
    selection.at('all', 'deep').has('seen', 'note'),
    selection.at('look').and(selection.at('deep')).has('all'),
    selection.at('note').argumentsOf(noteOf(info.schema)).length > 0,
  ];
  return { seen: seen.join(' ') };
}

function noteOf(schema: GraphQLSchema) {
  const type = schema.getType('Look');
  if (!isObjectType(type)) throw new Error('The schema has lost its type Look.');
  return type.getFields().note!;
}

const named = {
  name: ({ id, __typename: type }: Source) => `${type} ${id}`,
  nick: (source: Source) => (idOf(source) % 4 === 0 ? null : later(`nick of ${source.id}`)),
  friend: (source: Source) => later(idOf(source) > 20 ? null : living(idOf(source) + 1)),
  friends: (source: Source, { first }: { first: number | null }) =>
    later(
      first === null || first < 0
        ? null
        : Array.from({ length: Math.min(first, 4) }, (_, index) => living(idOf(source) + index)),
    ),
  look: (_source: Source, _args: object, _context: unknown, info: GraphQLResolveInfo) => lookOf(info),
  age: (source: Source) => (idOf(source) % 5 === 0 ? 'no number' : idOf(source)),
};

const look = (_source: Source, _args: object, _context: unknown, info: GraphQLResolveInfo) => lookOf(info);
/** The order of the arguments among themselves is nobody's promise. */
const echo = (_source: Source, args: object) =>
  JSON.stringify(Object.fromEntries(Object.entries(args).sort(([one], [other]) => (one < other ? -1 : 1))));

/**
 * What may not be null fails later, never at once: graphql-js loses sight of an item of a list that fails later than
 * the next one, and Node ends over the rejection.
 */
const RESOLVERS: Record<
  string,
  Record<string, (source: Source, args: never, context: unknown, info: GraphQLResolveInfo) => unknown>
> = {
  Cat: {
    ...named,
    lives: (source) => later(idOf(source) % 7 === 0 ? null : 9),
    kittens: (source) => [1, 2].map((index) => ({ id: idOf(source) + 6 * index, __typename: 'Cat' })),
    prey: (source) => later(animal(idOf(source) * 2 + 1)),
    fails: () => {
      throw new Error('secret of a leaf');
    },
    failsHard: async (source) => {
      if (idOf(source) % 2 === 1) throw new NotFound(`Cat ${source.id} has none.`, 'id');
      return 1;
    },
  },
  Dog: {
    ...named,
    tricks: (_source, { level }: { level?: number | null }) => (level === null ? null : ['sit', null, `roll ${level}`]),
    owner: (source) => later(idOf(source) > 12 ? null : { id: idOf(source) + 6, __typename: 'Dog' }),
    missing: (source) => later(idOf(source) % 4 === 0 ? new Error('an error that is returned') : 'here'),
  },
  Stone: { weight: (source) => (idOf(source) % 2 === 0 ? Number.NaN : 0.1 + 0.2), name: named.name },
  Look: { look, deep: look, all: (source, args, context, info) => [look(source, args, context, info)], note: echo },
  Query: {
    named: (_root, { id }: { id: number }) => later(id < 0 ? null : living(id)),
    aged: (_root, { id }: { id?: number | null }) => (id === undefined || id === null ? null : living(id)),
    prey: (_root, { id }: { id: number | null }) => (id === null ? null : animal(id)),
    preys: (_root, { ids }: { ids?: number[] | null }) =>
      (ids ?? [1, 2, 3]).map((id) => (id === 0 ? null : later(animal(id)))),
    cat: () => ({ id: 1, __typename: 'Cat' }),
    cats: (_root, { first }: { first: number | null }) =>
      Array.from({ length: Math.min(first ?? 1, 3) }, (_, index) => ({ id: 1 + 6 * index, __typename: 'Cat' })),
    catsOrNot: (_root, { first }: { first?: number | null }) =>
      Array.from({ length: Math.min(first ?? 2, 3) }, (_, index) => later({ id: 2 + 5 * index, __typename: 'Cat' })),
    dog: () => later({ id: 2, __typename: 'Dog' }),
    look,
    echo,
    wants: echo,
    matrix: () => [[1, 2], null, []],
    holes: () => [1, null, later(3)],
    noHoles: () => [1, later(null), 3],
    colour: () => 'RED',
    wrongColour: () => later('MAUVE'),
    moment: () => new Date(0),
    refused: () => later(Promise.reject(new NotFound('There is none: ask for another.', 'refused'))),
  },
};

/** A graph that has every shape of types, values and failures. */
export const everyShapeSchema: GraphQLSchema = makeSchema();

function makeSchema(): GraphQLSchema {
  const schema = buildSchema(SDL, { assumeValidSDL: true });
  for (const [typeName, resolvers] of Object.entries(RESOLVERS)) {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) throw new Error(`The schema has lost its type ${typeName}.`);
    for (const [name, resolve] of Object.entries(resolvers)) type.getFields()[name]!.resolve = resolve as never;
  }
  const resolveType = (value: Source) => String(value.__typename);
  for (const type of Object.values(schema.getTypeMap())) if (isAbstractType(type)) type.resolveType = resolveType;
  const moment = schema.getType('Moment');
  if (!isScalarType(moment)) throw new Error('The schema has lost its type Moment.');
  moment.serialize = (value) => (value as Date).toISOString();
  moment.parseValue = (value) => new Date(String(value));
  return schema;
}
