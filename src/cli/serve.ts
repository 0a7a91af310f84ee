import type { Command } from 'commander';
import { serve } from '../main';

/** `deeplesion serve`: what `npm start` runs. Settings come from the environment. */
export function registerServeCommand(program: Command): void {
  program
    .command('serve')
    .description('start the server; settings come from the environment (PORT, HOST, DATA_DIR, DATABASE_URL, …)')
    .action(() => serve(process.env));
}
