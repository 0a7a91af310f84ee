import {
  astFromValue,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isInputObjectType,
  isListType,
  isObjectType,
  isRequiredArgument,
  print,
} from 'graphql';

import { parseGlobalId } from '../../src/globalId';

/** A query with its variables. */
export interface QueryOfSchema {
  name: string;
  query: string;
  variables: Record<string, unknown>;
}

/** Values of arguments by their names, or by `field.argument`. Each makes a query of its own. */
export type ArgumentValues = Readonly<Record<string, readonly unknown[]>>;

/** Stays below the limits of tokens and of fields of an answer. */
const MOST_TOKENS = 400;
const DEEPEST = 3;

/**
 * Asks every field of Query for what it has: by itself, each field of its nodes in a query of its own, and with every value of
 * its arguments. A new field is among them as soon as it is in the schema.
 *
 * @param omitted names of fields, such as those that tell of the machine
 * @throws Error for a required argument without a value
 */
export function everyQuery(
  schema: GraphQLSchema,
  values: ArgumentValues,
  omitted: ReadonlySet<string> = new Set(),
): QueryOfSchema[] {
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {});
  return fields
    .filter(({ name }) => !omitted.has(name))
    .flatMap((field) =>
      argumentsOf(field, values).flatMap((args, index) => {
        const selections = selectionsOf(schema, field, args, values);
        // The fields of the nodes are asked for once: with other arguments there are others of the same nodes.
        return (index === 0 ? selections : selections.slice(0, 1)).map((selection, part) => ({
          name: `${field.name} ${JSON.stringify(args)} ${part}`,
          ...documentOf(field, args, selection),
        }));
      }),
    );
}

/** @returns one set of arguments for the required ones alone, and one more for each value of another */
function argumentsOf(field: GraphQLField<unknown, unknown>, values: ArgumentValues): Record<string, unknown>[] {
  const valuesOf = ({ name, type }: GraphQLArgument): readonly unknown[] => {
    const own = values[`${field.name}.${name}`] ?? values[name];
    if (own) return own;
    const inner = getNamedType(type);
    if (!name.startsWith('filter') || !isInputObjectType(inner)) return [];
    return Object.keys(inner.getFields()).flatMap((part) =>
      (values[`filter.${part}`] ?? []).map((value) => ({ [part]: value })),
    );
  };
  const required = field.args.filter(isRequiredArgument);
  let sets: Record<string, unknown>[] = [{}];
  for (const argument of required) {
    const given = valuesOf(argument);
    if (given.length === 0) throw new Error(`A value for ${field.name}(${argument.name}) has to be thought of.`);
    sets = sets.flatMap((set) => given.map((value) => ({ ...set, [argument.name]: value })));
  }
  const page = field.args.some(({ name }) => name === 'first') ? { first: 2 } : {};
  const optional = field.args.filter((argument) => !isRequiredArgument(argument));
  const more = optional.flatMap((argument) =>
    valuesOf(argument).flatMap((value) => sets.map((set) => ({ ...set, [argument.name]: value }))),
  );
  return [...sets, ...more].map((set) => ({ ...page, ...set }));
}

function documentOf(
  field: GraphQLField<unknown, unknown>,
  args: Record<string, unknown>,
  selection: string,
): Omit<QueryOfSchema, 'name'> {
  const used = field.args.filter(({ name }) => name in args);
  const head = used.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const call = used.map(({ name }) => `${name}: $${name}`).join(', ');
  return {
    query: `query Q${head ? `(${head})` : ''} { ${field.name}${call ? `(${call})` : ''}${selection} }`,
    variables: args,
  };
}

/** @returns selections of the type of a field: one for each of its composite fields, or of those of its nodes */
function selectionsOf(
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
  args: Readonly<Record<string, unknown>>,
  values: ArgumentValues,
): string[] {
  const type = getNamedType(field.type);
  // A list without pages may have many items.
  const deepest = isListType(getNullableType(field.type)) ? DEEPEST - 1 : DEEPEST;
  const select = (one: GraphQLNamedOutputType, wrap: (text: string) => string): string[] => {
    if (!isObjectType(one)) return [wrap('')];
    const parts = Object.values(one.getFields()).filter(({ type: inner }) => isObjectType(getNamedType(inner)));
    const scalars = scalarsOf(one);
    return [
      wrap(`{ ${scalars} }`),
      ...parts.flatMap((part) => {
        const inner = fitting(deepest, (depth) => selectField(part, depth, [one.name], values));
        return inner === null ? [] : [wrap(`{ ${scalars} ${inner} }`)];
      }),
    ];
  };
  if (isAbstractType(type)) {
    const named = schema.getPossibleTypes(type).find(({ name }) => name === parseGlobalId(String(args.id))?.type);
    if (!named) return [' { __typename }'];
    return select(named, (text) => ` { __typename ... on ${named.name} ${text} }`).slice(0, 1);
  }
  const nodes = isObjectType(type) ? type.getFields().nodes : undefined;
  if (!nodes) return select(type, (text) => ` ${text}`);
  return select(getNamedType(nodes.type), (text) => ` { totalCount pageInfo { hasNextPage endCursor } nodes ${text} }`);
}

/** @returns the deepest form that stays below the limit of tokens */
function fitting(deepest: number, make: (depth: number) => string | null): string | null {
  for (let depth = deepest; depth > 0; depth--) {
    const text = make(depth);
    if (text === null || (text.match(/\w+|[{}():"]/g)?.length ?? 0) < MOST_TOKENS) return text;
  }
  return null;
}

/** @returns null if the field needs an argument without a value */
function selectField(
  field: GraphQLField<unknown, unknown>,
  depth: number,
  above: readonly string[],
  values: ArgumentValues,
): string | null {
  const given = field.args.flatMap(({ name, type, ...rest }): string[] | null[] => {
    if (name === 'first') return ['first: 1'];
    if (!isRequiredArgument({ name, type, ...rest })) return [];
    const [value] = values[name] ?? [];
    if (value === undefined) return [null];
    const literal = astFromValue(value, type);
    return literal ? [`${name}: ${print(literal)}`] : [null];
  });
  if (given.includes(null as never)) return null;
  const call = given.length > 0 ? `${field.name}(${given.join(', ')})` : field.name;
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return isAbstractType(type) ? `${call} { __typename }` : call;
  if (above.includes(type.name)) return null;
  const path = [...above, type.name];
  const inner =
    depth > 1
      ? Object.values(type.getFields()).flatMap((part) =>
          isObjectType(getNamedType(part.type)) ? (selectField(part, depth - 1, path, values) ?? []) : [],
        )
      : [];
  const text = [scalarsOf(type), ...inner].join(' ').trim();
  return `${call} { ${text || '__typename'} }`;
}

/** Fields that are no objects and need no argument. */
function scalarsOf(type: GraphQLNamedOutputType): string {
  if (!isObjectType(type)) return '';
  const names = Object.values(type.getFields())
    .filter(({ args }) => !args.some(isRequiredArgument))
    .filter(({ type: inner }) => !isObjectType(getNamedType(inner)) && !isAbstractType(getNamedType(inner)))
    .map(({ name }) => name);
  return names.length > 0 ? names.join(' ') : '__typename';
}
