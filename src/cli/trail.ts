import { addEvent, COMMAND_LINE } from '../access';
import type { Queryable } from '../database';

/**
 * Adds what a command did to the audit trail, as the last step of the transaction that does it.
 *
 * @param action the words of the command, such as `key create`
 * @param target global id
 * @param changes names, numbers and ids, and never texts of people or paths
 */
export async function addToTrail(
  transaction: Queryable,
  action: string,
  target: string | null,
  changes: Readonly<Record<string, unknown>> | null = null,
): Promise<void> {
  const outcome = 'DONE' as const;
  await addEvent(transaction, { actor: COMMAND_LINE, action, target, outcome, code: null, requestId: null, changes });
}
