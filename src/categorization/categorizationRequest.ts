import { type Database, type KeepAnswer, type Queryable, SqlParameters, type Transaction, toJson } from '../database';
import {
  type DatasetRow,
  findDatasetByReference,
  type LesionFilter,
  lesionFilterSql,
  unknownDataset,
} from '../dataset';
import { BadUserInput, NotFound, RateLimited } from '../errors';
import type { GlobalKeys } from '../globalId';
import { findEncoderFolder, type KnownEncoder } from '../models';
import { findCategorizations } from './categorizations';
import { checkName, claimName } from './newCategorization';
import type { CategorizationRow } from './rows';
import { ensureEncoder } from './store';

/** What a client requests. */
export interface CategorizationRequest {
  /** `slug` or `slug@version` */
  dataset: string;
  /** of the categorization, unique in the data set version */
  name: string;
  /** which lesions; all of the data set unless given */
  filter?: LesionFilter | null;
  /** omitted: the only one that exists */
  encoder?: string | null;
  /** omitted: the highest */
  encoderVersion?: string | null;
  /** K; 5 unless given, as the paper has it */
  clusterCount?: number | null;
  /** of the clustering; 1 unless given */
  seed?: number | null;
  /**
   * a categorization to whose centroids lesions are put, in place of a new clustering: its encoder and K are taken over
   */
  assignTo?: GlobalKeys['Categorization'] | null;
}

/** The queue in which categorizations wait for a worker. */
export interface CategorizationQueue {
  /**
   * SELECT of the categorizations that wait: `categorization_id`, `place` from 1 in the order in which workers take
   * them
   */
  readonly waitingCategorizationsSql: string;
  /** Puts it in the same transaction as the row, so that there is never one without the other. */
  sendCategorization(transaction: Transaction, categorizationId: number): Promise<void>;
  /** Called after the commit: there is work. */
  wake(): void;
}

/** What `requestCategorization` works with. */
export interface CategorizationContext {
  database: Database;
  queue: CategorizationQueue;
  config: { modelsDir: string };
  codeVersion: string;
  /** the client, each of which has its own limit; omitted: the operator, by the command line */
  client?: string;
}

/** What is kept of a request, and what its work reads back. */
export interface StoredRequest {
  filter: LesionFilter | null;
  encoder: { name: string; version: string; sha256: string };
  clusterCount: number;
  seed: number;
}

/** Each is the work of minutes, and its features and clusters stay. */
const MAX_UNFINISHED = 20;
const MAX_UNFINISHED_PER_CLIENT = 10;
const RETRY_AFTER_SECONDS = 60;
const DEFAULT_CLUSTER_COUNT = 5;
const DEFAULT_SEED = 1;
const MAX_CLUSTERS = 1_000;
const MAX_SEED = 2_147_483_647;
const CLUSTERED = 'k-means on encoder features: the best of 20 k-means++ initializations';
const ASSIGNED = 'each lesion assigned to the nearest centroid, by encoder features';

/**
 * Accepts a categorization: checks the request, stores it as QUEUED and queues its work, in one transaction.
 *
 * @throws BadUserInput naming the argument that does not fit, or when the filter leaves fewer lesions than clusters
 * @throws NotFound if the data set, the encoder or the categorization is not there
 * @throws Conflict if the data set has a categorization of this name
 * @throws RateLimited if too many wait already, of this client or of all
 */
export async function requestCategorization(
  context: CategorizationContext,
  request: CategorizationRequest,
  keep?: KeepAnswer,
): Promise<CategorizationRow> {
  const { database, queue, config } = context;
  const name = checkName(request.name);
  const wantedCount = checkCount('clusterCount', request.clusterCount ?? DEFAULT_CLUSTER_COUNT, 1, MAX_CLUSTERS);
  const seed = checkCount('seed', request.seed ?? DEFAULT_SEED, 0, MAX_SEED);
  const dataset = await findDatasetByReference(database, request.dataset);
  if (!dataset) throw await unknownDataset(database, request.dataset, 'dataset');
  const source = request.assignTo == null ? null : await findSource(database, request.assignTo, request);
  const encoder = await findEncoderFolder(
    config.modelsDir,
    source?.encoder ?? { name: request.encoder, version: request.encoderVersion },
  );
  const clusterCount = source?.clusterCount ?? wantedCount;
  const stored: StoredRequest = {
    filter: request.filter ?? null,
    encoder: identityOf(encoder),
    clusterCount,
    seed,
  };
  const id = await database.transaction(async (transaction) => {
    await claimName(transaction, dataset.id, request.dataset, name);
    await checkRoom(transaction, context.client ?? null);
    const total = await countLesions(transaction, dataset.id, stored.filter);
    const least = source ? 1 : clusterCount;
    if (total < least)
      throw new BadUserInput(
        `Expected the filter to leave at least ${least} lesions of ${request.dataset}, it leaves ${total}.`,
        'filter',
      );
    const inserted = await insertQueued(transaction, {
      context,
      dataset,
      name,
      stored,
      encoder,
      total,
      sourceId: source?.id ?? null,
    });
    await queue.sendCategorization(transaction, inserted);
    await keep?.(transaction, inserted);
    return inserted;
  });
  queue.wake();
  const [row] = await findCategorizations(database, [id]);
  if (!row) throw new Error(`Categorization ${id} vanished.`);
  return row;
}

/** Concurrent requests are processed one after another. */
async function checkRoom(transaction: Transaction, client: string | null): Promise<void> {
  await transaction.query({ text: `SELECT pg_advisory_xact_lock(hashtextextended('categorizations that wait', 0))` });
  const [row] = await transaction.query<{ count: number; own: number }>({
    text: `SELECT count(*)::int4 AS count, (count(*) FILTER (WHERE client = $1))::int4 AS own FROM categorization
           WHERE status IN ('QUEUED', 'RUNNING')`,
    values: [client],
  });
  if (row && row.own >= MAX_UNFINISHED_PER_CLIENT)
    throw new RateLimited(
      `Expected at most ${MAX_UNFINISHED_PER_CLIENT} categorizations of one client that have not ended, there ` +
        `are ${row.own} of yours: ask again when some have.`,
      RETRY_AFTER_SECONDS,
    );
  if (row && row.count >= MAX_UNFINISHED)
    throw new RateLimited(
      `Expected at most ${MAX_UNFINISHED} categorizations that have not ended, there are ${row.count}: ask again ` +
        'when some have.',
      RETRY_AFTER_SECONDS,
    );
}

function identityOf({ manifest: { name, version, onnx } }: KnownEncoder): StoredRequest['encoder'] {
  return { name, version, sha256: onnx.sha256 };
}

interface Source {
  id: number;
  clusterCount: number;
  encoder: { name: string; version: string; sha256: string };
}

/** The categorization whose centroids are taken over, of whatever data set. */
async function findSource(
  database: Queryable,
  { uuid }: GlobalKeys['Categorization'],
  { encoder, clusterCount }: CategorizationRequest,
): Promise<Source> {
  const given = encoder != null ? 'encoder' : clusterCount != null ? 'clusterCount' : null;
  if (given !== null)
    throw new BadUserInput(`Expected no ${given} together with assignTo: that of the categorization is used.`, given);
  const row = await database.prisma.categorization.findFirst({
    where: { uuid },
    select: {
      id: true,
      status: true,
      clusterCount: true,
      encoder: { select: { name: true, version: true, modelSha256: true } },
      _count: { select: { clusters: { where: { centroid: { not: null } } } } },
    },
  });
  if (!row) throw new NotFound('There is no such categorization: the query "categorizations" lists them.', 'assignTo');
  if (row.status !== 'SUCCEEDED' || row.encoder === null || row._count.clusters !== row.clusterCount)
    throw new BadUserInput(
      'Expected assignTo to be a categorization that has succeeded and whose encoder and centroids are known.',
      'assignTo',
    );
  const { name, version, modelSha256: sha256 } = row.encoder;
  const { id } = row;
  return { id, clusterCount: row.clusterCount, encoder: { name, version, sha256 } };
}

function checkCount(argument: string, value: number, low: number, high: number): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new BadUserInput(`Expected ${argument} to be a whole number in ${low} … ${high}, got ${value}.`, argument);
}

async function countLesions(database: Queryable, datasetId: number, filter: LesionFilter | null): Promise<number> {
  const parameters = new SqlParameters();
  const where = lesionsOfRequestSql(datasetId, filter, parameters);
  const [row] = await database.query<{ count: number }>({
    text: `SELECT count(*)::int4 AS count FROM lesion WHERE ${where}`,
    values: parameters.values,
  });
  return row?.count ?? 0;
}

/** @returns a condition on the table `lesion`: what a request speaks of */
export function lesionsOfRequestSql(datasetId: number, filter: LesionFilter | null, parameters: SqlParameters): string {
  const ofDataset = `lesion.dataset_id = ${parameters.add(datasetId)}::int4`;
  return filter ? `${ofDataset} AND ${lesionFilterSql(filter, parameters)}` : ofDataset;
}

async function insertQueued(
  transaction: Transaction,
  parts: {
    context: CategorizationContext;
    dataset: DatasetRow;
    name: string;
    stored: StoredRequest;
    encoder: KnownEncoder;
    total: number;
    sourceId: number | null;
  },
): Promise<number> {
  const { context, dataset, name, stored, encoder, total, sourceId } = parts;
  const { dimension } = encoder.manifest.output.features;
  const encoderId = await ensureEncoder(transaction, stored.encoder, dimension, encoder.manifest);
  const { id } = await transaction.prisma.categorization.create({
    data: {
      datasetId: dataset.id,
      name,
      method: sourceId === null ? CLUSTERED : ASSIGNED,
      clusterCount: stored.clusterCount,
      source: sourceId === null ? 'COMPUTED' : 'ASSIGNED',
      status: 'QUEUED',
      total,
      encoderId,
      featureDimension: dimension,
      assignedFromId: sourceId,
      request: toJson(stored),
      seed: sourceId === null ? stored.seed : null,
      command: commandOf(dataset, name, stored, sourceId),
      codeVersion: context.codeVersion,
      dataChecksum: dataset.sourceSha256,
      client: context.client,
      finishedAt: null,
    },
    select: { id: true },
  });
  return id;
}

/** The command that requests the same again, if the command line can express it. */
function commandOf(
  { slug, version }: DatasetRow,
  name: string,
  { filter, encoder, clusterCount, seed }: StoredRequest,
  sourceId: number | null,
): string | null {
  if (filter !== null || sourceId !== null) return null;
  const words = [
    '--dataset',
    `${slug}@${version}`,
    '--name',
    JSON.stringify(name),
    '--encoder',
    `${encoder.name}@${encoder.version}`,
  ];
  return `deeplesion categorize lesions ${[...words, '--clusters', clusterCount, '--seed', seed].join(' ')}`;
}
