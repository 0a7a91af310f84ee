import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import {
  checkRestorable,
  copyIn,
  type Database,
  emptyTables,
  findTableShapes,
  restoreInto,
  setSequence,
  switchTriggers,
  type Transaction,
} from '../database';
import { placeImages } from '../dataset';
import { BadUserInput, InsufficientStorage } from '../errors';
import { outageOf } from '../outages';
import { folderErrorOf } from '../startErrors';
import { uploadsFolder } from '../uploads';
import { copyNewFile, syncFolder } from './backupFolder';
import { type CheckOptions, checkBackup, listedFiles } from './checkBackup';
import { type BackupManifest, type BackupTable, readManifest, tableFile } from './manifest';

export interface RestoreOptions {
  /** of the backup; absolute */
  folder: string;
  /** receives the files; absolute */
  dataDir: string;
  /** opens the database after the backup was checked */
  openUrl(): Promise<string>;
  onCheck?: CheckOptions['onProgress'];
  onTable?(done: number, total: number): void;
  /** the last step before servers may use the database; repeated if the restore is */
  conclude?(database: Database, manifest: BackupManifest): Promise<void>;
  signal?: AbortSignal;
}

/** What was restored. */
export interface RestoreReport {
  manifest: BackupManifest;
  rows: number;
  /** migrations that are newer than the backup */
  migrations: string[];
}

/**
 * Makes the database of a backup again, and puts the files back that belong to it. All of the backup is checked before
 * the database is opened. Row numbers, ids and the identity of the database are those of the backup, so that ids and
 * cursors that clients hold stay valid.
 *
 * @throws BadUserInput if the backup is damaged or copied in part
 * @throws Conflict if it is of a newer version, or the database is not empty
 * @throws InsufficientStorage if a disk is full
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreReport> {
  const { folder, dataDir, onCheck, onTable, signal } = options;
  const manifest = await readManifest(folder);
  await checkRestorable(manifest.migrations);
  await checkBackup(folder, manifest, { onProgress: onCheck, signal });
  let rows = 0;
  const migrations = await restoreInto(await options.openUrl(), {
    backup: manifest.checksum,
    migrations: manifest.migrations,
    async fill(transaction) {
      rows = await fillTables(transaction, folder, manifest, { onTable, signal });
    },
    complete: (database) => putFilesBack(database, folder, dataDir, manifest, signal),
    conclude: async (database) => options.conclude?.(database, manifest),
  });
  return { manifest, rows, migrations };
}

async function fillTables(
  transaction: Transaction,
  folder: string,
  { tables, sequences }: BackupManifest,
  { onTable, signal }: Pick<RestoreOptions, 'onTable' | 'signal'>,
): Promise<number> {
  const { client } = transaction;
  await checkShapes(transaction, tables);
  // First, because the audit trail refuses to be emptied.
  await switchTriggers(client, tables, false);
  await emptyTables(client, tables);
  for (const [index, table] of tables.entries()) {
    onTable?.(index, tables.length);
    const source = createReadStream(join(folder, tableFile(table.name)));
    const rows = await copyIn(client, table, (stream) => pipeline([source, createGunzip(), stream], { signal }));
    if (rows !== table.rows)
      throw new Error(`Expected ${table.rows} rows of the table ${table.name} in the backup, and it has ${rows}.`);
  }
  await switchTriggers(client, tables, true);
  for (const sequence of sequences) await setSequence(transaction, sequence);
  return tables.reduce((sum, { rows }) => sum + rows, 0);
}

/** The manifest's names go into statements: only those of tables that the migrations have made. */
async function checkShapes(transaction: Transaction, tables: readonly BackupTable[]): Promise<void> {
  const signature = (name: string, columns: readonly string[]): string => `${name}(${columns.join()})`;
  const made = (await findTableShapes(transaction)).map(({ name, columns }) => signature(name, columns)).sort();
  const kept = tables.map(({ name, columns }) => signature(name, columns)).sort();
  if (made.join() !== kept.join())
    throw new BadUserInput('The tables of the backup are not those of its migrations: use another copy.', 'dir');
}

const ID_LENGTH = 12;

/**
 * Where the images of a backup are below DATA_DIR: apart from those of other backups, whose data sets may have the same
 * names.
 */
const imagesFolder = (dataDir: string, { checksum }: BackupManifest): string =>
  join(dataDir, 'images', checksum.slice(0, ID_LENGTH));

/** An earlier attempt that was interrupted may have left some of the files. */
async function putFilesBack(
  database: Database,
  folder: string,
  dataDir: string,
  manifest: BackupManifest,
  signal?: AbortSignal,
): Promise<void> {
  const imagesRoot = imagesFolder(dataDir, manifest);
  const roots: Record<string, string> = { uploads: uploadsFolder(dataDir), images: imagesRoot };
  const touched = new Set<string>();
  try {
    for await (const { path } of listedFiles(folder)) {
      const [kind = '', ...rest] = path.split('/');
      const target = join(roots[kind] ?? '', ...rest);
      await rm(target, { force: true });
      await copyNewFile(join(folder, path), target, signal);
      touched.add(dirname(target));
    }
    for (const each of touched) await syncFolder(each);
    for (const { slug, version, files } of manifest.images ?? []) {
      if (files === 0) continue;
      await placeImages(database, { slug, version }, join(imagesRoot, `${slug}@${version}`));
    }
  } catch (thrown) {
    if (outageOf(thrown) instanceof InsufficientStorage)
      throw new InsufficientStorage(
        `The files of the backup do not fit on the disk of DATA_DIR=${dataDir}: make room and restore again.`,
        1,
        undefined,
        { cause: thrown },
      );
    throw folderErrorOf('DATA_DIR', dataDir, thrown) ?? thrown;
  }
}
