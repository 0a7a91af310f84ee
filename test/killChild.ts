import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** @returns numbers of the processes that this one started with a script; on Linux only */
function childrenWith(script: string): number[] {
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
 * Kills the processes of a script one after another as they start, as an operator or the system might.
 *
 * @param times how many of them
 */
export async function killChildren(script: string, times: number): Promise<void> {
  const killed = new Set<number>();
  while (killed.size < times) {
    const pid = childrenWith(script).find((one) => !killed.has(one));
    if (pid === undefined) await sleep(1);
    else {
      killed.add(pid);
      process.kill(pid, 'SIGKILL');
    }
  }
}
