import { type Command, InvalidArgumentError } from 'commander';
import { BadUserInput } from '../errors';
import { registerDetector, registerExternalDetector } from '../models';
import { type CommandContext, withDatabase } from './database';

interface RegisterOptions {
  /** name and version of an external detector */
  readonly external?: { name: string; version: string };
  readonly architecture?: string;
  readonly url?: string;
  readonly citation?: string;
}

function nameAndVersion(text: string): { name: string; version: string } {
  const [, name, version] = /^([^@]+)@([^@]+)$/.exec(text) ?? [];
  if (name === undefined || version === undefined) throw new InvalidArgumentError('Expected NAME@VERSION.');
  return { name, version };
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
    .option('--external <name@version>', 'a detector that runs elsewhere: only its detections are here', nameAndVersion)
    .option('--architecture <text>', 'architecture of an external detector')
    .option('--url <address>', 'web page of an external detector, http or https')
    .option('--citation <text>', 'how to cite an external detector')
    .action((folder: string | undefined, options: RegisterOptions) =>
      withDatabase((context) => register(context, folder, options)),
    );
}

/** @throws BadUserInput unless exactly one of folder and --external is given */
async function register(
  { config, database }: CommandContext,
  folder: string | undefined,
  { external, ...texts }: RegisterOptions,
): Promise<void> {
  if ((folder === undefined) === (external === undefined))
    throw new BadUserInput('Expected a folder or --external NAME@VERSION, and not both.', 'folder');
  if (folder !== undefined && Object.keys(texts).length > 0)
    throw new BadUserInput(
      'Expected --architecture, --url and --citation only with --external: a folder has them in its model.json.',
      'folder',
    );
  const { detector, alreadyRegistered } = external
    ? await registerExternalDetector(database, { ...external, ...texts })
    : await registerDetector({ config, database }, folder ?? '');
  const name = `${detector.name}@${detector.version}`;
  const what = detector.modelSha256 === null ? 'external: it runs elsewhere' : `sha256 ${detector.modelSha256}`;
  process.stdout.write(
    alreadyRegistered ? `${name} was registered before; nothing was changed.\n` : `Registered ${name} (${what}).\n`,
  );
}
