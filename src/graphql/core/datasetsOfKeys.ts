import { expectDataset } from '../../access';
import type { GraphContext } from './context';
import { present } from './found';

/**
 * For mutations of something that belongs to a data set version. A key that is bound to no data sets costs no
 * statement.
 *
 * @throws Forbidden naming the data sets that the key is bound to
 */
export async function expectOwnDataset(
  { caller, loaders }: Pick<GraphContext, 'caller' | 'loaders'>,
  datasetId: number,
  argument: string,
): Promise<void> {
  if (caller.datasets === null) return;
  expectDataset(caller, present(await loaders.dataset.load(datasetId)).slug, argument);
}
