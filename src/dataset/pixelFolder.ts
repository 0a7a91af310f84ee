import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { BadUserInput, messageOf } from '../errors';
import { findBelow, type SliceFile, sliceFilePath, sourceOf } from '../imaging';
import { below, isBucketRoot, parseBucketRoot } from '../objects';
import type { ImportNotes } from './importNotes';
import { inParallel, Listings, PixelSearch, PNG, SERIES_FOLDER, usualPath, type WantedImage } from './pixelSearch';

/** Unpacking DeepLesion's archives often doubles the folder. */
const PLACES = ['', 'Images_png', join('Images_png', 'Images_png')];
/**
 * The names of DeepLesion's archives. Other folders are ignored: they may hold other versions of the same slices.
 */
const ARCHIVE_FOLDER = /^(?:Images_png[_-]?\d{1,3}|Key_slices)$/;
const SLICE_NAME = /^\d{1,5}\.png$/i;

/** Where the pixel files are and which key slices have one. */
export interface PixelFiles {
  /** absolute */
  imageRoot: string;
  /** by the data set's file names */
  present: ReadonlySet<string>;
  /** below the image root, of those that are not in DeepLesion's layout */
  pixelPaths: ReadonlyMap<string, string>;
  /** some are reached through links that lead out of the image root */
  followLinks: boolean;
  /** where some are missing: what was looked for, and what lies there instead; it names folders of this machine */
  missing: MissingPixels | null;
}

/** The explanation for the user if images have no pixel file. */
export interface MissingPixels {
  /** absolute path of the first */
  lookedFor: string;
  /** e.g. `56 folders such as Images_png_01 and 1 file such as README.md` */
  holds: string;
}

/** @returns a key slice as those request it who read its pixels */
export function sliceFileOf(
  { imageRoot, pixelPaths, followLinks }: Pick<PixelFiles, 'imageRoot' | 'pixelPaths' | 'followLinks'>,
  fileName: string,
): SliceFile {
  return { imageRoot, fileName, pixelPath: pixelPaths.get(fileName) ?? null, followLinks };
}

/** What was looked for and what lies there; empty if nothing is missing. It names folders of this machine. */
export function missingText({ imageRoot, missing }: Pick<PixelFiles, 'imageRoot' | 'missing'>): string {
  return missing ? `The first was expected at ${missing.lookedFor}; ${imageRoot} holds ${missing.holds}.` : '';
}

/**
 * Looks for the pixel files of key slices: one listing a folder, not one look a file. They may lie in DeepLesion's
 * layout, all in one folder as `Key_slices` has them, in a folder for each archive, or where their source says.
 *
 * @param imagesDir `Images_png`, a folder above it, a doubled one, a folder of archives' folders, a flat folder, or a
 *   series folder itself; or the same in a bucket, as `s3://BUCKET/PREFIX`
 * @throws BadUserInput if the folder is not there
 * @throws ObjectStorageAway, ObjectStorageRefused for a bucket that cannot be read
 */
export async function findPixelFiles(
  imagesDir: string,
  images: readonly WantedImage[],
  notes: ImportNotes,
): Promise<PixelFiles> {
  const given = isBucketRoot(imagesDir) ? parseBucketRoot(imagesDir) : resolve(imagesDir);
  if (isBucketRoot(given)) await expectObjects(given);
  else await expectFolder(given, imagesDir);
  const folders = new Listings();
  const top = (await isSeriesFolder(given, folders)) ? dirname(given) : given;
  const search = new PixelSearch(top, images, folders);
  for (const place of PLACES) await search.lookInto(place, true);
  for (const place of PLACES) await search.lookInto(place);
  if (!search.isDone)
    for (const folder of await archiveFolders(top, folders)) {
      await search.lookInto(folder);
      await search.lookInto(join(folder, 'Images_png'));
    }
  const found = search.result();
  const imageRoot = found ? below(top, found.place) : await deepestFolder(top);
  const pixelPaths = found?.pixelPaths ?? new Map<string, string>();
  const present = new Set(search.found.keys());
  const checked = await checkFiles({ imageRoot, pixelPaths, present }, notes);
  for (const fileName of search.inOtherForm()) notes.add('PIXELS_IN_OTHER_FORMAT', fileName);
  const first = images.find(({ fileName }) => !checked.present.has(fileName));
  const missing = first ? await describeMissing(imageRoot, first) : null;
  return { imageRoot, pixelPaths, ...checked, missing };
}

async function expectFolder(given: string, imagesDir: string): Promise<void> {
  const status = await stat(given).catch(() => null);
  if (!status?.isDirectory()) throw new BadUserInput(`There is no image folder ${imagesDir}.`, 'images');
  await readdir(given).catch((cause) => {
    throw new BadUserInput(`The image folder ${imagesDir} cannot be read: ${messageOf(cause)}.`, 'images', { cause });
  });
}

/** A prefix without objects is a mistake in writing: buckets have no empty folders. */
async function expectObjects(root: string): Promise<void> {
  if ((await sourceOf(root).names(root)).size === 0)
    throw new BadUserInput(`There are no objects below ${root}.`, 'images');
}

async function isSeriesFolder(folder: string, folders: Listings): Promise<boolean> {
  if (!SERIES_FOLDER.test(basename(folder))) return false;
  return [...(await folders.of(folder))].some((name) => SLICE_NAME.test(name));
}

/** @returns folders that archives were unpacked into, by name */
async function archiveFolders(top: string, folders: Listings): Promise<string[]> {
  return [...(await folders.of(top))].filter((name) => ARCHIVE_FOLDER.test(name)).sort();
}

/** @returns where pixel files would be looked for: they may come later */
async function deepestFolder(given: string): Promise<string> {
  if (isBucketRoot(given)) return given;
  const folders = PLACES.map((place) => join(given, place)).reverse();
  const found = await Promise.all(folders.map((folder) => stat(folder).catch(() => null)));
  return folders.find((_, i) => found[i]?.isDirectory()) ?? given;
}

/**
 * Follows each path as every later reader does. Links out of the folder are followed, because the user who
 * imports has chosen the folder.
 */
async function checkFiles(
  found: Pick<PixelFiles, 'imageRoot' | 'pixelPaths' | 'present'>,
  notes: ImportNotes,
): Promise<Pick<PixelFiles, 'present' | 'followLinks'>> {
  const { imageRoot } = found;
  // A listing of a bucket names objects, and there are no links.
  if (isBucketRoot(imageRoot)) return { present: found.present, followLinks: false };
  const present = new Set<string>();
  const folders = new Set<string>();
  let followLinks = false;
  const noteLink = (name: string): void => {
    followLinks = true;
    notes.add('LINKS_FOLLOWED', name);
  };
  await inParallel([...found.present], async (fileName) => {
    const path = sliceFilePath(sliceFileOf({ ...found, followLinks: true }, fileName));
    const file = await findBelow(imageRoot, path).catch(() => null);
    if (!file?.isFile) {
      notes.add('LINKS_TO_NOTHING', fileName);
      return;
    }
    present.add(fileName);
    if (file.leadsOut) noteLink(fileName);
    else folders.add(dirname(path));
  });
  // Neighbours of key slices are read as well, and may be links where the key slices are none.
  await inParallel([...folders], async (folder) => {
    const name = await findLinkedSlice(imageRoot, folder);
    if (name !== null) noteLink(relative(imageRoot, join(folder, name)));
  });
  return { present, followLinks };
}

/** @returns the first PNG file of a folder that is a link out of the image root */
async function findLinkedSlice(imageRoot: string, folder: string): Promise<string | null> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isSymbolicLink() || !PNG.test(entry.name)) continue;
    const file = await findBelow(imageRoot, join(folder, entry.name)).catch(() => null);
    if (file?.isFile && file.leadsOut) return entry.name;
  }
  return null;
}

async function describeMissing(imageRoot: string, { fileName }: WantedImage): Promise<MissingPixels> {
  const lookedFor = below(imageRoot, usualPath(fileName));
  if (isBucketRoot(imageRoot))
    return { lookedFor, holds: describeNames([...(await sourceOf(imageRoot).names(imageRoot))]) };
  const entries = await readdir(imageRoot, { withFileTypes: true });
  const shown = (kind: string, names: readonly string[]): string[] => {
    const [first] = [...names].sort();
    return first === undefined ? [] : [`${names.length} ${kind}${names.length > 1 ? 's' : ''} such as ${first}`];
  };
  const namesOf = (fits: (entry: Dirent) => boolean): string[] => entries.filter(fits).map(({ name }) => name);
  const parts = [
    ...shown(
      'folder',
      namesOf((entry) => entry.isDirectory()),
    ),
    ...shown(
      'link',
      namesOf((entry) => entry.isSymbolicLink()),
    ),
    ...shown(
      'file',
      namesOf((entry) => !entry.isDirectory() && !entry.isSymbolicLink()),
    ),
  ];
  return { lookedFor, holds: parts.length > 0 ? parts.join(' and ') : 'nothing' };
}

function describeNames(names: readonly string[]): string {
  const [first] = [...names].sort();
  return first === undefined ? 'nothing' : `${names.length} names such as ${first}`;
}
