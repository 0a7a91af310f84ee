import type { Command } from 'commander';
import { BadUserInput } from '../errors';
import { createLogger } from '../log';
import { dueRuns, passOnce } from '../retention';
import { interruptible, withDatabase } from './database';

/** `deeplesion retention`: deletes by the rules now, or shows what it would delete. */
export function registerRetentionCommand(program: Command): void {
  program
    .command('retention')
    .description('delete what the RETENTION_ settings say, as the server does once an hour; at most 100 runs')
    .option('--dry-run', 'only show what would be deleted')
    .option('--json', 'print the result as JSON')
    .action((options: { dryRun?: boolean; json?: boolean }) => retain(options));
}

async function retain({ dryRun = false, json = false }: { dryRun?: boolean; json?: boolean }): Promise<void> {
  await withDatabase(async ({ config, database }) => {
    const { retention: rules, logLevel } = config;
    if (rules.runsDays === undefined)
      throw new BadUserInput(
        'No rule is set, so that nothing is deleted: set RETENTION_RUNS_DAYS.',
        'RETENTION_RUNS_DAYS',
      );
    const now = new Date();
    const due = await dueRuns(database, rules, now);
    const log = createLogger(logLevel);
    const deleted = dryRun ? 0 : await interruptible((signal) => passOnce({ database, rules, log, now, signal }));
    const runs = due.map(({ globalId, finishedAt }) => ({ id: globalId, finishedAt: finishedAt.toISOString() }));
    const lines = runs.map(({ id, finishedAt }) => `${id}\tfinished ${finishedAt}`);
    const summary = dryRun ? `${due.length} runs would be deleted.` : `${deleted} of ${due.length} runs were deleted.`;
    process.stdout.write(
      json ? `${JSON.stringify({ dryRun, deleted, runs }, null, 2)}\n` : `${[...lines, summary].join('\n')}\n`,
    );
  });
}
