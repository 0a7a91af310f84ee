import { type Command, InvalidArgumentError } from 'commander';
import { readCodeVersion } from '../codeVersion';
import type { Database } from '../database';
import { SPLITS, type Split } from '../dataset';
import { BadUserInput, Conflict } from '../errors';
import { toGlobalId } from '../globalId';
import { createProgress } from '../progress';
import { findAccuracyPoints, findEvaluationsOfRuns } from '../results';
import {
  completenessOf,
  countChangedImagesOfRuns,
  type DetectionRunRow,
  findFailures,
  findRuns,
  type RunRequest,
  requestRun,
  watchRun,
} from '../runs';
import { type CommandContext, withDatabase } from './database';
import { addToTrail } from './trail';
import { withWorker } from './withWorker';

const SHOWN_FAILURES = 3;

interface DetectOptions {
  readonly detector: string;
  readonly dataset: string;
  readonly split?: string;
  readonly iou?: number[];
  readonly topK?: number;
  readonly scoreThreshold?: number;
  readonly maxDetections?: number;
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number.');
  return value;
}

/** `deeplesion detect`: a run over a data set, followed until it ends. */
export function registerDetectCommand(program: Command): void {
  program
    .command('detect')
    .description('run a detector over a data set and evaluate it; works alongside a running server')
    .requiredOption('--detector <name>', 'name of the detector; NAME@VERSION for one version')
    .requiredOption('--dataset <slug>', 'slug of the data set; SLUG@VERSION for one version')
    .option('--split <split>', 'only the images of one split: train, validation or test')
    .option('--iou <thresholds>', 'IoU thresholds in addition to 0.05 … 0.95, separated by commas', (text) =>
      text.split(',').map(number),
    )
    .option('--top-k <count>', 'detections per image that count in the accuracy, in addition to 1 and 5', number)
    .option('--score-threshold <score>', 'boxes with a lower score are dropped; 0 to 1', number)
    .option('--max-detections <count>', 'boxes an image at most', number)
    .action((options: DetectOptions) => withDatabase((context) => detectAndFollow(context, options)));
}

function detectAndFollow(context: CommandContext, options: DetectOptions): Promise<void> {
  return withWorker(context, async ({ registry, queue, interrupted }) => {
    const { config, database } = context;
    const run = await requestRun(
      { database, registry, queue, config, codeVersion: readCodeVersion(), client: 'cli' },
      toRequest(options),
      async (transaction, id) => {
        const [made] = await findRuns(transaction, [Number(id)]);
        if (made) await addToTrail(transaction, 'detect', toGlobalId('DetectionRun', { uuid: made.uuid }));
      },
    );
    await follow(database, run, interrupted);
  });
}

/** @throws Conflict if the run fails or the command is interrupted */
async function follow(
  database: Database,
  { id: runId, uuid }: DetectionRunRow,
  interrupted: AbortSignal,
): Promise<void> {
  const id = toGlobalId('DetectionRun', { uuid });
  const progress = createProgress(`Run ${id}`);
  for await (const { run, progress: counts } of watchRun(database, runId, interrupted)) {
    progress.update(counts.completed + counts.failed, counts.total);
    if (run.finishedAt === null) continue;
    const partial = completenessOf(run.status, counts) === 'PARTIAL' ? ' (PARTIAL)' : '';
    progress.finish(`${run.status}${partial}, ${counts.completed} of ${counts.total} images, ${counts.failed} failed`);
    if (run.error !== null) throw new Conflict(run.error);
    await printFlaws(database, runId);
    if (run.status === 'SUCCEEDED') await printAccuracy(database, runId);
    return;
  }
  throw new Conflict(`Interrupted: run ${id} stays in the queue, and a server or "deeplesion worker" finishes it.`);
}

/**
 * Facts that the metrics below do not show: images without a result, and pixel files that differ from those of the
 * import.
 */
async function printFlaws(database: Database, runId: number): Promise<void> {
  const { count, reasons } = await findFailures(database, runId, SHOWN_FAILURES);
  for (const reason of reasons) process.stderr.write(`failed: ${reason}\n`);
  if (count > reasons.length) process.stderr.write(`failed: ${count - reasons.length} more images\n`);
  const [changed] = await countChangedImagesOfRuns(database, [runId]);
  if (changed && changed.count > 0)
    process.stderr.write(`Pixel files that were replaced since the import: ${changed.count}.\n`);
}

async function printAccuracy(database: Database, runId: number): Promise<void> {
  const [evaluation] = await findEvaluationsOfRuns(database, [runId]);
  if (!evaluation) return;
  for (const topK of [1, 5]) {
    const points = await findAccuracyPoints(database, [evaluation.id], { topK });
    const half = points.find(({ iouThreshold }) => iouThreshold === 0.5);
    if (half && half.accuracy !== null)
      process.stdout.write(
        `accuracy at IoU 0.5, best ${topK}: ${half.accuracy.toFixed(3)} (${half.correct} of ${half.total} lesions)\n`,
      );
  }
}

function toRequest(options: DetectOptions): RunRequest {
  const [name = '', version] = options.detector.split('@');
  return {
    detector: name,
    detectorVersion: version,
    dataset: options.dataset,
    filter: options.split ? { split: [parseSplit(options.split)] } : null,
    iouThresholds: options.iou,
    topK: options.topK,
    scoreThreshold: options.scoreThreshold,
    maxDetectionsPerImage: options.maxDetections,
  };
}

function parseSplit(text: string): Split {
  const split = SPLITS.find((one) => one === text.toUpperCase());
  if (!split)
    throw new BadUserInput(`Expected --split to be one of ${SPLITS.join(', ').toLowerCase()}, got ${text}.`, 'split');
  return split;
}
