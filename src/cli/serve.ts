import type { Command } from 'commander';

/** `deeplesion serve`: what `npm start` runs. Settings come from the environment. */
export function registerServeCommand(program: Command): void {
  program
    .command('serve')
    .description('start the server; settings come from the environment (PORT, HOST, DATA_DIR, DATABASE_URL, …)')
    // The other commands need neither the graph nor the HTTP server, which take a third of a second to load.
    .action(async () => {
      const { serve } = await import('../main.js');
      await serve(process.env);
    });
}
