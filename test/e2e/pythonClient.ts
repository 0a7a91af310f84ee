import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './product';

/** The Python whose packages the tests of clients/python use: `.ci/run` installs them for one of its own. */
const PYTHON = process.env.DEEPLESION_PYTHON ?? 'python3';
const OUTPUT_BYTES = 16 * 2 ** 20;

/** Whether this machine can run the tests of clients/python. */
export const hasClientPython = spawnSync(PYTHON, ['-c', 'import httpx, pytest']).status === 0;

/** Runs the tests of clients/python against a server with the demo. @returns what they print */
export async function runClientTests(server: string): Promise<string> {
  const cwd = join(ROOT, 'clients/python');
  const env = { ...process.env, DEEPLESION_SERVER: server };
  const { stdout } = await promisify(execFile)(PYTHON, ['-m', 'pytest', '-rs'], {
    cwd,
    env,
    maxBuffer: OUTPUT_BYTES,
  }).catch((failure: { stdout?: string; message: string }) => {
    throw new Error(`The tests of clients/python failed:\n${failure.stdout || failure.message}`);
  });
  return stdout;
}
