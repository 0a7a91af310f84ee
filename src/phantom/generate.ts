import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { checkInteger, fillFolder } from './outputFolder';
import { runPool } from './pool';
import type { PatientRecords } from './render';
import { describeSet, writeTables } from './tables';

/**
 * Version of the generator: two sets of the same version, seed and options show the same pixels. A change of the pixels
 * needs a new one.
 */
export const GENERATOR_VERSION = '1';

const MOST_WORKERS = 16;

/** What to generate. */
export interface PhantomOptions {
  /**
   * Number of patients, 1 to 100,000. A patient's images depend on the seed and the patient's index, not on this
   * number.
   */
  readonly patients: number;
  /** Integer seed, 0 to 2³¹ − 1. */
  readonly seed: number;
  /** Folder to be made. */
  readonly outDir: string;
  /** Slices before and after each key slice, 0 to 3; 1 by default. */
  readonly neighbours?: number;
  /** First patient index (1-based), for generating a part of a set; 1 by default. */
  readonly firstPatient?: number;
  /** Worker threads; one a core, 16 at most, by default. 1 works in the calling thread. */
  readonly workers?: number;
  /** Called after each patient. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Stops the work; nothing remains. */
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

function countRecords(records: readonly PatientRecords[]) {
  const counts = { patients: records.length, keySlices: 0, slices: 0, lesions: 0, unannotatedLesions: 0 };
  for (const record of records) {
    counts.keySlices += record.keySlices;
    counts.slices += record.slices;
    counts.lesions += record.annotated.length;
    counts.unannotatedLesions += record.unannotated.length;
  }
  return counts;
}

/**
 * Writes a set of synthetic CT in the layout of DeepLesion: `Images_png/`, `DL_info.csv`, `truth.csv`,
 * `unannotated.csv`, `README.txt` and `phantom.json`. All of it appears at once (see {@link fillFolder}). Pixels and
 * tables depend on the seed, the patients and the neighbours alone, never on the number of workers; the compressed
 * bytes also on the zlib of Node.js.
 * @throws BadUserInput for numbers out of range, Conflict where the folder holds anything but exactly this set
 */
export async function generatePhantoms(options: PhantomOptions): Promise<PhantomSummary> {
  const parameters = {
    generatorVersion: GENERATOR_VERSION,
    seed: checkInteger('seed', options.seed, 0, 2 ** 31 - 1),
    patients: checkInteger('patients', options.patients, 1, 100_000),
    firstPatient: checkInteger('firstPatient', options.firstPatient ?? 1, 1, 100_000),
    neighbours: checkInteger('neighbours', options.neighbours ?? 1, 0, 3),
  };
  const workers = checkInteger('workers', options.workers ?? Math.min(MOST_WORKERS, availableParallelism()), 1, 256);
  const { onProgress, signal } = options;
  const { counts, alreadyThere } = await fillFolder(options.outDir, parameters, async (partial) => {
    const imageDir = join(partial, 'Images_png');
    const records = await runPool({ ...parameters, imageDir, workers, onProgress, signal });
    const made = countRecords(records);
    writeTables(partial, records);
    writeFileSync(join(partial, 'README.txt'), describeSet(parameters, made));
    return made;
  });
  return {
    outDir: resolve(options.outDir),
    patients: counts.patients ?? 0,
    keySlices: counts.keySlices ?? 0,
    slices: counts.slices ?? 0,
    lesions: counts.lesions ?? 0,
    unannotatedLesions: counts.unannotatedLesions ?? 0,
    alreadyThere,
  };
}
