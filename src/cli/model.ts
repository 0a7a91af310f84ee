import type { Command } from 'commander';
import type { Transaction } from '../database';
import { BadUserInput, quoted } from '../errors';
import { toGlobalId } from '../globalId';
import { detectorKey, findDetectors, registerDetector, registerExternalDetector } from '../models';
import { type CommandContext, withDatabase } from './database';
import { addToTrail } from './trail';

interface RegisterOptions {
  /** NAME@VERSION of an external detector */
  readonly external?: string;
  readonly architecture?: string;
  readonly url?: string;
  readonly citation?: string;
}

const ONE_OF_BOTH = 'Expected a folder or --external NAME@VERSION, and not both.';

/** @throws BadUserInput if it is missing or something else */
function nameAndVersion(text: string | undefined): { name: string; version: string } {
  if (text === undefined) throw new BadUserInput(ONE_OF_BOTH, 'folder');
  const [, name, version] = /^([^@]+)@([^@]+)$/.exec(text) ?? [];
  if (name !== undefined && version !== undefined) return { name, version };
  throw new BadUserInput(`Expected --external to be NAME@VERSION, got ${quoted(text)}.`, 'external');
}

/** @returns the folder @throws BadUserInput if there are options of an external detector as well */
function onlyFolder(folder: string, { external, ...texts }: RegisterOptions): string {
  if (external !== undefined) throw new BadUserInput(ONE_OF_BOTH, 'folder');
  if (Object.keys(texts).length === 0) return folder;
  throw new BadUserInput(
    'Expected --architecture, --url and --citation only with --external: a folder has them in its model.json.',
    'folder',
  );
}

/**
 * `deeplesion model register FOLDER`: what the mutation registerDetector does, with a folder that may lie anywhere.
 * `deeplesion model register --external NAME@VERSION` makes a detector known that runs elsewhere.
 */
export function registerModelCommand(program: Command): void {
  program
    .command('model')
    .description('manage detectors')
    .command('register [folder]')
    .description(
      'check a folder with model.json and model.onnx and make it a detector of all servers and workers on this ' +
        'database; or, with --external instead of a folder, make a detector known that runs elsewhere',
    )
    .option('--external <name@version>', 'a detector that runs elsewhere: only its detections are here')
    .option('--architecture <text>', 'architecture of an external detector')
    .option('--url <address>', 'web page of an external detector, http or https')
    .option('--citation <text>', 'how to cite an external detector')
    .action((folder: string | undefined, options: RegisterOptions) =>
      withDatabase((context) => register(context, folder, options)),
    );
}

async function register(
  { config, database }: CommandContext,
  folder: string | undefined,
  { external, ...texts }: RegisterOptions,
): Promise<void> {
  const { detector, alreadyRegistered } =
    folder === undefined
      ? await registerExternalDetector(database, { ...nameAndVersion(external), ...texts }, noteRegistration)
      : await registerDetector(
          { config, database, keep: noteRegistration },
          onlyFolder(folder, { external, ...texts }),
        );
  const name = `${detector.name}@${detector.version}`;
  const what = detector.modelSha256 === null ? 'external: it runs elsewhere' : `sha256 ${detector.modelSha256}`;
  process.stdout.write(
    alreadyRegistered ? `${name} was registered before; nothing was changed.\n` : `Registered ${name} (${what}).\n`,
  );
}

async function noteRegistration(transaction: Transaction, id: number): Promise<void> {
  const [detector] = await findDetectors(transaction, [id]);
  if (detector) await addToTrail(transaction, 'model register', toGlobalId('Detector', detectorKey(detector)));
}
