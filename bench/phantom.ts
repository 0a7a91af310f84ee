import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateMetadata, generatePhantoms } from '../src/phantom';

const PATIENTS = 40;
const SEED = 5;

/**
 * Slices per second of the phantom generator with PNG encoding and writing, by number of workers, and the time of
 * full-size metadata.
 */
export async function main(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'phantom-bench-'));
  console.log(`phantom generator, ${PATIENTS} patients, seed ${SEED}, ${cpus()[0]?.model ?? 'unknown CPU'}`);
  try {
    for (const workers of new Set([1, 2, availableParallelism()])) {
      const start = performance.now();
      const { slices } = await generatePhantoms({
        patients: PATIENTS,
        seed: SEED,
        outDir: join(root, `w${workers}`),
        workers,
      });
      const seconds = (performance.now() - start) / 1000;
      console.log(
        `${workers} worker(s): ${slices} slices in ${seconds.toFixed(1)} s, ${(slices / seconds).toFixed(1)} slices/s`,
      );
    }
    const start = performance.now();
    const { lesions } = await generateMetadata({ seed: SEED, outDir: join(root, 'metadata') });
    console.log(`metadata: ${lesions} lesions in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
