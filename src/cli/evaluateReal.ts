import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { readConfig } from '../config';
import { compareDetectors, describeReport, readBoxedSlices, withHounsfieldAdded } from '../realSlices';

interface EvaluateRealFlags {
  readonly models?: string;
  readonly addHu: number;
  readonly json?: true;
}

const LARGEST_HU = 1000;

function hounsfield(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || Math.abs(value) > LARGEST_HU)
    throw new InvalidArgumentError(`Expected a whole number of HU from −${LARGEST_HU} to ${LARGEST_HU}.`);
  return value;
}

/** `deeplesion evaluate-real FOLDER`: every detector on a folder of key slices with boxes, without a database. */
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
    .option('--json', 'print the figures as JSON')
    .action(evaluateReal);
}

async function evaluateReal(folder: string, { models, addHu, json }: EvaluateRealFlags): Promise<void> {
  const modelsDir = models === undefined ? readConfig(process.env).modelsDir : resolve(models);
  const report = await withHounsfieldAdded(await readBoxedSlices(resolve(folder)), addHu, (slices) =>
    compareDetectors(slices, modelsDir, addHu),
  );
  process.stdout.write(`${json ? JSON.stringify(report, null, 1) : describeReport(report)}\n`);
}
