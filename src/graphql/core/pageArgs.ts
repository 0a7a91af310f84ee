import { ArgsType, Field, ID, Int } from 'type-graphql';
import type { Listing, PageWindow } from '../../database';
import { BadUserInput } from '../../errors';
import { decodeCursor } from './cursor';

/** Number of items of a page if `first` and `last` are omitted. */
export const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 500;

/** The Relay arguments of every list. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description:
      'Number of items to return from the start of the list or after the cursor `after`: 0 to ' +
      `${MAX_PAGE_SIZE}; ${DEFAULT_PAGE_SIZE} if both \`first\` and \`last\` are omitted.`,
  })
  first?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor; only items after it in the ordering are returned. Cursors are of one database, unlike ids.',
  })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Number of items to return from the end of the list or before the cursor `before`, in the order ' +
      `of the list: 0 to ${MAX_PAGE_SIZE}. It cannot be combined with \`first\`.`,
  })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor; only items before it in the ordering are returned.' })
  before?: string | null;
}

/**
 * Reads the Relay arguments.
 *
 * @param ordering name of the list's ordering, to which cursors belong
 * @throws BadUserInput naming the argument and the limit
 */
export function readWindow(args: PageArgs, ordering: string, { order }: Pick<Listing<unknown>, 'order'>): PageWindow {
  const first = checkedPageSize(args.first, 'first');
  const last = checkedPageSize(args.last, 'last');
  if (first !== undefined && last !== undefined)
    throw new BadUserInput('Expected first or last, not both: first reads forwards, last reads backwards.', 'last');
  const after = args.after ?? undefined;
  const before = args.before ?? undefined;
  return {
    first: first ?? (last === undefined ? DEFAULT_PAGE_SIZE : undefined),
    last,
    after: after === undefined ? undefined : decodeCursor(after, 'after', ordering, order),
    before: before === undefined ? undefined : decodeCursor(before, 'before', ordering, order),
  };
}

/**
 * @returns a page size within the limit; undefined if it was omitted
 * @throws BadUserInput naming the argument and the limit
 */
export function checkedPageSize(size: number | null | undefined, argument: string): number | undefined {
  if (size === null || size === undefined) return undefined;
  if (size < 0 || size > MAX_PAGE_SIZE)
    throw new BadUserInput(
      `Expected ${argument} to be from 0 to ${MAX_PAGE_SIZE}, got ${size}: read larger lists page by page with after.`,
      argument,
    );
  return size;
}

/**
 * @returns the requested number of items of a plain list
 * @throws BadUserInput naming the limit
 */
export function checkedLength(first: number, most: number): number {
  if (first < 0 || first > most)
    throw new BadUserInput(`Expected first to be from 0 to ${most}, got ${first}.`, 'first');
  return first;
}

/** The `ids` argument of batch look-ups. */
@ArgsType()
export class IdsArgs {
  @Field(() => [ID], { description: `Global ids, at most ${MAX_PAGE_SIZE}; the results are in the same order.` })
  ids!: string[];
}
