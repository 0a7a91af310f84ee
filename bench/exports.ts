/**
 * All lesions of a full-size version (32,735 rows) as CSV, NDJSON and Parquet, compared with PostgreSQL's COPY of the same
 * columns, which only writes their texts and is the lower limit, and with pyarrow's Parquet of that CSV where python3 has
 * it; and the array of five neighbouring slices over HTTP, compared with reading and decoding their files. Contenders take
 * turns; medians. Fails above 3 times COPY for CSV, 4 times for NDJSON and Parquet, 80 MB more memory, and 1.5 times the
 * reading of the files. `EXPORT_ROWS` sets another number of rows, for a try.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import express from 'express';
import { to } from 'pg-copy-streams';
import { acquirePostgres, type Database, migrate, openDatabase } from '../src/database';
import { importDlInfo } from '../src/dataset';
import { type ExportSource, findExport, writeExport } from '../src/exports';
import { toGlobalId } from '../src/globalId';
import { seesAllPictures } from '../src/http/doors';
import { createImageRouter } from '../src/http/images';
import { createRenderPlaces } from '../src/http/pictures';
import { readSlice, slicePath } from '../src/imaging';
import { generateMetadata } from '../src/phantom';

const SEED = 7;
const ROUNDS = 5;
const SLICE_ROUNDS = 40;
const FORMATS = ['csv', 'ndjson', 'parquet'] as const;
/** Times the duration of COPY. */
const LIMITS: Record<(typeof FORMATS)[number], number> = { csv: 3, ndjson: 4, parquet: 4 };
const MOST_MORE_MEGABYTES = 80;
const MOST_TIMES_FILES = 1.5;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

export async function main(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'export-bench-'));
  const postgres = await acquirePostgres({ dataDir: join(root, 'data') });
  try {
    await migrate(postgres.url);
    const database = openDatabase(postgres.url);
    const { outDir } = await generateMetadata({ seed: SEED, outDir: join(root, 'metadata') });
    const { lesions } = await importDlInfo({
      database,
      csvPath: firstRows(join(outDir, 'DL_info.csv'), root),
      slug: 'full',
    });
    console.log(
      `exports of ${lesions} lesions, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}`,
    );
    const faults = [...(await compareFormats(database, root)), ...(await compareSlices(database))];
    await database.close();
    for (const fault of faults) console.log(`over its limit: ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    await postgres.release();
    rmSync(root, { recursive: true, force: true });
  }
}

function firstRows(csvPath: string, root: string): string {
  const wanted = Number(process.env.EXPORT_ROWS ?? Number.NaN);
  if (!Number.isFinite(wanted)) return csvPath;
  const path = join(root, 'part.csv');
  writeFileSync(
    path,
    `${readFileSync(csvPath, 'utf8')
      .split('\n')
      .slice(0, wanted + 1)
      .join('\n')}\n`,
  );
  return path;
}

/** The greatest memory of the process while something runs, above what it had before. */
async function measured(work: () => Promise<void>): Promise<{ milliseconds: number; moreMegabytes: number }> {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 5);
  const started = performance.now();
  await work();
  const milliseconds = performance.now() - started;
  clearInterval(timer);
  return { milliseconds, moreMegabytes: (most - before) / 1e6 };
}

async function compareFormats(database: Database, root: string): Promise<string[]> {
  const source: ExportSource = {
    database,
    readFilter: async () => ({}),
    expectTerms: async () => undefined,
    softwareVersion: 'bench',
    origin: '',
    written: async () => ({ bytes: 0, sha256: '' }),
  };
  const statement = await statementOf(database, source);
  const copied = join(root, 'copied.csv');
  const times = { copy: [] as number[], csv: [] as number[], ndjson: [] as number[], parquet: [] as number[] };
  const memory: Record<string, number> = {};
  for (let round = 0; round <= ROUNDS; round++) {
    const { milliseconds } = await measured(() => copyOut(database, statement, copied));
    // The first round is warm-up.
    if (round > 0) times.copy.push(milliseconds);
    for (const format of FORMATS) {
      const content = await findExport(source, { path: ['full@1', `lesions.${format}`], parameters: {} });
      const parts: Buffer[] = [];
      const taken = await measured(() =>
        writeExport(database, content, async (part) => {
          if (round === 0) parts.push(part);
        }),
      );
      if (round === 0 && format === 'csv') checkSame(Buffer.concat(parts).toString(), readFileSync(copied, 'utf8'));
      if (round === 0) continue;
      times[format].push(taken.milliseconds);
      memory[format] = Math.max(memory[format] ?? 0, taken.moreMegabytes);
    }
  }
  const copy = median(times.copy);
  console.log(`COPY      ${copy.toFixed(0)} ms`);
  const arrow = timeOfArrow(copied, root);
  if (arrow !== null) console.log(`pyarrow   ${(copy + arrow).toFixed(0)} ms for COPY and its Parquet`);
  return FORMATS.flatMap((format) => {
    const time = median(times[format]);
    console.log(
      `${format.padEnd(9)} ${time.toFixed(0)} ms, ${(time / copy).toFixed(2)} × COPY, ${memory[format]!.toFixed(0)} MB more memory`,
    );
    return [
      ...(time > LIMITS[format] * copy ? [`${format} at ${(time / copy).toFixed(2)} × COPY`] : []),
      ...(memory[format]! > MOST_MORE_MEGABYTES ? [`${format} with ${memory[format]!.toFixed(0)} MB`] : []),
    ];
  });
}

/** The statement that an export reads, with its one value in it, because COPY takes no parameters. */
async function statementOf(database: Database, source: ExportSource): Promise<string> {
  const texts: string[] = [];
  const stop = database.onStatement((text) => texts.push(text));
  const content = await findExport(source, { path: ['full@1', 'lesions.csv'], parameters: {} });
  await writeExport(database, content, async () => undefined);
  stop();
  const text = texts.find((one) => one.includes('FROM lesion JOIN dataset')) ?? '';
  const { id } = await database.prisma.dataset.findFirstOrThrow({ where: { slug: 'full' } });
  return text.replaceAll('$1::int4', String(id));
}

async function copyOut(database: Database, statement: string, path: string): Promise<void> {
  const client = await database.pool.connect();
  const parts: Buffer[] = [];
  const rows = client.query(to(`COPY (${statement}) TO STDOUT (FORMAT csv, HEADER)`));
  for await (const part of rows) parts.push(part as Buffer);
  client.release();
  writeFileSync(path, Buffer.concat(parts));
}

/** COPY writes t and f where the export has true and false. */
function checkSame(ours: string, copied: string): void {
  const plain = (text: string): string =>
    text.replaceAll(/,(?:t|true)(?=,)/g, ',1').replaceAll(/,(?:f|false)(?=,)/g, ',0');
  if (plain(ours) !== plain(copied)) throw new Error('The export and COPY have different rows.');
}

/** @returns null without pyarrow */
function timeOfArrow(csv: string, root: string): number | null {
  const code = `import sys, time, pyarrow.csv as c, pyarrow.parquet as p
t = time.perf_counter(); p.write_table(c.read_csv(sys.argv[1]), sys.argv[2]); print((time.perf_counter() - t) * 1000)`;
  const { stdout, status } = spawnSync('python3', ['-c', code, csv, join(root, 'arrow.parquet')], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : null;
}

/** The slices of the parity tests: five neighbours of one series. */
async function compareSlices(database: Database): Promise<string[]> {
  const imageRoot = process.env.EXPORT_SLICES ?? resolve(__dirname, '../../shared/deeplesion/Images_png');
  const [fileName, sliceIndex] = ['000001_01_01_109.png', 109];
  const paths = [-2, -1, 0, 1, 2].map((step) => slicePath(imageRoot, fileName, sliceIndex + step));
  const readAll = () => Promise.all(paths.map((path) => readSlice(path, imageRoot)));
  const there = await readAll().catch(() => null);
  if (!there) {
    console.log(`no slices: set EXPORT_SLICES to a folder with ${fileName} and two neighbours on each side`);
    return [];
  }
  const { width, height } = there[0]!;
  const image = await database.prisma.bookmarkedImage.findFirstOrThrow({ where: { dataset: { slug: 'full' } } });
  await database.prisma.dataset.update({ where: { id: image.datasetId }, data: { imageRoot } });
  const data = { fileName, sliceIndex, width, height, hasPixels: true, sliceIntervalMm: 5 };
  await database.prisma.bookmarkedImage.update({ where: { id: image.id }, data });
  const server = createServer(
    express().use('/images', createImageRouter(createRenderPlaces(), seesAllPictures(database))),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const id = toGlobalId('BookmarkedImage', { dataset: 'full@1', fileName });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/images/${id}.npy?slices=-2..2`;
  const get = async (): Promise<void> => {
    const response = await fetch(address, { headers: { 'accept-encoding': 'identity' } });
    if (!response.ok) throw new Error(await response.text());
    await response.arrayBuffer();
  };
  const [files, arrays]: [number[], number[]] = [[], []];
  for (let round = 0; round < SLICE_ROUNDS; round++) {
    files.push((await measured(async () => void (await readAll()))).milliseconds);
    arrays.push((await measured(get)).milliseconds);
  }
  server.close();
  const ratio = median(arrays.slice(4)) / median(files.slice(4));
  console.log(
    `5 slices  ${median(arrays.slice(4)).toFixed(1)} ms as an array, ${ratio.toFixed(2)} × reading the files`,
  );
  return ratio > MOST_TIMES_FILES ? [`an array at ${ratio.toFixed(2)} × the files`] : [];
}
