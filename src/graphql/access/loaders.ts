import {
  type AcceptanceRow,
  apiKeyKey,
  findAcceptances,
  findDatasetAccess,
  findKeys,
  findKeysByUuid,
  findNamesOfOwners,
  findQuotaUses,
} from '../../access';
import type { GlobalKeys } from '../../globalId';
import { idOf, type LoaderMakers, manyByKey, oneByGlobalKey, oneByKey } from '../core/loading';

/** The loaders of keys, owners, and of who sees which data set. */
export const accessLoaders = {
  apiKey: ({ database }) => oneByKey((ids: readonly number[]) => findKeys(database, ids), idOf),
  apiKeyByKey: ({ database, prime }) =>
    oneByGlobalKey(
      'ApiKey',
      (keys: readonly GlobalKeys['ApiKey'][]) => findKeysByUuid(database, keys),
      apiKeyKey,
      (row) => prime('apiKey', row),
    ),
  nameOfOwner: ({ database }) =>
    oneByKey(
      (owners: readonly string[]) => findNamesOfOwners(database, owners),
      ({ owner }) => owner,
    ),
  quotaUsesOfOwner: ({ database }) =>
    manyByKey(
      async (owners: readonly string[]) => [...(await findQuotaUses(database, owners)).uses],
      ({ owner }) => owner,
    ),
  accessOfDataset: ({ database }) =>
    oneByKey(
      (slugs: readonly string[]) => findDatasetAccess(database, slugs),
      ({ slug }) => slug,
    ),
  acceptancesOfOwner: ({ database }) =>
    manyByKey(
      // There is one caller.
      async ([owner = '']: readonly string[]): Promise<(AcceptanceRow & { owner: string })[]> =>
        (await findAcceptances(database, { owner })).map((row) => ({ ...row, owner })),
      ({ owner }) => owner,
    ),
} satisfies LoaderMakers;
