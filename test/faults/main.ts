/** The long run of the faults, `npm run faults -- --rounds 20`: one line a fault and round. */
import { parseArgs } from 'node:util';
import { FAULTS } from './faults';
import { createStage, NOTICED_SECONDS, play, type Stage } from './rounds';

export async function main(words: string[]): Promise<void> {
  const { values } = parseArgs({
    args: words,
    options: {
      rounds: { type: 'string', default: process.env.FAULT_ROUNDS ?? '20' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      fault: { type: 'string', default: '' },
    },
  });
  const stage = await createStage();
  let unwell = 0;
  const seconds: number[] = [];
  try {
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const fault of FAULTS.filter(({ name }) => name.includes(values.fault))) {
        const line = await playLine(stage, fault, Number(values.seed) + round);
        if (line.seconds !== null) seconds.push(line.seconds);
        if (!line.isWell) unwell += 1;
        console.log(line.text);
      }
    }
  } finally {
    await stage.bed.close();
  }
  const sorted = seconds.sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)]?.toFixed(1);
  console.log(
    `${sorted.length} faults, ${unwell} not survived; went on after ${median} s (median), ${sorted.at(-1)?.toFixed(1)} s (longest)`,
  );
  if (unwell > 0) process.exitCode = 1;
}

async function playLine(
  stage: Stage,
  fault: (typeof FAULTS)[number],
  seed: number,
): Promise<{ text: string; seconds: number | null; isWell: boolean }> {
  const label = `${fault.name.padEnd(64)} seed ${String(seed).padEnd(8)}`;
  const unfit = fault.unfit?.() ?? null;
  if (unfit !== null) return { text: `${label} left out: ${unfit}`, seconds: null, isWell: true };
  try {
    const { seconds, problems } = await play(stage, fault, seed, NOTICED_SECONDS);
    const verdict = problems.length === 0 ? 'nothing lost, nothing doubled' : problems.join('; ');
    return {
      text: `${label} went on after ${seconds.toFixed(1).padStart(5)} s  ${verdict}`,
      seconds,
      isWell: problems.length === 0,
    };
  } catch (thrown) {
    return {
      text: `${label} ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      seconds: null,
      isWell: false,
    };
  }
}
