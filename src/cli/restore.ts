import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { restoreBackup } from '../backup';
import { type Config, readConfig } from '../config';
import { acquirePostgres, type EmbeddedPostgres } from '../database';
import { Conflict } from '../errors';
import { lockHolder } from '../processes';
import { createProgress } from '../progress';
import { interruptible } from './database';
import { addToTrail } from './trail';
import { nameOfDatabase } from './whichDatabase';

/** `deeplesion restore`: an empty database becomes the one of a backup. */
export function registerRestoreCommand(program: Command): void {
  program
    .command('restore')
    .argument('<dir>', 'folder of a backup')
    .description('make the database of a backup in an empty one, embedded or external, and put its files back')
    .action((dir: string) => restore(resolve(dir)));
}

async function restore(folder: string): Promise<void> {
  const config = readConfig(process.env);
  process.stderr.write(`database: ${nameOfDatabase(config)}\n`);
  refuseServed(config);
  let embedded: EmbeddedPostgres | undefined;
  const openUrl = async (): Promise<string> => {
    if (config.databaseUrl) return config.databaseUrl;
    embedded = await acquirePostgres({ dataDir: config.dataDir });
    return embedded.url;
  };
  try {
    const check = createProgress('Check');
    const fill = createProgress('Restore');
    const { manifest, rows, migrations } = await interruptible((signal) =>
      restoreBackup({
        folder,
        dataDir: config.dataDir,
        openUrl,
        onCheck: check.update,
        onTable: fill.update,
        conclude: (database, { createdAt, codeVersion }) =>
          addToTrail(database, 'restore', null, { backupOf: createdAt, codeVersion }),
        signal,
      }),
    );
    fill.finish(`${rows} rows`);
    const { createdAt, codeVersion, tables, files, images } = manifest;
    const lines = [
      `Restored the backup of ${createdAt} (version ${codeVersion}): ${rows} rows of ${tables.length} tables and ` +
        `${files.count} files.`,
      ...(migrations.length > 0 ? [`Brought to this version by ${migrations.length} migrations.`] : []),
      ...(images === null
        ? ['Pixel files were not in it: if they moved, npx deeplesion dataset move SLUG --images DIR']
        : []),
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    await embedded?.release();
  }
}

function refuseServed({ dataDir, databaseUrl }: Config): void {
  const server = databaseUrl === undefined ? lockHolder(join(dataDir, 'server.lock')) : null;
  if (server !== null)
    throw new Conflict(`The server (process ${server}) uses DATA_DIR=${dataDir}: set another DATA_DIR.`, 'DATA_DIR');
}
