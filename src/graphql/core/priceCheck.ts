import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Database } from '../../database';
import { QueryTooComplex } from '../../errors';
import { createPriceBound } from './complexity';
import type { Variables } from './conditions';
import { LIMITS } from './limits';
import { type ListAnswer, type ListQuestion, type PriceWalk, type Tally, walkOperation } from './priceWalk';
import { Selections } from './selections';
import { StoredLists } from './storedLists';

/** Maximum number of statements for the complexity of one operation; lists beyond them count by their bounds. */
const MAX_STATEMENTS = 24;

/**
 * Decides whether an operation above the limit by its bounds may run.
 *
 * @param database read only
 * @param deadline when it fires, the complexity is that of the bounds
 * @throws QueryTooComplex with the number of fields and the lists that contain most of them
 */
export type PriceFromStore = (database: Database, deadline: AbortSignal) => Promise<void>;

/**
 * Checks the complexity of the operations of one schema in two steps. An operation within the limit by its bounds
 * takes no statement. An operation that cannot be within the limit, whatever is stored, is refused without a
 * statement: either its parts that do not depend on stored rows are too large, or its bounds are excessive. For all
 * others the complexity is computed from the stored rows.
 *
 * @returns a check of one operation with its coerced variables: undefined if it may run, or a function that decides
 *   by the stored rows
 * @throws QueryTooComplex if it may not run, whatever is stored
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

/** @returns the complexity according to the stored rows; undefined if the deadline came first */
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

/** The same query may be accepted a moment later. */
const NOT_COUNTED =
  ' The stored rows could not be counted in time, so the number is an estimate from page sizes and ' +
  'usual lengths: try again.';

/** Maximum number of lists that an error names. */
const NAMED_LISTS = 3;

function tooComplex(limit: number, price: Tally, note = ''): QueryTooComplex {
  const lists = price.largest(NAMED_LISTS).map(({ list, price: fields }) => `${list} (${fields})`);
  const most = lists.length > 0 ? `, most of them in ${lists.join(', ')}` : '';
  return new QueryTooComplex(
    `Expected at most ${limit} fields in a response, got ${price.total}${most}: request smaller ` +
      `pages or fewer fields of these lists, or use several requests.${note}`,
  );
}
