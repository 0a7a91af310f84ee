import type { Command } from 'commander';
import { readCodeVersion } from '../codeVersion';
import { SPLITS, type Split } from '../dataset';
import { createRegistry, type RunRequest, requestRun, watchRun } from '../detection';
import { BadUserInput } from '../errors';
import { createQueue, startWorker } from '../jobs';
import { createLogger } from '../log';
import { type CommandContext, withDatabase } from './database';
import { createProgress } from './progress';

interface DetectOptions {
  detector: string;
  dataset: string;
  split?: string;
}

/** `deeplesion detect`: a run over a data set, followed until it ends. */
export function registerDetectCommand(program: Command): void {
  program
    .command('detect')
    .description('run a detector over a data set and evaluate it; works beside a running server')
    .requiredOption('--detector <name>', 'name of the detector; NAME@VERSION for one version')
    .requiredOption('--dataset <slug>', 'slug of the data set; SLUG@VERSION for one version')
    .option('--split <split>', 'only the images of one split: train, validation or test')
    .action((options: DetectOptions) => withDatabase((context) => detectAndFollow(context, options)));
}

async function detectAndFollow(
  { config, database, databaseUrl }: CommandContext,
  options: DetectOptions,
): Promise<void> {
  const log = createLogger(config.logLevel);
  const registry = await createRegistry({ database, config, log });
  const queue = await createQueue({ database, log });
  const worker = await startWorker({ database, databaseUrl, registry, queue, config, log });
  try {
    const run = await requestRun({ database, registry, queue, codeVersion: readCodeVersion() }, toRequest(options));
    const progress = createProgress(`Run ${run.id}`);
    for await (const { run: now, progress: counts } of watchRun(database, run.id)) {
      progress.update(counts.completed + counts.failed, counts.total);
      if (now.finishedAt === null) continue;
      progress.finish(`${now.status}, ${counts.completed} of ${counts.total} images, ${counts.failed} failed`);
      if (now.error !== null) throw new Error(now.error);
    }
  } finally {
    await worker.stop();
  }
}

function toRequest({ detector, dataset, split }: DetectOptions): RunRequest {
  const [name = '', version] = detector.split('@');
  return { detector: name, detectorVersion: version, dataset, filter: split ? { split: [parseSplit(split)] } : null };
}

function parseSplit(text: string): Split {
  const split = SPLITS.find((one) => one === text.toUpperCase());
  if (!split)
    throw new BadUserInput(`Expected --split to be one of ${SPLITS.join(', ').toLowerCase()}, got ${text}.`, 'split');
  return split;
}
