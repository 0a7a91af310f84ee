import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BadUserInput } from '../errors';

/** What to link. */
export interface LinkOptions {
  /** folder with DL_info.csv, which gets Images_png */
  readonly outDir: string;
  /** a set of phantoms on the same disk, whose slices are linked */
  readonly pixelsDir: string;
  /** every so many key slices have no file; 0: all have one */
  readonly missingEvery: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** How many files the folder has after it. */
export interface LinkSummary {
  readonly keySlices: number;
  readonly missing: number;
  readonly files: number;
}

/** The key slice and one slice on each side, which is what a detector reads. */
const OFFSETS = [0, -1, 1];
/** `000001_01_01_109.png,…`: the first column of DL_info.csv. */
const FIRST_CELL = /^([0-9_]+)_(\d+)\.png,/;

function pngsBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((series) => readdirSync(join(folder, series)).map((name) => join(folder, series, name)));
}

/** @returns series and slice numbers of the distinct key slices, in the order of their rows */
function keySlicesOf(csvPath: string): { series: string; slice: number }[] {
  const found = new Map<string, { series: string; slice: number }>();
  for (const line of readFileSync(csvPath, 'utf8').split('\n')) {
    const [name, series, slice] = FIRST_CELL.exec(line) ?? [];
    if (name !== undefined && series !== undefined) found.set(name, { series, slice: Number(slice) });
  }
  return [...found.values()];
}

/**
 * Gives the key slices of a DL_info.csv pixel files: hard links to a few phantoms, so that a folder of the full size
 * takes little room. What the boxes say is not what the pixels show: it rehearses memory, disk and time, not accuracy.
 * Links that are there already stay, so that an interrupted call can be repeated.
 *
 * @throws BadUserInput if the folder of pixels has none
 */
export function linkPixels({ outDir, pixelsDir, missingEvery, onProgress }: LinkOptions): LinkSummary {
  const pool = pngsBelow(join(pixelsDir, 'Images_png'));
  if (pool.length === 0)
    throw new BadUserInput(`Expected ${pixelsDir} to be a set of phantoms: it has no Images_png/*/*.png.`, 'pixels');
  const keySlices = keySlicesOf(join(outDir, 'DL_info.csv'));
  const without = keySlices.filter((_, index) => missingEvery > 0 && index % missingEvery === missingEvery - 1);
  const missing = new Set(without.map(({ series, slice }) => pathOf(outDir, series, slice)));
  const linked = new Set<string>();
  for (const [index, { series, slice }] of keySlices.entries()) {
    onProgress?.(index, keySlices.length);
    for (const offset of OFFSETS) {
      const path = pathOf(outDir, series, slice + offset);
      // a neighbour may be a key slice itself
      if (missing.has(path) || linked.has(path)) continue;
      linked.add(path);
      mkdirSync(dirname(path), { recursive: true });
      if (!existsSync(path)) linkSync(pool[(index * OFFSETS.length + offset + pool.length) % pool.length]!, path);
    }
  }
  return { keySlices: keySlices.length, missing: missing.size, files: linked.size };
}

function pathOf(outDir: string, series: string, slice: number): string {
  return join(outDir, 'Images_png', series, `${String(slice).padStart(3, '0')}.png`);
}
