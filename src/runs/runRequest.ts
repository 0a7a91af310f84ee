import { canonicalRequest } from '../canonicalJson';
import {
  checkKey,
  type Database,
  fromJson,
  isUniqueViolation,
  type Json,
  type KeepAnswer,
  keyConflict,
  type Queryable,
  SqlParameters,
  type Transaction,
} from '../database';
import {
  type BookmarkedImageFilter,
  imageFilterSql,
  imageIdsSql,
  type LesionFilter,
  parseDatasetReference,
  unknownDataset,
} from '../dataset';
import { BadUserInput } from '../errors';
import { type GlobalKeys, toGlobalId } from '../globalId';
import type { DetectorManifest } from '../inference';
import type { DetectorRegistry } from '../models';
import { expectCount, expectRange, type ReadyDetector, readSelection, readyDetector } from '../models';
import { isStorable } from '../storableText';
import { currentTraceparent } from '../tracing';
import { type BatchQueue, enqueue, expectRoom, priorityOf, type QueueLimits } from './runQueue';
import { type DetectionRunRow, findRun } from './runRows';
import type { RunPriority } from './runState';
import { RUN_WEBHOOKS } from './runWebhooks';
import { parseWebhookUrl, type WebhookSettings } from './webhookUrl';

/** What a client requests. */
export interface RunRequest {
  detector: string;
  detectorVersion?: string | null;
  /** `slug` or `slug@version` */
  dataset: string;
  /** which images; with neither filter nor ids, all of the data set */
  filter?: BookmarkedImageFilter | null;
  imageIds?: readonly GlobalKeys['BookmarkedImage'][] | null;
  /** evaluated in addition to 0.05 … 0.95; in (0, 1) */
  iouThresholds?: readonly number[] | null;
  /** detections per image that count in the accuracy, in addition to 1 and 5 */
  topK?: number | null;
  /** named subsets of the lesions for the evaluation, as `readOwnStrata` of the results room checks them */
  strata?: readonly { name: string; filter: LesionFilter }[] | null;
  scoreThreshold?: number | null;
  maxDetectionsPerImage?: number | null;
  /** omitted: INTERACTIVE for a few images, NORMAL otherwise */
  priority?: RunPriority | null;
  /** a repeated request with the same key returns the same run */
  idempotencyKey?: string | null;
  /** gets one signed message when the run has finished */
  webhookUrl?: string | null;
}

/** The images of a data set version that a request selects. */
export type ImageChoice = Pick<RunRequest, 'dataset' | 'filter' | 'imageIds'>;

/** The dependencies of `requestRun`. */
export interface RunContext {
  database: Database;
  registry: DetectorRegistry;
  queue: BatchQueue;
  /** without the settings of webhooks, none is accepted */
  config: QueueLimits & Partial<WebhookSettings>;
  codeVersion: string;
  /**
   * chooses images by a filter, if the client does not see all that a filter may ask for: which images a run has would tell
   * it otherwise
   */
  reads?: Queryable;
  /** the client: clients share the workers evenly, and each has its limit */
  client: string;
}

const DEFAULT_TOP_K = 5;
const MAX_THRESHOLDS = 200;
const MAX_IMAGE_IDS = 100_000;
/** The settings of a run, checked and complete. */
interface RunSettings {
  iouThresholds: number[];
  topK: number;
  scoreThreshold: number;
  maxDetectionsPerImage: number;
}

/**
 * Accepts a run: checks the request, selects the images, stores the run with one row per image and queues its batches,
 * all in one transaction. The work begins when a worker takes the first batch.
 *
 * @param keep given the run as the last step of its transaction
 * @throws BadUserInput naming the invalid argument, or if no image is selected
 * @throws NotFound if the detector or the data set does not exist
 * @throws Conflict if the key was used for another request, or the detector is not ready
 * @throws RateLimited if the queue is full or the client has too many unfinished runs; nothing is stored then
 */
export async function requestRun(
  context: RunContext,
  request: RunRequest,
  keep?: KeepAnswer,
): Promise<DetectionRunRow> {
  checkText(request);
  const stored = canonicalRequest({ ...request, idempotencyKey: undefined });
  const existing = await findByKey(context, request, stored);
  if (existing !== null) return findRun(context.database, existing);
  const { detector, settings, webhookUrl } = await readRequest(context, request);
  const runId = await context.database
    .transaction(async (transaction) => {
      const images = await chooseImages((request.filter && context.reads) || transaction, request);
      await expectRoom(transaction, context, images.ids.length);
      const priority = request.priority ?? priorityOf(images.ids.length);
      const id = await insertRun(transaction, {
        detector,
        settings,
        stored,
        datasetId: images.datasetId,
        priority,
        request,
        context,
      });
      await enqueue(transaction, context, { runId: id, imageIds: images.ids, priority });
      if (webhookUrl !== null) await RUN_WEBHOOKS.insert(transaction, id, webhookUrl);
      await keep?.(transaction, id);
      return id;
    })
    .catch(async (thrown) => {
      // If two equal requests come at once, the second one finds the key taken when it inserts.
      const winner = isUniqueViolation(thrown) ? await findByKey(context, request, stored) : null;
      if (winner === null) throw thrown;
      return winner;
    });
  context.queue.wake();
  return findRun(context.database, runId);
}

/** What a request says of a run, checked, except its images. */
interface ReadRequest {
  detector: ReadyDetector;
  settings: RunSettings;
  webhookUrl: string | null;
}

/**
 * Checks a request without its images.
 *
 * @throws BadUserInput, NotFound, Conflict as `requestRun`
 */
export async function readRequest(
  { registry, config }: Pick<RunContext, 'registry' | 'config'>,
  request: RunRequest,
): Promise<ReadRequest> {
  checkText(request);
  const detector = await readyDetector(registry, request);
  const settings = readSettings(request, detector.manifest);
  const { webhookUrl } = request;
  return {
    detector,
    settings,
    webhookUrl: webhookUrl == null ? null : parseWebhookUrl(webhookUrl, { webhookHosts: [], ...config }).href,
  };
}

function readSettings(request: RunRequest, { defaults }: DetectorManifest): RunSettings {
  return { ...checkRunSettings(request), ...readSelection(request, defaults) };
}

/**
 * The settings of the evaluation that any run has.
 *
 * @throws BadUserInput naming the argument that does not fit
 */
export function checkRunSettings(
  request: Pick<RunRequest, 'iouThresholds' | 'topK' | 'imageIds'>,
): Pick<RunSettings, 'iouThresholds' | 'topK'> {
  const iouThresholds = [...new Set(request.iouThresholds ?? [])];
  const topK = request.topK ?? DEFAULT_TOP_K;
  for (const threshold of iouThresholds) checkThreshold(threshold);
  expectRange('iouThresholds', iouThresholds.length, 0, MAX_THRESHOLDS, ' values');
  expectCount('topK', topK);
  if (request.imageIds) expectRange('imageIds', request.imageIds.length, 1, MAX_IMAGE_IDS, ' ids');
  return { iouThresholds, topK };
}

function checkText(request: RunRequest): void {
  const isBad = (value: unknown): boolean => {
    if (typeof value === 'string') return !isStorable(value);
    return typeof value === 'object' && value !== null && Object.values(value).some(isBad);
  };
  const argument = Object.entries(request).find(([, value]) => isBad(value))?.[0];
  if (argument !== undefined)
    throw new BadUserInput(`Expected ${argument} to be text without NUL and unpaired surrogates.`, argument);
  if (typeof request.idempotencyKey === 'string') checkKey(request.idempotencyKey);
}

/** Thresholds are stored in thousandths, so that 0.7 is 0.7 in every table. */
function checkThreshold(threshold: number): void {
  const milli = Math.round(threshold * 1000);
  if (!(milli > 0 && milli < 1000 && Math.abs(threshold * 1000 - milli) < 1e-6)) {
    throw new BadUserInput(
      `Expected every iouThreshold in (0, 1) with at most three decimals, got ${threshold}.`,
      'iouThresholds',
    );
  }
}

async function findByKey(
  { database, client }: RunContext,
  { idempotencyKey }: RunRequest,
  stored: string,
): Promise<number | null> {
  if (!idempotencyKey) return null;
  const row = await database.prisma.detectionRun.findFirst({
    // Runs of older servers have no client.
    where: { idempotencyKey, clientKey: { in: [client, ''] } },
    select: { id: true, request: true },
  });
  if (!row) return null;
  if (canonicalRequest(row.request) !== stored) throw keyConflict();
  return row.id;
}

/**
 * @returns row ids of the data set version and of the images that a request selects, by id
 * @throws BadUserInput if there are none, or an id is not one of them
 * @throws NotFound if there is no such data set
 */
export async function chooseImages(
  database: Queryable,
  request: ImageChoice,
): Promise<{ datasetId: number; ids: number[] }> {
  const { slug, version } = parseDatasetReference(request.dataset);
  const dataset = await database.prisma.dataset.findFirst({
    where: { slug, ...(version === null ? { isLatest: true } : { version }) },
    select: { id: true },
  });
  if (!dataset) throw await unknownDataset(database, request.dataset, 'dataset');
  const parameters = new SqlParameters();
  const conditions = [`image.dataset_id = ${parameters.add(dataset.id)}::int4`];
  if (request.filter) conditions.push(imageFilterSql(request.filter, parameters));
  if (request.imageIds) conditions.push(`image.id IN ${imageIdsSql(request.imageIds, parameters)}`);
  const rows = await database.query<{ id: number }>({
    text: `SELECT image.id FROM bookmarked_image AS image WHERE ${conditions.join(' AND ')} ORDER BY image.id`,
    values: parameters.values,
  });
  const ids = rows.map(({ id }) => id);
  checkChoice(request, ids);
  return { datasetId: dataset.id, ids };
}

function checkChoice({ imageIds, dataset, filter }: ImageChoice, ids: number[]): void {
  const wanted = new Set(imageIds?.map((key) => toGlobalId('BookmarkedImage', key))).size;
  if (imageIds && !filter && ids.length < wanted) {
    throw new BadUserInput(`${wanted - ids.length} of ${wanted} imageIds are not images of ${dataset}.`, 'imageIds');
  }
  if (ids.length === 0) throw new BadUserInput(`No image of ${dataset} fits the filter.`, 'filter');
}

async function insertRun(
  transaction: Transaction,
  parts: {
    detector: { id: number; modelSha256: string; manifest: DetectorManifest };
    settings: RunSettings;
    stored: string;
    datasetId: number;
    priority: RunPriority;
    request: RunRequest;
    context: RunContext;
  },
): Promise<number> {
  const { detector, settings, stored, datasetId, priority, request, context } = parts;
  const { id } = await transaction.prisma.detectionRun.create({
    data: {
      detectorId: detector.id,
      datasetId,
      request: fromJson<Json>(JSON.parse(stored)),
      idempotencyKey: request.idempotencyKey,
      ...settings,
      nmsIouThreshold: detector.manifest.defaults.nmsIouThreshold,
      modelSha256: detector.modelSha256,
      codeVersion: context.codeVersion,
      clientKey: context.client,
      priority,
      warnings: [],
      traceParent: currentTraceparent(),
    },
    select: { id: true },
  });
  return id;
}
