import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type BackupReport, takeBackup } from '../backup';
import { readCodeVersion } from '../codeVersion';
import { openDatabase, pendingMigrations } from '../database';
import { BadUserInput } from '../errors';
import { createProgress } from '../progress';
import { bytesText } from './bytesText';
import { interruptible, withDatabaseAddress } from './database';

interface BackupFlags {
  out: string;
  withImages?: boolean;
}

const EXISTING = { mustExist: true };

/** `deeplesion backup`: one consistent copy of the database and of what belongs to it, while servers work. */
export function registerBackupCommand(program: Command): void {
  program
    .command('backup')
    .description('copy the database, uploads and registered models into a folder while the server works')
    .requiredOption('--out <dir>', 'folder that becomes the backup; it must not exist yet')
    .option('--with-images', 'the pixel files of all data sets too')
    .action((flags: BackupFlags) => backup(flags));
}

async function backup({ out, withImages = false }: BackupFlags): Promise<void> {
  const folder = resolve(out);
  await withDatabaseAddress(async ({ config, databaseUrl }) => {
    const pending = await pendingMigrations(databaseUrl);
    if (withImages && pending.length > 0)
      throw new BadUserInput(
        'The database is of an earlier version, and --with-images needs this one: start the server once, or make ' +
          'the backup without images.',
        'with-images',
      );
    const database = openDatabase(databaseUrl, { maxConnections: 2, idleInTransactionTimeoutMs: 0 });
    try {
      const progress = createProgress('Backup');
      let files = 0;
      const report = await interruptible((signal) =>
        takeBackup({
          database,
          dataDir: config.dataDir,
          folder,
          withImages,
          codeVersion: readCodeVersion(),
          onTable: progress.update,
          onFile: (count) => {
            files = count;
          },
          signal,
        }),
      );
      progress.finish(`${report.tables} tables, ${files} files`);
      process.stdout.write(`${describe(folder, report)}\n`);
    } finally {
      await database.close();
    }
  }, EXISTING);
}

function describe(folder: string, { tables, rows, bytes, files, images }: BackupReport): string {
  const missing = (images ?? []).filter((each) => each.missing > 0);
  return [
    `Backup ${folder}: ${rows} rows of ${tables} tables (${bytesText(bytes)}), ${files.count} files ` +
      `(${bytesText(files.bytes)})${images === null ? '; pixel files of data sets are not in it' : ''}.`,
    ...missing.map(
      (each) =>
        `${each.slug}@${each.version}: the files of ${each.missing} key slices were not found and are not in it.`,
    ),
    `Restore it into an empty database: npx deeplesion restore ${folder}`,
  ].join('\n');
}
