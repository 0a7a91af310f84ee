import type { Command } from 'commander';
import { type PixelProblem, type Verification, verifyPixels } from '../dataset';
import { createProgress } from '../progress';
import { interruptible, withDatabase } from './database';

/** `deeplesion verify DATASET`: whether all pixel files are those that were imported. */
export function registerVerifyCommand(program: Command): void {
  program
    .command('verify')
    .argument('<dataset>', 'slug of the data set, or slug@version')
    .description('compare every pixel file of a data set with the SHA-256 of its import; status 1 if one differs')
    .option('--json', 'print the result as JSON')
    .action((reference: string, { json = false }: { json?: boolean }) => verify(reference, json));
}

async function verify(reference: string, json: boolean): Promise<void> {
  await withDatabase(async ({ database }) => {
    const progress = createProgress(`Pixel files of ${reference}`);
    const found = await interruptible((signal) =>
      verifyPixels(database, reference, { onProgress: progress.update, signal }),
    );
    progress.finish(`${found.problemCount} problems`);
    process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : `${describe(found)}\n`);
    if (found.problemCount > 0) process.exitCode = 1;
  });
}

function describe(found: Verification): string {
  const { reference, images, intact, withoutPixels, withoutChecksum, problemCount, problems } = found;
  return [
    ...problems.map(line),
    ...(problemCount > problems.length ? [`… and ${problemCount - problems.length} more`] : []),
    `${reference}: of ${images} images, ${intact} have the pixel file of the import, ${problemCount} do not.`,
    ...(withoutPixels > 0 ? [`${withoutPixels} were imported without a pixel file.`] : []),
    ...(withoutChecksum > 0
      ? [
          `${withoutChecksum} were imported by a version that took no checksums: npx deeplesion dataset move ` +
            `${reference} --images DIR takes those of the present files.`,
        ]
      : []),
    ...(problemCount > 0
      ? ['Bring the files back from a backup, or import the changed ones as another version of the data set.']
      : []),
  ].join('\n');
}

function line({ sourceRowIndex, fileName, kind, text }: PixelProblem): string {
  const row = sourceRowIndex === null ? 'no row' : `row ${sourceRowIndex}`;
  return `${row}\t${fileName}\t${kind}\t${text}`;
}
