// `npm run reproduce`: the whole paper in one command; `npm run reproduce -- --help` tells what can be chosen.
import { runCommandLine } from './commandLine.mjs';

await runCommandLine(['reproduce', ...process.argv.slice(2)]);
