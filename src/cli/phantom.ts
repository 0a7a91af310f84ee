import { type Command, InvalidArgumentError } from 'commander';
import { generateMetadata, generatePhantoms, linkPixels } from '../phantom';

import { createProgress } from '../progress';

interface PhantomFlags {
  readonly patients?: number;
  readonly seed: number;
  readonly out: string;
  readonly neighbours: number;
  readonly workers?: number;
  readonly metadataOnly?: true;
  readonly lesions?: number;
  /** a set of phantoms */
  readonly pixels?: string;
  readonly missingEvery: number;
}

const DEFAULT_PATIENTS = 90;

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

async function makeImages(flags: PhantomFlags): Promise<void> {
  const progress = createProgress('Phantoms');
  const stop = new AbortController();
  const interrupt = (): void => stop.abort('Stopped: nothing was written.');
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    const made = await generatePhantoms({
      patients: flags.patients ?? DEFAULT_PATIENTS,
      seed: flags.seed,
      outDir: flags.out,
      neighbours: flags.neighbours,
      workers: flags.workers,
      onProgress: (done, total) => progress.update(done, total),
      signal: stop.signal,
    });
    progress.finish(
      `${made.keySlices} key slices (${made.slices} slices) of ${made.patients} synthetic patients, ${made.lesions} lesions and ` +
        `${made.unannotatedLesions} unannotated ones, ${made.alreadyThere ? 'already in' : 'written to'} ` +
        `${made.outDir}`,
    );
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

async function makeMetadata(flags: PhantomFlags): Promise<void> {
  const progress = createProgress('Metadata');
  const { patients, lesions, seed, out } = flags;
  const made = await generateMetadata({ patients, lesions, seed, outDir: out });
  const place = `${made.alreadyThere ? 'already in' : 'written to'} ${made.outDir}`;
  progress.finish(`${made.lesions} lesions on ${made.images} images of ${made.patients} patients, ${place}`);
  if (flags.pixels === undefined) return;
  const links = createProgress('Pixel files');
  const linked = linkPixels({
    outDir: out,
    pixelsDir: flags.pixels,
    missingEvery: flags.missingEvery,
    onProgress: links.update,
  });
  links.finish(`${linked.files} links, ${linked.missing} of ${linked.keySlices} key slices left without a file`);
}

/** `deeplesion phantom`: synthetic CT in the DeepLesion layout, or a DL_info.csv of any size without images. */
export function registerPhantomCommand(program: Command): void {
  program
    .command('phantom')
    .description('write synthetic CT in the DeepLesion layout: images, DL_info.csv, hidden types, unannotated lesions')
    .option('--patients <number>', `patients (default: ${DEFAULT_PATIENTS}; 4427 with --metadata-only)`, wholeNumber)
    .option('--seed <number>', 'the same seed gives the same bytes', wholeNumber, 1)
    .requiredOption('--out <dir>', 'folder to be made')
    .option('--neighbours <number>', 'slices before and after each key slice, 0 to 3', wholeNumber, 1)
    .option('--workers <number>', 'threads (default: one a core)', wholeNumber)
    .option('--metadata-only', 'write only DL_info.csv, without images')
    .option(
      '--pixels <dir>',
      'with --metadata-only: Images_png of hard links to the slices of a set of phantoms on the same disk, for ' +
        'rehearsals at full size',
    )
    .option(
      '--missing-every <number>',
      'with --pixels: every so many key slices have no file (default: 0, none)',
      wholeNumber,
      0,
    )
    .option('--lesions <number>', 'rows of DL_info.csv with --metadata-only (default: 32735)', wholeNumber)
    .action((flags: PhantomFlags) => (flags.metadataOnly ? makeMetadata(flags) : makeImages(flags)));
}
