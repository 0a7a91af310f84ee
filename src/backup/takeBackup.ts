import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createGzip } from 'node:zlib';
import {
  beginSnapshot,
  copyOut,
  type Database,
  findDatabaseId,
  findMigrationMarks,
  findSequences,
  type TableShape,
  type Transaction,
} from '../database';
import { BadUserInput } from '../errors';
import { findUploadIds } from '../uploads';
import { type FileFacts, makeWhole, writeNewFile } from './backupFolder';
import { keepFiles } from './keptFiles';
import { type BackupTable, MANIFEST, type ManifestContent, manifestText, tableFile } from './manifest';

export interface BackupOptions {
  database: Database;
  /** with the folder of the uploads */
  dataDir: string;
  /** becomes the backup; absolute */
  folder: string;
  withImages: boolean;
  codeVersion: string;
  onTable?(done: number, total: number): void;
  onFile?(files: number): void;
  signal?: AbortSignal;
}

/** What a backup holds. */
export interface BackupReport {
  tables: number;
  rows: number;
  /** of the tables, compressed */
  bytes: number;
  files: ManifestContent['files'];
  images: ManifestContent['images'];
}

/** What one moment of the database looks like. */
type Snapshot = Pick<ManifestContent, 'databaseId' | 'migrations' | 'tables' | 'sequences'> & { uploadIds: string[] };

/**
 * Makes a backup while servers and workers go on: all tables as they were at one moment, then the files of the uploads
 * that there were, and pixel files if they are wanted. Memory stays small, however large the tables are.
 *
 * @throws BadUserInput if the database is empty
 * @throws Conflict if there is something in the folder already
 * @throws InsufficientStorage if its disk is full; nothing is left there then
 */
export async function takeBackup(options: BackupOptions): Promise<BackupReport> {
  const { database, folder, codeVersion } = options;
  return makeWhole(folder, async (draft) => {
    const createdAt = new Date().toISOString();
    const { uploadIds, ...content } = await database.transaction((transaction) =>
      copySnapshot(transaction, draft, options),
    );
    const kept = await keepFiles({ ...options, draft, uploadIds, onProgress: options.onFile });
    const text = manifestText({ createdAt, codeVersion, ...content, ...kept });
    await writeFile(join(draft, MANIFEST), text, { flag: 'wx', mode: 0o600, flush: true });
    const { tables } = content;
    const sum = (count: (table: BackupTable) => number): number =>
      tables.reduce((total, table) => total + count(table), 0);
    return { tables: tables.length, rows: sum(({ rows }) => rows), bytes: sum(({ bytes }) => bytes), ...kept };
  });
}

async function copySnapshot(
  transaction: Transaction,
  draft: string,
  { onTable, signal }: BackupOptions,
): Promise<Snapshot> {
  const shapes = await beginSnapshot(transaction);
  const migrations = await findMigrationMarks(transaction);
  if (migrations.length === 0) throw new BadUserInput('The database is empty: there is nothing to back up.');
  const tables: BackupTable[] = [];
  for (const shape of shapes) {
    onTable?.(tables.length, shapes.length);
    tables.push(await copyTable(transaction, shape, draft, signal));
  }
  const has = (name: string): boolean => shapes.some((shape) => shape.name === name);
  return {
    migrations,
    tables,
    sequences: await findSequences(transaction),
    databaseId: has('database_identity') ? await findDatabaseId(transaction) : null,
    uploadIds: has('upload') ? await findUploadIds(transaction) : [],
  };
}

/** The lowest level of compression keeps up with a disk; a higher one gains a few percent. */
const COMPRESSION_LEVEL = 1;

async function copyTable(
  { client }: Transaction,
  shape: TableShape,
  draft: string,
  signal?: AbortSignal,
): Promise<BackupTable> {
  let facts: FileFacts = { bytes: 0, sha256: '' };
  const rows = await copyOut(client, shape, async (stream) => {
    const compressor = createGzip({ level: COMPRESSION_LEVEL });
    facts = await writeNewFile(join(draft, tableFile(shape.name)), stream, [compressor], signal);
  });
  return { ...shape, rows, ...facts };
}
