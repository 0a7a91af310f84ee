import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '../../src/errors';
import { seededRandom } from '../../src/evaluation';
import { isTerminal } from '../../src/runs';
import { createFaultBed, type FaultBed, type Findings } from './faultBed';
import { type Fault, PATIENCE_MS } from './faults';

/** What faults are made on, and what a run finds that nothing happens to. */
export interface Stage {
  bed: FaultBed;
  undisturbed: Findings;
}

/** How a run fared. */
export interface Verdict {
  /** from the fault until the run went on */
  seconds: number;
  /** what is not as in the undisturbed run; empty where all is well */
  problems: string[];
}

/** A dead worker has to be noticed, and its work taken up, within this time, on a machine that does nothing else. */
export const NOTICED_SECONDS = 20;

export async function createStage(): Promise<Stage> {
  const bed = await createFaultBed();
  const runId = await bed.request();
  await bed.startWorker();
  await ended(bed, runId);
  const undisturbed = await bed.findings(runId);
  await bed.endProcesses();
  if (undisturbed.detections.length === 0 || undisturbed.figures.length === 0)
    throw new Error('The undisturbed run found nothing to compare with.');
  return { bed, undisturbed };
}

/**
 * Lets a fault happen to a run and holds what became of it against the undisturbed one.
 *
 * @param seed of all that is drawn
 * @param noticedSeconds within which the run has to go on
 */
export async function play(stage: Stage, fault: Fault, seed: number, noticedSeconds: number): Promise<Verdict> {
  const bed = (await fault.makeBed?.()) ?? stage.bed;
  const random = seededRandom(seed);
  let accountOf = async (): Promise<string> => 'the run was not accepted';
  try {
    const runId = await bed.request();
    accountOf = () => bed.account(runId);
    const seconds = await fault.strike({ bed, runId, draw: () => random() / 2 ** 32 });
    const account = seconds > noticedSeconds ? await accountOf() : null;
    await ended(bed, runId);
    const fallen = await bed.endProcesses();
    const problems = [
      ...differences(stage.undisturbed, await bed.findings(runId)),
      ...fallen.map((log) => `a process ended by itself: ${log.trim().slice(-500)}`),
      ...(account === null ? [] : [`noticed later than ${noticedSeconds} s\n${account}`]),
    ];
    return { seconds, problems };
  } catch (thrown) {
    const account = await accountOf().catch(messageOf);
    throw new Error(`${messageOf(thrown)}\n${account}`, { cause: thrown });
  } finally {
    await bed.endProcesses();
    if (bed !== stage.bed) await bed.close();
  }
}

async function ended(bed: FaultBed, runId: number): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!isTerminal(await bed.status(runId))) {
    if (Date.now() > deadline) throw new Error(`Run ${runId} is ${await bed.status(runId)} and does not go on.`);
    await sleep(50);
  }
}

function differences(expected: Findings, found: Findings): string[] {
  const keys: (keyof Findings)[] = ['status', 'outcomes', 'detections', 'evaluations', 'figures'];
  const sizeOf = (value: unknown): string => (Array.isArray(value) ? `${value.length} rows` : String(value));
  return keys
    .filter((key) => !isDeepStrictEqual(found[key], expected[key]))
    .map((key) => `${key}: expected ${sizeOf(expected[key])} as undisturbed, got ${sizeOf(found[key])}`);
}
