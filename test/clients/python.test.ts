import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../e2e/product';

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('clients/python', () => {
  // Its own tests are run by test/e2e/start.test.ts; this needs nothing but Python, and tells of a changed schema at once.
  (hasPython ? it : it.skip)(
    'has the types of schema.graphql, and a synchronous client made of the asynchronous one',
    () => {
      const { stderr } = spawnSync('python3', ['scripts/generate.py', '--check'], {
        cwd: join(ROOT, 'clients/python'),
        encoding: 'utf8',
      });
      expect(stderr).toBe('');
    },
  );
});
