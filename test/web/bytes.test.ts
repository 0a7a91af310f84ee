import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

/** As `npm test` has just built it. */
const BUILT = resolve(__dirname, '../../dist/http/web');

interface Chunk {
  readonly file: string;
  readonly name?: string;
  readonly isDynamicEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

const manifest: Record<string, Chunk> = JSON.parse(readFileSync(join(BUILT, 'manifest.json'), 'utf8'));

/** Scripts and styles that a browser fetches before an entry can run: its own, and all that it imports. */
function filesOf(entry: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[entry];
  if (!chunk) throw new Error(`The manifest has no ${entry}.`);
  for (const file of [chunk.file, ...(chunk.css ?? [])]) seen.add(file);
  for (const one of chunk.imports ?? []) if (!seen.has(manifest[one]?.file ?? '')) filesOf(one, seen);
  return seen;
}

/** The sum of their sizes, gzipped. */
const bytesOf = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(BUILT, file)), { level: 9 }).length, 0);

/** A chunk that several pages share, under the name that web/vite.config.mts gives it. */
function sharedChunk(name: string): Iterable<string> {
  const chunk = Object.values(manifest).find((one) => one.name === name && !one.isDynamicEntry);
  if (!chunk) throw new Error(`The manifest has no chunk ${name}.`);
  return [chunk.file, ...(chunk.css ?? [])];
}

const first = filesOf('index.html');
const lazy = Object.keys(manifest).filter((entry) => manifest[entry]?.isDynamicEntry);

describe('the interface, gzipped,', () => {
  it('has a first page of at most 130 kB', () => {
    expect(bytesOf(first)).toBeLessThanOrEqual(130_000);
  });

  it.each(lazy)('adds at most 30 kB for %s', (entry) => {
    const page = lazy.find((one) => one !== entry && entry.startsWith(one.replace(/\.tsx$/, '/')));
    const before = page ? filesOf(page) : new Set<string>();
    expect(bytesOf([...filesOf(entry)].filter((file) => !first.has(file) && !before.has(file)))).toBeLessThanOrEqual(
      30_000,
    );
  });

  it('has a viewer of at most 12 kB, with its tools, keys, touch gestures, ruler and read-out', () => {
    expect(bytesOf(sharedChunk('viewer'))).toBeLessThanOrEqual(12_000);
  });

  it('has a figure of at most 15 kB', () => {
    expect(bytesOf(sharedChunk('figure'))).toBeLessThanOrEqual(15_000);
  });

  it('has a figure for the pages of others of at most 85 kB, with React', () => {
    expect(bytesOf(filesOf('embed.html'))).toBeLessThanOrEqual(85_000);
  });
});
