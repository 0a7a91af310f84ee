import {
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  GraphQLScalarType,
  type GraphQLSchema,
  getOperationAST,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { answerInAnyCase } from './compiledPromises';
import { conditionsOf, type Variables } from './conditions';
import { expandedSelections } from './limits';
import { LruMap } from './lru';
import { type ComposedArgument, definitionsOf, specialise, withComposed } from './specialise';

const MAX_COMPILED = 500;
/** Keys that were used once and are remembered until their second use. */
const MAX_SEEN = 5_000;
/** Compilation takes about 0.1 ms per selection; a page has 10 to 60. */
const MAX_COMPILED_SELECTIONS = 500;

answerInAnyCase();

/** Runs a compiled operation with the variables for which it was found. */
export type RunCompiled = (context: unknown) => ExecutionResult | Promise<ExecutionResult>;

interface CompiledOperation {
  query: CompiledQuery['query'];
  composed: readonly ComposedArgument[];
}

/** What is known about a document before its compilation. */
interface Document {
  /** identifies the document in keys */
  id: number;
  conditions: readonly string[];
}

/**
 * A cache of the compiled queries of one schema, with least-recently-used eviction. A query is compiled per outcome
 * of its @skip and @include (`specialise`) at its second use, because compilation does not pay off for a query that
 * is used once.
 *
 * graphql-js executes mutations, documents with more than 500 selections, and documents with names that the generated
 * code would confuse. It also repeats operations that returned errors (`executor.ts`), so that the compiled code does
 * not need to implement the propagation of errors.
 */
export class OperationCompiler {
  /** null if graphql-js runs it */
  private readonly compiled = new LruMap<string, CompiledOperation | null>(MAX_COMPILED);
  private readonly seen = new LruMap<string, true>(MAX_SEEN);
  private readonly documents = new WeakMap<DocumentNode, Document>();
  private readonly schema: GraphQLSchema;
  private nextId = 1;

  constructor(schema: GraphQLSchema) {
    this.schema = withCoercedType(schema);
  }

  /**
   * @param document validated
   * @param name of the operation; empty if the document has one operation
   * @param variables coerced
   * @returns the operation with its variables; undefined at its first use and if graphql-js has to run it
   */
  find(document: DocumentNode, name: string, variables: Variables): RunCompiled | undefined {
    const { id, conditions } = this.known(document);
    const outcomes = conditions.map((condition) => variables[condition]);
    // An explicit null for a condition is an error, for which graphql-js has the message.
    if (!outcomes.every((outcome) => typeof outcome === 'boolean')) return undefined;
    const key = `${id} ${name} ${outcomes.map(Number).join('')}`;
    let operation = this.compiled.get(key);
    if (operation === undefined) {
      if (!this.seen.get(key)) {
        this.seen.set(key, true);
        return undefined;
      }
      operation = this.compile(document, name, variables);
      this.compiled.set(key, operation);
    }
    if (!operation) return undefined;
    const { query, composed } = operation;
    const all = withComposed(composed, variables);
    return all && (async (context) => query(undefined, context, all));
  }

  private known(document: DocumentNode): Document {
    const known = this.documents.get(document) ?? { id: this.nextId++, conditions: conditionsOf(document) };
    this.documents.set(document, known);
    return known;
  }

  private compile(document: DocumentNode, name: string, variables: Variables): CompiledOperation | null {
    const operation = getOperationAST(document, name || undefined);
    // A mutation cannot be repeated, and no mutation is frequent.
    if (operation?.operation !== OperationTypeNode.QUERY) return null;
    if (expandedSelections(document) > MAX_COMPILED_SELECTIONS) return null;
    if (confusesNames(this.schema, document, operation)) return null;
    try {
      const special = specialise(this.schema, document, operation, variables);
      const names = [
        ...(operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value),
        ...special.composed.map((argument) => argument.name),
      ];
      if (names.includes('__proto__')) return null;
      const made = compileQuery(this.schema, withDefinitions(special.document, names), name || undefined);
      return isCompiledQuery(made) ? { query: made.query, composed: special.composed } : null;
    } catch {
      return null;
    }
  }
}

/** A value that graphql-js has already coerced. */
const Coerced = new GraphQLScalarType({ name: '_Coerced' });

/** The same schema with one additional type that can be looked up by name. */
function withCoercedType(schema: GraphQLSchema): GraphQLSchema {
  const extended: GraphQLSchema = Object.create(schema);
  extended.getType = (name) => (name === Coerced.name ? Coerced : schema.getType(name));
  return extended;
}

/**
 * graphql-jit generates code for the coercion of a variable to a depth of ten, which means gigabytes of code and a
 * minute of compilation for a recursive filter. Therefore graphql-js coerces the variables, and the compiled code
 * takes them unchanged.
 */
function withDefinitions(document: DocumentNode, names: readonly string[]): DocumentNode {
  const variableDefinitions = definitionsOf(names, Coerced.name);
  const definitions = document.definitions.map((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? { ...definition, variableDefinitions } : definition,
  );
  return { ...document, definitions };
}

/**
 * The generated code names the values of a field by its path of response keys, joined by `_`, with type names and
 * list indices in between, so that two paths such as `a_b`, `c` and `a`, `b_c` may get the same name. In addition, an
 * object literal cannot have an ordinary member `__proto__`.
 *
 * @returns whether an operation has two fields with the same generated name, or such a key
 */
function confusesNames(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): boolean {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const paths = new Map<string, string>();
  const isInBetween = (part: string): boolean => /^idx\d+$/.test(part) || isObjectType(schema.getType(part));
  const walk = (set: SelectionSetNode, above: readonly string[]): boolean =>
    set.selections.some((selection) => {
      if (selection.kind === Kind.INLINE_FRAGMENT) return walk(selection.selectionSet, above);
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        return fragment !== undefined && walk(fragment.selectionSet, above);
      }
      const key = selection.alias?.value ?? selection.name.value;
      if (key === '__proto__') return true;
      const path = [...above, key];
      const written = path
        .join('_')
        .split('_')
        .filter((part) => !isInBetween(part))
        .join('_');
      const exact = path.join(' ');
      if ((paths.get(written) ?? exact) !== exact) return true;
      paths.set(written, exact);
      return selection.selectionSet !== undefined && walk(selection.selectionSet, path);
    });
  return walk(operation.selectionSet, []);
}
