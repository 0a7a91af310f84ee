import { readFileSync } from 'node:fs';

/**
 * @returns bytes of memory that a process uses; null if the system does not report it (it has no /proc) or the process
 *   is gone
 */
export function residentBytes(pid: number): number | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
