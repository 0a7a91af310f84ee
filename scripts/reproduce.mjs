// `npm run reproduce`: the whole paper in one command; `npm run reproduce -- --help` tells what can be chosen.
import { createRequire } from 'node:module';
import { prepare } from './prepare.mjs';

const callerDir = process.cwd();
prepare();
process.chdir(callerDir);
createRequire(import.meta.url)('../dist/cli/main.js').runCommandLine(['reproduce', ...process.argv.slice(2)]);
