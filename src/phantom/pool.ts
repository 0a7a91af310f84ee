import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { compiledEntry } from '../compiled';
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

/** What a worker is told once. */
export interface WorkerSetting {
  readonly seed: number;
  readonly neighbours: number;
  readonly imageDir: string;
}

/** What a worker answers to a patient's index. */
export type WorkerAnswer = { readonly records: PatientRecords } | { readonly error: string };

/** Renders one patient into files. */
export function renderPatientFiles(setting: WorkerSetting, patientIndex: number): PatientRecords {
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

/** Renders all patients on worker threads, each asked for one patient at a time; the order of the answers does not matter. */
function renderOnThreads(options: PoolOptions): Promise<PatientRecords[]> {
  const { seed, neighbours, imageDir, patients, firstPatient, signal } = options;
  const records: PatientRecords[] = [];
  let asked = 0;
  return new Promise((resolve, reject) => {
    const setting: WorkerSetting = { seed, neighbours, imageDir };
    const threads: Worker[] = [];
    const end = (finish: () => void): void => {
      signal?.removeEventListener('abort', abort);
      Promise.all(threads.map((thread) => thread.terminate())).then(finish, reject);
    };
    const abort = (): void => end(() => reject(signal?.reason));
    const askNext = (thread: Worker): void => {
      if (asked < patients) thread.postMessage(firstPatient + asked++);
    };
    const answered = (thread: Worker, answer: WorkerAnswer): void => {
      if ('error' in answer) {
        end(() => reject(new Error(`a phantom worker failed: ${answer.error}`)));
        return;
      }
      records.push(answer.records);
      options.onProgress?.(records.length, patients);
      if (records.length === patients) end(() => resolve(records));
      else askNext(thread);
    };
    if (signal?.aborted === true) return reject(signal.reason);
    signal?.addEventListener('abort', abort);
    for (let k = 0; k < Math.min(options.workers, patients); k++) {
      const thread = new Worker(compiledEntry('phantom/worker'), { workerData: setting });
      threads.push(thread);
      thread.on('message', (answer: WorkerAnswer) => answered(thread, answer));
      thread.on('error', (error) => end(() => reject(error)));
      askNext(thread);
    }
  });
}

/**
 * Renders patients and returns what is on their slices, ordered by patient index.
 * @throws whatever a worker threw, or the reason of the signal.
 */
export async function runPool(options: PoolOptions): Promise<PatientRecords[]> {
  mkdirSync(options.imageDir, { recursive: true });
  const records = options.workers === 1 ? await renderHere(options) : await renderOnThreads(options);
  return records.sort((a, b) => a.patientIndex - b.patientIndex);
}
