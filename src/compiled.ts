import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';

const SOURCE_ROOT = __dirname;
/** The folder of the build. */
export const DIST_ROOT = SOURCE_ROOT.endsWith(`${sep}src`) ? join(SOURCE_ROOT, '..', 'dist') : SOURCE_ROOT;

/** The folder that holds package.json, prisma/, models/ and schema.graphql, from sources and from the build alike. */
export const PROJECT_ROOT = join(SOURCE_ROOT, '..');

/**
 * The compiled file of a module that starts in a thread or process of its own. Node runs JavaScript only, so tests,
 * which run from `src/`, start the same compiled file as the product does.
 *
 * @param modulePath path below `src/` without ending, e.g. `phantom/worker`
 * @throws Error if the build is missing
 */
export function compiledEntry(modulePath: string): string {
  return compiledFile(`${modulePath}.js`);
}

/**
 * A file of the build.
 *
 * @param path below `dist/`
 * @throws Error if the build is missing
 */
export function compiledFile(path: string): string {
  const file = join(DIST_ROOT, path);
  if (!existsSync(file)) throw new Error(`Expected the compiled file ${path}: run "npm run build" first.`);
  return file;
}
