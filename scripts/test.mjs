// `npm test`: prepares the checkout, checks types, style and exports that nothing uses, then runs every test. Arguments
// go to jest.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { constants } from 'node:os';
import { prepare } from './prepare.mjs';
import { makeScratch } from './scratch.mjs';
import { stopDatabasesBelow } from './strayDatabases.mjs';

await prepare();
// The databases of a test continue to run when the test is killed. In this folder they are found, however the test
// ended.
const scratch = makeScratch();
process.on('exit', () => {
  stopDatabasesBelow(scratch);
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
});

const jestArguments = process.argv.slice(2);
const checks =
  jestArguments.length > 0
    ? []
    : [
        ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.test.json'],
        ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.browser.json'],
        ['node_modules/typescript/bin/tsc', '-p', 'web/graphiql'],
        ['node_modules/typescript/bin/tsc', '-p', 'web/app'],
        ['scripts/webTypes.mjs', '--check'],
        ['node_modules/@biomejs/biome/bin/biome', 'check', '.'],
        ['node_modules/knip/bin/knip.js', '--no-progress'],
      ];
const CHECKS_AT_ONCE = 2;

await Promise.all(Array.from({ length: CHECKS_AT_ONCE }, runChecks));
process.exit(await statusOf(['node_modules/jest/bin/jest.js', ...(process.env.CI ? ['--ci'] : []), ...jestArguments]));

/** Takes the checks that are left; the first that fails ends them all. */
async function runChecks() {
  for (let check = checks.shift(); check; check = checks.shift()) {
    const status = await statusOf(check);
    if (status !== 0) process.exit(status);
  }
}

function statusOf(step) {
  const child = spawn(process.execPath, step, { stdio: 'inherit', env: { ...process.env, TMPDIR: scratch } });
  return new Promise((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal])),
  );
}
