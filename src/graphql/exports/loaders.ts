import { exportJobKey, findExportJobs, findExportJobsByKey, findPlacesOfExports } from '../../exports';
import type { GlobalKeys } from '../../globalId';
import { idOf, type LoaderMakers, oneByGlobalKey, oneByKey } from '../core/loading';

/** The loaders of exports that are jobs. */
export const exportLoaders = {
  exportJob: ({ database }) => oneByKey((ids: readonly number[]) => findExportJobs(database, ids), idOf),
  exportJobByKey: ({ database, prime }) =>
    oneByGlobalKey(
      'Export',
      (keys: readonly GlobalKeys['Export'][]) => findExportJobsByKey(database, keys),
      exportJobKey,
      (row) => prime('exportJob', row),
    ),
  placeOfExport: ({ database }) => oneByKey((ids: readonly number[]) => findPlacesOfExports(database, ids), idOf),
} satisfies LoaderMakers;
