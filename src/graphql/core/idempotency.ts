import { Field, InputType } from 'type-graphql';
import { answerOnce, type KeepAnswer, type Transaction } from '../../database';
import { NotFound } from '../../errors';
import { recording } from './audit';
import type { AuditNote, GraphContext } from './context';

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
 * @param create creates it, and has `keep` called as the last step of the transaction that does
 * @param noteOf what the audit trail says of it; without it, the event of the mutation is added afterwards
 * @returns the id of what was created now, or by the first request with this key
 * @throws Conflict when the key was used for another request
 */
export async function createOnce(
  context: Pick<GraphContext, 'services' | 'client' | 'mutation'>,
  mutation: string,
  { idempotencyKey, ...request }: RepeatableInput,
  create: (keep?: KeepAnswer) => Promise<{ id: number | string }>,
  noteOf?: (transaction: Transaction, id: string) => Promise<AuditNote> | AuditNote,
): Promise<string> {
  const record = noteOf && recording(context, noteOf);
  if (idempotencyKey == null) return String((await create(record)).id);
  const keyed = { owner: context.client, mutation, key: idempotencyKey, request };
  let isRepeated = true;
  const id = await answerOnce(context.services.database, keyed, async (keep) => {
    isRepeated = false;
    return String((await create(record ? both(keep, record) : keep)).id);
  });
  if (isRepeated) context.mutation?.note({ changes: { isRepeated } });
  return id;
}

const both =
  (keep: KeepAnswer, record: KeepAnswer): KeepAnswer =>
  async (transaction, id) => {
    await keep(transaction, id);
    await record(transaction, id);
  };
