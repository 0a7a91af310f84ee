import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Queryable } from '../database';
import {
  datasetKey,
  type ImportOptions,
  type ImportReport,
  importCoco,
  importDlInfo,
  problemText,
  SPLITS,
  type StoredDataset,
} from '../dataset';
import { BadUserInput } from '../errors';
import { toGlobalId } from '../globalId';
import { createProgress } from '../progress';
import { withDatabase } from './database';
import { addToTrail } from './trail';
import { applyVisibility, readTerms, readVisibility, type TermsOptions, withTermsOptions } from './visibility';

/** The same folders are understood wherever a command takes one. */
export const IMAGES_OPTION =
  'Images_png, a folder above it, any other folder that holds the pixel files, or s3://BUCKET/PREFIX';

interface Options extends TermsOptions {
  dataset: string;
  images?: string;
  requireImages?: boolean;
  name?: string;
  licence?: string;
  citation?: string;
  description?: string;
  synthetic?: boolean;
  skipBadRows?: boolean;
  split?: string;
  visibility?: string;
}

/** `deeplesion import dl-info CSV` and `deeplesion import coco JSON`. */
export function registerImportCommand(program: Command): void {
  const parent = program
    .command('import')
    .description('import annotations and the place of their pixel files as a data set version');
  withCommonOptions(parent.command('dl-info <csv>'))
    .description("DeepLesion's DL_info.csv, whole or a part of it")
    .action((csvPath: string, options: Options) =>
      runImport('import dl-info', options, (common) => importDlInfo({ ...common, csvPath })),
    );
  withCommonOptions(parent.command('coco <json>'))
    .description('a COCO annotation file')
    .option('--split <split>', 'the split of all its images: train, validation or test')
    .action((jsonPath: string, options: Options) =>
      runImport('import coco', options, (common) =>
        importCoco({ ...common, jsonPath, split: parseSplit(options.split) }),
      ),
    );
}

/** Every server knows of a change of visibility after so long; ms. */
const KNOWN_EVERYWHERE_MS = 1_000;

function withCommonOptions(command: Command): Command {
  return withTermsOptions(command)
    .option(
      '--visibility <visibility>',
      'who sees the data set: public, terms or private; as it is if omitted, and public for a new one',
    )
    .requiredOption('--dataset <slug>', 'slug of the data set; a changed file becomes its next version')
    .option('--images <dir>', IMAGES_OPTION)
    .option('--require-images', 'import nothing unless every image has a pixel file, for scripts')
    .option(
      '--name <name>',
      'name that people read; if omitted, it and the next three are those of the previous version',
    )
    .option('--licence <licence>', 'licence of the data')
    .option('--citation <citation>', 'how the data are to be cited')
    .option('--description <description>', 'what the data are, in a few sentences')
    .option('--synthetic', 'the data are not of patients')
    .option('--skip-bad-rows', 'import the valid rows and pixel files, and report what was skipped');
}

async function runImport(
  action: string,
  options: Options,
  importFile: (common: ImportOptions) => Promise<ImportReport>,
): Promise<void> {
  if (options.images?.trim() === '')
    throw new BadUserInput(
      'Expected --images to name a folder, got an empty text: is a variable of the shell unset?',
      'images',
    );
  const { visibility, terms: termsFile, termsVersion, title, url, duo, ...given } = options;
  const seenBy = visibility === undefined ? null : readVisibility(visibility);
  const terms = readTerms({ terms: termsFile, termsVersion, title, url, duo });
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new BadUserInput('Stopped: nothing was imported.'));
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  await withDatabase(async ({ database }) => {
    const progress = createProgress(`Import of ${options.dataset}`);
    const { dataset, images, split: _, ...rest } = given;
    if (seenBy) {
      // Before there is anything to see: no server shows the data set even for a moment.
      await applyVisibility(database, dataset, seenBy, terms);
      await sleep(KNOWN_EVERYWHERE_MS);
    }
    const report = await importFile({
      database,
      slug: dataset,
      imagesDir: images,
      ...rest,
      keep: (transaction, stored) => noteImport(transaction, action, dataset, stored),
      onProgress: progress.update,
      signal: stop.signal,
    });
    progress.finish(didNothing(report) ? 'nothing to do' : 'done');
    process.stdout.write(`${reportText(report)}\n`);
  }).finally(() => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  });
}

type Changes = Pick<StoredDataset, 'alreadyImported' | 'pixelsNoted' | 'checksumsNoted' | 'textsChanged'>;

function didNothing({
  alreadyImported,
  pixelsNoted,
  checksumsNoted,
  textsChanged,
}: Pick<ImportReport, keyof Changes>): boolean {
  return alreadyImported && !pixelsNoted && checksumsNoted === 0 && textsChanged.length === 0;
}

/** An import that changed nothing leaves no event. */
async function noteImport(
  transaction: Queryable,
  action: string,
  slug: string,
  { version, alreadyImported, imagesWithPixels, pixelsNoted, checksumsNoted, textsChanged }: StoredDataset,
): Promise<void> {
  const changes = { alreadyImported, pixelsNoted, checksumsNoted, textsChanged };
  if (didNothing(changes)) return;
  const target = toGlobalId('Dataset', datasetKey({ slug, version }));
  await addToTrail(transaction, action, target, { ...changes, imagesWithPixels });
}

function reportText(report: ImportReport): string {
  const reference = `${report.slug}@${report.version}`;
  const { boxesThatDiffer: differ, changedPixels: changed, unusablePixels: unusable } = report;
  const lines = [
    report.alreadyImported
      ? `This file was imported as ${reference} before; no row was changed.${report.isLatest ? '' : ` ${report.slug} means a later version since.`}`
      : `Imported as ${reference}.`,
    `${counted(report.lesions, 'lesion', 'lesions')} on ${counted(report.images, 'image', 'images')} of ` +
      `${counted(report.patients, 'patient', 'patients')} (${counted(report.studies, 'study', 'studies')}, ` +
      `${report.series} series).`,
    `${report.imagesWithPixels} of ${counted(report.images, 'image', 'images')} have pixel ` +
      `files${report.pixelsNoted ? ', which were noted now' : ''}.`,
    report.missingPixels ?? '',
    report.textsChanged.length > 0 ? `Changed now: ${report.textsChanged.join(', ')}.` : '',
    noteOf(
      report.checksumsNoted,
      'image had no checksum of its pixel file; it was noted now',
      'images had no checksum of their pixel file; it was noted now',
    ),
    noteOf(
      changed.count,
      'pixel file is another one than the one that was imported; pictures and runs say so:',
      'pixel files are other ones than those that were imported; pictures and runs say so:',
    ),
    ...changed.first.map((fileName) => `  ${fileName}`),
    noteOf(unusable.count, 'pixel file cannot be used:', 'pixel files cannot be used:'),
    ...unusable.first.map((reason) => `  ${reason}`),
    noteOf(
      report.boxesBeyondImage,
      'box reaches beyond its image; it is kept as it is',
      'boxes reach beyond their image; they are kept as they are',
    ),
    ...(report.wrongAreas === undefined
      ? [
          noteOf(report.lesionsWithoutAge, 'lesion has no usable age', 'lesions have no usable age'),
          noteOf(report.lesionsWithoutSex, 'lesion has no sex', 'lesions have no sex'),
        ]
      : []),
    noteOf(
      report.waveringRows,
      'row gives another sex or age than an earlier row of the same patient or study; the first counts',
      'rows give another sex or age than an earlier row of the same patient or study; the first counts',
    ),
    noteOf(
      report.wrongAreas ?? 0,
      'annotation has an area that is not width times height; it is not used',
      'annotations have an area that is not width times height; they are not used',
    ),
    noteOf(
      differ.count,
      'box differs from the one of its measurement, which is what is stored:',
      'boxes differ from the one of their measurement, which is what is stored:',
    ),
    ...differ.first.map(({ place, differencePx }) => `  ${place}: by ${differencePx.toFixed(3)} px`),
    ...report.notes.map(({ text, first }) => `${text} (${first.join(', ')})`),
    noteOf(report.badRowCount, 'bad row was skipped:', 'bad rows were skipped:'),
    ...report.badRows.map((problem) => `  ${problemText(problem)}`),
  ];
  return lines.filter((line) => line !== '').join('\n');
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
const noteOf = (count: number, one: string, many: string): string => (count > 0 ? counted(count, one, many) : '');

function parseSplit(text: string | undefined) {
  if (text === undefined) return undefined;
  const split = SPLITS.find((one) => one === text.toUpperCase());
  if (!split)
    throw new BadUserInput(`Expected --split to be one of ${SPLITS.join(', ').toLowerCase()}, got ${text}.`, 'split');
  return split;
}
