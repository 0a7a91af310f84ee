import { createWriteStream } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { type ReadEvent, readTrail, verifyTrail } from '../access';
import type { Database } from '../database';
import { BadUserInput, messageOf } from '../errors';
import { withDatabase } from './database';

/** `deeplesion audit`: the whole audit trail, for anyone who can open the database. */
export function registerAuditCommand(program: Command): void {
  const audit = program.command('audit').description('who did what: export and verify the audit trail');
  audit
    .command('export')
    .description('write all events as NDJSON with their checksums, the oldest first')
    .requiredOption('--out <file>', 'file that is not there yet, or - for standard output')
    .action(({ out }: { out: string }) => withDatabase(({ database }) => exportTrail(database, out)));
  audit
    .command('verify')
    .description('recompute the chain of checksums; status 1 and the number of the first link that does not hold')
    .action(() => withDatabase(({ database }) => verify(database)));
}

async function exportTrail(database: Database, out: string): Promise<void> {
  let count = 0;
  const lines = async function* () {
    for await (const event of readTrail(database)) {
      count++;
      yield lineOf(event);
    }
  };
  try {
    const isFile = out !== '-';
    const target: Writable = isFile ? createWriteStream(out, { flags: 'wx', mode: 0o600 }) : process.stdout;
    await pipeline(Readable.from(lines()), target, { end: isFile });
  } catch (thrown) {
    const code: unknown = typeof thrown === 'object' && thrown !== null ? Reflect.get(thrown, 'code') : undefined;
    // The reader of standard output has enough.
    if (code === 'EPIPE') return;
    if (code === 'EEXIST') throw new BadUserInput(`Expected --out to be a new file: ${out} is there.`, 'out');
    if (['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR', 'ENOSPC', 'EROFS'].some((one) => one === code))
      throw new BadUserInput(`${out} cannot be written: ${messageOf(thrown)}.`, 'out');
    throw thrown;
  }
  process.stderr.write(`${count} events\n`);
}

function lineOf({ previousSha256, sha256, changes, ...event }: ReadEvent): string {
  // The checksum is of the text of the changes, so that they stay text.
  return `${JSON.stringify({ ...event, changes, previousSha256, sha256 })}\n`;
}

async function verify(database: Database): Promise<void> {
  const { count, broken } = await verifyTrail(database);
  if (!broken) {
    process.stdout.write(`All ${count} events are as they were added.\n`);
    return;
  }
  process.stdout.write(`The audit trail is broken at event ${broken.number} of ${count}: ${broken.why}.\n`);
  process.exitCode = 1;
}
