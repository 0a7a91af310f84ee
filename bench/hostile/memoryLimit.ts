import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A bound on the memory of a process and of all that it starts. */
export interface MemoryLimit {
  /** whatever is started meanwhile is under it, with all that it starts, for good */
  during<T>(start: () => Promise<T>): Promise<T>;
  /** @returns the most that they had together, in bytes; the kernel's cache of files is a part of it */
  peakBytes(): number;
  /** begins a new peak */
  reset(): void;
  remove(): void;
}

/**
 * A control group of Linux, version 1 or 2, which root may make. Beyond the limit the kernel ends the process that it finds fittest.
 *
 * @returns null where none can be made
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

/** @param controller empty in version 2, where there is one tree for all */
function ownGroup(controller: string): string {
  const lines = readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n');
  const groups = lines.map((line) => line.split(':'));
  return groups.find(([, controllers]) => controllers?.split(',').includes(controller))?.[2] ?? '/';
}
