import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = process.env.DEEPLESION_FIXTURES ?? resolve(__dirname, '../../../shared/deeplesion');

/** Image root of the published slices, or null where they are not on this machine. */
export const REAL_IMAGE_ROOT = existsSync(join(folder, 'Images_png')) ? join(folder, 'Images_png') : null;

/** Paths of all published slices that are here. */
export function realSlices(): string[] {
  const root = REAL_IMAGE_ROOT;
  if (root === null) return [];
  return readdirSync(root).flatMap((series) =>
    readdirSync(join(root, series)).map((slice) => join(root, series, slice)),
  );
}

/** `describe` where the real data are, else a skipped group whose title says why. */
export function describeWithRealData(title: string, body: () => void): void {
  if (REAL_IMAGE_ROOT === null)
    describe.skip(`${title} (skipped: set DEEPLESION_FIXTURES to a folder with Images_png)`, body);
  else describe(title, body);
}
