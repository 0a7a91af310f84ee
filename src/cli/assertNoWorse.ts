import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Database } from '../database';
import { BadUserInput, NotFound } from '../errors';
import { keyOf, parseGlobalId } from '../globalId';
import {
  assertNoWorse,
  findEvaluationsByKey,
  findEvaluationsOfRuns,
  METRIC_KINDS,
  type MetricKind,
  type NonInferiority,
} from '../results';
import { findRunsByKey } from '../runs';
import { withDatabase } from './database';

interface JudgeFlags {
  metric: string;
  margin: number;
  iouThreshold?: number;
  topK?: number;
  falsePositives?: number;
  stratum: string;
  json?: boolean;
}

/** The candidate is no worse; it is not shown to be no worse; nothing could be judged. */
const STATUS = { holds: 0, fails: 1, unknown: 2 } as const;

/** `accuracy` for ACCURACY and so on. */
const METRICS = new Map(METRIC_KINDS.map((kind) => [kind.toLowerCase().replaceAll('_', '-'), kind]));

/** `deeplesion assert-no-worse CANDIDATE REFERENCE`: a gate for continuous integration. */
export function registerAssertNoWorseCommand(program: Command): void {
  program
    .command('assert-no-worse <candidate> <reference>')
    .description(
      'judge whether a candidate is no worse than a reference by more than a margin; both are ids of evaluations, or of ' +
        'detection runs, whose newest evaluations count',
    )
    .addOption(new Option('--metric <name>', 'metric').choices([...METRICS.keys()]).default('accuracy'))
    .requiredOption('--margin <share>', 'how much worse is still acceptable, e.g. 0.02 for 2 percentage points', number)
    .option('--iou-threshold <threshold>', 'overlap threshold (default: 0.5; average precision: mean of ten)', number)
    .option('--top-k <count>', "with accuracy: detections per image that count (default: the reference's)", number)
    .option('--false-positives <rate>', 'with sensitivity: false positives per image (default: 4)', number)
    .option('--stratum <name>', 'stratum of the lesions', 'ALL')
    .option('--json', 'print the judgement as JSON')
    .addHelpText(
      'after',
      '\nStatus: 0 if the candidate is no worse, 1 if that is not shown, 2 if nothing could be judged.',
    )
    .exitOverride((stopped) => {
      if (stopped.exitCode !== 0) process.exitCode = STATUS.unknown;
      throw stopped;
    })
    .action(judgeAndPrint);
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number.');
  return value;
}

async function judgeAndPrint(candidate: string, reference: string, flags: JudgeFlags): Promise<void> {
  // Whatever goes wrong is no judgement.
  process.exitCode = STATUS.unknown;
  const verdict = await withDatabase(({ database }) => judgeIds(database, candidate, reference, flags));
  process.stdout.write(`${flags.json ? JSON.stringify(verdict, null, 1) : verdict.sentence}\n`);
  process.exitCode = verdict.holds ? STATUS.holds : STATUS.fails;
}

async function judgeIds(
  database: Database,
  candidate: string,
  reference: string,
  flags: JudgeFlags,
): Promise<NonInferiority> {
  const [first, second] = [
    await evaluationOf(database, candidate, 'candidate'),
    await evaluationOf(database, reference, 'reference'),
  ];
  const metric = {
    kind: METRICS.get(flags.metric) ?? ('ACCURACY' satisfies MetricKind),
    iouThreshold: flags.iouThreshold,
    topK: flags.topK,
    falsePositivesPerImage: flags.falsePositives,
  };
  return assertNoWorse(database, first, second, metric, flags.margin, { stratum: flags.stratum });
}

/** @returns row id @throws NotFound if there is no such evaluation or run, BadUserInput if a run has none */
async function evaluationOf(database: Database, id: string, argument: string): Promise<number> {
  if (parseGlobalId(id)?.type !== 'DetectionRun') {
    const [evaluation] = await findEvaluationsByKey(database, [keyOf(id, 'Evaluation', argument)]);
    if (!evaluation)
      throw new NotFound('Expected an evaluation that exists: the query evaluations lists them.', argument);
    return evaluation.id;
  }
  const [run] = await findRunsByKey(database, [keyOf(id, 'DetectionRun', argument)]);
  if (!run) throw new NotFound('Expected a detection run that exists: the query detectionRuns lists them.', argument);
  const [newest] = await findEvaluationsOfRuns(database, [run.id], 1);
  if (!newest)
    throw new BadUserInput('Expected a run with an evaluation: it is evaluated when it has ended.', argument);
  return newest.id;
}
