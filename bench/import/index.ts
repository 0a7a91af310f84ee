/**
 * A full-size DL_info.csv (32,735 rows) into an empty database: time and peak memory of a separate process, compared
 * with the simple way through Prisma and with PostgreSQL's COPY of the finished rows, which parses and checks nothing
 * and is the lower limit. Contenders take turns, each on a new database of the same server; the stored rows of all have
 * to be the same. Fails above 10 s or 500 MB.
 */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { acquirePostgres, migrate, openDatabase } from '../../src/database';
import { generateMetadata } from '../../src/phantom';

const SEED = 7;
/** What an import of this size may take at most, on two cores. */
const LIMIT: Measured = { seconds: 10, peakMegabytes: 500 };
const CONTENDERS = ['ours', 'copy', 'prisma'] as const;
type Contender = (typeof CONTENDERS)[number];
/** The simple way takes so long that one run is enough. */
const ROUNDS: Record<Contender, number> = { ours: 3, copy: 3, prisma: 1 };
/** In the order in which they refer to one another. */
const TABLES = ['dataset', 'patient', 'study', 'series', 'bookmarked_image', 'lesion'];

/** What one import took. */
interface Measured {
  seconds: number;
  peakMegabytes: number;
}

export async function main(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'import-bench-'));
  // The server's own account writes and reads the files of COPY.
  chmodSync(root, 0o777);
  const postgres = await acquirePostgres({ dataDir: join(root, 'data') });
  try {
    const { outDir, lesions } = await generateMetadata({ seed: SEED, outDir: join(root, 'metadata') });
    const csvPath = join(outDir, 'DL_info.csv');
    const megabytes = (statSync(csvPath).size / 1e6).toFixed(1);
    console.log(
      `import of ${lesions} rows (${megabytes} MB), ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}`,
    );
    await migrate(postgres.url);
    const measured: Record<Contender, Measured[]> = { ours: [], prisma: [], copy: [] };
    for (let round = 0; round < Math.max(...Object.values(ROUNDS)); round++)
      for (const contender of CONTENDERS.filter((one) => round < ROUNDS[one])) {
        const { result, content } = await importFresh(postgres.url, root, contender, csvPath);
        measured[contender].push(result);
        checkContent(contender, content);
      }
    for (const contender of CONTENDERS) report(contender, measured[contender]);
  } finally {
    await postgres.release();
    rmSync(root, { recursive: true, force: true });
  }
}

/** @returns time and memory, and a checksum of the stored rows */
async function importFresh(
  serverUrl: string,
  root: string,
  contender: Contender,
  csvPath: string,
): Promise<{ result: Measured; content: string }> {
  const name = `bench_${contender}`;
  await administer(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await administer(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${new URL(serverUrl).pathname.slice(1)}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const result = contender === 'copy' ? await copyBack(url.href, root) : await inProcess(contender, url.href, csvPath);
  const database = openDatabase(url.href, { maxConnections: 1 });
  try {
    if (contender === 'ours') await copyOut(url.href, root);
    return { result, content: await contentOf(database) };
  } finally {
    await database.close();
  }
}

async function administer(serverUrl: string, text: string): Promise<void> {
  const url = new URL(serverUrl);
  url.pathname = '/postgres';
  const database = openDatabase(url.href, { maxConnections: 1 });
  try {
    await database.query({ text });
  } finally {
    await database.close();
  }
}

/** Runs a contender in a separate process, which reports its time and memory. */
async function inProcess(contender: Contender, url: string, csvPath: string): Promise<Measured> {
  const child = spawn(process.execPath, [join(__dirname, 'contender.cjs'), contender, url, csvPath], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(child.stdout)) return JSON.parse(line) as Measured;
  throw new Error(`Expected the import of ${contender} to print what it took; it ended with ${child.exitCode}.`);
}

const fileOf = (root: string, table: string): string => join(root, `${table}.copy`);

async function copyOut(url: string, root: string): Promise<void> {
  const database = openDatabase(url, { maxConnections: 1 });
  for (const table of TABLES) await database.query({ text: `COPY ${table} TO '${fileOf(root, table)}'` });
  await database.close();
}

async function copyBack(url: string, root: string): Promise<Measured> {
  const database = openDatabase(url, { maxConnections: 1 });
  const start = performance.now();
  await database.transaction(async (transaction) => {
    for (const table of TABLES) await transaction.query({ text: `COPY ${table} FROM '${fileOf(root, table)}'` });
  });
  const seconds = (performance.now() - start) / 1000;
  await database.close();
  return { seconds, peakMegabytes: Number.NaN };
}

let expected: string | undefined;

function checkContent(contender: Contender, content: string): void {
  expected ??= content;
  if (content !== expected) throw new Error(`${contender} stored other rows:\n${content}\nthan\n${expected}`);
}

/** A checksum over all that an import stores of lesions and what is above them, without row numbers. */
async function contentOf(database: ReturnType<typeof openDatabase>): Promise<string> {
  const [row] = await database.query<Record<string, unknown>>({
    text: `SELECT count(*) AS lesions, count(DISTINCT image_id) AS images, count(DISTINCT lesion.patient_id) AS patients,
        md5(string_agg(concat_ws('|', source_row_index, x1, y1, x2, y2, axes::text, long_diameter_mm, short_diameter_mm, normalized_x, normalized_y,
          normalized_z, coarse_type, possibly_noisy, lesion.split, file_name, slice_index, slice_range_first, slice_range_last, width, height,
          pixel_spacing_mm, slice_interval_mm, windows::text, image.split, has_pixels, series_index, study.study_index, age_years,
          patient.patient_index, sex),
          E'\\n' ORDER BY source_row_index)) AS checksum
      FROM lesion JOIN bookmarked_image AS image ON image.id = image_id JOIN series ON series.id = series_id
      JOIN study ON study.id = series.study_id JOIN patient ON patient.id = study.patient_id`,
  });
  return JSON.stringify(row);
}

function report(contender: Contender, measured: readonly Measured[]): void {
  const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
  const seconds = middle(measured.map((one) => one.seconds));
  const peak = Math.max(...measured.map((one) => one.peakMegabytes));
  const titles = { ours: 'ours', prisma: 'plain Prisma', copy: 'COPY of finished rows' };
  const memory = Number.isNaN(peak) ? '' : `, peak ${peak.toFixed(0)} MB`;
  console.log(`${titles[contender].padEnd(22)} ${seconds.toFixed(2)} s${memory}`);
  if (contender === 'ours' && !(seconds <= LIMIT.seconds && peak <= LIMIT.peakMegabytes)) process.exitCode = 1;
}
