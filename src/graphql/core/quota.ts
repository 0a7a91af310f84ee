import type { QuotaName } from '../../access';
import type { KeepAnswer, Transaction } from '../../database';
import type { GraphContext } from './context';

/**
 * Takes something from a quota of the caller in the transaction that makes what it is for: a request that is refused, or
 * answered under its idempotencyKey, costs nothing.
 *
 * @param amountOf how much what was made takes
 * @param keep is called afterwards, in the same transaction
 */
export function charging(
  { services, caller }: Pick<GraphContext, 'services' | 'caller'>,
  name: QuotaName,
  amountOf: (transaction: Transaction, id: string) => Promise<number> | number,
  keep?: KeepAnswer,
): KeepAnswer | undefined {
  const { quotas } = services;
  if (!quotas || quotas.limitOf(caller, name) === null) return keep;
  return async (transaction, id) => {
    await quotas.take(transaction, caller, name, await amountOf(transaction, String(id)));
    await keep?.(transaction, id);
  };
}
