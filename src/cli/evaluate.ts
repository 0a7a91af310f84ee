import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Database } from '../database';
import { BOX_MEASURES, COMPARATORS, OVERLAP_CRITERIA } from '../evaluation';
import { parseGlobalId } from '../globalId';
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
import { withDatabase } from './database';

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
  categorization?: string | false;
  resamples?: number;
  seed?: number;
  json?: boolean;
}

/** `deeplesion evaluate RUN`: a stored run by another protocol, without running the detector again. */
export function registerEvaluateCommand(program: Command): void {
  program
    .command('evaluate <run>')
    .description('evaluate a stored detection run; `<run>` is its number, as `deeplesion detect` shows it')
    .addOption(
      new Option('--preset <name>', 'convention that the other choices start from').choices([...EVALUATION_PRESETS]),
    )
    .option('--iou-thresholds <list>', 'IoU thresholds besides 0.05 … 0.95, separated by commas', numbers)
    .option('--top-k <list>', 'boxes an image that count in the accuracy, besides 1 and 5', numbers)
    .option(
      '--accuracy <rules>',
      'CRITERION,COMPARATOR,MEASURE of the accuracy, e.g. IOU,GREATER,CONTINUOUS',
      accuracyRules,
    )
    .option('--froc <rules>', 'CRITERION,COMPARATOR,MEASURE,DUPLICATES of the FROC', frocRules)
    .option('--froc-thresholds <list>', 'overlap thresholds of the FROC (default: 0.5)', numbers)
    .option('--score-floor <score>', 'detections below it count in no figure; 0 to 1', number)
    .option('--keep-noisy', 'count possibly noisy lesions like others')
    .option(
      '--reviews [last]',
      'count lesions that radiologists confirmed, up to the review with this number or to the latest',
      number,
    )
    .option(
      '--categorization <name>',
      "categorization whose pseudo-clusters are strata (default: the data set's newest)",
    )
    .option('--no-categorization', 'no pseudo-clusters as strata')
    .option('--resamples <count>', 'resamples of the bootstrap over patients (default: 1000)', number)
    .option('--seed <number>', 'seed of the bootstrap (default: 1)', number)
    .option('--json', 'print figures and protocol as JSON')
    .action((run: string, flags: EvaluateFlags) =>
      withDatabase(({ database }) => evaluateAndPrint(database, runNumber(run), flags)),
    );
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number.');
  return value;
}

const numbers = (text: string): number[] => text.split(',').map(number);

function numberOfGlobalId(text: string, type: string): number | null {
  const found = parseGlobalId(text);
  return found?.type === type ? found.id : null;
}

function runNumber(text: string): number {
  // The graph tells global ids, the command line numbers: a person has either at hand.
  const number = /^\d{1,9}$/.test(text) ? Number(text) : numberOfGlobalId(text, 'DetectionRun');
  if (number === null)
    throw new InvalidArgumentError(`Expected the number of a run, or its id in the graph, got ${text}.`);
  return number;
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
    categorization: categorization === false ? null : categorization,
  };
}

async function evaluateAndPrint(database: Database, runId: number, flags: EvaluateFlags): Promise<void> {
  const { id, protocol } = await evaluateRun(database, runId, toRequest(flags));
  const accuracy = await findAccuracyPoints(database, [id]);
  const froc = await findFrocPoints(database, [id], { iouThreshold: protocol.froc.thresholds[0] });
  const [ap] = await findAveragePrecision(database, [id]);
  if (flags.json) {
    process.stdout.write(
      `${JSON.stringify({ evaluation: id, protocol, accuracy, froc, averagePrecision: ap }, null, 1)}\n`,
    );
    return;
  }
  const percent = (value: number | null): string => (value === null ? '–' : `${(100 * value).toFixed(1)} %`);
  const band = (low: number | null, high: number | null): string =>
    low === null || high === null ? '' : ` (${percent(low)} … ${percent(high)})`;
  const lines = [
    `evaluation ${id} of run ${runId}: ${protocol.population.lesions} lesions on ${protocol.population.images} images`,
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
