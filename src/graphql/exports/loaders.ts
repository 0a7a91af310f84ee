import { EXPORT_WEBHOOKS, exportJobKey, findExportJobs, findExportJobsByKey, findExportOutlooks } from '../../exports';
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
  outlookOfExport: ({ database }) =>
    oneByKey(
      (ids: readonly number[]) => findExportOutlooks(database, ids),
      ({ exportId }) => exportId,
    ),
  webhookOfExport: ({ database }) =>
    oneByKey(
      (ids: readonly number[]) => EXPORT_WEBHOOKS.find(database, ids),
      ({ jobId }) => jobId,
    ),
} satisfies LoaderMakers;
