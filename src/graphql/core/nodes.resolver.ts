import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import { refuseDeleted } from '../../deletion';
import { BadUserInput, UserError } from '../../errors';
import { expectGlobalId, type GlobalId, parseGlobalId, refuseOldId } from '../../globalId';
import type { GraphContext } from './context';
import { Selection } from './lookAhead';
import { Node } from './node';
import { findNode } from './nodes';
import { IdsArgs, MAX_PAGE_SIZE } from './pageArgs';
import { refuseUnaccepted } from './termsOfIds';

@Resolver()
export class NodesResolver {
  @Query(() => Node, {
    nullable: true,
    description:
      'Finds an object by its global id (Relay); null if there is none. What was deleted is NOT_FOUND, with the date ' +
      'and the reason.',
  })
  async node(
    @Arg('id', () => ID, { description: 'Global id from a previous response.' }) id: string,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const globalId = expectGlobalId(id, 'id');
    const found = await findNode(context, globalId, Selection.of(info));
    // A key that is bound to data sets is not told what there was of others.
    if (!found && context.caller.datasets === null) await refuseDeleted(context.database, globalId, 'id');
    return found;
  }

  @Query(() => [Node], {
    nullable: 'items',
    description: 'Finds objects by their global ids, in the same order; null for each id without an object.',
  })
  nodes(@Args(() => IdsArgs) { ids }: IdsArgs, @Ctx() context: GraphContext, @Info() info: GraphQLResolveInfo) {
    if (ids.length > MAX_PAGE_SIZE)
      throw new BadUserInput(`Expected at most ${MAX_PAGE_SIZE} ids, got ${ids.length}: use several requests.`, 'ids');
    const selection = Selection.of(info);
    return Promise.all(
      ids.map((id) => {
        const parsed = parseGlobalId(id);
        if (!parsed) refuseOldId(id, 'ids');
        return parsed && findOne(context, parsed, selection);
      }),
    );
  }
}

/** @returns null if there is none, and an error in its place if its terms are not accepted: the other items stay */
async function findOne(context: GraphContext, id: GlobalId, selection: Selection): Promise<Node | null | UserError> {
  try {
    const found = await findNode(context, id, selection);
    if (!found) await refuseUnaccepted(context, id, 'ids');
    return found;
  } catch (thrown) {
    if (thrown instanceof UserError) return thrown;
    throw thrown;
  }
}
