// `npm start`: prepares the checkout, then serves in the same process, so that signals reach the server directly.
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { prepare } from './prepare.mjs';

// A page of nested lesions makes many short-lived objects; with the default young generation, collecting them takes
// nearly half of the time.
setFlagsFromString('--max-semi-space-size=64');
await prepare();
createRequire(import.meta.url)('../dist/cli/main.js').runCommandLine(['serve', ...process.argv.slice(2)]);
