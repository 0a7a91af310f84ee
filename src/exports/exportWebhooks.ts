/** The message of an export's end. */
import type { Queryable } from '../database';
import { toGlobalId } from '../globalId';
import { type JobEnd, type WebhookOutbox, webhookOutbox } from '../runs';
import { addressOfExport, exportJobKey, findExportJobs } from './exportJobs';

/** The trigger `export_job_webhook` makes them due. */
export const EXPORT_WEBHOOKS: WebhookOutbox = webhookOutbox('export_webhook', 'export_id');

/** @returns the end of an export; undefined if it has not ended */
export async function findExportEnd(database: Queryable, exportId: number): Promise<JobEnd | undefined> {
  const [row] = await findExportJobs(database, [exportId]);
  if (!row?.finishedAt) return undefined;
  const { status, bytes, sha256, error, createdAt, startedAt, finishedAt, datasetId, client } = row;
  const dataset = await database.prisma.dataset.findFirstOrThrow({ where: { id: datasetId }, select: { slug: true } });
  return {
    ...{ type: 'export.ended', finishedAt, dataset: dataset.slug, createdAt, owner: client },
    data: {
      id: toGlobalId('Export', exportJobKey(row)),
      url: `${row.origin}${addressOfExport(row)}`,
      ...{ status, bytes, sha256, error, createdAt, startedAt, finishedAt },
    },
  };
}
