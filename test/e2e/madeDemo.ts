import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTurn, SHARED_FOLDER } from '../testDatabase';
import { startProduct } from './product';

/**
 * A data folder of its own in which the product has been started and stopped: the demo is there.
 *
 * A first start takes more than a minute of processor time, so that the first file of a run that wants a demo makes it,
 * as a user would, and each gets a copy. Outside jest, as in `bench/interface`, the folder is empty, and the start of
 * the caller makes the demo.
 *
 * @returns the folder, which the caller removes
 * @throws Error if the first start fails, or does not end with status 0 on SIGTERM
 */
export async function copyDemo(): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), 'deeplesion-demo-'));
  const shared = process.env[SHARED_FOLDER];
  if (!shared) return copy;
  const made = join(shared, 'demo');
  await inTurn('the demo', async () => {
    if (!existsSync(made)) await makeDemo(`${made}-in-making`, made);
  });
  // With its owner and modes, for PostgreSQL.
  execFileSync('cp', ['-Rp', `${made}/.`, copy]);
  return copy;
}

async function makeDemo(making: string, made: string): Promise<void> {
  mkdirSync(making);
  const product = await startProduct({ DATA_DIR: making });
  const { code, signal } = await product.stop('SIGTERM');
  if (code !== 0) throw new Error(`The first start ended with ${code ?? signal}:\n${product.log()}`);
  renameSync(making, made);
}
