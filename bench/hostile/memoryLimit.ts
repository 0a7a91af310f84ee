import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A limit on the memory of a process and of all processes that it starts. */
export interface MemoryLimit {
  /** every process that is started during the call is limited permanently, with all that it starts */
  during<T>(start: () => Promise<T>): Promise<T>;
  /** @returns their peak memory together, in bytes; it includes the kernel's cache of files */
  peakBytes(): number;
  /** resets the peak */
  reset(): void;
  remove(): void;
}

/**
 * A control group of Linux, version 1 or 2, which root may make. Beyond the limit, the kernel kills the process that it
 * selects.
 *
 * @returns null if none can be made
 */
export function limitMemory(bytes: number): MemoryLimit | null {
  const name = `deeplesion-bench-${process.pid}`;
  const first = '/sys/fs/cgroup/memory';
  const isFirst = existsSync(first);
  const folder = join(isFirst ? first : '/sys/fs/cgroup', name);
  const files = isFirst
    ? { limit: 'memory.limit_in_bytes', peak: 'memory.max_usage_in_bytes' }
    : { limit: 'memory.max', peak: 'memory.peak' };
  try {
    mkdirSync(folder);
    writeFileSync(join(folder, files.limit), String(bytes));
  } catch {
    return null;
  }
  const enter = (group: string): void => writeFileSync(join(group, 'cgroup.procs'), String(process.pid));
  const own = join(isFirst ? first : '/sys/fs/cgroup', ownGroup(isFirst ? 'memory' : ''));
  return {
    async during(start) {
      enter(folder);
      try {
        return await start();
      } finally {
        enter(own);
      }
    },
    peakBytes: () => Number(readFileSync(join(folder, files.peak), 'utf8')),
    reset: () => {
      if (isFirst) writeFileSync(join(folder, files.peak), '0');
    },
    remove: () => rmdirSync(folder),
  };
}

/** @param controller empty in version 2, which has one tree for all */
function ownGroup(controller: string): string {
  const lines = readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n');
  const groups = lines.map((line) => line.split(':'));
  return groups.find(([, controllers]) => controllers?.split(',').includes(controller))?.[2] ?? '/';
}
