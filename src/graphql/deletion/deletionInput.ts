import { Field, ID, InputType } from 'type-graphql';
import { countsByThing, type DeletionRequest } from '../../deletion';
import type { GraphContext } from '../core/context';

@InputType({ description: 'What is to be deleted, and how.' })
export class DeletionInput {
  @Field(() => ID, { description: 'Global id of what is to be deleted.' })
  id!: string;

  @Field(() => String, {
    description: 'Why, 1 to 1000 characters. Anyone who asks for the id later is told this reason.',
  })
  reason!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Only count what would be deleted, and say what would prevent it.',
  })
  dryRun!: boolean;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Delete it although something else depends on it, together with that.',
  })
  cascade!: boolean;
}

/** @param context of the caller who deletes */
export const toDeletionRequest = (
  { reason, dryRun, cascade }: DeletionInput,
  { client, mutation }: GraphContext,
): DeletionRequest => ({
  reason,
  dryRun,
  cascade,
  deletedBy: client,
  keep: async (transaction, { deleted, counts }) =>
    mutation?.add(transaction, { changes: { deleted, dryRun, cascade, counts: countsByThing(counts) } }),
});
