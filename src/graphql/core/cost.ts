/**
 * What an operation costs of the quota `fields`: the fields that its response really has, where a field whose computation
 * takes long counts as much as in the check of complexity (fieldPrices.ts).
 */
import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { QuotaExceeded } from '../../errors';
import { rootFieldsOf } from './authorization';
import { createPriceBound } from './complexity';
import type { Variables } from './conditions';
import { type GraphContext, isGraphContext } from './context';
import { introspectionPrice, itemPrice, ownPrice } from './fieldPrices';
import { refusalOf } from './refusal';

/** What a field of a response counts that does not count as one. */
interface SpecialPrice {
  own: number;
  item: number;
  /** what is selected below it is in its price */
  withSelections: boolean;
}

/** By the name or alias under which a field is in the response; null if each counts as one. */
type SpecialPrices = ReadonlyMap<string, SpecialPrice> | null;

/** An operation with its coerced variables. */
interface CostedOperation {
  document: DocumentNode;
  operationName?: string | null;
  variables?: Variables;
}

/** The costs of the operations of one schema. */
export interface Costs {
  /** @returns the number of fields that a response may have by its page sizes, before anything is read */
  requestedOf(operation: CostedOperation): number;
  /** Charges the caller what a response has, and says so in `extensions.cost` if it was asked for. */
  charge(operation: CostedOperation, context: unknown, result: ExecutionResult): ExecutionResult;
  /** @returns whether a document has fields that do not count as one each */
  hasSpecialPrices(document: DocumentNode): boolean;
  /** Charges the caller what a response has, if it has a limit. @param count counts its fields @returns what it cost */
  chargeFields(context: GraphContext, count: () => number): number | undefined;
}

/** What even an operation costs that returns nothing. */
const LEAST_COST = 1;

export function createCosts(schema: GraphQLSchema): Costs {
  const boundOf = createPriceBound(schema);
  const known = new WeakMap<DocumentNode, SpecialPrices>();
  const pricesOf = (document: DocumentNode): SpecialPrices => {
    const prices = known.get(document);
    if (prices !== undefined) return prices;
    const found = specialPricesOf(schema, document);
    known.set(document, found);
    return found;
  };
  const requestedOf: Costs['requestedOf'] = ({ document, operationName, variables }) =>
    boundOf(document, operationName ?? undefined, variables ?? {});
  return {
    requestedOf,
    charge(operation, context, result) {
      if (!isGraphContext(context) || !isCounted(context)) return result;
      const actual = spend(context, fieldsIn(result.data, pricesOf(operation.document)));
      if (!context.wantsCost) return result;
      const cost = { requested: requestedOf(operation), actual };
      return { ...result, extensions: { ...result.extensions, cost } };
    },
    hasSpecialPrices: (document) => pricesOf(document) !== null,
    chargeFields: (context, count) => (isCounted(context) ? spend(context, count()) : undefined),
  };
}

/** @returns what a response of so many fields costs, which the caller is charged */
function spend(context: GraphContext, fields: number): number {
  const actual = Math.max(LEAST_COST, fields);
  context.services.quotas?.spend(context.caller, 'fields', actual);
  context.charged = actual;
  return actual;
}

const isCounted = ({ services, caller, wantsCost }: GraphContext): boolean =>
  wantsCost === true || (services.quotas?.limitOf(caller, 'fields') ?? null) !== null;

/** @returns why the quota of a caller refuses an operation, after the database was asked if that is necessary */
export async function refusalOfQuota(context: unknown, operation: CostedOperation): Promise<GraphQLError | undefined> {
  if (!isGraphContext(context)) return undefined;
  try {
    await context.services.quotas?.admit(context.caller, 'fields');
    return undefined;
  } catch (thrown) {
    return refusalOfThrown(thrown, operation);
  }
}

/** The same by what this server knows, for what cannot wait. */
export function refusalOfQuotaNow(
  { services, caller }: GraphContext,
  operation: CostedOperation,
): GraphQLError | undefined {
  try {
    services.quotas?.expectSome(caller, 'fields');
    return undefined;
  } catch (thrown) {
    return refusalOfThrown(thrown, operation);
  }
}

function refusalOfThrown(thrown: unknown, operation: CostedOperation): GraphQLError | undefined {
  if (!(thrown instanceof QuotaExceeded)) throw thrown;
  return asksHowItStands(operation) ? undefined : refusalOf(thrown);
}

/** A caller whose quota is used up may still ask who it is and how it stands, as the pages of the interface do. */
function asksHowItStands({ document, operationName }: CostedOperation): boolean {
  const operation = getOperationAST(document, operationName);
  if (operation?.operation !== 'query') return false;
  return [...rootFieldsOf(document, operation.selectionSet)].every((field) => field === 'viewer');
}

/**
 * @returns the number of fields of a response, or of a part of it. The keys of a JSON value count as fields; the items of a
 *   list of scalars do not
 */
function fieldsIn(value: unknown, prices: SpecialPrices = null): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) {
    let count = 0;
    for (const item of value) count += fieldsIn(item, prices);
    return count;
  }
  let count = 0;
  for (const key in value) {
    const inner: unknown = Reflect.get(value, key);
    const special = prices?.get(key);
    count += special ? priceOf(special, inner, prices) : 1 + fieldsIn(inner, prices);
  }
  return count;
}

function priceOf({ own, item, withSelections }: SpecialPrice, inner: unknown, prices: SpecialPrices): number {
  if (withSelections) return own;
  return own + item * (Array.isArray(inner) ? inner.length : 1) + fieldsIn(inner, prices);
}

function specialPricesOf(schema: GraphQLSchema, document: DocumentNode): SpecialPrices {
  const prices = new Map<string, SpecialPrice>();
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field(node) {
        const name = node.name.value;
        const key = `${types.getParentType()?.name}.${name}`;
        const isMeta = name.startsWith('__');
        const own = isMeta ? introspectionPrice(name) : ownPrice(key);
        const item = isMeta ? 0 : itemPrice(key);
        if (own > 1 || item > 0) prices.set(node.alias?.value ?? name, { own, item, withSelections: isMeta });
      },
    }),
  );
  return prices.size > 0 ? prices : null;
}
