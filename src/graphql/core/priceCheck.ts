import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Database } from '../../database';
import { QueryTooComplex } from '../../errors';
import { createPriceBound } from './complexity';
import type { Variables } from './conditions';
import { LIMITS } from './limits';
import { type ListAnswer, type ListQuestion, type PriceWalk, type Tally, walkOperation } from './priceWalk';
import { Selections } from './selections';
import { StoredLists } from './storedLists';

/** Statements by which one operation is priced; lists beyond them count by their bounds. */
const MAX_STATEMENTS = 24;

/**
 * Decides on an operation that its bounds do not admit.
 *
 * @param database read only
 * @param deadline the price is that of the bounds when it fires
 * @throws QueryTooComplex saying what the answer would hold, and in which lists
 */
export type PriceFromStore = (database: Database, deadline: AbortSignal) => Promise<void>;

/**
 * Prices the operations of one schema in two steps. What its bounds admit costs no statement. What no store could make small enough is
 * refused without one: because the parts that the store knows nothing of are too much by themselves, or the bounds are beyond all measure.
 * The rest is priced by the rows that there are.
 *
 * @returns a check of one operation with its coerced variables: undefined where it may run, or what decides by the store
 * @throws QueryTooComplex where it may not run whatever is stored
 */
export function createPriceCheck(
  schema: GraphQLSchema,
): (document: DocumentNode, operationName: string | undefined, variables: Variables) => PriceFromStore | undefined {
  const boundOf = createPriceBound(schema);
  const lists = new StoredLists();
  return (document, operationName, variables) => {
    const bound = boundOf(document, operationName, variables);
    if (bound <= LIMITS.complexity) return undefined;
    const walk = () => walkOperation(new Selections(schema, document), operationName, variables);
    const byBounds = () => settle(walk(), () => undefined);
    const least = () => settle(walk(), (question) => lists.least(question));
    if (bound > LIMITS.hopelessComplexity || least().total > LIMITS.complexity)
      throw tooComplex(LIMITS.complexity, byBounds());
    return async (database, deadline) => {
      const price = await priceByStore(walk(), lists, database, deadline);
      if (!price) throw tooComplex(LIMITS.complexity, byBounds(), NOT_COUNTED);
      if (price.total > LIMITS.storedComplexity) throw tooComplex(LIMITS.storedComplexity, price);
    };
  };
}

function settle(walk: PriceWalk, answer: (question: ListQuestion) => ListAnswer | undefined): Tally {
  let step = walk.next();
  while (!step.done) step = walk.next(answer(step.value));
  return step.value;
}

/** @returns the price by the rows that there are; undefined where the deadline came first */
export async function priceByStore(
  walk: PriceWalk,
  lists: StoredLists,
  database: Database,
  deadline: AbortSignal,
): Promise<Tally | undefined> {
  let statements = 0;
  const counted = database.inTurns((send) => {
    statements += 1;
    return send();
  });
  try {
    let step = walk.next();
    while (!step.done) {
      const answer = statements < MAX_STATEMENTS ? await lists.find(counted, step.value) : undefined;
      step = walk.next(answer);
    }
    return step.value;
  } catch (thrown) {
    if (deadline.aborted) return undefined;
    throw thrown;
  }
}

/** The same query may be admitted a moment later. */
const NOT_COUNTED =
  ' What is stored could not be counted in time, so that this is by page sizes and usual lengths: try again.';

/** Lists that a refusal names. */
const NAMED_LISTS = 3;

function tooComplex(limit: number, price: Tally, note = ''): QueryTooComplex {
  const lists = price.largest(NAMED_LISTS).map(({ list, price: fields }) => `${list} (${fields})`);
  const most = lists.length > 0 ? `, most of them in ${lists.join(', ')}` : '';
  return new QueryTooComplex(
    `Expected at most ${limit} fields in a response, got ${price.total}${most}: ask for smaller pages or fewer fields of these, or in several requests.${note}`,
  );
}
