import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Whether this machine can run the script of docs/first-hour.md. */
export const hasPython = spawnSync('python3', ['--version']).status === 0;

/** Runs the blocks of docs/first-hour.md, put together, against a server. @returns what the script prints */
export function runFirstHour(server: string): string {
  const page = readFileSync(resolve(__dirname, '../../docs/first-hour.md'), 'utf8');
  const blocks = [...page.matchAll(/^```python\n(.*?)^```/gms)].map(([, code]) => code);
  const folder = mkdtempSync(join(tmpdir(), 'first-hour-'));
  const script = join(folder, 'script.py');
  try {
    writeFileSync(script, blocks.join('\n'));
    const env = { ...process.env, DEEPLESION_SERVER: server, DEEPLESION_DATASET: 'demo' };
    return execFileSync('python3', [script], { encoding: 'utf8', env });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
