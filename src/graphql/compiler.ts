import {
  type DocumentNode,
  GraphQLScalarType,
  type GraphQLSchema,
  Kind,
  type TypeNode,
  type VariableDefinitionNode,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { expandedSelections } from './limits';
import { LruMap } from './lru';

const MAX_COMPILED_DOCUMENTS = 500;
/** Compiling takes some 0.1 ms a selection; a page has 10 to 60. */
const MAX_COMPILED_SELECTIONS = 500;

/**
 * The compiled operations of one schema, those of the documents used last. An operation is compiled at its second use, because a
 * stranger's one-off query is not worth it.
 */
export class OperationCompiler {
  /** null: the compiler has no way to run it */
  private readonly compiled = new LruMap<DocumentNode, Map<string, CompiledQuery | null>>(MAX_COMPILED_DOCUMENTS);
  private readonly seen = new WeakMap<DocumentNode, Set<string>>();
  private readonly schema: GraphQLSchema;

  constructor(schema: GraphQLSchema) {
    this.schema = withCoercedType(schema);
  }

  /**
   * @param name of the operation; empty where the document has one operation
   * @returns the operation, which wants its variables coerced; undefined at its first use and where it cannot be compiled
   */
  find(document: DocumentNode, name: string): CompiledQuery | undefined {
    const known = this.compiled.get(document)?.get(name);
    if (known !== undefined) return known ?? undefined;
    const names = this.seen.get(document) ?? new Set();
    if (!names.has(name)) {
      this.seen.set(document, names.add(name));
      return undefined;
    }
    const made = this.compile(document, name);
    this.compiled.set(document, (this.compiled.get(document) ?? new Map()).set(name, made));
    return made ?? undefined;
  }

  private compile(document: DocumentNode, name: string): CompiledQuery | null {
    if (expandedSelections(document) > MAX_COMPILED_SELECTIONS) return null;
    try {
      const made = compileQuery(this.schema, withoutCoercion(document), name || undefined);
      return isCompiledQuery(made) ? made : null;
    } catch {
      return null;
    }
  }
}

/** A value that graphql-js has coerced. */
const Coerced = new GraphQLScalarType({ name: '_Coerced' });
const COERCED_TYPE: TypeNode = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: Coerced.name } };
const BUILT_IN = new Set(['Boolean', 'Float', 'ID', 'Int', 'String']);

/** The same schema, with one more type to look up by name. */
function withCoercedType(schema: GraphQLSchema): GraphQLSchema {
  const extended: GraphQLSchema = Object.create(schema);
  extended.getType = (name) => (name === Coerced.name ? Coerced : schema.getType(name));
  return extended;
}

/**
 * graphql-jit writes the coercion of a variable out in code, to a depth of ten: for a filter that holds filters that is gigabytes of
 * text and a minute of silence. So graphql-js coerces, and the compiled code takes the values as they come.
 */
function withoutCoercion(document: DocumentNode): DocumentNode {
  const definitions = document.definitions.map((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? { ...definition, variableDefinitions: definition.variableDefinitions?.map(takeAsItComes) }
      : definition,
  );
  return { ...document, definitions };
}

function takeAsItComes(definition: VariableDefinitionNode): VariableDefinitionNode {
  return isBuiltIn(definition.type) ? definition : { ...definition, type: COERCED_TYPE, defaultValue: undefined };
}

function isBuiltIn(type: TypeNode): boolean {
  const named = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
  return named.kind === Kind.NAMED_TYPE && BUILT_IN.has(named.name.value);
}
