import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acquirePostgres } from '../../src/database';

/**
 * A data folder with a database that was made once, for tests that are about what comes after: initdb takes most of a
 * first start.
 */
export interface MadeCluster {
  /** Copies it, with its owner and modes, into an empty folder. */
  copyTo(dataDir: string): void;
  remove(): void;
}

/** @param fill is told the address of its server, which stops afterwards */
export async function makeCluster(fill: (url: string) => Promise<unknown>): Promise<MadeCluster> {
  const made = mkdtempSync(join(tmpdir(), 'deeplesion-made-'));
  const server = await acquirePostgres({ dataDir: made, durable: false });
  try {
    await fill(server.url);
  } finally {
    await server.release();
  }
  return {
    copyTo: (dataDir) => execFileSync('cp', ['-Rp', join(made, 'postgres'), join(made, 'postgres.json'), dataDir]),
    remove: () => rmSync(made, { recursive: true, force: true }),
  };
}
