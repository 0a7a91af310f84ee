/**
 * Answers queries as JSON text, each root field by one statement whose text goes into the response as it comes. Queries
 * that this cannot answer, and those whose answer would have an error, are left to the executor, which is the measure of
 * both: test/graphql/generatedQueries.test.ts compares the answers to generated queries byte by byte.
 */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { canonicalJson } from '../../database';
import { RateLimited } from '../../errors';
import { refuseUnlessAllowed } from './authorization';
import { conditionsOf, type Variables } from './conditions';
import { endWithClient, type GraphContext } from './context';
import { createCosts } from './cost';
import { createAdmission } from './executor';
import { compileRoot, type ReadRoot } from './jsonRoots';
import { type CollectedFields, JsonSelection, NoJsonForm } from './jsonSelection';
import { MAX_LISTED_FIELDS } from './listBounds';
import { LruMap } from './lru';
import type { OperationGates } from './operationGates';

/** A validated query with its variables as received. */
export interface JsonQuery {
  document: DocumentNode;
  operationName?: string | null;
  variables?: Record<string, unknown> | null;
}

/** An answer without errors. */
export interface JsonAnswer {
  operation: OperationDefinitionNode;
  /** the value of `data` as JSON */
  data: string;
  /** what it cost of the quota `fields`; undefined if the caller has none */
  cost: number | undefined;
}

/**
 * What became of a query: its answer; why it has to wait, which the executor words; undefined if the executor has to answer,
 * and `never` if it always has to.
 */
export type JsonOutcome = JsonAnswer | { refusal: RateLimited } | 'never' | undefined;

/** @param contextOf makes the context of the request, once it is known that the query may be answered */
export type AnswerAsJson = (query: JsonQuery, contextOf: () => GraphContext) => Promise<JsonOutcome>;

const MAX_COMPILED = 500;
/** Longer answers are measured exactly by the executor. */
const MAX_LENGTH = 4 * 2 ** 20;

interface CompiledQuery {
  roots: readonly { key: string; read: ReadRoot }[];
  /** variables that it has a form for only if they are null or left out; it may grow with the first object of a type */
  mustBeNull: ReadonlySet<string>;
}

/** Compiles the queries of one schema, each for one outcome of its @skip and @include. */
class JsonCompiler {
  private readonly compiled = new LruMap<string, CompiledQuery | null>(MAX_COMPILED);
  private readonly documents = new WeakMap<DocumentNode, { id: number; conditions: readonly string[] }>();
  private nextId = 1;

  constructor(private readonly schema: GraphQLSchema) {}

  /** @param variables coerced @returns null if the query has no form in SQL */
  find(document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): CompiledQuery | null {
    const { id, conditions } = this.known(document);
    const outcomes = conditions.map((condition) => variables[condition]);
    // An explicit null for a condition is an error.
    if (!outcomes.every((outcome) => typeof outcome === 'boolean')) return null;
    const key = `${id} ${operation.name?.value ?? ''} ${outcomes.map(Number).join('')}`;
    let compiled = this.compiled.get(key);
    if (compiled === undefined) {
      compiled = this.compile(document, operation, variables);
      this.compiled.set(key, compiled);
    }
    return compiled;
  }

  /** @returns whether what holds for one request of a document holds for all */
  isUnconditional(document: DocumentNode): boolean {
    return this.known(document).conditions.length === 0;
  }

  private known(document: DocumentNode): { id: number; conditions: readonly string[] } {
    const known = this.documents.get(document) ?? { id: this.nextId++, conditions: conditionsOf(document) };
    this.documents.set(document, known);
    return known;
  }

  private compile(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Variables,
  ): CompiledQuery | null {
    const type = this.schema.getQueryType();
    if (!type) return null;
    const fragments = document.definitions.filter(
      (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION,
    );
    try {
      const selection = new JsonSelection(this.schema, fragments, variables);
      const roots = this.rootsOf(selection.ofOperation(type, operation.selectionSet), selection);
      return { roots, mustBeNull: selection.mustBeNull };
    } catch (thrown) {
      if (thrown instanceof NoJsonForm) return null;
      throw thrown;
    }
  }

  private rootsOf(selected: CollectedFields, selection: JsonSelection): CompiledQuery['roots'] {
    return [...selected].map(([key, nodes]) =>
      nodes[0]?.name.value === '__typename'
        ? { key, read: async () => '"Query"' }
        : { key, read: compileRoot(this.schema, selection, nodes) },
    );
  }
}

/** @param gates shared with the executor */
export function createJsonAnswers(schema: GraphQLSchema, gates: OperationGates): AnswerAsJson {
  const admit = createAdmission(schema);
  const costs = createCosts(schema);
  const compiler = new JsonCompiler(schema);
  return async (query, contextOf) => {
    const { document } = query;
    const operation = getOperationAST(document, query.operationName);
    if (operation?.operation !== 'query') return undefined;
    const { variables, errors, price } = admit(query);
    if (!variables || errors || price) return undefined;
    const compiled = compiler.find(document, operation, variables);
    if (!compiled || costs.hasSpecialPrices(document)) return compiler.isUnconditional(document) ? 'never' : undefined;
    try {
      const context = contextOf();
      refuseUnlessAllowed(context.caller, document, operation);
      await context.services.quotas?.admit(context.caller, 'fields');
      const data = await readInPlace(compiled, variables, context, gates);
      if (data === undefined) return undefined;
      return { operation, data, cost: costs.chargeFields(context, () => fieldsInJson(data)) };
    } catch (thrown) {
      if (thrown instanceof RateLimited) return { refusal: thrown };
      // Whether it is an error, and how it reads, is a matter of the executor.
      return undefined;
    }
  };
}

/** @returns the value of `data`; undefined if the executor has to answer */
async function readInPlace(
  { roots, mustBeNull }: CompiledQuery,
  variables: Variables,
  context: GraphContext,
  gates: OperationGates,
): Promise<string | undefined> {
  const release = await gates.queries.enter(context);
  try {
    endWithClient(context, gates.statements);
    const texts = await Promise.all(roots.map(({ read }) => read(context, variables)));
    if (texts.includes(undefined) || [...mustBeNull].some((name) => (variables[name] ?? null) !== null))
      return undefined;
    const data = `{${roots.map(({ key }, index) => `"${key}":${texts[index]}`).join(',')}}`;
    return data.length > MAX_LENGTH || isTooLong(data) ? undefined : canonicalJson(data);
  } finally {
    release();
  }
}

/** The shortest field of a response: `"a":1,`. */
const LEAST_LENGTH = 6;

/** The executor counts the fields of lists while it computes them, and refuses too many. */
const isTooLong = (data: string): boolean =>
  data.length > LEAST_LENGTH * MAX_LISTED_FIELDS && fieldsInJson(data) > MAX_LISTED_FIELDS;

/** @returns the number of fields in JSON whose keys are names of the graph, as `Costs.charge` counts them */
function fieldsInJson(json: string): number {
  let count = 0;
  // In a text, a quotation mark has a backslash before it.
  for (let at = json.indexOf('":'); at >= 0; at = json.indexOf('":', at + 2)) if (json[at - 1] !== '\\') count++;
  return count;
}
