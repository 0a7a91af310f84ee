// Runs the built command line in the caller's folder. A request for help changes nothing: it neither installs nor
// builds.
import { createRequire } from 'node:module';
import { prepare } from './prepare.mjs';

export async function runCommandLine(words) {
  if (asksForHelp(words)) return help(words);
  const callerDir = process.cwd();
  await prepare();
  process.chdir(callerDir);
  return load().runCommandLine(words);
}

function asksForHelp(words) {
  const end = words.indexOf('--');
  const options = end < 0 ? words : words.slice(0, end);
  return words.length === 0 || words[0] === 'help' || options.some((word) => word === '--help' || word === '-h');
}

function help(words) {
  let commandLine;
  try {
    commandLine = load();
  } catch {
    console.error(
      'This checkout is not installed and built yet: "npm start" and every command do that. ' +
        'README.md describes the first steps.',
    );
    process.exitCode = 1;
    return;
  }
  return commandLine.runCommandLine(words);
}

function load() {
  return createRequire(import.meta.url)('../dist/cli/main.js');
}
