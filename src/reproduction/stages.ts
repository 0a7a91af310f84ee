import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

import type { Progress } from '../progress';
import { createProgress } from '../progress';

const Stamp = z.object({ inputs: z.string(), seconds: z.number(), finishedAt: z.string() });
export type Stamp = z.infer<typeof Stamp>;

/** How long a stage took, now or in an earlier call. */
export interface StageTime {
  name: string;
  seconds: number;
}

/**
 * The stages of a reproduction, each done once: a stamp below the work folder tells for which inputs, so that an
 * interrupted reproduction goes on where it stopped, and changed settings redo what hangs on them.
 */
export class Stages {
  readonly times: StageTime[] = [];

  constructor(private readonly folder: string) {}

  /**
   * Does a stage with a progress line of its own.
   *
   * @param name unique, also the name of the stamp's file
   * @param inputs all that the result hangs on
   * @param work does the stage; its result lies in files
   */
  async run(name: string, inputs: unknown, work: (progress: Progress) => Promise<void>): Promise<void> {
    const progress = createProgress(name);
    const { seconds, doneBefore } = await this.once(name, inputs, () => work(progress));
    progress.finish(doneBefore ? `done before (${describeSeconds(seconds)})` : describeSeconds(seconds));
  }

  /** Does a stage without a word: for those that go on side by side. Parameters as in `run`. */
  async once(
    name: string,
    inputs: unknown,
    work: () => Promise<void>,
  ): Promise<{ seconds: number; doneBefore: boolean }> {
    const path = join(this.folder, `${name}.json`);
    const key = JSON.stringify(inputs);
    const earlier = await readStamp(path);
    if (earlier?.inputs === key) {
      this.times.push({ name, seconds: earlier.seconds });
      return { seconds: earlier.seconds, doneBefore: true };
    }
    const started = Date.now();
    await work();
    const seconds = (Date.now() - started) / 1000;
    await mkdir(this.folder, { recursive: true });
    const stamp: Stamp = { inputs: key, seconds, finishedAt: new Date().toISOString() };
    // A process that is killed here leaves the whole stamp or none.
    await writeFile(`${path}.partial`, `${JSON.stringify(stamp, null, 2)}\n`);
    await rename(`${path}.partial`, path);
    this.times.push({ name, seconds });
    return { seconds, doneBefore: false };
  }
}

/** @returns null without a stamp, or with one of which a full disk or a crash left a part: the stage is done again */
async function readStamp(path: string): Promise<Stamp | null> {
  if (!existsSync(path)) return null;
  try {
    return Stamp.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}

/** 75 → "1 min 15 s" */
export function describeSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`;
}
