import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BadUserInput } from '../errors';
import { type FileFacts, factsOfFile, unreadable } from './backupFolder';
import { type BackupManifest, FILE_LIST, KeptFile, parseJson, tableFile } from './manifest';

/** How a long check is followed and ended. */
export interface CheckOptions {
  onProgress?(doneBytes: number, totalBytes: number): void;
  signal?: AbortSignal;
}

/**
 * Reads each file of a backup and compares it with the manifest.
 *
 * @throws BadUserInput naming the first file that is missing, damaged or of another length
 */
export async function checkBackup(
  folder: string,
  manifest: BackupManifest,
  { onProgress, signal }: CheckOptions = {},
): Promise<void> {
  const { tables, files } = manifest;
  const total = tables.reduce((sum, { bytes }) => sum + bytes, files.listBytes + files.bytes);
  let done = 0;
  const check = async (path: string, expected: FileFacts): Promise<void> => {
    compare(path, await factsOfFile(join(folder, path), signal).catch((thrown) => refuse(path, thrown)), expected);
    done += expected.bytes;
    onProgress?.(done, total);
  };
  for (const { name, bytes, sha256 } of tables) await check(tableFile(name), { bytes, sha256 });
  await check(FILE_LIST, { bytes: files.listBytes, sha256: files.listSha256 });
  let count = 0;
  for await (const { path, ...expected } of listedFiles(folder)) {
    await check(path, expected);
    count += 1;
  }
  if (count !== files.count) throw damaged(FILE_LIST);
}

function refuse(path: string, thrown: unknown): never {
  if (thrown instanceof DOMException || (thrown as Error)?.name === 'AbortError') throw thrown;
  throw unreadable(path, thrown);
}

function compare(path: string, found: FileFacts, expected: FileFacts): void {
  if (found.bytes !== expected.bytes)
    throw new BadUserInput(
      `${path} of the backup has ${found.bytes} bytes in place of ${expected.bytes}: it was copied in part or ` +
        'damaged. Use another copy.',
      'dir',
    );
  if (found.sha256 !== expected.sha256) throw damaged(path);
}

const damaged = (path: string): BadUserInput =>
  new BadUserInput(`${path} of the backup is damaged: its checksum is another one. Use another copy.`, 'dir');

/** The files of a backup that are not tables, one by one: there may be a million. */
export async function* listedFiles(folder: string): AsyncGenerator<KeptFile> {
  const lines = createInterface({
    input: createReadStream(join(folder, FILE_LIST)),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) {
    const parsed = KeptFile.safeParse(parseJson(line));
    if (!parsed.success) throw damaged(FILE_LIST);
    yield parsed.data;
  }
}
