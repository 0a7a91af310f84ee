import { expectTermsAccepted, isClosed } from '../../access';
import type { GraphContext } from '../core/context';
import type { Dataset } from './dataset';

/**
 * @returns whether the caller may read the content of a data set, which is left out of lists otherwise
 * @throws Forbidden or Unauthenticated with the terms, if the request names the data set
 */
export async function mayReadContent(
  { row, isNamed }: Dataset,
  { services: { database }, caller }: GraphContext,
): Promise<boolean> {
  if (isNamed) await expectTermsAccepted(database, caller, row.slug);
  return !(await isClosed(database, caller, row.slug));
}
