import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { BadUserInput } from '../errors';
import { findBelow, type SliceFile, sliceFilePath, slicePath } from '../imaging';
import type { ImportNotes } from './importNotes';

/** Unpacking DeepLesion's archives often doubles the folder. */
const PLACES = ['', 'Images_png', join('Images_png', 'Images_png')];
/** What DeepLesion's archives are called. Other folders are left alone: they may hold other versions of the same slices. */
const ARCHIVE_FOLDER = /^(?:Images_png[_-]?\d{1,3}|Key_slices)$/;
const SERIES_FOLDER = /^\d{6}_\d{2,3}_\d{2,3}$/;
const SLICE_NAME = /^\d{1,5}\.png$/i;
const AT_ONCE = 32;
const KEPT_LISTINGS = 1_000;
const PNG = /\.png$/i;
const OTHER_SUFFIXES = ['.jpg', '.jpeg', '.JPG', '.tif', '.tiff', '.bmp', '.dcm', '.npy', '.nii.gz'];
const PICTURE = /\.(?:png|jpe?g|tiff?|dcm|bmp|npy|nii|gif|webp)$/i;

/** An image whose pixel file is looked for. */
export interface WantedImage {
  fileName: string;
  /** as the source has it */
  sourcePath?: string;
}

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

/** What a person who imports is told where images have no pixel file. */
export interface MissingPixels {
  /** absolute path of the first */
  lookedFor: string;
  /** e.g. `56 folders such as Images_png_01 and 1 file such as README.md` */
  holds: string;
}

/** @returns a key slice as those ask for it who read its pixels */
export function sliceFileOf(
  { imageRoot, pixelPaths, followLinks }: Pick<PixelFiles, 'imageRoot' | 'pixelPaths' | 'followLinks'>,
  fileName: string,
): SliceFile {
  return { imageRoot, fileName, pixelPath: pixelPaths.get(fileName) ?? null, followLinks };
}

/** What was looked for and what lies there; empty where nothing is missing. It names folders of this machine. */
export function missingText({ imageRoot, missing }: Pick<PixelFiles, 'imageRoot' | 'missing'>): string {
  return missing ? `The first was looked for at ${missing.lookedFor}; ${imageRoot} holds ${missing.holds}.` : '';
}

/**
 * Looks for the pixel files of key slices: one listing a folder, not one look a file. They may lie in DeepLesion's layout, all in one folder
 * as `Key_slices` has them, in a folder for each archive, or where their source says.
 *
 * @param imagesDir `Images_png`, a folder above it, a doubled one, a folder of archives' folders, a flat folder, or a series folder itself
 * @throws BadUserInput when the folder is not there
 */
export async function findPixelFiles(
  imagesDir: string,
  images: readonly WantedImage[],
  notes: ImportNotes,
): Promise<PixelFiles> {
  const given = resolve(imagesDir);
  const status = await stat(given).catch(() => null);
  if (!status?.isDirectory()) throw new BadUserInput(`There is no image folder ${imagesDir}.`, 'images');
  const folders = new Listings();
  const top = (await isSeriesFolder(given, folders)) ? dirname(given) : given;
  const search = new Search(top, images, folders);
  for (const place of PLACES) await search.lookInto(place, true);
  for (const place of PLACES) await search.lookInto(place);
  if (!search.isDone)
    for (const folder of await archiveFolders(top, folders)) {
      await search.lookInto(folder);
      await search.lookInto(join(folder, 'Images_png'));
    }
  const { imageRoot, pixelPaths, present } = await search.result();
  const checked = await checkFiles({ imageRoot, pixelPaths, present }, notes);
  for (const fileName of search.inOtherForm()) notes.add('PIXELS_IN_OTHER_FORMAT', fileName);
  const first = images.find(({ fileName }) => !checked.present.has(fileName));
  const missing = first ? await describeMissing(imageRoot, first) : null;
  return { imageRoot, pixelPaths, ...checked, missing };
}

/** What lies in folders. Images of one series come one after another, so that a folder is listed once without keeping a million names. */
class Listings {
  private readonly known = new Map<string, Promise<ReadonlySet<string>>>();

  /** @returns names; none where there is no such folder */
  of(folder: string): Promise<ReadonlySet<string>> {
    const kept = this.known.get(folder);
    if (kept) return kept;
    const [oldest] = this.known.keys();
    if (oldest !== undefined && this.known.size >= KEPT_LISTINGS) this.known.delete(oldest);
    const listing = readdir(folder).then(
      (names) => new Set(names),
      () => new Set<string>(),
    );
    this.known.set(folder, listing);
    return listing;
  }
}

async function isSeriesFolder(folder: string, folders: Listings): Promise<boolean> {
  if (!SERIES_FOLDER.test(basename(folder))) return false;
  return [...(await folders.of(folder))].some((name) => SLICE_NAME.test(name));
}

/** @returns folders that archives were unpacked into, by name */
async function archiveFolders(top: string, folders: Listings): Promise<string[]> {
  return [...(await folders.of(top))].filter((name) => ARCHIVE_FOLDER.test(name)).sort();
}

/** An image and the paths that its file may have below a folder. */
interface Sought {
  fileName: string;
  candidates: readonly string[];
}

/** Images that have no file yet, and those that have. */
class Search {
  private sought: readonly Sought[];
  /** the place that it was found in, and its path below */
  private readonly found = new Map<string, { place: string; path: string }>();
  private readonly other = new Set<string>();

  constructor(
    private readonly top: string,
    images: readonly WantedImage[],
    private readonly folders: Listings,
  ) {
    const all = images.map((image) => ({ fileName: image.fileName, candidates: candidatesOf(image) }));
    const ofSeveral = pathsOfSeveral(all);
    this.sought = all.map(({ fileName, candidates }) => ({
      fileName,
      candidates: candidates.filter((path) => !ofSeveral.has(path)),
    }));
  }

  get isDone(): boolean {
    return this.sought.length === 0;
  }

  /** Images that were not found although a file lies there that is theirs, but in another form than PNG. */
  inOtherForm(): string[] {
    return this.sought.map(({ fileName }) => fileName).filter((fileName) => this.other.has(fileName));
  }

  /**
   * Looks for what is still missing in a folder below the top.
   *
   * @param inLayout only where DeepLesion's layout has it: a folder that names have in front may as well be the image root
   */
  async lookInto(place: string, inLayout = false): Promise<void> {
    if (this.isDone) return;
    const root = join(this.top, place);
    const names = await this.folders.of(root);
    const likely = this.sought
      .map(({ fileName, candidates }) => ({
        fileName,
        candidates: inLayout ? candidates.filter((path) => path === layoutPath(fileName)) : candidates,
      }))
      .map((image) => ({ ...image, candidates: image.candidates.filter((path) => mayLieIn(names, path)) }))
      .filter(({ candidates }) => candidates.length > 0);
    await inParallel(likely, async ({ fileName, candidates }) => {
      for (const path of candidates) {
        const name = await this.findEntry(root, path);
        if (name !== null) {
          this.found.set(fileName, { place, path: join(dirname(path), name) });
          return;
        }
        if (await this.liesInOtherForm(root, path)) this.other.add(fileName);
      }
    });
    this.sought = this.sought.filter(({ fileName }) => !this.found.has(fileName));
  }

  /** @returns the entry's own name: its suffix may be in capitals */
  private async findEntry(root: string, path: string): Promise<string | null> {
    const names = await this.folders.of(join(root, dirname(path)));
    const name = basename(path);
    return [name, name.replace(PNG, '.png'), name.replace(PNG, '.PNG')].find((one) => names.has(one)) ?? null;
  }

  private async liesInOtherForm(root: string, path: string): Promise<boolean> {
    const names = await this.folders.of(join(root, dirname(path)));
    return OTHER_SUFFIXES.some((suffix) => names.has(basename(path).replace(PNG, suffix)));
  }

  /** The image root is the one folder that all were found in, or the one above several. */
  async result(): Promise<Pick<PixelFiles, 'imageRoot' | 'pixelPaths' | 'present'>> {
    const places = [...new Set([...this.found.values()].map(({ place }) => place))];
    const [only = ''] = places;
    const imageRoot =
      places.length === 0 ? await deepestFolder(this.top) : places.length === 1 ? join(this.top, only) : this.top;
    const pixelPaths = new Map<string, string>();
    for (const [fileName, { place, path }] of this.found) {
      const below = places.length === 1 ? path : join(place, path);
      if (below !== layoutPath(fileName)) pixelPaths.set(fileName, below);
    }
    return { imageRoot, pixelPaths, present: new Set(this.found.keys()) };
  }
}

/** @returns where pixel files would be looked for: they may come later */
async function deepestFolder(given: string): Promise<string> {
  const folders = PLACES.map((place) => join(given, place)).reverse();
  const found = await Promise.all(folders.map((folder) => stat(folder).catch(() => null)));
  return folders.find((_, i) => found[i]?.isDirectory()) ?? given;
}

/** @returns null for a name that DeepLesion's layout has no place for */
function layoutPath(fileName: string): string | null {
  try {
    return relative('/', slicePath('/', fileName));
  } catch {
    return null;
  }
}

/** Paths below a folder that an image's file may have, the likeliest first. */
function candidatesOf({ fileName, sourcePath }: WantedImage): string[] {
  const paths = new Set<string>();
  const layout = layoutPath(fileName);
  if (layout !== null)
    paths
      .add(layout)
      .add(fileName)
      .add(join(dirname(layout), fileName));
  for (const path of [fileName, sourcePath ?? fileName]) {
    const steps = path.split('/');
    for (let from = 0; from < steps.length; from++) paths.add(asPng(steps.slice(from).join('/')));
  }
  return [...paths].filter((path) => !path.split('/').includes('..'));
}

/** A converter writes another suffix, or none; only PNG can be read. */
const asPng = (path: string): string => {
  if (PNG.test(path)) return path;
  return PICTURE.test(path) ? `${path.slice(0, -extname(path).length)}.png` : `${path}.png`;
};

/** The end of a path that several images have in common does not say which of them a file is. */
function pathsOfSeveral(images: readonly Sought[]): Set<string> {
  const once = new Set<string>();
  const several = new Set<string>();
  for (const path of images.flatMap(({ candidates }) => candidates)) {
    if (once.has(path)) several.add(path);
    once.add(path);
  }
  return several;
}

/** A path of several steps begins with a folder; the name of a file may differ by its suffix. */
function mayLieIn(names: ReadonlySet<string>, path: string): boolean {
  const [first = '', ...rest] = path.split('/');
  if (rest.length > 0 || names.has(first)) return names.has(first);
  return ['.png', '.PNG', ...OTHER_SUFFIXES].some((suffix) => names.has(first.replace(PNG, suffix)));
}

/** Follows each path as every later reader does. Links out of the folder are followed, because whoever imports has chosen the folder. */
async function checkFiles(
  found: Pick<PixelFiles, 'imageRoot' | 'pixelPaths' | 'present'>,
  notes: ImportNotes,
): Promise<Pick<PixelFiles, 'present' | 'followLinks'>> {
  const { imageRoot } = found;
  const present = new Set<string>();
  const folders = new Set<string>();
  let followLinks = false;
  const noteLink = (name: string): void => {
    followLinks = true;
    notes.add('LINKS_FOLLOWED', name);
  };
  await inParallel([...found.present], async (fileName) => {
    const path = sliceFilePath(sliceFileOf({ ...found, followLinks: true }, fileName));
    const file = path === null ? null : await findBelow(imageRoot, path).catch(() => null);
    if (path === null || !file?.isFile) {
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
  const entries = await readdir(imageRoot, { withFileTypes: true });
  const shown = (kind: string, names: readonly string[]): string[] => {
    const [first] = [...names].sort();
    return first === undefined ? [] : [`${names.length} ${kind}${names.length > 1 ? 's' : ''} such as ${first}`];
  };
  const isFolder = (entry: Dirent): boolean => entry.isDirectory();
  const names = (list: readonly Dirent[]): string[] => list.map(({ name }) => name);
  const parts = [
    ...shown('folder', names(entries.filter(isFolder))),
    ...shown('file', names(entries.filter((entry) => !isFolder(entry)))),
  ];
  const lookedFor = join(imageRoot, layoutPath(fileName) ?? asPng(fileName));
  return { lookedFor, holds: parts.length > 0 ? parts.join(' and ') : 'nothing' };
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items].reverse();
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await work(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
