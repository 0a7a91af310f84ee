import { expectDataset, expectTermsAccepted, seesAll } from '../../access';
import { unknownDataset } from '../../dataset';
import type { GraphContext } from './context';
import { present } from './found';

/**
 * For what changes something of a data set, or belongs to one.
 *
 * @param datasetId row id of the version
 * @throws Forbidden if the key of the caller is bound to others
 */
export async function expectOwnDataset(
  { caller, loaders }: Pick<GraphContext, 'caller' | 'loaders'>,
  datasetId: number,
  argument: string,
): Promise<void> {
  if (caller.datasets === null) return;
  expectDataset(caller, present(await loaders.dataset.load(datasetId)).slug, argument);
}

/**
 * For what starts something on a data set that the caller names: what does so reads all data sets.
 *
 * @param reference `slug` or `slug@version`
 * @throws Forbidden if the key of the caller is bound to others, or terms are not accepted
 * @throws NotFound if there is no such data set for the caller
 */
export async function expectUsableDataset(
  { caller, database, loaders, services }: GraphContext,
  reference: string,
  argument: string,
): Promise<void> {
  expectDataset(caller, reference, argument);
  if (seesAll(caller)) return;
  if (!(await loaders.datasetByReference.load(reference))) throw await unknownDataset(database, reference, argument);
  await expectTermsAccepted(services.database, caller, reference, argument);
}
