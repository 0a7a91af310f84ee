import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Thread } from '../threads';
import { type PatientRecords, renderPatient } from './render';

/** A batch of patients to be rendered. */
export interface PoolOptions {
  readonly seed: number;
  readonly patients: number;
  readonly firstPatient: number;
  readonly neighbours: number;
  /** Folder for the series' folders. */
  readonly imageDir: string;
  readonly workers: number;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The first message to a thread. */
interface ThreadSetting {
  readonly seed: number;
  readonly neighbours: number;
  readonly imageDir: string;
}

/** Renders one patient into files. */
export function renderPatientFiles(setting: ThreadSetting, patientIndex: number): PatientRecords {
  const made = new Set<string>();
  return renderPatient(setting.seed, patientIndex, setting.neighbours, (folder, file, png) => {
    const target = join(setting.imageDir, folder);
    if (!made.has(folder)) mkdirSync(target, { recursive: true });
    made.add(folder);
    writeFileSync(join(target, file), png);
  });
}

async function renderHere(options: PoolOptions): Promise<PatientRecords[]> {
  const records: PatientRecords[] = [];
  for (let k = 0; k < options.patients; k++) {
    options.signal?.throwIfAborted();
    records.push(renderPatientFiles(options, options.firstPatient + k));
    options.onProgress?.(k + 1, options.patients);
    await setImmediate();
  }
  return records;
}

/**
 * Renders all patients on threads, each requested one patient at a time; the order of the responses does not matter.
 */
async function renderOnThreads(options: PoolOptions): Promise<PatientRecords[]> {
  const { seed, neighbours, imageDir, patients, firstPatient, signal } = options;
  signal?.throwIfAborted();
  const data: ThreadSetting = { seed, neighbours, imageDir };
  const threads = Array.from(
    { length: Math.min(options.workers, patients) },
    () => new Thread<number, PatientRecords>('phantom/worker', { data, signal }),
  );
  const records: PatientRecords[] = [];
  let asked = 0;
  const render = async (thread: Thread<number, PatientRecords>): Promise<void> => {
    while (asked < patients) {
      records.push(await thread.ask(firstPatient + asked++));
      options.onProgress?.(records.length, patients);
    }
  };
  try {
    await Promise.all(threads.map(render));
  } finally {
    await Promise.all(threads.map((thread) => thread.close()));
  }
  return records;
}

/**
 * Renders patients and returns what is on their slices, ordered by patient index.
 * @throws whatever a thread threw, or the reason of the signal.
 */
export async function runPool(options: PoolOptions): Promise<PatientRecords[]> {
  mkdirSync(options.imageDir, { recursive: true });
  const records = options.workers === 1 ? await renderHere(options) : await renderOnThreads(options);
  return records.sort((a, b) => a.patientIndex - b.patientIndex);
}
