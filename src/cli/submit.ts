import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readCodeVersion } from '../codeVersion';
import type { Database, Transaction } from '../database';
import { datasetKey, findDatasetByReference, SPLITS, type Split, unknownDataset } from '../dataset';
import { BadUserInput } from '../errors';
import { BOX_CONVENTIONS, type BoxConvention } from '../evaluation';
import { toGlobalId } from '../globalId';
import { PIXEL_CONVENTIONS, type PixelConvention } from '../imaging';
import { findRuns } from '../runs';
import {
  problemsText,
  SCORE_TRANSFORMS,
  type ScoreTransform,
  SUBMISSION_FORMATS,
  type SubmissionFormat,
  type SubmissionReport,
  type SubmissionRequest,
  submitDetections,
  suspicionText,
  validateSubmission,
} from '../submissions';
import { type CommandContext, withDatabase } from './database';
import { followRun, printCurve } from './followRun';
import { addToTrail } from './trail';
import { withWorker } from './withWorker';

/** Owner of what the command makes. */
const OWNER = 'cli';

interface SubmitFlags {
  dataset: string;
  detector: string;
  split?: Split;
  images?: string;
  format?: SubmissionFormat;
  boxConvention?: BoxConvention;
  pixelConvention?: PixelConvention;
  scoreTransform?: ScoreTransform;
  url?: string;
  citation?: string;
  note?: string;
  validateOnly?: true;
}

/** `deeplesion submit FILE`: detections made elsewhere become a run, which is evaluated. */
export function registerSubmitCommand(program: Command): void {
  program
    .command('submit <file>')
    .description('make a run of detections that were made elsewhere, and evaluate it; works alongside a running server')
    .requiredOption('--dataset <slug>', 'slug of the data set; SLUG@VERSION for one version')
    .requiredOption('--detector <name@version>', 'name and version of the detector; the version is MAJOR.MINOR.PATCH')
    .option('--split <split>', 'the detector was run on all images of one split: train, validation or test', split)
    .option('--images <file>', 'the detector was run on these images: a file with one file name in each line')
    .addOption(
      new Option('--format <format>', 'format of the file (default: by its ending)').choices([...SUBMISSION_FORMATS]),
    )
    .addOption(new Option('--box-convention <name>', 'what four numbers are').choices([...BOX_CONVENTIONS]))
    .addOption(new Option('--pixel-convention <name>', 'where pixels are counted from').choices([...PIXEL_CONVENTIONS]))
    .addOption(new Option('--score-transform <name>', 'for scores that are not 0 to 1').choices([...SCORE_TRANSFORMS]))
    .option('--url <address>', 'web page of the detector')
    .option('--citation <text>', 'how to cite the detector')
    .option('--note <text>', 'note of the run')
    .option('--validate-only', 'read and check the file, and store nothing')
    .action((file: string, flags: SubmitFlags) => withDatabase((context) => submitFile(context, file, flags)));
}

function split(text: string): Split {
  const found = SPLITS.find((one) => one === text.toUpperCase());
  if (found) return found;
  throw new InvalidArgumentError(`Expected one of ${SPLITS.join(', ').toLowerCase()}.`);
}

const FORMATS_BY_ENDING: readonly (readonly [RegExp, SubmissionFormat])[] = [
  [/\.json(\.gz)?$/i, 'COCO_RESULTS'],
  [/\.(csv|tsv)(\.gz)?$/i, 'CSV'],
  [/\.(ndjson|jsonl)(\.gz)?$/i, 'NDJSON'],
  [/\.parquet$/i, 'PARQUET'],
];

/** @throws BadUserInput */
function formatOf(file: string, { format }: SubmitFlags): SubmissionFormat {
  const found = format ?? FORMATS_BY_ENDING.find(([ending]) => ending.test(file))?.[1];
  if (found) return found;
  throw new BadUserInput('Expected a file that ends with .json, .csv, .ndjson or .parquet, or --format.', 'format');
}

async function submitFile(context: CommandContext, file: string, flags: SubmitFlags): Promise<void> {
  const { config, database } = context;
  const format = formatOf(file, flags);
  if (!existsSync(file)) throw new BadUserInput(`Expected a file of detections, there is no ${file}.`, 'file');
  await withWorker(context, async ({ queue, interrupted, uploads }) => {
    const { id: uploadId } = await uploads.acceptFile(file, OWNER, interrupted);
    const request = await requestOf(database, flags, { uploadId, format });
    const report = await validateSubmission({ database, uploads }, request, interrupted);
    printReport(report);
    if (flags.validateOnly || report.problemCount > 0) await uploads.delete(uploadId);
    if (report.problemCount > 0) throw new BadUserInput(problemsText(report), 'file');
    if (flags.validateOnly) return;
    const submitter = { config, client: OWNER, codeVersion: readCodeVersion() };
    const keep = async (transaction: Transaction, id: string | number): Promise<void> => {
      const [made] = await findRuns(transaction, [Number(id)]);
      if (made) await addToTrail(transaction, 'submit', toGlobalId('DetectionRun', { uuid: made.uuid }));
    };
    const run = await submitDetections({ ...submitter, database, uploads, queue }, request, keep);
    await followRun(database, run, interrupted, printCurve);
  });
}

/** Counts on standard error, as everything that is no result. */
function printReport(report: SubmissionReport): void {
  const { boxCount, imagesWithBoxes, imageCount, clippedCount, scoreRange, meanIou, lesions, ignoredFields } = report;
  const lines = [
    `${boxCount} boxes on ${imagesWithBoxes} of ${imageCount} images; ${clippedCount} reach beyond their image.`,
  ];
  if (scoreRange) lines.push(`scores: ${scoreRange.least} to ${scoreRange.most}`);
  if (meanIou !== null) lines.push(`mean IoU of the best boxes: ${meanIou.toFixed(3)} (${lesions} lesions)`);
  if (ignoredFields.length > 0) lines.push(`not used: ${ignoredFields.join(', ')}`);
  for (const { line, message } of report.problems) lines.push(`problem${line > 0 ? ` in ${line}` : ''}: ${message}`);
  for (const suspicion of report.suspicions) lines.push(`suspicion: ${suspicionText(suspicion, report)}`);
  process.stderr.write(`${lines.join('\n')}\n`);
}

async function requestOf(
  database: Database,
  flags: SubmitFlags,
  file: Pick<SubmissionRequest, 'uploadId' | 'format'>,
): Promise<SubmissionRequest> {
  const { dataset, detector, boxConvention, pixelConvention, scoreTransform, url, citation, note } = flags;
  const [name = '', version = ''] = detector.split('@');
  return {
    ...{ ...file, dataset, boxConvention, pixelConvention, scoreTransform, note },
    detector: { name, version, url, citation },
    images: await imagesOf(database, flags),
  };
}

/** @throws BadUserInput unless exactly one choice is made, NotFound for an unknown data set */
async function imagesOf(
  database: Database,
  { dataset: reference, split: chosen, images }: SubmitFlags,
): Promise<SubmissionRequest['images']> {
  if (chosen !== undefined && images === undefined) return { split: [chosen] };
  if (images === undefined || chosen !== undefined)
    throw new BadUserInput(
      'Expected either --split or --images: it says which images the detector was run on.',
      'images',
    );
  const dataset = await findDatasetByReference(database, reference);
  if (!dataset) throw await unknownDataset(database, reference, 'dataset');
  const names = (await readFile(images, 'utf8')).split(/\r?\n/).filter((line) => line.trim() !== '');
  return { imageIds: names.map((fileName) => ({ ...datasetKey(dataset), fileName: fileName.trim() })) };
}
