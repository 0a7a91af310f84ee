import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

const FIXTURES = resolve(__dirname, '../fixtures');

/**
 * `accepted`: those of test/fixtures/models that a registry accepts; `models`: all that lie there; `refused-models`:
 * those of test/fixtures/refused-models as well.
 */
export type TinyModels = 'accepted' | 'models' | 'refused-models';

/** A private copy of the tiny models: tests may change it. */
export function copyTinyModels(set: TinyModels = 'models'): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'deeplesion-models-'));
  const isWanted = (path: string): boolean =>
    !path.endsWith('.py') && !(set === 'accepted' && basename(path).startsWith('refused-'));
  for (const name of set === 'refused-models' ? ['models', set] : ['models'])
    cpSync(resolve(FIXTURES, name), folder, { recursive: true, filter: isWanted });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
