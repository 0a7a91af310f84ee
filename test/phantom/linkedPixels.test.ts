import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng16 } from '../../src/imaging';
import { generateMetadata, linkPixels } from '../../src/phantom';

const root = mkdtempSync(join(tmpdir(), 'linked-pixels-'));
const pixelsDir = join(root, 'pixels');
const outDir = join(root, 'out');
const MISSING_EVERY = 10;

beforeAll(async () => {
  mkdirSync(join(pixelsDir, 'Images_png', '000001_01_01'), { recursive: true });
  for (const slice of [1, 2, 3])
    writeFileSync(
      join(pixelsDir, 'Images_png', '000001_01_01', `00${slice}.png`),
      encodePng16(new Uint16Array(16).fill(slice), 4, 4),
    );
  await generateMetadata({ lesions: 60, patients: 12, seed: 5, outDir });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('linkPixels', () => {
  const images = join(outDir, 'Images_png');
  const pathsOf = (): string[] =>
    readdirSync(images).flatMap((series) =>
      readdirSync(join(images, series)).map((name) => join(images, series, name)),
    );

  it('gives key slices and their neighbours files that take no room, and leaves some out', () => {
    const made = linkPixels({ outDir, pixelsDir, missingEvery: MISSING_EVERY });
    expect(made.keySlices).toBeGreaterThan(50);
    expect(made.missing).toBe(Math.floor(made.keySlices / MISSING_EVERY));
    expect(new Set(pathsOf().map((path) => statSync(path).ino)).size).toBe(3);
  });

  it('can be repeated after it was interrupted, with the same files', () => {
    const before = pathsOf();
    rmSync(join(images, readdirSync(images)[0]!), { recursive: true });
    linkPixels({ outDir, pixelsDir, missingEvery: MISSING_EVERY });
    expect(pathsOf()).toEqual(before);
  });

  it('refuses a folder without pixels in one sentence', () => {
    const empty = { outDir, pixelsDir: join(root, 'nothing'), missingEvery: 0 };
    expect(() => linkPixels(empty)).toThrow('to be a set of phantoms: it has no Images_png');
    expect(existsSync(join(root, 'nothing'))).toBe(false);
  });
});
