import { type Command, InvalidArgumentError } from 'commander';
import { readCodeVersion } from '../codeVersion';
import { SPLITS, type Split } from '../dataset';
import { BadUserInput } from '../errors';
import { toGlobalId } from '../globalId';
import { findRuns, type RunRequest, requestRun } from '../runs';
import { type CommandContext, withDatabase } from './database';
import { followRun, printAccuracy } from './followRun';
import { addToTrail } from './trail';
import { withWorker } from './withWorker';

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
    await followRun(database, run, interrupted, printAccuracy);
  });
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
