import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { BadUserInput, Conflict } from '../errors';

/** File that holds the parameters and counts of a set. */
const PARAMETERS_FILE = 'phantom.json';
const MARKER = '.phantom-in-progress';

/** What a set is made from; two sets of equal parameters are equal byte for byte. */
export type SetParameters = Readonly<Record<string, number | string>>;
/** How much a set holds. */
export type SetCounts = Readonly<Record<string, number>>;

const setFileSchema = z.object({
  parameters: z.record(z.string(), z.union([z.number(), z.string()])),
  counts: z.record(z.string(), z.number()),
});

/** @returns the value, which has to be a whole number of the range; @throws BadUserInput that names it */
export function checkInteger(name: string, value: number, low: number, high: number): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new BadUserInput(`${name} has to be a whole number from ${low} to ${high}, but is ${value}.`, name);
}

function readSetFile(folder: string): z.infer<typeof setFileSchema> | undefined {
  const file = join(folder, PARAMETERS_FILE);
  if (!existsSync(file)) return undefined;
  try {
    return setFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** The counts of the same set, where the folder already holds it; undefined if the folder is free. */
function findExisting(outDir: string, parameters: SetParameters): SetCounts | undefined {
  if (!existsSync(outDir)) return undefined;
  const held = readSetFile(outDir);
  if (held && JSON.stringify(held.parameters) === JSON.stringify(parameters)) return held.counts;
  if (readdirSync(outDir).length > 0) {
    const holds = held
      ? `holds another set (${JSON.stringify(held.parameters)})`
      : 'is not empty, and its files are not a phantom set';
    throw new Conflict(`The folder ${outDir} ${holds}: name a new folder, or remove this one first.`, 'out');
  }
  rmdirSync(outDir);
  return undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Creates DIR.partial; one that a killed generator left is removed, one that is in use or not ours is refused. */
function makePartial(partial: string): void {
  if (existsSync(partial)) {
    const marker = join(partial, MARKER);
    if (!existsSync(marker)) {
      throw new Conflict(
        `The folder ${partial} is in the way and was not made by the generator: move it first.`,
        'out',
      );
    }
    const pid = Number(readFileSync(marker, 'utf8'));
    if (isAlive(pid)) {
      throw new Conflict(
        `Process ${pid} is writing this set at the moment: wait for it, or name another folder.`,
        'out',
      );
    }
    rmSync(partial, { recursive: true });
  }
  mkdirSync(partial, { recursive: true });
  writeFileSync(join(partial, MARKER), String(process.pid));
}

/**
 * Fills a folder so that it appears at once or not at all: the work is done in `DIR.partial`, which is renamed at the
 * end and removed when the work fails.
 * @param write fills the folder it is given and returns what it holds
 * @returns the counts, and whether the folder already held exactly this set so that nothing was done
 * @throws Conflict if the folder holds anything else, or another process is filling it
 */
export async function fillFolder<Counts extends SetCounts>(
  folder: string,
  parameters: SetParameters,
  write: (partial: string) => Promise<Counts>,
): Promise<{ counts: SetCounts; alreadyThere: boolean }> {
  const outDir = resolve(folder);
  const existing = findExisting(outDir, parameters);
  if (existing) return { counts: existing, alreadyThere: true };
  const partial = `${outDir}.partial`;
  mkdirSync(dirname(outDir), { recursive: true });
  makePartial(partial);
  try {
    const counts = await write(partial);
    writeFileSync(join(partial, PARAMETERS_FILE), `${JSON.stringify({ parameters, counts }, null, 2)}\n`);
    rmSync(join(partial, MARKER));
    renameSync(partial, outDir);
    return { counts, alreadyThere: false };
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}
