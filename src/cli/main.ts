import { Command, CommanderError } from 'commander';
import { readPackageVersion } from '../codeVersion';
import { messageOf, UserError } from '../errors';
import { registerAssertNoWorseCommand } from './assertNoWorse';
import { registerAuditCommand } from './audit';
import { registerBackupCommand } from './backup';
import { registerCategorizeCommand } from './categorize';
import { registerConfigCommand } from './config';
import { registerDatasetCommand } from './dataset';
import { registerDetectCommand } from './detect';
import { registerDoctorCommand } from './doctor';
import { registerEvaluateCommand } from './evaluate';
import { registerEvaluateRealCommand } from './evaluateReal';
import { registerExportCommand } from './export';
import { registerHelpCommand } from './help';
import { registerImportCommand } from './import';
import { registerKeyCommand } from './key';
import { registerModelCommand } from './model';
import { registerPersonCommand } from './person';
import { registerPhantomCommand } from './phantom';
import { registerReproduceCommand } from './reproduce';
import { registerRestoreCommand } from './restore';
import { registerRetentionCommand } from './retention';
import { registerServeCommand } from './serve';
import { registerSubmitCommand } from './submit';
import { registerVerifyCommand } from './verify';
import { registerWorkerCommand } from './worker';

const REGISTRARS = [
  registerServeCommand,
  registerImportCommand,
  registerDatasetCommand,
  registerPhantomCommand,
  registerCategorizeCommand,
  registerDetectCommand,
  registerEvaluateCommand,
  registerAssertNoWorseCommand,
  registerEvaluateRealCommand,
  registerExportCommand,
  registerSubmitCommand,
  registerModelCommand,
  registerKeyCommand,
  registerPersonCommand,
  registerAuditCommand,
  registerWorkerCommand,
  registerConfigCommand,
  registerReproduceCommand,
  registerBackupCommand,
  registerRestoreCommand,
  registerRetentionCommand,
  registerVerifyCommand,
  registerDoctorCommand,
  registerHelpCommand,
];

/** @returns all commands with their options, and what they do */
export function createProgram(): Command {
  const program = new Command('deeplesion')
    .description('Mine, detect and evaluate lesions of CT data sets.')
    .version(readPackageVersion())
    .showHelpAfterError();
  for (const register of REGISTRARS) register(program);
  return program;
}

/**
 * The whole command line. What a person can mend ends it with its sentence and status 1; anything else also shows where
 * it came from.
 */
export async function runCommandLine(words: string[]): Promise<void> {
  const program = createProgram();
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (thrown) {
    const isForPeople = thrown instanceof UserError || thrown instanceof CommanderError;
    const text = thrown instanceof Error && !isForPeople && thrown.stack ? thrown.stack : messageOf(thrown);
    process.stderr.write(`${text}\n`);
    // A command may have chosen another status for what cannot be done.
    process.exitCode ||= 1;
  }
}
