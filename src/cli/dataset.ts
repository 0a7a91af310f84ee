import type { Command } from 'commander';
import {
  countsOfDatasets,
  type DatasetRow,
  type DatasetTexts,
  editDataset,
  findAllDatasets,
  findDatasetByReference,
  findEditsOfDatasets,
  holdsSomething,
  missingImagesText,
  moveImages,
  unknownDataset,
} from '../dataset';
import { BadUserInput } from '../errors';
import { toGlobalId } from '../globalId';
import { createProgress } from '../progress';
import { withDatabase } from './database';
import { registerHiddenSplitsCommand } from './hiddenSplits';
import { IMAGES_OPTION } from './import';
import { addToTrail } from './trail';
import { registerVisibilityCommands } from './visibility';

const REFERENCE = 'slug of the data set, or slug@version';

/** `deeplesion dataset list`, `show`, `edit`, `move`, `visibility`, `acceptances` and `hidden-splits`: the books of data sets that were imported. */
export function registerDatasetCommand(program: Command): void {
  const parent = program
    .command('dataset')
    .description('the books of data sets: what they are and where their images are');
  parent
    .command('list')
    .description('all versions of all data sets')
    .action(() => listDatasets());
  parent
    .command('show')
    .argument('<dataset>', REFERENCE)
    .description('what a data set says of itself, its counts, its image folder and its history')
    .action((reference: string) => showDataset(reference));
  parent
    .command('edit')
    .argument('<dataset>', REFERENCE)
    .description('change what a data set says of itself; what it was is kept')
    .option('--name <name>', 'name that people read')
    .option('--licence <licence>', 'licence of the data')
    .option('--citation <citation>', 'how the data are to be cited')
    .option('--description <description>', 'what the data are, in a few sentences')
    .option('--by <person>', 'who changes it, for the history')
    .action((reference: string, { by, ...texts }: DatasetTexts & { by?: string }) => edit(reference, texts, by));
  parent
    .command('move')
    .argument('<dataset>', REFERENCE)
    .description('say where the images of a data set are now')
    .requiredOption('--images <dir>', IMAGES_OPTION)
    .action((reference: string, { images }: { images: string }) => move(reference, images));
  registerVisibilityCommands(parent);
  registerHiddenSplitsCommand(parent);
}

async function listDatasets(): Promise<void> {
  await withDatabase(async ({ database }) => {
    const datasets = await findAllDatasets(database);
    const counts = await countsOfDatasets(
      database,
      datasets.map(({ id }) => id),
    );
    const countOf = new Map(counts.map((count) => [count.datasetId, count]));
    const lines = datasets.map(({ id, slug, version, isLatest, name, importedAt }) => {
      const { lesions = 0, images = 0, imagesWithPixels = 0 } = countOf.get(id) ?? {};
      const when = importedAt.toISOString().slice(0, 10);
      const superseded = isLatest ? '' : ', superseded';
      return (
        `${slug}@${version}\t${name}\t${lesions} lesions on ${images} images, ${imagesWithPixels} with ` +
        `pixel files; imported ${when}${superseded}`
      );
    });
    print(lines.length > 0 ? lines : ['There is no data set yet: npx deeplesion import --help']);
  });
}

async function showDataset(reference: string): Promise<void> {
  await withDatabase(async ({ database }) => {
    const dataset = await findDatasetByReference(database, reference);
    if (!dataset) throw await unknownDataset(database, reference, 'dataset');
    const [counts] = await countsOfDatasets(database, [dataset.id]);
    const isMissing = dataset.imageRoot !== null && !(await holdsSomething(dataset.imageRoot));
    const edits = await findEditsOfDatasets(database, [dataset.id]);
    print([
      `${dataset.slug}@${dataset.version}${dataset.isLatest ? '' : ' (superseded)'}`,
      ...textLines(dataset),
      `Source: ${dataset.sourceFile} (${dataset.sourceFormat}), SHA-256 ${dataset.sourceSha256}, imported ` +
        `${dataset.importedAt.toISOString()}`,
      `Counts: ${counts?.lesions ?? 0} lesions, ${counts?.images ?? 0} images (${counts?.imagesWithPixels ?? 0} ` +
        `with pixel files), ${counts?.patients ?? 0} patients`,
      `Images: ${dataset.imageRoot ?? 'none'}`,
      ...(isMissing ? [`Problem: ${missingImagesText(dataset)}`] : []),
      ...(edits.length > 0 ? ['History, the latest first:'] : []),
      ...edits.map(
        ({ editedAt, field, source, editor, oldText, newText }) =>
          `  ${editedAt.toISOString()} ${field.toLowerCase()} by ${source.toLowerCase()}${editor ? ` of ${editor}` : ''}: ` +
          `${JSON.stringify(oldText)} became ${JSON.stringify(newText)}`,
      ),
    ]);
  });
}

function textLines({ name, licence, citation, description, synthetic }: DatasetRow): string[] {
  const shown = (text: string): string => text || '(empty)';
  return [
    `Name: ${name}`,
    `Licence: ${shown(licence)}`,
    `Citation: ${shown(citation)}`,
    `Description: ${shown(description)}`,
    ...(synthetic ? ['Synthetic: not of patients'] : []),
  ];
}

async function edit(reference: string, texts: DatasetTexts, editor: string | undefined): Promise<void> {
  if (Object.keys(texts).length === 0)
    throw new BadUserInput('Expected at least one of --name, --licence, --citation and --description.', 'name');
  await withDatabase(async ({ database }) => {
    const by = { source: 'EDIT' as const, editor };
    const { reference: which, changed } = await editDataset(
      database,
      reference,
      texts,
      by,
      (transaction, name, fields) => addToTrail(transaction, 'dataset edit', idOf(name), { fields }),
    );
    print([changed.length > 0 ? `Changed of ${which}: ${changed.join(', ')}.` : `${which} says so already.`]);
  });
}

async function move(reference: string, imagesDir: string): Promise<void> {
  await withDatabase(async ({ database }) => {
    const progress = createProgress(`Images of ${reference}`);
    const moved = await moveImages(database, reference, imagesDir, {
      onProgress: progress.update,
      keep: (transaction, name, { imagesWithPixels, checksumsNoted, changed }) =>
        addToTrail(transaction, 'dataset move', idOf(name), {
          ...{ imagesWithPixels, checksumsNoted, changedFiles: changed.length },
        }),
    });
    progress.finish(moved.pixelsNoted || moved.checksumsNoted > 0 ? 'done' : 'nothing changed');
    const { changed, unusable, notes } = moved;
    print([
      `${moved.imagesWithPixels} of ${moved.images} images of ${moved.reference} have pixel files there.`,
      ...(moved.checksumsNoted > 0 ? [`${moved.checksumsNoted} checksums that were missing were noted.`] : []),
      ...(changed.length > 0
        ? [`${changed.length} pixel files are other ones than those that were imported; pictures and runs say so:`]
        : []),
      ...changed.slice(0, SHOWN).map((fileName) => `  ${fileName}`),
      ...(unusable.length > 0 ? [`${unusable.length} pixel files cannot be used:`] : []),
      ...unusable.slice(0, SHOWN).map((reason) => `  ${reason}`),
      ...notes.map(({ text, first }) => `${text} (${first.join(', ')})`),
    ]);
  });
}

/** @param dataset `slug@version` */
const idOf = (dataset: string): string => toGlobalId('Dataset', { dataset });

const SHOWN = 100;

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
