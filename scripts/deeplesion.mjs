#!/usr/bin/env node
// The command line, from a prepared checkout: `npx deeplesion COMMAND`, or `node scripts/deeplesion.mjs COMMAND` in any
// folder and account.
import { runCommandLine } from './commandLine.mjs';

await runCommandLine(process.argv.slice(2));
