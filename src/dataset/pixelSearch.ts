/** The search for the pixel files of images, in folders that are given one after another. */
import { basename, dirname, extname, join, relative } from 'node:path';
import { slicePath, sourceOf } from '../imaging';
import { below } from '../objects';

export const SERIES_FOLDER = /^\d{6}_\d{2,3}_\d{2,3}$/;
export const PNG = /\.png$/i;
const OTHER_SUFFIXES = ['.jpg', '.jpeg', '.JPG', '.tif', '.tiff', '.bmp', '.dcm', '.npy', '.nii.gz'];
const PICTURE = /\.(?:png|jpe?g|tiff?|dcm|bmp|npy|nii|gif|webp)$/i;
const AT_ONCE = 32;
const KEPT_LISTINGS = 1_000;

/** An image whose pixel file is looked for. */
export interface WantedImage {
  fileName: string;
  /** as the source has it */
  sourcePath?: string;
}

/**
 * What lies in folders. Images of one series come one after another, so that a folder is listed once without keeping a
 * million names.
 */
export class Listings {
  private readonly known = new Map<string, Promise<ReadonlySet<string>>>();

  /** @returns names; none if there is no such folder */
  of(folder: string): Promise<ReadonlySet<string>> {
    const kept = this.known.get(folder);
    if (kept) return kept;
    const [oldest] = this.known.keys();
    if (oldest !== undefined && this.known.size >= KEPT_LISTINGS) this.known.delete(oldest);
    const listing = sourceOf(folder).names(folder);
    this.known.set(folder, listing);
    return listing;
  }
}

/** An image and the paths that its file may have below a folder. */
interface Sought {
  fileName: string;
  candidates: readonly string[];
}

/** Images that have no file yet, and those that have. */
export class PixelSearch {
  private sought: readonly Sought[];
  /** the place that it was found in, and its path below */
  readonly found = new Map<string, { place: string; path: string }>();
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
      candidates: candidates.filter((path) => path === fileName || !ofSeveral.has(path)),
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
   * @param inLayout only where DeepLesion's layout has it: a folder that names have in front may as well be the image
   *   root
   */
  async lookInto(place: string, inLayout = false): Promise<void> {
    if (this.isDone) return;
    const root = below(this.top, place);
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
    const names = await this.folders.of(below(root, dirname(path)));
    const name = basename(path);
    return [name, name.replace(PNG, '.png'), name.replace(PNG, '.PNG')].find((one) => names.has(one)) ?? null;
  }

  private async liesInOtherForm(root: string, path: string): Promise<boolean> {
    const names = await this.folders.of(below(root, dirname(path)));
    return OTHER_SUFFIXES.some((suffix) => names.has(basename(path).replace(PNG, suffix)));
  }

  /**
   * Where all were found.
   *
   * @returns the one place that holds them, or the top where they are in several, and the paths below it that are not
   *   in DeepLesion's layout; null if nothing was found
   */
  result(): { place: string; pixelPaths: Map<string, string> } | null {
    const places = new Set([...this.found.values()].map(({ place }) => place));
    const [only] = places;
    if (only === undefined) return null;
    const place = places.size === 1 ? only : '';
    const pixelPaths = new Map<string, string>();
    for (const [fileName, { place: own, path }] of this.found) {
      const step = join(relative(place, own), path);
      if (step !== layoutPath(fileName)) pixelPaths.set(fileName, step);
    }
    return { place, pixelPaths };
  }
}

/** @returns null for a name that DeepLesion's layout has no place for */
function layoutPath(fileName: string): string | null {
  try {
    return relative('/', slicePath('/', fileName));
  } catch {
    return null;
  }
}

/** @returns where a file is usually looked for, below an image root */
export function usualPath(fileName: string): string {
  return layoutPath(fileName) ?? asPng(fileName);
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
  // Every series has slices of the same numbers.
  const series = layout === null ? '' : dirname(layout);
  const mustHold = SERIES_FOLDER.test(series) ? series : '';
  return [...paths].filter((path) => path.includes(mustHold) && !path.split('/').includes('..'));
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

/** Works on many things at a time, but not on all. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items].reverse();
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await work(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
