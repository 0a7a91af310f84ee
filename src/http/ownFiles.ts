/**
 * The files that this server runs from: if they are replaced or removed while it runs, it fails piece by piece from
 * then on.
 */
import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { DIST_ROOT, PROJECT_ROOT } from '../compiled';

const OK = 'ok';
/** Probes come every few seconds; some hundred files are checked in milliseconds. */
const LOOK_EVERY_MS = 1_000;

const Lockfile = z.object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) });

/**
 * Notes the state of the build, of the packages and of other files at this moment.
 *
 * @param others absolute paths, e.g. of the models
 * @returns a check of them: `ok`, or the first one that is gone or was replaced
 */
export function watchOwnFiles(others: readonly string[]): () => Promise<string> {
  const marks = new Map(
    [...buildFiles(), ...packageFiles(), ...others].flatMap((file) => {
      const mark = statSync(file, { throwIfNoEntry: false });
      return mark ? [[file, markOf(mark)] as const] : [];
    }),
  );
  let last = { at: Number.NEGATIVE_INFINITY, state: OK };
  return async () => {
    if (performance.now() - last.at >= LOOK_EVERY_MS) last = { at: performance.now(), state: await stateOf(marks) };
    return last.state;
  };
}

const markOf = ({ ino, size, mtimeMs }: Stats): string => `${ino} ${size} ${mtimeMs}`;

async function stateOf(marks: ReadonlyMap<string, string>): Promise<string> {
  const problems = await Promise.all(
    [...marks].map(async ([file, mark]) => {
      const now = await stat(file).then(markOf, () => null);
      if (now === mark) return '';
      return `${relative(PROJECT_ROOT, file)} ${now === null ? 'is gone' : 'is another one than at the start'}`;
    }),
  );
  const [first, ...more] = problems.filter((problem) => problem !== '');
  if (first === undefined) return OK;
  return `${first}${more.length > 0 ? `, and so are ${more.length} more` : ''}: stop this server and start it again with "npm start"`;
}

function buildFiles(): string[] {
  return readdirSync(DIST_ROOT, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(js|wasm|css)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** One file of each package that runs; npm keeps the list of what it installed. */
function packageFiles(): string[] {
  const list = join(PROJECT_ROOT, 'node_modules', '.package-lock.json');
  const { packages } = Lockfile.parse(JSON.parse(readFileSync(list, 'utf8')));
  const running = Object.entries(packages).filter(([, { dev }]) => !dev);
  return running.map(([folder]) => join(PROJECT_ROOT, folder, 'package.json'));
}
