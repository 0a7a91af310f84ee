// `npm test`: prepares the checkout, checks types, style and generated files, then runs every test. Arguments go to jest.
import { spawnSync } from 'node:child_process';
import { prepare } from './prepare.mjs';

prepare();
const jestArguments = process.argv.slice(2);
const steps = [
  ...(jestArguments.length > 0
    ? []
    : [
        ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.test.json'],
        ['node_modules/@biomejs/biome/bin/biome', 'check', '.'],
      ]),
  ['node_modules/jest/bin/jest.js', ...(process.env.CI ? ['--ci'] : []), ...jestArguments],
];
for (const step of steps) {
  const { status } = spawnSync(process.execPath, step, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
