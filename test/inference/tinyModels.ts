import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const FIXTURES = resolve(__dirname, '../fixtures');

/**
 * A private copy of the tiny models of test/fixtures/models: tests may change it.
 *
 * @param set `refused-models`: those of test/fixtures/refused-models as well
 */
export function copyTinyModels(set: 'models' | 'refused-models' = 'models'): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'deeplesion-models-'));
  for (const name of new Set(['models', set]))
    cpSync(resolve(FIXTURES, name), folder, { recursive: true, filter: (path) => !path.endsWith('.py') });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
