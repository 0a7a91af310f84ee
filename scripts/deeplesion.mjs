#!/usr/bin/env node
// `npx deeplesion COMMAND`: the command line, from a prepared checkout.
import { createRequire } from 'node:module';
import { prepare } from './prepare.mjs';

const callerDir = process.cwd();
prepare();
process.chdir(callerDir);
createRequire(import.meta.url)('../dist/cli/main.js').runCommandLine(process.argv.slice(2));
