/** Exports that are written later, as rows: what was asked for, by whom, and what became of it. */
import {
  ANY_OF_IDS,
  type Columns,
  columnReader,
  type Database,
  type Listing,
  type OrderBy,
  type Queryable,
  type SortKey,
  SqlParameters,
  selectColumns,
  sortKeys,
} from '../database';
import { type BooleanFilter, booleanFilterSql, datasetIdSql, isGiven, oneOfSql } from '../dataset';
import { NotFound } from '../errors';
import type { GlobalKeys } from '../globalId';
import type { JobOutlook, JobProgress, JobStatus } from '../job';
import { type JobState, watchJob } from '../watchJob';

/** An export that was asked for. */
export interface ExportJobRow {
  id: number;
  /** its id outside the database */
  uuid: string;
  datasetId: number;
  /** below /exports, with escapes */
  path: string;
  /** what stands behind the question mark of its address */
  parameters: Record<string, string>;
  /** address of the server as the client had it */
  origin: string;
  /** who asked for it */
  client: string;
  /** `KeptCaller` of the room `access` */
  caller: unknown;
  status: JobStatus;
  error: string | null;
  /** written so far; the size of the file once it has succeeded */
  bytes: number;
  /** of the file, in hexadecimal; null until it has succeeded */
  sha256: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

const EXPORT_JOB_COLUMNS: Columns<ExportJobRow> = {
  id: 'id',
  uuid: 'uuid',
  datasetId: 'dataset_id',
  path: 'path',
  parameters: 'parameters',
  origin: 'origin',
  client: 'client',
  caller: 'caller',
  status: 'status',
  error: 'error',
  bytes: 'bytes',
  sha256: 'sha256',
  createdAt: 'created_at',
  startedAt: 'started_at',
  finishedAt: 'finished_at',
};
const COLUMNS = selectColumns(EXPORT_JOB_COLUMNS, 'export_job');

export const exportJobKey = ({ uuid }: ExportJobRow): GlobalKeys['Export'] => ({ uuid });

/** @returns its address below the server's own, with its parameters */
export function addressOfExport({ path, parameters }: Pick<ExportJobRow, 'path' | 'parameters'>): string {
  const query = new URLSearchParams(parameters).toString();
  return `/exports/${path}${query === '' ? '' : `?${query}`}`;
}

/** @returns how far it is: one file, and none that fails by itself */
export const progressOfExport = ({ status }: Pick<ExportJobRow, 'status'>): JobProgress => ({
  completed: status === 'SUCCEEDED' ? 1 : 0,
  failed: status === 'FAILED' ? 1 : 0,
  total: 1,
});

/** @returns those with these row ids, in any order; missing ones are omitted */
export function findExportJobs(database: Queryable, ids: readonly number[]): Promise<ExportJobRow[]> {
  return database.query({
    name: 'export_job.id',
    text: `SELECT ${COLUMNS} FROM export_job WHERE id = ${ANY_OF_IDS}`,
    values: [ids],
  });
}

/** @returns those with these keys, in any order; missing ones are omitted */
export function findExportJobsByKey(
  database: Queryable,
  keys: readonly GlobalKeys['Export'][],
): Promise<ExportJobRow[]> {
  return database.query({
    name: 'export_job.uuid',
    text: `SELECT ${COLUMNS} FROM export_job WHERE uuid = ANY($1::uuid[])`,
    values: [keys.map(({ uuid }) => uuid)],
  });
}

/** An estimate farther away than this says nothing. */
const LONGEST_SECONDS = 365 * 86_400;

/**
 * The positions of unfinished exports in the queue, and when they will have ended if they are written one after another,
 * each as large and as fast as the newest of the same client that was written under the same address, or else under the
 * same path with other parameters: files of other names, and of clients who see other data, say nothing about it.
 *
 * @returns one row for each unfinished one
 */
export function findExportOutlooks(
  database: Queryable,
  ids: readonly number[],
): Promise<({ exportId: number } & JobOutlook)[]> {
  return database.query({
    name: 'export-outlooks',
    text: `WITH timed AS (
             SELECT job.id, job.status,
               greatest(0, alike.bytes - job.bytes)::float8 / nullif(alike.bytes, 0) * alike.milliseconds / 1000 AS seconds
             FROM export_job AS job LEFT JOIN LATERAL (
               SELECT done.bytes, done.milliseconds FROM export_job AS done
               WHERE done.client = job.client AND done.path = job.path AND done.milliseconds IS NOT NULL
               ORDER BY (done.parameters = job.parameters) DESC, done.id DESC LIMIT 1
             ) AS alike ON true
             WHERE job.status IN ('QUEUED', 'RUNNING')
           ), placed AS (
             SELECT id, status, count(*) FILTER (WHERE status = 'QUEUED') OVER before_it - 1 AS position,
               CASE WHEN count(seconds) OVER before_it = count(*) OVER before_it THEN sum(seconds) OVER before_it END AS seconds
             FROM timed WINDOW before_it AS (ORDER BY status = 'QUEUED', id)
           )
           SELECT id AS "exportId", CASE WHEN status = 'QUEUED' THEN position::int4 END AS "queuePosition",
             CASE WHEN seconds < ${LONGEST_SECONDS} THEN now() + make_interval(secs => seconds) END AS "estimatedEndAt"
           FROM placed WHERE id = ${ANY_OF_IDS}`,
    values: [ids],
  });
}

/** Follows an export, as `watchJob` does. @throws NotFound at the first look */
export function watchExport(
  database: Database,
  id: number,
  signal?: AbortSignal,
): AsyncGenerator<JobState<ExportJobRow>> {
  const look = async (): Promise<JobState<ExportJobRow>> => {
    const [row] = await findExportJobs(database, [id]);
    if (!row) throw new NotFound('There is no export with this id.', 'id');
    return { row, progress: progressOfExport(row) };
  };
  return watchJob(database, { channel: 'export_job', id: String(id) }, look, signal);
}

/** Which exports; all given fields must match. */
export interface ExportJobFilter extends BooleanFilter<ExportJobFilter> {
  /** `slug` or `slug@version` */
  dataset?: string | null;
  /** any of these */
  status?: JobStatus[] | null;
}

export const EXPORT_ORDER_FIELDS = ['ID', 'CREATED_AT'] as const;
export type ExportOrderField = (typeof EXPORT_ORDER_FIELDS)[number];

const UNIQUE: SortKey = { expression: 'export_job.id', type: 'int4' };
const SORT_KEYS: Record<ExportOrderField, SortKey> = {
  ID: UNIQUE,
  CREATED_AT: { expression: 'export_job.created_at', type: 'timestamptz' },
};

/**
 * Describes a list of exports.
 *
 * @param owner whose they are; null: of all
 * @throws BadUserInput if filter or order do not fit
 */
export function exportJobListing(
  filter: ExportJobFilter,
  orderBy: readonly OrderBy<ExportOrderField>[],
  owner: string | null,
): Listing<ExportJobRow> {
  const parameters = new SqlParameters();
  const where = booleanFilterSql(filter, ({ dataset, status }) => [
    ...(isGiven(dataset) ? [`export_job.dataset_id = ${datasetIdSql(dataset, parameters)}`] : []),
    ...(isGiven(status) ? [oneOfSql('export_job.status', status, 'run_status', 'status', parameters)] : []),
  ]);
  return {
    columns: COLUMNS,
    from: 'export_job',
    where: [where, ...(owner === null ? [] : [`export_job.client = ${parameters.add(owner)}`])],
    order: sortKeys(orderBy, SORT_KEYS, UNIQUE),
    parameters,
    read: columnReader(EXPORT_JOB_COLUMNS, ''),
  };
}
