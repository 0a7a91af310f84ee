/** JSON Schema of the variables of a document, for callers that know no GraphQL. */
import {
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  parse,
  typeFromAST,
  valueFromASTUntyped,
} from 'graphql';
import { z } from 'zod';

const Json = z.json();
/** A JSON Schema (2020-12), or a part of one. */
type JsonSchema = Record<string, z.infer<typeof Json>>;
/** The JSON Schema of an object. */
export interface ObjectSchema {
  readonly type: 'object';
  readonly properties: Record<string, JsonSchema>;
  readonly required?: string[];
  readonly [keyword: string]: unknown;
}
/** The schemas of input objects, which contain one another. */
type Definitions = Record<string, JsonSchema>;

const SCALARS: Readonly<Record<string, JsonSchema>> = {
  ID: { type: 'string' },
  String: { type: 'string' },
  Int: { type: 'integer' },
  Float: { type: 'number' },
  Boolean: { type: 'boolean' },
  DateTime: { type: 'string', format: 'date-time' },
};

/**
 * Describes the variables of a document as an object, with the descriptions of the schema.
 *
 * @param text a document with one operation that fits the schema
 * @param examples values of variables, which stand beside their types
 */
export function schemaOfVariables(schema: GraphQLSchema, text: string, examples: JsonSchema = {}): ObjectSchema {
  const definitions: Definitions = {};
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const { variable, type, defaultValue } of getOperationAST(parse(text))?.variableDefinitions ?? []) {
    const name = variable.name.value;
    const input = typeFromAST(schema, type);
    if (!isInputType(input)) throw new Error(`The variable ${name} has no input type.`);
    properties[name] = {
      ...schemaOf(input, definitions),
      ...(defaultValue && { default: Json.parse(valueFromASTUntyped(defaultValue)) }),
      ...(examples[name] !== undefined && { examples: [examples[name]] }),
    };
    if (isNonNullType(input) && defaultValue === undefined) required.push(name);
  }
  const isEmpty = Object.keys(definitions).length === 0;
  return {
    ...{ type: 'object', properties, required, additionalProperties: false },
    ...(isEmpty ? {} : { $defs: definitions }),
  };
}

/** Null is as good as nothing for what is optional; the schema does not say so, because it doubles its size. */
function schemaOf(type: GraphQLInputType, definitions: Definitions): JsonSchema {
  if (isNonNullType(type)) return schemaOf(type.ofType, definitions);
  // A single value need not be a list, but one form is easier to get right than two.
  if (isListType(type)) return { type: 'array', items: schemaOf(type.ofType, definitions) };
  const named = getNamedType(type);
  if (isInputObjectType(named)) return referenceTo(named, definitions);
  if (isEnumType(named)) return { type: 'string', enum: named.getValues().map(({ name }) => name) };
  return SCALARS[named.name] ?? {};
}

function referenceTo(type: GraphQLInputObjectType, definitions: Definitions): JsonSchema {
  if (!definitions[type.name]) {
    // Before its fields: a filter has fields of its own type.
    definitions[type.name] = {};
    const fields = Object.values(type.getFields());
    definitions[type.name] = {
      type: 'object',
      ...(type.description && { description: type.description }),
      properties: Object.fromEntries(fields.map((field) => [field.name, schemaOfField(field, definitions)])),
      required: fields.filter(isNeeded).map(({ name }) => name),
      additionalProperties: false,
    };
  }
  return { $ref: `#/$defs/${type.name}` };
}

const isNeeded = ({ type, defaultValue }: GraphQLInputField): boolean =>
  isNonNullType(type) && defaultValue === undefined;

const schemaOfField = ({ type, description }: GraphQLInputField, definitions: Definitions): JsonSchema => ({
  ...schemaOf(type, definitions),
  ...(description && { description }),
});
