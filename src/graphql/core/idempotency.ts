import { Field, InputType } from 'type-graphql';
import { answerOnce, type KeepAnswer } from '../../database';
import { NotFound } from '../../errors';
import type { GraphContext } from './context';

/** The key of inputs whose mutations create something. This class is not a GraphQL type itself. */
@InputType()
export abstract class RepeatableInput {
  @Field(() => String, {
    nullable: true,
    description:
      'A key chosen by the client, 1 to 200 characters: a repeated request of the same client with the same key returns ' +
      'the first result, for at least 24 hours; a different request with the key is a CONFLICT.',
  })
  idempotencyKey?: string | null;
}

/**
 * The row that a mutation answers.
 *
 * @throws NotFound where it was created by an earlier request with the same key and is gone
 */
export function answered<Row>(row: Row | null): Row {
  if (row) return row;
  throw new NotFound(
    'What the first request with this idempotencyKey created is gone: send a new key.',
    'idempotencyKey',
  );
}

/**
 * Creates what the input of a mutation asks for, once for each key of a client.
 *
 * @param mutation its name
 * @param create creates it, and has `keep` called in the transaction that does
 * @returns the id of what was created now, or by the first request with this key
 * @throws Conflict when the key was used for another request
 */
export async function createOnce(
  { services, client }: Pick<GraphContext, 'services' | 'client'>,
  mutation: string,
  { idempotencyKey, ...request }: RepeatableInput,
  create: (keep?: KeepAnswer) => Promise<{ id: number | string }>,
): Promise<string> {
  if (idempotencyKey == null) return String((await create()).id);
  const keyed = { owner: client, mutation, key: idempotencyKey, request };
  return answerOnce(services.database, keyed, async (keep) => String((await create(keep)).id));
}
