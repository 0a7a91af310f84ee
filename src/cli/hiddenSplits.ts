import type { Command } from 'commander';
import {
  addEvent,
  COMMAND_LINE,
  DEFAULT_TRIES,
  findHiddenSplits,
  HIDEABLE_SPLITS,
  type HiddenSplitChange,
  type HiddenSplitRow,
  hideSplit,
  showSplit,
} from '../access';
import type { Database, Transaction } from '../database';
import { findDatasetByReference, unknownDataset } from '../dataset';
import { BadUserInput, quoted } from '../errors';
import { toGlobalId } from '../globalId';
import { withDatabase } from './database';

const WORDS = HIDEABLE_SPLITS.join(', ').toLowerCase();

interface Options {
  hide?: true;
  show?: true;
  submissions: string;
  days: string;
}

/** `deeplesion dataset hidden-splits`: splits whose ground truth is hidden. */
export function registerHiddenSplitsCommand(parent: Command): void {
  parent
    .command('hidden-splits')
    .argument('<slug>', 'slug of the data set; a split is hidden in all its versions')
    .argument('[split]', `the split: ${WORDS}; all that are hidden if omitted`)
    .description(
      'list splits whose ground truth is hidden, hide that of one or show it; all servers know within a second',
    )
    .option('--hide', 'hide the ground truth of the split from all without the scope curate or operate')
    .option('--show', 'show it again')
    .option(
      '--submissions <n>',
      'runs that an owner may make over it in a period',
      String(DEFAULT_TRIES.submissionLimit),
    )
    .option('--days <n>', 'length of the period in days', String(DEFAULT_TRIES.periodDays))
    .action((slug: string, split: string | undefined, options: Options) =>
      withDatabase(async ({ database }) => {
        const dataset = await findDatasetByReference(database, slug);
        if (!dataset) throw await unknownDataset(database, slug, 'dataset');
        if (options.hide || options.show) await change(database, { slug, version: dataset.version }, split, options);
        const hidden = await findHiddenSplits(database, [slug]);
        const lines = hidden.map(lineOf);
        process.stdout.write(`${(lines.length > 0 ? lines : [`No split of ${slug} is hidden.`]).join('\n')}\n`);
      }),
    );
}

async function change(
  database: Database,
  { slug, version }: { slug: string; version: number },
  word: string | undefined,
  { hide, show, submissions, days }: Options,
): Promise<void> {
  const split = HIDEABLE_SPLITS.find((one) => one === word?.toUpperCase());
  if (!split || (hide && show))
    throw new BadUserInput(
      `Expected one split of ${WORDS} with --hide or --show, got ${quoted(word ?? 'none')}.`,
      'split',
    );
  const keep = async (transaction: Transaction, { before, after }: HiddenSplitChange): Promise<void> => {
    const target = toGlobalId('Dataset', { dataset: `${slug}@${version}` });
    const what = { actor: COMMAND_LINE, action: 'dataset hidden-splits', target, changes: { split, before, after } };
    await addEvent(transaction, { ...what, outcome: 'DONE', code: null, requestId: null });
  };
  const limits = { submissionLimit: Number(submissions), periodDays: Number(days) };
  if (hide) await hideSplit(database, { slug, split, ...limits }, keep);
  else await showSplit(database, { slug, split }, keep);
}

const lineOf = ({ slug, split, submissionLimit, periodDays }: HiddenSplitRow): string =>
  `The ground truth of ${split} of ${slug} is hidden; an owner may make ${submissionLimit} runs over it in ${periodDays} days.`;
