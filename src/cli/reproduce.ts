import { type Command, InvalidArgumentError } from 'commander';
import { type ReproductionRequest, reproduce, reproductionSettings } from '../reproduction';

function positiveNumber(text: string): number {
  const number = Number(text);
  if (!(number > 0 && number <= 100)) throw new InvalidArgumentError('Expected a number above 0, at most 100.');
  return number;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

/** `deeplesion reproduce`: the comparison of the paper, from images to the report, in one command. */
export function registerReproduceCommand(program: Command): void {
  program
    .command('reproduce')
    .description('the whole paper: phantoms, pseudo-clusters, both detectors trained, run, evaluated and reported')
    .option('--quick', 'minutes instead of hours: every stage, with detectors that have hardly learned')
    .option('--data <dir>', 'folder of the original DeepLesion (DL_info.csv, Images_png) instead of phantoms')
    .option('--seeds <numbers>', 'seeds of the trainings, separated by commas (default: 1,2,3; --quick: 1)', (text) =>
      text.split(',').map(wholeNumber),
    )
    .option('--steps <number>', 'optimizer steps of each training (default: 5000; --quick: 600)', wholeNumber)
    .option(
      '--cluster-weight <number>',
      'weight of "which cluster" relative to "lesion or not" in the multi-class loss (default: 1)',
      positiveNumber,
    )
    .option('--work <dir>', 'folder of intermediate results; an interrupted reproduction goes on from there')
    .option('--report <dir>', 'folder of table and figure (default: docs/reproduction)')
    .option('--python <path>', 'a Python with the packages of training/requirements.txt (default: one is made)')
    .action(async (request: ReproductionRequest) => {
      const folder = await reproduce(reproductionSettings(request));
      process.stdout.write(`report in ${folder}\n`);
    });
}
