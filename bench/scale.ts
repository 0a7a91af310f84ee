/**
 * What ten times the data cost: reads of the graph over a database of the real data set's size and over larger ones, each
 * computed (nothing is kept) and repeated (kept until the data change), with the growth between the sizes. Besides rows of
 * lesions, a run of each database has twenty detections an image, and a second one with a million boxes is deleted.
 * Arguments: `--sizes 1,10`, `--rounds N`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'graphql';
import { AuditTrail } from '../src/access';
import { acquirePostgres, type Database, migrate, openDatabase } from '../src/database';
import { deleteDetectionRun } from '../src/deletion';
import { toGlobalId } from '../src/globalId';
import { buildSchema, createContext, createExecutor } from '../src/graphql';
import { createHttpServer } from '../src/http';
import { createLogger } from '../src/log';
import { createRegistry } from '../src/models';
import { insertCompletedImages } from '../src/runs/submittedRun';
import type { Services } from '../src/services';
import { SIZE, seed, uuidOf } from './graphql/seed';

const ROUNDS = 9;
const DETECTIONS_PER_IMAGE = 20;
const DELETED_BOXES = 1_000_000;
const IMAGES_AT_ONCE = 10_000;
const KEPT_BYTES = 64 * 2 ** 20;

const RUN = toGlobalId('DetectionRun', { uuid: uuidOf(1) });
const LESION = toGlobalId('Lesion', { dataset: 'bench@1', sourceRowIndex: 17 });

/** By name: what is asked, and the limit in milliseconds at ten times the data, computed and kept. */
const READS: readonly { name: string; query: string; limitMs?: number; keptLimitMs?: number }[] = [
  {
    name: 'a page of 50 lesions by diameter, with image and patient',
    query: `{ lesions(first: 50, filter: { dataset: "bench", split: TRAIN }, orderBy: { field: LONG_DIAMETER_MM }) {
      nodes { id longDiameterMm image { fileName study { patient { patientIndex } } } } } }`,
  },
  { name: 'one lesion', query: `{ lesion(id: "${LESION}") { id longDiameterMm image { fileName } } }` },
  {
    name: 'totalCount of lesions',
    query: '{ lesions(first: 1, filter: { dataset: "bench" }) { totalCount } }',
    keptLimitMs: 20,
  },
  {
    name: 'lesionStatistics by type and split',
    query: `{ lesionStatistics(filter: { dataset: "bench" }, groupBy: [COARSE_TYPE, SPLIT]) {
      coarseType split lesionCount longDiameterMm { mean } } }`,
    keptLimitMs: 20,
  },
  {
    name: 'lesions of women from 60 to 70 years, counted',
    query: `{ lesions(first: 1, filter: { dataset: "bench", sex: FEMALE, ageYears: { gte: 60, lte: 70 } }) { totalCount } }`,
    limitMs: 60,
    keptLimitMs: 20,
  },
  {
    name: "a run's best 50 detections, counted",
    query: `{ detectionRun(id: "${RUN}") { detections(first: 50, orderBy: { field: SCORE, direction: DESC }) {
      totalCount nodes { score } } } }`,
    limitMs: 20,
    keptLimitMs: 20,
  },
  {
    name: "a run's detections of one image",
    query: `{ detectionRun(id: "${RUN}") { detections(first: 50, filter: { imageIds: ["IMAGE"] }) { nodes { rank score } } } }`,
    limitMs: 20,
  },
];

/** Medians in milliseconds. */
interface Taken {
  computed: number;
  kept: number;
}

export async function main(): Promise<void> {
  const { sizes, rounds } = readWords(process.argv.slice(2));
  console.log(
    `scale, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}, ${rounds} rounds; ` +
      `medians in ms; 1 × is ${SIZE.lesions} lesions and ${SIZE.images * DETECTIONS_PER_IMAGE} detections`,
  );
  const results = new Map<number, Map<string, Taken>>();
  for (const size of sizes) results.set(size, await measureSize(size, rounds));
  report(results);
}

function readWords(words: string[]): { sizes: number[]; rounds: number } {
  const option = (name: string): string | undefined => {
    const index = words.indexOf(name);
    return index < 0 ? undefined : words[index + 1];
  };
  const sizes = (option('--sizes') ?? '1,10').split(',').map(Number);
  const rounds = Number(option('--rounds') ?? ROUNDS);
  if (![...sizes, rounds].every((value) => value > 0)) throw new Error('Expected --sizes 1,10 and --rounds 9.');
  return { sizes, rounds };
}

async function measureSize(size: number, rounds: number): Promise<Map<string, Taken>> {
  const root = mkdtempSync(join(tmpdir(), 'scale-bench-'));
  const postgres = await acquirePostgres({ dataDir: join(root, 'data') });
  const taken = new Map<string, Taken>();
  try {
    await migrate(postgres.url);
    const database = openDatabase(postgres.url);
    await fill(database, size);
    const servers = await Promise.all([serve(database, root, 0), serve(database, root, KEPT_BYTES)]);
    const [computing, keeping] = servers;
    const image = await idOfImage(database);
    for (const { name, query } of READS) {
      const text = query.replace('IMAGE', image);
      taken.set(name, {
        computed: await medianOf(computing.url, text, rounds),
        kept: await medianOf(keeping.url, text, rounds),
      });
    }
    for (const { http } of servers) await http.stop();
    taken.set(`deletion of a run of ${DELETED_BOXES.toLocaleString('en')} boxes`, await measureDeletion(database));
    await database.close();
  } finally {
    await postgres.release();
    rmSync(root, { recursive: true, force: true });
  }
  return taken;
}

async function fill(database: Database, size: number): Promise<void> {
  const started = performance.now();
  await seed(database, { topK: [1, 5] }, size);
  await addDetections(database, 1, size * SIZE.images, DETECTIONS_PER_IMAGE);
  // The second run is deleted: a million boxes whatever the size.
  await addDetections(database, 2, Math.min(SIZE.images, DELETED_BOXES / 50), Math.ceil(DELETED_BOXES / SIZE.images));
  await database.query({ text: 'VACUUM ANALYZE' });
  console.log(`${size} ×: made in ${((performance.now() - started) / 1000).toFixed(0)} s`);
}

async function addDetections(database: Database, run: number, images: number, perImage: number): Promise<void> {
  await database.query({
    text: `INSERT INTO detection (run_id, image_id, rank, x1, y1, x2, y2, score, class_index)
           SELECT ${run}, image.id, rank, 10, 10, 40, 50, (abs(hashint4(image.id * 53 + rank)::bigint) % 100000) / 100000.0 / rank, 0
           FROM bookmarked_image AS image, generate_series(1, ${perImage}) AS rank WHERE image.id <= ${images} ORDER BY image.id, rank`,
  });
  const rows = await database.query<{ id: number }>({
    text: `SELECT id FROM bookmarked_image WHERE id <= ${images} ORDER BY id`,
  });
  for (let first = 0; first < rows.length; first += IMAGES_AT_ONCE)
    await insertCompletedImages(
      database,
      run,
      rows.slice(first, first + IMAGES_AT_ONCE).map(({ id }) => id),
    );
}

async function serve(database: Database, root: string, maxAnswerCacheBytes: number) {
  const log = createLogger('warn');
  const modelsDir = join(root, 'models');
  const config = { host: '127.0.0.1', port: 0, modelsDir, dataDir: root, maxAnswerCacheBytes };
  const registry = await createRegistry({ database, config, log });
  const audit = new AuditTrail(database, log);
  const services = { database, log, config, registry, audit, codeVersion: 'bench' } as unknown as Services;
  const http = createHttpServer(services, buildSchema());
  return { http, url: await http.listen() };
}

async function idOfImage(database: Database): Promise<string> {
  const context = createContext({ database } as unknown as Services);
  const document = parse('{ bookmarkedImages(first: 1, filter: { dataset: "bench" }) { nodes { id } } }');
  const { data } = await createExecutor(buildSchema())({ document, context });
  const [, id] = /"id":"([^"]+)"/.exec(JSON.stringify(data)) ?? [];
  if (id === undefined) throw new Error('The seeded data set has no image.');
  return id;
}

async function medianOf(url: string, query: string, rounds: number): Promise<number> {
  const times: number[] = [];
  // Two requests of warm-up: an answer is kept at the second.
  for (let round = -2; round < rounds; round++) {
    const started = performance.now();
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const text = await response.text();
    if (response.status !== 200 || text.includes('"errors"')) throw new Error(`${query} failed: ${text.slice(0, 500)}`);
    if (round >= 0) times.push(performance.now() - started);
  }
  return times.sort((one, other) => one - other)[times.length >> 1] ?? Number.NaN;
}

async function measureDeletion(database: Database): Promise<Taken> {
  const started = performance.now();
  await deleteDetectionRun(database, 2, { dryRun: false, cascade: true, reason: 'bench', deletedBy: 'bench' });
  return { computed: performance.now() - started, kept: Number.NaN };
}

/** Prints a line for each read, with the growth from the first size to the last and what is over its limit. */
function report(results: ReadonlyMap<number, ReadonlyMap<string, Taken>>): void {
  const sizes = [...results.keys()];
  const first = results.get(sizes[0] ?? 1);
  const last = results.get(sizes.at(-1) ?? 1);
  for (const name of first?.keys() ?? []) {
    const of = (size: number): string => {
      const { computed, kept } = results.get(size)?.get(name) ?? { computed: Number.NaN, kept: Number.NaN };
      return `${size} ×: ${computed.toFixed(1)}${Number.isNaN(kept) ? '' : `, kept ${kept.toFixed(1)}`}`;
    };
    const growth = (last?.get(name)?.computed ?? Number.NaN) / (first?.get(name)?.computed ?? Number.NaN);
    console.log(`${name}  ${sizes.map(of).join('  ')}  growth ${growth.toFixed(1)}`);
  }
  const atTen = results.get(10);
  for (const { name, limitMs = Number.POSITIVE_INFINITY, keptLimitMs = Number.POSITIVE_INFINITY } of READS) {
    const { computed, kept } = atTen?.get(name) ?? { computed: 0, kept: 0 };
    if (computed <= limitMs && kept <= keptLimitMs) continue;
    console.log(`over its limit at 10 ×: ${name}`);
    process.exitCode = 1;
  }
}
