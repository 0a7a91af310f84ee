/** The tools that agents have at /mcp: recipes of the cookbook as they stand, and three with which they find and ask the rest. */
import { type GraphQLSchema, getOperationAST, parse } from 'graphql';
import { z } from 'zod';
import { BadUserInput, quoted } from '../errors';
import { type CookbookRecipe, cookbook, findInSchema, type ObjectSchema, schemaOfVariables } from '../graphql';

/** What a tool asks the graph. */
export interface Question {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** A tool: it asks the graph, or knows the answer. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: ObjectSchema;
  /** @throws BadUserInput if the arguments do not fit */
  call(given: Record<string, unknown>): Question | { answer: Record<string, unknown> };
}

const MAX_MATCHES = 30;

/** @returns all tools; each only reads */
export function toolsOf(schema: GraphQLSchema): readonly Tool[] {
  const recipes = cookbook.filter(({ isTool }) => isTool).map((recipe) => toolOfRecipe(schema, recipe));
  return [...recipes, COOKBOOK, schemaTool(schema), QUERY];
}

function toolOfRecipe(
  schema: GraphQLSchema,
  { name, title, question, note, text, variables, find }: CookbookRecipe,
): Tool {
  const inputSchema = schemaOfVariables(schema, text, find === null ? variables : {});
  const known = Object.keys(inputSchema.properties);
  const lead = 'Reads the graph for questions such as this one';
  return {
    ...{ name, title, inputSchema },
    description: `${lead}: ${question}${note === '' ? '' : ` ${note}`}`,
    call(given) {
      refuseUnknown(given, known);
      return { query: text, variables: given };
    },
  };
}

const CookbookArguments = z.strictObject({ name: z.string().optional() });

const COOKBOOK: Tool = {
  name: 'cookbook',
  title: 'Cookbook',
  description:
    'Lists the questions of the cookbook; with a name, returns the GraphQL document of that question and examples of its ' +
    'variables, from which a document for the tool "query" can be made.',
  inputSchema: {
    type: 'object',
    properties: { name: { type: 'string', enum: cookbook.map(({ name }) => name), description: 'A question.' } },
    additionalProperties: false,
  },
  call(given) {
    const { name } = parsed(CookbookArguments, given);
    if (name === undefined)
      return { answer: { recipes: cookbook.map(({ name, question, kind }) => ({ name, question, kind })) } };
    const recipe = cookbook.find((one) => one.name === name);
    if (!recipe)
      throw new BadUserInput(
        `The cookbook has no ${quoted(name)}: without a name, this tool lists what it has.`,
        'name',
      );
    const { question, kind, text, variables, find } = recipe;
    return { answer: { name, question, kind, document: text, variables, findVariablesWith: find } };
  },
};

const SchemaArguments = z.strictObject({ words: z.string().trim().min(1).max(200) });

const schemaTool = (schema: GraphQLSchema): Tool => ({
  name: 'schema',
  title: 'Search the schema',
  description: `Finds types, fields and values of the GraphQL schema by words, with their descriptions and units; at most ${MAX_MATCHES}.`,
  inputSchema: {
    type: 'object',
    properties: {
      words: {
        ...{ type: 'string', minLength: 1, maxLength: 200 },
        description: 'Words, all of which a name or description must have, such as "Lesion diameter".',
      },
    },
    required: ['words'],
    additionalProperties: false,
  },
  call(given) {
    const { words } = parsed(SchemaArguments, given);
    return { answer: { ...findInSchema(schema, words.split(/\s+/), MAX_MATCHES) } };
  },
});

const QueryArguments = z.strictObject({
  query: z.string().min(1),
  variables: z.record(z.string(), z.unknown()).default({}),
});

const QUERY: Tool = {
  name: 'query',
  title: 'Query the graph',
  description:
    'Runs a GraphQL query of your own. It only reads: mutations and subscriptions are refused. ' +
    'The tools "cookbook" and "schema" tell what can be asked; a page of a list has at most 500 items.',
  inputSchema: {
    type: 'object',
    properties: {
      query: { type: 'string', description: 'A GraphQL document with one query.' },
      variables: { type: 'object', description: 'The variables of the document.' },
    },
    required: ['query'],
    additionalProperties: false,
  },
  call(given) {
    const { query, variables } = parsed(QueryArguments, given);
    const kinds = kindOf(query);
    if (kinds !== undefined && kinds !== 'query')
      throw new BadUserInput(
        `Expected a query; got a ${kinds}. These tools only read: programs change things at /graphql.`,
        'query',
      );
    return { query, variables };
  },
};

/** @returns undefined for a document that does not parse or has not one operation, for which the graph has the message */
function kindOf(query: string): string | undefined {
  try {
    return getOperationAST(parse(query, { maxTokens: 2_000 }))?.operation;
  } catch {
    return undefined;
  }
}

function parsed<Shape>(shape: z.ZodType<Shape>, given: Record<string, unknown>): Shape {
  const result = shape.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.join('.') ?? '';
  throw new BadUserInput(
    `${place === '' ? '' : `${place}: `}${issue?.message ?? 'The arguments do not fit.'}`,
    place || undefined,
  );
}

/** GraphQL ignores variables that a document does not have: a misspelt one would be answered as if it were not there. */
function refuseUnknown(given: Record<string, unknown>, known: readonly string[]): void {
  const wrong = Object.keys(given).find((name) => !known.includes(name));
  if (wrong === undefined) return;
  const expected = known.length > 0 ? `expected ${known.join(', ')}` : 'this tool takes none';
  throw new BadUserInput(`There is no argument ${quoted(wrong)}: ${expected}.`, wrong);
}
