import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** @returns numbers of the processes that this one started with a script; on Linux only */
export function childrenWith(script: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const parent = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[1];
        return parent === String(process.pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(script);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/**
 * Kills the processes of a script one after another as they start, as an operator or the system might. Those that start
 * meanwhile wait before they do anything, so that none is done with its work before it is killed.
 *
 * @param times how many of them
 */
export async function killChildren(script: string, times: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'deeplesion-held-'));
  const hold = join(folder, 'hold.cjs');
  const held = join(folder, 'held');
  writeFileSync(held, '');
  // Short waits of a thread that does nothing else.
  writeFileSync(
    hold,
    `const { existsSync } = require('node:fs');
     const sleeper = new Int32Array(new SharedArrayBuffer(4));
     while (existsSync(${JSON.stringify(held)})) Atomics.wait(sleeper, 0, 0, 5);`,
  );
  process.env.NODE_OPTIONS = `--require=${hold}`;
  try {
    await killEach(script, times);
  } finally {
    delete process.env.NODE_OPTIONS;
    // The next one may be started with the hold already.
    rmSync(held);
  }
}

async function killEach(script: string, times: number): Promise<void> {
  const killed = new Set<number>();
  while (killed.size < times) {
    const pid = childrenWith(script).find((one) => !killed.has(one));
    if (pid === undefined) await sleep(5);
    else {
      killed.add(pid);
      process.kill(pid, 'SIGKILL');
    }
  }
}
