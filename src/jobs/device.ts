import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

/** The place where NVIDIA's driver describes its cards on Linux. */
const NVIDIA_CARDS = '/proc/driver/nvidia/gpus';

/**
 * @returns the manufacturer's name of the device of an execution provider, e.g. `NVIDIA H100 80GB HBM3`; null if the
 *   system does not report it
 */
export function deviceName(executionProvider: string): string | null {
  if (executionProvider === 'cpu') return cpus()[0]?.model.trim() || null;
  return executionProvider === 'cuda' ? firstNvidiaCard() : null;
}

function firstNvidiaCard(): string | null {
  try {
    const [card] = readdirSync(NVIDIA_CARDS).sort();
    if (card === undefined) return null;
    return /^Model:\s*(.+)$/m.exec(readFileSync(join(NVIDIA_CARDS, card, 'information'), 'utf8'))?.[1]?.trim() ?? null;
  } catch {
    return null;
  }
}
