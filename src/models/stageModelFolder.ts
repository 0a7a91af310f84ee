import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, mkdtemp, open, opendir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BadUserInput, NotFound } from '../errors';
import { checkRegularFile, MAX_MANIFEST_BYTES } from '../inference';

/** Files of a model folder, all of which have to be there, and their largest sizes in bytes. */
const FILES: Record<string, number> = { 'model.json': MAX_MANIFEST_BYTES, 'model.onnx': 2 ** 30 };
/** What folders are called whose files are not whole yet. */
export const INCOMING = 'incoming-';
const CHUNK_BYTES = 2 ** 20;
/** A folder of this age was left by a process that died. */
const LEFT_BEHIND_MS = 60 * 60_000;

/**
 * Copies a model folder that comes from outside as fresh regular files: what is checked and what is stored afterwards
 * is the copy, so that no one can change it in between, and no link leads out of the folder.
 *
 * @param source a folder that holds model.json and model.onnx and nothing else
 * @param root folder of the copy, which is created if it does not exist
 * @returns the path of the copy; the caller removes it
 * @throws NotFound if there is no such folder
 * @throws BadUserInput naming the file that is missing, too much, too large, a link or no file
 */
export async function stageModelFolder(source: string, root: string): Promise<string> {
  await checkFolder(source);
  await mkdir(root, { recursive: true });
  await removeLeftBehind(root);
  const copy = await mkdtemp(join(root, INCOMING));
  try {
    for (const [name, maxBytes] of Object.entries(FILES))
      await copyFile(join(source, name), join(copy, name), name, maxBytes);
    return copy;
  } catch (thrown) {
    await rm(copy, { recursive: true, force: true });
    throw thrown;
  }
}

async function checkFolder(source: string): Promise<void> {
  const status = await lstat(source).catch((cause) => {
    throw new NotFound('There is no such model folder.', 'folder', { cause });
  });
  if (!status.isDirectory()) throw new BadUserInput('Expected a folder, no file or link.', 'folder');
  for await (const { name } of await opendir(source)) {
    if (Object.hasOwn(FILES, name)) continue;
    throw new BadUserInput(
      `Expected nothing but model.json and model.onnx in the folder, got ${JSON.stringify(name.slice(0, 100))}: ` +
        'all weights belong into model.onnx.',
      'folder',
    );
  }
}

/**
 * Opens the file first and checks the open file: between a check of a name and the reading of it, another file may take
 * the name.
 */
async function copyFile(from: string, to: string, name: string, maxBytes: number): Promise<void> {
  await checkRegularFile(from, name, maxBytes);
  const source = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const status = await source.stat();
    if (!status.isFile() || status.size > maxBytes) throw changedMeanwhile(name);
    const target = await open(to, 'wx', 0o600);
    try {
      await copyBytes(source, target, name, status.size);
      await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function copyBytes(source: FileHandle, target: FileHandle, name: string, size: number): Promise<void> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let copied = 0;
  for (;;) {
    const { bytesRead } = await source.read(chunk, 0, CHUNK_BYTES);
    copied += bytesRead;
    if (bytesRead === 0 || copied > size) break;
    await target.writeFile(chunk.subarray(0, bytesRead));
  }
  if (copied !== size) throw changedMeanwhile(name);
}

const changedMeanwhile = (name: string): BadUserInput =>
  new BadUserInput(`${name} was changed while it was read: try again when it is written.`, name);

async function removeLeftBehind(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (!name.startsWith(INCOMING)) continue;
    const path = join(root, name);
    const status = await stat(path).catch(() => null);
    if (status && Date.now() - status.mtimeMs > LEFT_BEHIND_MS) await rm(path, { recursive: true, force: true });
  }
}
