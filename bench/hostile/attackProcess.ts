/**
 * One attack in a separate process, so that it takes no time from the process that measures: attackProcess.ts INDEX
 * TARGET.
 */
import { ATTACKS, type Target } from './attacks';

async function main(): Promise<void> {
  const [index, target] = process.argv.slice(2);
  const answers = await ATTACKS[Number(index)]!.strike(JSON.parse(target ?? '') as Target);
  process.stdout.write(JSON.stringify(answers));
  process.exit(0);
}

void main();
