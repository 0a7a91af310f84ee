/** Asks for an export that is written later. */
import { type Caller, keptCaller } from '../access';
import type { Database, KeepAnswer, Transaction } from '../database';
import { RateLimited } from '../errors';
import { parseWebhookUrl, type WebhookSettings } from '../runs';
import type { ExportSource } from './export';
import { EXPORT_WEBHOOKS } from './exportWebhooks';
import { findExport } from './findExport';

/** The queue in which exports wait for a process that keeps such files. */
export interface ExportQueue {
  /** Puts it in the same transaction as the row, so that there is never one without the other. */
  sendExport(transaction: Transaction, exportId: number): Promise<void>;
  /** Called after the commit: there is work. */
  wake(): void;
}

/** What is asked for. */
export interface ExportRequest {
  /** row id of the data set version that it belongs to */
  datasetId: number;
  /** the parts of its address below /exports */
  path: readonly string[];
  /** what stands behind the question mark */
  parameters: Readonly<Record<string, string>>;
  /** gets one signed message when the export has ended */
  webhookUrl?: string | null;
}

/** What `requestExport` works with. */
export interface ExportRequestContext {
  database: Database;
  queue: ExportQueue;
  /** of the caller */
  source: ExportSource;
  caller: Caller;
  /** without the settings of webhooks, none is accepted */
  config: Partial<WebhookSettings>;
}

const MAX_UNFINISHED = 100;
const MAX_UNFINISHED_OF_CLIENT = 10;
const RETRY_AFTER_SECONDS = 30;
/** How long an export that has ended is listed; its address stays. */
const KEPT = `interval '7 days'`;
const FORGOTTEN_AT_ONCE = 100;

/**
 * Accepts an export: checks its address, stores it as QUEUED and queues its work, in one transaction.
 *
 * @param keep the last step of its transaction
 * @throws BadUserInput, NotFound, Conflict as its address does, naming the parameter
 * @throws BadUserInput if no message may be sent to webhookUrl
 * @throws RateLimited if too many wait already, of this client or of all
 */
export async function requestExport(
  { database, queue, source, caller, config }: ExportRequestContext,
  { datasetId, path, parameters, webhookUrl }: ExportRequest,
  keep?: KeepAnswer,
): Promise<{ id: number }> {
  const receiver = webhookUrl == null ? null : parseWebhookUrl(webhookUrl, { webhookHosts: [], ...config }).href;
  await findExport(source, { path, parameters });
  const id = await database.transaction(async (transaction) => {
    await expectRoom(transaction, caller.owner);
    await forgetOld(transaction);
    const [made] = await transaction.query<{ id: number }>({
      text: `INSERT INTO export_job (dataset_id, path, parameters, origin, client, caller)
             VALUES ($1, $2, $3::jsonb, $4, $5, $6::jsonb) RETURNING id`,
      values: [
        ...[datasetId, path.map(escaped).join('/'), JSON.stringify(parameters)],
        ...[source.origin, caller.owner, JSON.stringify(keptCaller(caller))],
      ],
    });
    if (!made) throw new Error('An export was not stored.');
    if (receiver !== null) await EXPORT_WEBHOOKS.insert(transaction, made.id, receiver);
    await queue.sendExport(transaction, made.id);
    await keep?.(transaction, made.id);
    return made.id;
  });
  queue.wake();
  return { id };
}

/** The sign between slug and version needs no escape in a path. */
const escaped = (part: string): string => encodeURIComponent(part).replaceAll('%40', '@');

/** Requests at the same time are answered one after another. */
async function expectRoom(transaction: Transaction, client: string): Promise<void> {
  await transaction.query({ text: `SELECT pg_advisory_xact_lock(hashtextextended('exports that wait', 0))` });
  const [row] = await transaction.query<{ all: number; own: number }>({
    text: `SELECT count(*)::int4 AS all, (count(*) FILTER (WHERE client = $1))::int4 AS own FROM export_job
           WHERE status IN ('QUEUED', 'RUNNING')`,
    values: [client],
  });
  const { all = 0, own = 0 } = row ?? {};
  if (own >= MAX_UNFINISHED_OF_CLIENT)
    throw new RateLimited(
      `Expected at most ${MAX_UNFINISHED_OF_CLIENT} exports of one client that have not ended, there are ${own} of ` +
        'yours: ask again when some have.',
      RETRY_AFTER_SECONDS,
    );
  if (all >= MAX_UNFINISHED)
    throw new RateLimited(
      `Expected at most ${MAX_UNFINISHED} exports that have not ended, there are ${all}: ask again when some have.`,
      RETRY_AFTER_SECONDS,
    );
}

async function forgetOld(transaction: Transaction): Promise<void> {
  await transaction.query({
    text: `DELETE FROM export_job WHERE id IN (
             SELECT id FROM export_job WHERE finished_at < now() - ${KEPT} LIMIT ${FORGOTTEN_AT_ONCE} FOR UPDATE SKIP LOCKED
           )`,
  });
}
