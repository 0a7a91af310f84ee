import { BadUserInput } from '../errors';

/** Fields that every filter has in addition to its own. A field that is null counts as omitted. */
export interface BooleanFilter<Filter> {
  /** all of them hold; empty: everything */
  and?: Filter[] | null;
  /** at least one of them holds; empty: nothing */
  or?: Filter[] | null;
  /** it does not hold, also where a value is missing */
  not?: Filter | null;
}

const MAX_FILTER_DEPTH = 8;
export const MAX_FILTER_LIST = 1000;
const MAX_FILTER_BRANCHES = 200;

/**
 * Compiles a filter and all filters inside it.
 *
 * @param conditionsOf the conditions of one filter's own fields, without `and`, `or`, `not`
 * @returns one SQL condition
 * @throws BadUserInput over the limits on depth and length
 */
export function booleanFilterSql<Filter extends BooleanFilter<Filter>>(
  filter: Filter,
  conditionsOf: (filter: Filter) => string[],
): string {
  let branches = 0;
  const compile = (one: Filter, depth: number): string => {
    branches += 1;
    if (depth > MAX_FILTER_DEPTH)
      throw new BadUserInput(`Expected a filter of at most ${MAX_FILTER_DEPTH} levels of and, or, not.`, 'filter');
    if (branches > MAX_FILTER_BRANCHES)
      throw new BadUserInput(`Expected a filter of at most ${MAX_FILTER_BRANCHES} parts.`, 'filter');
    const conditions = conditionsOf(one);
    for (const part of one.and ?? []) conditions.push(compile(part, depth + 1));
    if (one.or) conditions.push(anyOf(one.or.map((part) => compile(part, depth + 1))));
    if (one.not) conditions.push(`(${compile(one.not, depth + 1)}) IS NOT TRUE`);
    return conditions.length === 0 ? 'true' : conditions.map((condition) => `(${condition})`).join(' AND ');
  };
  return compile(filter, 1);
}

/** @returns whether a test holds for a filter or any filter inside it */
export function someFilter<Filter extends BooleanFilter<Filter>>(
  filter: Filter,
  test: (filter: Filter) => boolean,
): boolean {
  if (test(filter)) return true;
  const inner = [...(filter.and ?? []), ...(filter.or ?? []), ...(filter.not ? [filter.not] : [])];
  return inner.some((part) => someFilter(part, test));
}

function anyOf(alternatives: readonly string[]): string {
  return alternatives.length === 0 ? 'false' : alternatives.map((one) => `(${one})`).join(' OR ');
}
