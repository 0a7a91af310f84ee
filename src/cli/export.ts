import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Writable } from 'node:stream';
import type { Command } from 'commander';
import { readPackageVersion } from '../codeVersion';
import type { Config } from '../config';
import type { Database } from '../database';
import { BadUserInput, messageOf } from '../errors';
import { type Export, type ExportAddress, type ExportSource, findExport, type Written, writeExport } from '../exports';
import { withDatabase } from './database';

interface ExportFlags {
  filter?: string;
  fields?: string;
  out?: string;
}

/** `deeplesion export ADDRESS`: the bytes that a server has at this address, without one. */
export function registerExportCommand(program: Command): void {
  program
    .command('export <address>')
    .description(
      'write what a server has below /exports: `<address>` is SLUG@VERSION/lesions.parquet, runs/ID/detections.csv and ' +
        'so on, or a whole address with parameters',
    )
    .option('--filter <json>', 'filter of the graph as JSON, such as \'{"coarseType":["LUNG"]}\'')
    .option('--fields <list>', 'columns of a table, separated by commas')
    .option('--out <file>', 'file to write; - for standard output (default: a name of its own in this folder)')
    .action((address: string, flags: ExportFlags) =>
      // A program that reads the standard output may take its time.
      withDatabase(({ config, database }) => exportTo(database, config, address, flags), {
        idleInTransactionTimeoutMs: 0,
      }),
    );
}

async function exportTo(database: Database, config: Config, text: string, flags: ExportFlags): Promise<void> {
  const source = await sourceOf(database, config);
  const content = await findExport(source, readAddress(text, flags));
  if (flags.out === '-') {
    await writeTo(process.stdout, database, content).catch((thrown: unknown) => {
      // The program that reads has had enough, as `head` has.
      if (!(thrown instanceof Error && Reflect.get(thrown, 'code') === 'EPIPE')) throw thrown;
    });
    return;
  }
  const path = flags.out ?? content.fileName;
  const unfinished = `${path}.part`;
  const file = createWriteStream(unfinished, { flags: 'w' });
  try {
    const { bytes, sha256 } = await writeTo(file, database, content);
    file.end();
    await once(file, 'close');
    await rename(unfinished, path);
    process.stdout.write(`${basename(path)}: ${bytes} bytes, SHA-256 ${sha256}\n`);
  } catch (thrown) {
    file.destroy();
    await rm(unfinished, { force: true });
    throw thrown;
  }
}

/** The schema of the graph, which reads filters, takes a third of a second to load. */
async function sourceOf(database: Database, { publicUrl, host, port }: Config): Promise<ExportSource> {
  const { graphFilters } = await import('./graphFilters.js');
  return {
    database,
    readFilter: graphFilters(database),
    expectTerms: () => Promise.resolve(),
    softwareVersion: readPackageVersion(),
    origin: publicUrl ? `${publicUrl.origin}${publicUrl.path}` : `http://${host}:${port}`,
    written: (content) => writeTo(null, database, content),
  };
}

function readAddress(text: string, { filter, fields }: ExportFlags): ExportAddress {
  const below = text.replace(/^(?:https?:\/\/[^/]+(?:\/[^?]*?)?)?\/?exports\//, '');
  const [path = '', query = ''] = below.split(/\?(.*)/s);
  const parameters: Record<string, unknown> = {};
  for (const [name, value] of [...new URLSearchParams(query), ...Object.entries({ filter, fields })]) {
    if (value === undefined) continue;
    parameters[name] = Object.hasOwn(parameters, name) ? [parameters[name], value] : value;
  }
  try {
    return { path: path.split('/').map(decodeURIComponent), parameters };
  } catch (thrown) {
    throw new BadUserInput(`Expected an address whose escapes are UTF-8: ${messageOf(thrown)}.`, 'address');
  }
}

/** @param out null: only size and checksum are wanted */
async function writeTo(out: Writable | null, database: Database, content: Export): Promise<Written> {
  const hash = createHash('sha256');
  let bytes = 0;
  let failure: Error | undefined;
  const fail = (thrown: Error): void => {
    failure = thrown;
  };
  out?.on('error', fail);
  await writeExport(database, content, async (part) => {
    if (failure) throw failure;
    hash.update(part);
    bytes += part.length;
    if (out && !out.write(part)) await Promise.race([once(out, 'drain'), once(out, 'close')]);
  });
  return { bytes, sha256: hash.digest('hex') };
}
