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
  type SubmissionRequest,
  submitDetections,
  suspicionText,
  validateSubmission,
} from '../submissions';
import { type CommandContext, withDatabase } from './database';
import { followRun, printCurve } from './followRun';
import { RemoteServer } from './remoteServer';
import { printReport } from './submissionText';
import { keyIn, submitRemotely } from './submitRemotely';
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
  imagesInFile?: true;
  dryRun?: true;
  server?: string;
  keyFile?: string;
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
    .option('--images-in-file', 'the detector was run on the images that the file names')
    .option('--dry-run', 'read and check the file, and store nothing')
    .option('--server <address>', 'another server in place of the database of this machine')
    .option('--key-file <file>', 'a file with the key for that server (default: the variable DEEPLESION_KEY)')
    .action((file: string, flags: SubmitFlags) => submit(file, flags));
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

/** @throws BadUserInput before anything is read or sent */
async function submit(file: string, flags: SubmitFlags): Promise<void> {
  const format = formatOf(file, flags);
  if (!existsSync(file)) throw new BadUserInput(`Expected a file of detections, there is no ${file}.`, 'file');
  const { server: address, keyFile } = flags;
  if (address === undefined && keyFile !== undefined)
    throw new BadUserInput(
      'Expected --server together with --key-file: the database of this machine needs no key.',
      'server',
    );
  if (address === undefined) return withDatabase((context) => submitHere(context, { file, format, flags }));
  const server = new RemoteServer(address, keyFile === undefined ? process.env.DEEPLESION_KEY : await keyIn(keyFile));
  return submitRemotely(
    server,
    { ...statedIn(flags), format },
    { file, ...(await choiceOf(flags)) },
    flags.dryRun === true,
  );
}

/** Which images the detector was run on; file names are those in the file. */
interface ImageChoice {
  split?: [Split];
  fileNames?: string[];
  listInFile?: true;
}

async function submitHere(
  context: CommandContext,
  { file, format, flags }: { file: string; format: SubmissionFormat; flags: SubmitFlags },
): Promise<void> {
  const { config, database } = context;
  const choice = await choiceOf(flags);
  await withWorker(context, async ({ queue, interrupted, uploads }) => {
    const { id: uploadId } = await uploads.acceptFile(file, OWNER, interrupted);
    const images = await declaredImages(database, flags.dataset, choice);
    const request: SubmissionRequest = { ...statedIn(flags), uploadId, format, images };
    const report = await validateSubmission({ database, uploads }, request, interrupted);
    printReport(
      report,
      report.suspicions.map((suspicion) => suspicionText(suspicion, report)),
    );
    if (flags.dryRun || report.problemCount > 0) await uploads.delete(uploadId);
    if (report.problemCount > 0) throw new BadUserInput(problemsText(report), 'file');
    if (flags.dryRun) return;
    const submitter = { config, client: OWNER, codeVersion: readCodeVersion() };
    const keep = async (transaction: Transaction, id: string | number): Promise<void> => {
      const [made] = await findRuns(transaction, [Number(id)]);
      if (made) await addToTrail(transaction, 'submit', toGlobalId('DetectionRun', { uuid: made.uuid }));
    };
    const run = await submitDetections({ ...submitter, database, uploads, queue }, request, keep);
    await followRun(database, run, interrupted, printCurve);
  });
}

/** What the flags say of a submission, besides its images. */
function statedIn({
  dataset,
  detector,
  boxConvention,
  pixelConvention,
  scoreTransform,
  url,
  citation,
  note,
}: SubmitFlags) {
  const [name = '', version = ''] = detector.split('@');
  return { dataset, boxConvention, pixelConvention, scoreTransform, note, detector: { name, version, url, citation } };
}

/** @throws BadUserInput unless exactly one choice is made */
async function choiceOf({ split: chosen, images, imagesInFile }: SubmitFlags): Promise<ImageChoice> {
  if ([chosen, images, imagesInFile].filter((one) => one !== undefined).length !== 1)
    throw new BadUserInput(
      'Expected exactly one of --split, --images and --images-in-file: it says which images the detector was run on.',
      'images',
    );
  if (chosen !== undefined) return { split: [chosen] };
  if (images === undefined) return { listInFile: true };
  const lines = (await readFile(images, 'utf8')).split(/\r?\n/).map((line) => line.trim());
  return { fileNames: lines.filter((line) => line !== '') };
}

/** @throws NotFound for an unknown data set */
async function declaredImages(
  database: Database,
  reference: string,
  { fileNames, ...choice }: ImageChoice,
): Promise<SubmissionRequest['images']> {
  if (!fileNames) return choice;
  const dataset = await findDatasetByReference(database, reference);
  if (!dataset) throw await unknownDataset(database, reference, 'dataset');
  return { imageIds: fileNames.map((fileName) => ({ ...datasetKey(dataset), fileName })) };
}
