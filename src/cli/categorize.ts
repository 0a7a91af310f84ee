import { type Command, InvalidArgumentError } from 'commander';
import { type CategorizationImportReport, importCategorization } from '../categorization';
import { BadUserInput } from '../errors';
import { withDatabase } from './database';
import { createProgress } from './progress';

interface ImportFlags {
  dataset: string;
  name?: string;
  label: ReadonlyMap<number, string>;
  partial?: boolean;
}

/** `deeplesion categorize import FOLDER`. */
export function registerCategorizeCommand(program: Command): void {
  const parent = program.command('categorize').description('sort the lesions of a data set into pseudo-clusters');
  parent
    .command('import <folder>')
    .description('store a categorization that training/categorize.py computed, with its lineage and features')
    .requiredOption('--dataset <slug>', 'the data set whose lesions it sorts, `slug` or `slug@version`')
    .option('--name <name>', 'name of the categorization (default: the one in the folder)')
    .option(
      '--label <number=name>',
      'name of a pseudo-cluster, e.g. 1=lung; may be given several times',
      addLabel,
      new Map(),
    )
    .option('--partial', 'leave out the lesions that the data set does not have')
    .action(importFolder);
}

function addLabel(text: string, labels: ReadonlyMap<number, string>): ReadonlyMap<number, string> {
  const match = /^(\d{1,6})=(.+)$/s.exec(text);
  if (!match?.[1] || !match[2]) throw new InvalidArgumentError('Expected a cluster number and its name, e.g. 1=lung.');
  return new Map([...labels, [Number(match[1]), match[2]]]);
}

async function importFolder(folder: string, flags: ImportFlags): Promise<void> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new BadUserInput('Stopped: nothing was imported.'));
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  await withDatabase(async ({ database }) => {
    const progress = createProgress(`Categorization of ${flags.dataset}`);
    const { dataset, name, label: labels, partial } = flags;
    const { update: onProgress } = progress;
    const report = await importCategorization(database, {
      folder,
      dataset,
      name,
      labels,
      partial,
      onProgress,
      signal: stop.signal,
    });
    progress.finish('done');
    process.stdout.write(`${reportText(report, dataset)}\n`);
  }).finally(() => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  });
}

function reportText({ name, clusterCount, ...counts }: CategorizationImportReport, dataset: string): string {
  const lines = [`Imported as ${name}: ${counts.lesions} lesions of ${dataset} in ${clusterCount} pseudo-clusters.`];
  if (counts.lesionsWithoutRow > 0)
    lines.push(`${counts.lesionsWithoutRow} lesions of ${dataset} are in none of them.`);
  if (counts.rowsLeftOut > 0)
    lines.push(`${counts.rowsLeftOut} rows were left out: ${dataset} does not have their lesions.`);
  return lines.join('\n');
}
