#!/usr/bin/env node
// `npx deeplesion COMMAND`, or `node scripts/deeplesion.mjs COMMAND` from any folder and account: the command line, from a prepared checkout.
import { runCommandLine } from './commandLine.mjs';

await runCommandLine(process.argv.slice(2));
