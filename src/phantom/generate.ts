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
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { BadUserInput, Conflict } from '../errors';
import { runPool } from './pool';
import type { PatientRecords } from './render';
import { describeSet, PARAMETERS_FILE, type PhantomParameters, writeTables } from './tables';

/** Version of the generator: two sets of the same version, seed and options are equal byte for byte. */
export const GENERATOR_VERSION = '1';

/** What to generate. */
export interface PhantomOptions {
  /** Number of patients, 1 to 100,000. A patient's images depend on the seed and the patient's index, not on this number. */
  readonly patients: number;
  /** Integer seed, 0 to 2³¹ − 1. */
  readonly seed: number;
  /** Folder to be made. */
  readonly outDir: string;
  /** Slices before and after each key slice, 0 to 3; 1 by default. */
  readonly neighbours?: number;
  /** First patient index (1-based), for generating a part of a set; 1 by default. */
  readonly firstPatient?: number;
  /** Worker threads; one a core by default. 1 works in the calling thread. */
  readonly workers?: number;
  /** Called after each patient. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Stops the work; nothing is left behind. */
  readonly signal?: AbortSignal;
}

/** What was generated. */
export interface PhantomSummary {
  readonly outDir: string;
  readonly patients: number;
  readonly keySlices: number;
  readonly slices: number;
  readonly lesions: number;
  readonly unannotatedLesions: number;
  /** True where the folder already held exactly this set and nothing was done. */
  readonly alreadyThere: boolean;
}

const MARKER = '.phantom-in-progress';

const summarySchema = z.object({
  patients: z.number(),
  keySlices: z.number(),
  slices: z.number(),
  lesions: z.number(),
  unannotatedLesions: z.number(),
});
const setFileSchema = z.object({ parameters: z.record(z.string(), z.unknown()), summary: summarySchema });

function checkInteger(name: string, value: number, low: number, high: number): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new BadUserInput(`${name} has to be a whole number from ${low} to ${high}, but is ${value}.`, name);
}

function parametersOf(options: PhantomOptions): PhantomParameters {
  return {
    generatorVersion: GENERATOR_VERSION,
    seed: checkInteger('seed', options.seed, 0, 2 ** 31 - 1),
    patients: checkInteger('patients', options.patients, 1, 100_000),
    firstPatient: checkInteger('firstPatient', options.firstPatient ?? 1, 1, 100_000),
    neighbours: checkInteger('neighbours', options.neighbours ?? 1, 0, 3),
  };
}

/** The summary of a set that is already in the folder; undefined where the folder is free. */
function findExisting(outDir: string, parameters: PhantomParameters): PhantomSummary | undefined {
  if (!existsSync(outDir)) return undefined;
  if (readdirSync(outDir).length === 0) {
    rmdirSync(outDir);
    return undefined;
  }
  const file = join(outDir, PARAMETERS_FILE);
  if (existsSync(file)) {
    const held = setFileSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (held.success && JSON.stringify(held.data.parameters) === JSON.stringify(parameters))
      return { ...held.data.summary, outDir, alreadyThere: true };
  }
  throw new Conflict(
    `The folder ${outDir} is not empty and holds another set: name a new folder, or remove this one first.`,
    'outDir',
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch {
    return false;
  }
}

/** Makes DIR.partial; one that a killed generator left is removed, one that is in use or is not ours is refused. */
function makePartial(partial: string): void {
  if (existsSync(partial)) {
    const marker = join(partial, MARKER);
    if (!existsSync(marker))
      throw new Conflict(
        `The folder ${partial} is in the way and was not made by the generator: move it first.`,
        'outDir',
      );
    const pid = Number(readFileSync(marker, 'utf8'));
    if (isAlive(pid))
      throw new Conflict(
        `The process ${pid} is writing this set at the moment: wait for it, or name another folder.`,
        'outDir',
      );
    rmSync(partial, { recursive: true });
  }
  mkdirSync(partial, { recursive: true });
  writeFileSync(join(partial, MARKER), String(process.pid));
}

function summarise(outDir: string, records: readonly PatientRecords[]): PhantomSummary {
  let keySlices = 0;
  let slices = 0;
  let lesions = 0;
  let unannotatedLesions = 0;
  for (const record of records) {
    keySlices += record.keySlices;
    slices += record.slices;
    lesions += record.annotated.length;
    unannotatedLesions += record.unannotated.length;
  }
  return { outDir, patients: records.length, keySlices, slices, lesions, unannotatedLesions, alreadyThere: false };
}

/**
 * Writes a set of synthetic CT in the layout of DeepLesion: `Images_png/`, `DL_info.csv`, `truth.csv`, `unannotated.csv`, `README.txt` and
 * `phantom.json`. All of it appears at once: the work is done in `DIR.partial`, which is renamed at the end. The bytes depend on the seed,
 * the patients and the neighbours alone.
 * @throws BadUserInput for numbers out of range, Conflict where the folder holds anything but exactly this set.
 */
export async function generatePhantoms(options: PhantomOptions): Promise<PhantomSummary> {
  const parameters = parametersOf(options);
  const outDir = resolve(options.outDir);
  const existing = findExisting(outDir, parameters);
  if (existing !== undefined) return existing;
  const partial = `${outDir}.partial`;
  mkdirSync(dirname(outDir), { recursive: true });
  makePartial(partial);
  try {
    const workers = checkInteger('workers', options.workers ?? Math.min(16, availableParallelism()), 1, 256);
    const records = await runPool({
      ...parameters,
      imageDir: join(partial, 'Images_png'),
      workers,
      onProgress: options.onProgress,
      signal: options.signal,
    });
    const summary = summarise(outDir, records);
    const { outDir: _place, alreadyThere: _fresh, ...counts } = summary;
    writeTables(partial, records);
    writeFileSync(join(partial, 'README.txt'), describeSet(parameters, counts));
    writeFileSync(join(partial, PARAMETERS_FILE), `${JSON.stringify({ parameters, summary: counts }, null, 2)}\n`);
    rmSync(join(partial, MARKER));
    renameSync(partial, outDir);
    return summary;
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}
