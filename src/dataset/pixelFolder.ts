import { readdir, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { BadUserInput } from '../errors';
import { slicePath } from '../imaging';

/** Unpacking DeepLesion's archives often doubles the folder. */
const PLACES = ['', 'Images_png', join('Images_png', 'Images_png')];
const FOLDERS_AT_ONCE = 32;

/** Where the pixel files are and which key slices have one. */
export interface PixelFiles {
  /** absolute */
  imageRoot: string;
  present: ReadonlySet<string>;
}

/**
 * Looks for the pixel files of key slices: one listing a series folder, not one look a file.
 *
 * @param imagesDir `Images_png`, the folder above it, or a doubled one
 * @throws BadUserInput when the folder is not there
 */
export async function findPixelFiles(imagesDir: string, fileNames: readonly string[]): Promise<PixelFiles> {
  const given = resolve(imagesDir);
  const found = await stat(given).catch(() => null);
  if (!found?.isDirectory()) throw new BadUserInput(`There is no image folder ${imagesDir}.`, 'images');
  const namesOfFolder = new Map<string, Map<string, string>>();
  for (const fileName of fileNames) {
    const path = pathBelow(fileName);
    if (path === null) continue;
    const folder = dirname(path);
    const names = namesOfFolder.get(folder) ?? new Map<string, string>();
    namesOfFolder.set(folder, names.set(path.slice(folder.length + 1), fileName));
  }
  const roots = await Promise.all(PLACES.map((place) => looksLikeRoot(join(given, place), namesOfFolder)));
  const place = PLACES[roots.indexOf(true)];
  if (place === undefined) return { imageRoot: await deepestFolder(given), present: new Set() };
  const imageRoot = join(given, place);
  return { imageRoot, present: await listPresent(imageRoot, namesOfFolder) };
}

/** @returns where pixel files would be looked for: they may come later */
async function deepestFolder(given: string): Promise<string> {
  const folders = PLACES.map((place) => join(given, place)).reverse();
  const found = await Promise.all(folders.map((folder) => stat(folder).catch(() => null)));
  return folders.find((_, i) => found[i]?.isDirectory()) ?? given;
}

/** @returns null for a name that DeepLesion's layout has no place for */
function pathBelow(fileName: string): string | null {
  try {
    return relative('/', slicePath('/', fileName));
  } catch {
    return null;
  }
}

async function looksLikeRoot(root: string, namesOfFolder: ReadonlyMap<string, unknown>): Promise<boolean> {
  const entries = await readdir(root).catch(() => []);
  return entries.some((entry) => namesOfFolder.has(entry));
}

async function listPresent(
  root: string,
  namesOfFolder: ReadonlyMap<string, ReadonlyMap<string, string>>,
): Promise<Set<string>> {
  const present = new Set<string>();
  const waiting = [...namesOfFolder];
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [folder, names] = next;
      for (const entry of await readdir(join(root, folder)).catch(() => [])) {
        const fileName = names.get(entry);
        if (fileName !== undefined) present.add(fileName);
      }
    }
  };
  await Promise.all(Array.from({ length: FOLDERS_AT_ONCE }, work));
  return present;
}
