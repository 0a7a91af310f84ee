import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Database } from '../database';
import { NotFound } from '../errors';
import { BOX_MEASURES, COMPARATORS, OVERLAP_CRITERIA } from '../evaluation';
import { keyOf, toGlobalId } from '../globalId';
import {
  EVALUATION_PRESETS,
  type EvaluationPreset,
  type EvaluationRequest,
  evaluateRun,
  FROC_DUPLICATES,
  findAccuracyPoints,
  findAveragePrecision,
  findFrocPoints,
} from '../results';
import { findRunsByKey } from '../runs';
import { withDatabase } from './database';
import { addToTrail } from './trail';

interface EvaluateFlags {
  preset?: EvaluationPreset;
  iouThresholds?: number[];
  topK?: number[];
  accuracy?: Pick<EvaluationRequest, 'accuracyCriterion' | 'accuracyComparator' | 'accuracyBoxMeasure'>;
  froc?: Pick<EvaluationRequest, 'frocCriterion' | 'frocComparator' | 'frocBoxMeasure' | 'frocDuplicates'>;
  frocThresholds?: number[];
  scoreFloor?: number;
  keepNoisy?: boolean;
  /** true: up to the latest */
  reviews?: number | true;
  authenticatedReviews?: true;
  categorization?: string | false;
  resamples?: number;
  seed?: number;
  json?: boolean;
}

/** `deeplesion evaluate RUN`: a stored run by another protocol, without running the detector again. */
export function registerEvaluateCommand(program: Command): void {
  program
    .command('evaluate <run>')
    .description('evaluate a stored detection run; `<run>` is its id, as `deeplesion detect` and the graph show it')
    .addOption(
      new Option('--preset <name>', 'convention that the other choices start from').choices([...EVALUATION_PRESETS]),
    )
    .option('--iou-thresholds <list>', 'IoU thresholds in addition to 0.05 … 0.95, separated by commas', numbers)
    .option('--top-k <list>', 'detections per image that count in the accuracy, in addition to 1 and 5', numbers)
    .option(
      '--accuracy <rules>',
      'CRITERION,COMPARATOR,MEASURE of the accuracy, e.g. IOU,GREATER,CONTINUOUS',
      accuracyRules,
    )
    .option('--froc <rules>', 'CRITERION,COMPARATOR,MEASURE,DUPLICATES of the FROC', frocRules)
    .option('--froc-thresholds <list>', 'overlap thresholds of the FROC (default: 0.5)', numbers)
    .option('--score-floor <score>', 'detections below it count in no metric; 0 to 1', number)
    .option('--keep-noisy', 'count possibly noisy lesions like others')
    .option(
      '--reviews [count]',
      'count lesions that radiologists confirmed, by this many first reviews of the data set or by all',
      number,
    )
    .option('--authenticated-reviews', 'with --reviews: only those whose reviewer was known by a key')
    .option(
      '--categorization <name>',
      "categorization whose pseudo-clusters are strata (default: the data set's newest)",
    )
    .option('--no-categorization', 'no pseudo-clusters as strata')
    .option('--resamples <count>', 'resamples of the bootstrap over patients (default: 1000)', number)
    .option('--seed <number>', 'seed of the bootstrap (default: 1)', number)
    .option('--json', 'print metrics and protocol as JSON')
    .action((run: string, flags: EvaluateFlags) =>
      withDatabase(({ database }) => evaluateAndPrint(database, run, flags)),
    );
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number.');
  return value;
}

const numbers = (text: string): number[] => text.split(',').map(number);

/** @throws NotFound if there is no such run */
async function findRunOf(database: Database, id: string): Promise<number> {
  const [run] = await findRunsByKey(database, [keyOf(id, 'DetectionRun', 'run')]);
  if (!run) throw new NotFound('Expected a detection run that exists: the query detectionRuns lists them.', 'run');
  return run.id;
}

function oneOf<T extends string>(known: readonly T[], text: string | undefined): T {
  const found = known.find((one) => one === text);
  if (!found) throw new InvalidArgumentError(`Expected one of ${known.join(', ')}, got ${text ?? 'nothing'}.`);
  return found;
}

function accuracyRules(text: string): EvaluateFlags['accuracy'] {
  const [criterion, comparator, measure] = text.split(',');
  return {
    accuracyCriterion: oneOf(OVERLAP_CRITERIA, criterion),
    accuracyComparator: oneOf(COMPARATORS, comparator),
    accuracyBoxMeasure: oneOf(BOX_MEASURES, measure),
  };
}

function frocRules(text: string): EvaluateFlags['froc'] {
  const [criterion, comparator, measure, duplicates] = text.split(',');
  return {
    frocCriterion: oneOf(OVERLAP_CRITERIA, criterion),
    frocComparator: oneOf(COMPARATORS, comparator),
    frocBoxMeasure: oneOf(BOX_MEASURES, measure),
    frocDuplicates: oneOf(FROC_DUPLICATES, duplicates),
  };
}

function toRequest({
  accuracy,
  froc,
  keepNoisy,
  reviews,
  authenticatedReviews,
  categorization,
  json: _,
  ...rest
}: EvaluateFlags): EvaluationRequest {
  return {
    ...rest,
    ...accuracy,
    ...froc,
    possiblyNoisyLesions: keepNoisy ? 'KEEP' : undefined,
    reviews: reviews === undefined ? undefined : 'INCLUDE',
    reviewsUpTo: typeof reviews === 'number' ? reviews : undefined,
    authenticatedReviewsOnly: authenticatedReviews,
    categorization: categorization === false ? null : categorization,
  };
}

/** Figures as they are printed: the number of the evaluation's row means nothing outside its database. */
function withoutRowIds(figures: object): object {
  return JSON.parse(JSON.stringify(figures, (name, value) => (name === 'evaluationId' ? undefined : value)));
}

async function evaluateAndPrint(database: Database, run: string, flags: EvaluateFlags): Promise<void> {
  const { id, uuid, protocol } = await evaluateRun(
    database,
    await findRunOf(database, run),
    toRequest(flags),
    (transaction, made) => addToTrail(transaction, 'evaluate', toGlobalId('Evaluation', { uuid: made.uuid }), { run }),
  );
  const evaluation = toGlobalId('Evaluation', { uuid });
  const accuracy = await findAccuracyPoints(database, [id]);
  const froc = await findFrocPoints(database, [id], { iouThreshold: protocol.froc.thresholds[0] });
  const [ap] = await findAveragePrecision(database, [id]);
  if (flags.json) {
    process.stdout.write(
      `${JSON.stringify({ evaluation, protocol, ...withoutRowIds({ accuracy, froc, averagePrecision: ap }) }, null, 1)}\n`,
    );
    return;
  }
  const percent = (value: number | null): string => (value === null ? '–' : `${(100 * value).toFixed(1)} %`);
  const band = (low: number | null, high: number | null): string =>
    low === null || high === null ? '' : ` (${percent(low)} … ${percent(high)})`;
  const lines = [
    `evaluation ${evaluation} of run ${run}: ${protocol.population.lesions} lesions on ` +
      `${protocol.population.images} images`,
  ];
  lines.push(`accuracy, best ${protocol.accuracy.defaultTopK}, by IoU threshold, with 95 % interval over patients`);
  for (const point of accuracy)
    lines.push(`  ${point.iouThreshold.toFixed(2)}  ${percent(point.accuracy)}${band(point.ciLow, point.ciHigh)}`);
  lines.push('sensitivity by false positives an image');
  for (const point of froc)
    lines.push(`  ${point.falsePositivesPerImage}  ${percent(point.sensitivity)}${band(point.ciLow, point.ciHigh)}`);
  lines.push(`average precision, COCO: ${percent(ap?.mean ?? null)}`);
  process.stdout.write(`${lines.join('\n')}\n`);
}
