import { Command } from 'commander';
import { messageOf, UserError } from '../errors';
import { registerCategorizeCommand } from './categorize';
import { registerDatasetCommand } from './dataset';
import { registerDetectCommand } from './detect';
import { registerEvaluateCommand } from './evaluate';
import { registerHelpCommand } from './help';
import { registerImportCommand } from './import';
import { registerModelCommand } from './model';
import { registerPhantomCommand } from './phantom';
import { registerReproduceCommand } from './reproduce';
import { registerServeCommand } from './serve';
import { registerWorkerCommand } from './worker';

const REGISTRARS = [
  registerServeCommand,
  registerImportCommand,
  registerDatasetCommand,
  registerPhantomCommand,
  registerCategorizeCommand,
  registerDetectCommand,
  registerEvaluateCommand,
  registerModelCommand,
  registerWorkerCommand,
  registerReproduceCommand,
  registerHelpCommand,
];

/** The whole command line. A UserError ends it with its sentence and status 1; anything else also shows where it came from. */
export async function runCommandLine(words: string[]): Promise<void> {
  const program = new Command('deeplesion')
    .description('Mine, detect and evaluate lesions of CT data sets.')
    .showHelpAfterError();
  for (const register of REGISTRARS) register(program);
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (thrown) {
    const text =
      thrown instanceof Error && !(thrown instanceof UserError) && thrown.stack ? thrown.stack : messageOf(thrown);
    process.stderr.write(`${text}\n`);
    process.exitCode = 1;
  }
}
