import type { Command } from 'commander';
import { NotFound } from '../errors';

/** `deeplesion help a b` shows what `deeplesion a b --help` shows; commander's own takes one word only. */
export function registerHelpCommand(program: Command): void {
  program
    .helpCommand(false)
    .command('help [words...]')
    .description('show the help of a command, e.g. help import dl-info')
    .action((words: string[]) => findCommand(program, words).outputHelp());
}

/** @throws NotFound naming the commands that there are */
function findCommand(program: Command, words: readonly string[]): Command {
  let found = program;
  for (const word of words) {
    const next = found.commands.find((command) => command.name() === word);
    // `help import dl-info FILE`: words behind a command are its arguments.
    if (!next && found.commands.length === 0) return found;
    if (!next) {
      const known = found.commands.map((command) => command.name()).join(', ');
      throw new NotFound(`There is no command ${words.join(' ')}. Known: ${known}.`, 'help');
    }
    found = next;
  }
  return found;
}
