import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLFloat,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  GraphQLUnionType,
} from 'graphql';
import { NotFound } from '../../src/errors';

/** How often the one mutation of the stand-in schema ran. */
export const mutations = { count: 0 };

const items = (count: unknown) => Array.from({ length: Math.min(Number(count), 20) }, (_, index) => ({ id: index }));

const Filter: GraphQLInputObjectType = new GraphQLInputObjectType({
  name: 'Filter',
  fields: () => ({
    text: { type: GraphQLString },
    gte: { type: GraphQLFloat },
    not: { type: Filter },
    and: { type: new GraphQLList(new GraphQLNonNull(Filter)) },
  }),
});

const Kind = new GraphQLEnumType({ name: 'Kind', values: { SMALL: { value: 's' }, LARGE: { value: 'l' } } });
const Named = new GraphQLInterfaceType({
  name: 'Named',
  fields: { name: { type: GraphQLString } },
  resolveType: (value: { id: number }) => (value.id % 2 === 0 ? 'Thing' : 'Other'),
});
const Other = new GraphQLObjectType({
  name: 'Other',
  interfaces: [Named],
  fields: {
    name: { type: GraphQLString, resolve: ({ id }) => `other ${id}` },
    extra: { type: GraphQLInt, resolve: () => 7 },
  },
});

const page = {
  first: { type: new GraphQLNonNull(GraphQLInt), defaultValue: 50 },
  last: { type: GraphQLInt },
  filter: { type: Filter },
};

const Thing: GraphQLObjectType = new GraphQLObjectType({
  name: 'Thing',
  interfaces: [Named],
  fields: () => ({
    id: { type: new GraphQLNonNull(GraphQLID) },
    name: { type: GraphQLString, resolve: async ({ id }) => `thing ${id}` },
    kind: { type: Kind, resolve: () => 's' },
    big: { type: GraphQLBoolean, resolve: () => false },
    parent: { type: Thing, resolve: (thing) => thing },
    things: { type: ThingConnection, args: page, resolve: (_thing, { first }) => ({ nodes: items(first) }) },
    fails: {
      type: GraphQLString,
      resolve: () => {
        throw new Error('secret /etc/path: SELECT * FROM lesion');
      },
    },
    missing: {
      type: new GraphQLNonNull(GraphQLString),
      resolve: async () => {
        throw new NotFound('There is no such thing.', 'id');
      },
    },
  }),
});

const ThingConnection = new GraphQLObjectType({
  name: 'ThingConnection',
  fields: { nodes: { type: new GraphQLList(Thing) }, totalCount: { type: GraphQLInt, resolve: () => 20 } },
});

async function* ticks(count: number) {
  for (let tick = 1; tick <= count; tick++) {
    if (tick === 3) throw new Error('secret of tick 3');
    yield { ticks: tick };
  }
}

/** A source that has nothing to say until its listener leaves. */
function waits(): AsyncIterableIterator<unknown> {
  let leave: (result: IteratorResult<unknown>) => void = () => undefined;
  const end = { done: true as const, value: undefined };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () =>
      new Promise((resolve) => {
        leave = resolve;
      }),
    async return() {
      leave(end);
      return end;
    },
  };
}

/**
 * A small graph with the shapes of the real one: pages, recursive filters, abstract types, nullability, failures, a
 * subscription.
 */
export const standInSchema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      things: { type: ThingConnection, args: page, resolve: (_root, { first }) => ({ nodes: items(first) }) },
      thing: {
        type: Thing,
        args: { id: { type: new GraphQLNonNull(GraphQLID) } },
        resolve: (_root, { id }) => (Number(id) < 100 ? { id } : null),
      },
      nodes: {
        type: new GraphQLNonNull(new GraphQLList(Named)),
        args: { ids: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(GraphQLID))) } },
        resolve: (_root, { ids }: { ids: string[] }) => ids.map((id) => ({ id: Number(id) })),
      },
      slow: {
        type: GraphQLString,
        resolve: () => new Promise((resolve) => setTimeout(() => resolve('done'), 600)),
      },
      either: {
        type: new GraphQLUnionType({ name: 'Either', types: [Thing, Other], resolveType: () => 'Other' }),
        resolve: () => ({ id: 1 }),
      },
      echo: {
        type: GraphQLString,
        args: {
          text: { type: GraphQLString },
          number: { type: GraphQLFloat },
          kind: { type: Kind },
          filter: { type: Filter },
        },
        resolve: (_root, args) => JSON.stringify(args),
      },
    },
  }),
  mutation: new GraphQLObjectType({
    name: 'Mutation',
    fields: {
      change: {
        type: new GraphQLNonNull(GraphQLInt),
        args: { by: { type: GraphQLInt, defaultValue: 1 } },
        resolve: () => ++mutations.count,
      },
    },
  }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      waits: { type: GraphQLInt, subscribe: () => waits() },
      ticks: {
        type: GraphQLInt,
        args: { count: { type: GraphQLInt, defaultValue: 2 } },
        subscribe: (_root, { count }) => ticks(count),
        resolve: ({ ticks: tick }) => tick,
      },
    },
  }),
  types: [Other],
});
