// `npm start`: prepares the checkout, then serves in this very process, so that signals reach the server without a go-between.
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { prepare } from './prepare.mjs';

// A page of nested lesions makes many short-lived objects; with the default young generation nearly half of the time goes to collecting them.
setFlagsFromString('--max-semi-space-size=64');
await prepare();
createRequire(import.meta.url)('../dist/cli/main.js').runCommandLine(['serve', ...process.argv.slice(2)]);
