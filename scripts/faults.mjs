// `npm run faults -- --rounds 20`: kills workers, servers and the database in the middle of runs (test/faults) and
// prints the outcomes.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.mjs';

await prepare();
const require = createRequire(import.meta.url);
require('reflect-metadata');
require('./typescriptHook.cjs');
await require(fileURLToPath(new URL('../test/faults/main', import.meta.url))).main(process.argv.slice(2));
