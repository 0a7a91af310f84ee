import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

/** As the build has just written it. */
const BUILT = resolve(__dirname, '../dist/http/web');

interface Chunk {
  readonly file: string;
  readonly name?: string;
  readonly isDynamicEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

/** Budgets of the interface's scripts and styles, in bytes, gzipped. */
export const BYTE_BUDGETS = {
  first: 130_000,
  lazy: 30_000,
  viewer: 8_000,
  viewerTools: 6_000,
  figure: 15_000,
  embed: 85_000,
} as const;

/** Bytes of scripts and styles, gzipped. */
export interface InterfaceBytes {
  /** what the first page loads */
  readonly first: number;
  /** what each part that comes when it is needed adds to what is loaded by then */
  readonly lazy: ReadonlyMap<string, number>;
  /** what draws the first slice with its marks */
  readonly viewer: number;
  /** what hands do with it, which comes while the pixels are on their way */
  readonly viewerTools: number;
  readonly figure: number;
  /** the figure for the pages of others, with React */
  readonly embed: number;
}

/** Sums the files of the built interface by Vite's manifest. */
export function interfaceBytes(): InterfaceBytes {
  const manifest: Record<string, Chunk> = JSON.parse(readFileSync(join(BUILT, 'manifest.json'), 'utf8'));
  const first = filesOf(manifest, 'index.html');
  const entries = Object.keys(manifest).filter((entry) => manifest[entry]?.isDynamicEntry);
  const lazy = entries.map((entry): [string, number] => {
    // A part of a page comes when the page is there: web/app/pages/review/ReviewCurve.tsx after review.tsx.
    const page = entries.find((one) => one !== entry && entry.startsWith(one.replace(/\.tsx$/, '/')));
    const before = new Set([...first, ...(page ? filesOf(manifest, page) : [])]);
    return [entry, sum([...filesOf(manifest, entry)].filter((file) => !before.has(file)))];
  });
  return {
    first: sum(first),
    lazy: new Map(lazy),
    viewer: sum(shared(manifest, 'viewer')),
    viewerTools: sum(shared(manifest, 'viewer-tools')),
    figure: sum(shared(manifest, 'figure')),
    embed: sum(filesOf(manifest, 'embed.html')),
  };
}

/** What a browser fetches before an entry can run: its own files, and those of all that it imports. */
function filesOf(manifest: Record<string, Chunk>, entry: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[entry];
  if (!chunk) throw new Error(`The manifest has no ${entry}.`);
  for (const file of [chunk.file, ...(chunk.css ?? [])]) seen.add(file);
  for (const one of chunk.imports ?? []) if (!seen.has(manifest[one]?.file ?? '')) filesOf(manifest, one, seen);
  return seen;
}

/** A chunk that several pages share, under the name that web/vite.config.mts gives it. */
function shared(manifest: Record<string, Chunk>, name: string): readonly string[] {
  const chunk = Object.values(manifest).find((one) => one.name === name && !one.isDynamicEntry);
  if (!chunk) throw new Error(`The manifest has no chunk ${name}.`);
  return [chunk.file, ...(chunk.css ?? [])];
}

const sum = (files: Iterable<string>): number =>
  [...files].reduce((all, file) => all + gzipSync(readFileSync(join(BUILT, file)), { level: 9 }).length, 0);
