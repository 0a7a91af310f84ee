import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { readConfig } from '../config';
import { BadUserInput } from '../errors';
import {
  type BoxedSlices,
  type ClusterReport,
  compareClustersWithTypes,
  compareDetectors,
  describeClusters,
  describeReport,
  readBoxedSlices,
  withHounsfieldAdded,
} from '../realSlices';

interface EvaluateRealFlags {
  readonly models?: string;
  readonly addHu: number;
  readonly clusters?: string;
  readonly dlInfo?: readonly string[];
  readonly json?: true;
}

const LARGEST_HU = 1000;

function hounsfield(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || Math.abs(value) > LARGEST_HU)
    throw new InvalidArgumentError(`Expected a whole number of HU from −${LARGEST_HU} to ${LARGEST_HU}.`);
  return value;
}

/** `deeplesion evaluate-real FOLDER`: every detector, and clusters on request, on a folder of key slices with boxes, without a database. */
export function registerEvaluateRealCommand(program: Command): void {
  program
    .command('evaluate-real <folder>')
    .description(
      'measure every detector of MODELS_DIR on a folder of key slices (annotations.coco.json with 0-based boxes, ' +
        'Images_png/), with intervals over patients; needs no database and stores nothing',
    )
    .option('--models <dir>', 'folder of detectors (default: MODELS_DIR)')
    .option(
      '--add-hu <hu>',
      'added to every pixel: slices published with 8 bits over −1024 … 3071 HU lie 8 HU too low, half a grey level',
      hounsfield,
      0,
    )
    .option(
      '--clusters <dir>',
      'folder with categorization.json: puts the lesions into its clusters, too, and compares these with the coarse types',
    )
    .option('--dl-info <csv...>', 'for --clusters: DL_info.csv with the rows of these lesions; may be several files')
    .option('--json', 'print the figures as JSON')
    .action(evaluateReal);
}

async function clusters(
  slices: BoxedSlices,
  modelsDir: string,
  { clusters: folder, dlInfo }: EvaluateRealFlags,
): Promise<ClusterReport | null> {
  if (folder === undefined && dlInfo === undefined) return null;
  if (folder === undefined || dlInfo === undefined)
    throw new BadUserInput(
      'Give --clusters and --dl-info together: clusters are compared with the types of the rows.',
      folder === undefined ? 'clusters' : 'dl-info',
    );
  const csvPaths = dlInfo.map((path) => resolve(path));
  return compareClustersWithTypes(slices, { modelsDir, categorizationDir: resolve(folder), csvPaths });
}

async function evaluateReal(folder: string, flags: EvaluateRealFlags): Promise<void> {
  const { models, addHu, json } = flags;
  const modelsDir = models === undefined ? readConfig(process.env).modelsDir : resolve(models);
  const given = await readBoxedSlices(resolve(folder));
  const [detectors, compared] = await withHounsfieldAdded(given, addHu, async (slices) => {
    const found = await clusters(slices, modelsDir, flags);
    return [await compareDetectors(slices, modelsDir, addHu), found] as const;
  });
  const text = [describeReport(detectors), ...(compared ? [describeClusters(compared)] : [])].join('\n\n');
  const figures = compared ? { ...detectors, clusters: compared } : detectors;
  process.stdout.write(`${json ? JSON.stringify(figures, null, 1) : text}\n`);
}
