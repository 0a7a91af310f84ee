import type { Command } from 'commander';
import { registerDetector } from '../models';
import { withDatabase } from './database';

/** `deeplesion model register FOLDER`: what the mutation registerDetector does, with a folder that may lie anywhere. */
export function registerModelCommand(program: Command): void {
  program
    .command('model')
    .description('manage detectors')
    .command('register <folder>')
    .description(
      'check a folder with model.json and model.onnx and make it a detector of all servers and workers on this ' +
        'database',
    )
    .action((folder: string) =>
      withDatabase(async (context) => {
        const { detector, alreadyRegistered } = await registerDetector(context, folder);
        const name = `${detector.name}@${detector.version}`;
        process.stdout.write(
          alreadyRegistered
            ? `${name} was registered before; nothing was changed.\n`
            : `Registered ${name} (sha256 ${detector.modelSha256}).\n`,
        );
      }),
    );
}
