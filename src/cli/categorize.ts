import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import {
  type CategorizationImportReport,
  findCategorizationByName,
  findCategorizations,
  findClustersOfCategorizations,
  importCategorization,
  requestCategorization,
  sizesOfPseudoClusters,
} from '../categorization';
import { readCodeVersion } from '../codeVersion';
import type { Database, Queryable } from '../database';
import { findDatasetByReference } from '../dataset';
import { BadUserInput, Conflict, NotFound } from '../errors';
import { toGlobalId } from '../globalId';
import { createProgress } from '../progress';
import { type CommandContext, withDatabase } from './database';
import { addToTrail } from './trail';
import { withWorker } from './withWorker';

interface ImportFlags {
  dataset: string;
  name?: string;
  label: ReadonlyMap<number, string>;
  partial?: boolean;
}

interface SortFlags {
  dataset: string;
  name: string;
  encoder?: string;
  clusters?: number;
  seed?: number;
  assignTo?: string;
}

const LOOK_MS = 500;

/** `deeplesion categorize import FOLDER` and `deeplesion categorize lesions`. */
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
  parent
    .command('lesions')
    .description('cluster the lesions of a data set by the features of an encoder; works alongside a running server')
    .requiredOption('--dataset <slug>', 'the data set, `slug` or `slug@version`')
    .requiredOption('--name <name>', 'name of the categorization')
    .option('--encoder <name>', 'name of the encoder; NAME@VERSION for one version (default: the only one)')
    .option('--clusters <count>', 'number of pseudo-clusters, K (default: 5)', wholeNumber)
    .option('--seed <number>', 'seed of the clustering (default: 1)', wholeNumber)
    .option(
      '--assign-to <name>',
      'put lesions to the centroids of this categorization of the data set; SLUG/NAME for one of another data set',
    )
    .action((flags: SortFlags) => withDatabase((context) => sortAndFollow(context, flags)));
}

function wholeNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
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
      keep: (transaction, id) => noteCategorization(transaction, 'categorize import', id),
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
    lines.push(`${counts.rowsLeftOut} rows were skipped: ${dataset} does not have their lesions.`);
  return lines.join('\n');
}

async function sortAndFollow(context: CommandContext, flags: SortFlags): Promise<void> {
  const { config, database } = context;
  const { dataset, name, clusters: clusterCount, seed } = flags;
  const [encoder, encoderVersion] = flags.encoder?.split('@') ?? [];
  const assignTo = flags.assignTo === undefined ? null : await findByName(database, dataset, flags.assignTo);
  await withWorker(context, async ({ queue, interrupted }) => {
    const row = await requestCategorization(
      { database, queue, config, codeVersion: readCodeVersion() },
      { dataset, name, encoder, encoderVersion, clusterCount, seed, assignTo },
      (transaction, id) => noteCategorization(transaction, 'categorize lesions', Number(id)),
    );
    await follow(database, row.id, name, interrupted);
  });
}

async function noteCategorization(transaction: Queryable, action: string, id: number): Promise<void> {
  const [made] = await findCategorizations(transaction, [id]);
  if (made) await addToTrail(transaction, action, toGlobalId('Categorization', { uuid: made.uuid }));
}

/** @throws NotFound if there is no such categorization */
async function findByName(database: Database, dataset: string, text: string): Promise<{ uuid: string }> {
  const slash = text.indexOf('/');
  const [slug, name] = slash > 0 ? [text.slice(0, slash), text.slice(slash + 1)] : [dataset, text];
  const found = await findDatasetByReference(database, slug);
  const categorization = found && (await findCategorizationByName(database, found.id, name));
  if (!categorization) throw new NotFound(`There is no categorization ${name} of ${slug}.`, 'assign-to');
  return { uuid: categorization.uuid };
}

/** @throws Conflict if the categorization fails or the command is interrupted */
async function follow(database: Database, id: number, name: string, interrupted: AbortSignal): Promise<void> {
  const progress = createProgress(`Categorization ${name}`);
  while (!interrupted.aborted) {
    const [row] = await findCategorizations(database, [id]);
    if (!row) throw new NotFound(`The categorization ${name} was deleted.`, 'name');
    progress.update(row.completed, row.total);
    if (row.finishedAt !== null) {
      progress.finish(`${row.status}, ${row.completed} of ${row.total} lesions`);
      if (row.error !== null) throw new Conflict(row.error);
      for (const warning of row.warnings) process.stderr.write(`${warning}\n`);
      await printClusters(database, id);
      return;
    }
    await sleep(LOOK_MS, undefined, { signal: interrupted }).catch(() => undefined);
  }
  throw new Conflict(`Interrupted: ${name} stays in the queue, and a server or "deeplesion worker" finishes it.`);
}

async function printClusters(database: Database, id: number): Promise<void> {
  const clusters = await findClustersOfCategorizations(database, [id]);
  const sizes = await sizesOfPseudoClusters(
    database,
    clusters.map((cluster) => cluster.id),
  );
  for (const { id: clusterId, clusterIndex, label } of clusters.sort((a, b) => a.clusterIndex - b.clusterIndex)) {
    const size = sizes.find((one) => one.pseudoClusterId === clusterId)?.size ?? 0;
    process.stdout.write(`cluster ${clusterIndex}${label === null ? '' : ` (${label})`}: ${size} lesions\n`);
  }
}
