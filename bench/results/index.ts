/**
 * What users ask of stored results, at 5,000 images with 100 detections each and 32,000 lesions: a page of outcomes, an
 * operating point, the errors, and a board of 20 detectors, through the graph; and the errors by tidecv and the matching by
 * FiftyOne on the same boxes, where pip installs them. `npm run bench -- results 0.1` takes a tenth of the images.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isObjectType } from 'graphql';
import { acquirePostgres, type Database, migrate, openDatabase } from '../../src/database';
import { toGlobalId } from '../../src/globalId';
import { evaluateRun, findEvaluations } from '../../src/results';
import { graphOf, testSchema, testServices } from '../../test/graphql/testGraph';
import { measurePeers } from './peers';
import { seedRuns } from './seedRuns';

const IMAGES = 5_000;
const ENTRIES = 20;
const REPEATS = 5;

/** A question of the graph, and how long its answer may take after the first one. */
interface Question {
  readonly name: string;
  readonly limitMs: number;
  /** which the schema must have */
  readonly field: readonly [type: string, field: string];
  readonly query: string;
}

const questionsOf = (evaluation: string): Question[] => [
  {
    name: 'outcomes, a page of 50',
    limitMs: 100,
    field: ['Evaluation', 'outcomes'],
    query: `{ evaluation(id: "${evaluation}") { outcomes(first: 50) { nodes { __typename } } } }`,
  },
  {
    name: 'an operating point',
    limitMs: 50,
    field: ['Evaluation', 'operatingPoint'],
    query: `{ evaluation(id: "${evaluation}") { operatingPoint(scoreThreshold: 0.5) { sensitivity } } }`,
  },
  {
    name: 'errors with bands',
    limitMs: 1_000,
    field: ['Evaluation', 'errors'],
    query: `{ evaluation(id: "${evaluation}") { errors { kinds { kind count } } } }`,
  },
  ...[
    ['accuracy', '{ kind: ACCURACY }'],
    ['mean sensitivity', '{ kind: FROC_SENSITIVITY }'],
    ['average precision', '{ kind: AVERAGE_PRECISION }'],
  ].map(([what, metric]) => ({
    name: `a board of ${ENTRIES}, ${what}`,
    limitMs: 2_000,
    field: ['Query', 'leaderboard'] as const,
    query: `{ leaderboard(dataset: "seed", split: TEST, metric: ${metric}) { resolvableDifference entries { rank value } } }`,
  })),
];

export async function main(): Promise<void> {
  const scale = Number(process.argv.at(-1)) || 1;
  const root = mkdtempSync(join(tmpdir(), 'results-bench-'));
  const postgres = await acquirePostgres({ dataDir: root });
  try {
    await migrate(postgres.url);
    const database = openDatabase(postgres.url, { maxConnections: 2 });
    try {
      await measure(database, Math.round(IMAGES * scale));
    } finally {
      await database.close();
    }
  } finally {
    await postgres.release();
    rmSync(root, { recursive: true, force: true });
  }
}

async function measure(database: Database, images: number): Promise<void> {
  console.log(
    `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown CPU'}, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`,
  );
  const [runId = 0] = await seedRuns(database, { images, entries: ENTRIES });
  const { id } = await evaluateRun(database, runId);
  const [row] = await findEvaluations(database, [id]);
  console.log(`${row?.imageCount} images, ${row?.detectionCount} detections of each run, ${row?.lesionCount} lesions`);
  for (const question of questionsOf(toGlobalId('Evaluation', { uuid: row?.uuid ?? '' })))
    await time(database, question);
  console.log(`memory of this process: ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB`);
  for (const line of await measurePeers(database, runId)) console.log(line);
}

async function time(database: Database, { name, limitMs, field: [type, field], query }: Question): Promise<void> {
  const object = testSchema.getType(type);
  if (!isObjectType(object) || !object.getFields()[field]) {
    console.log(`  ${name.padEnd(36)} not there: this version has no ${type}.${field}`);
    return;
  }
  const ask = graphOf(testServices(database));
  const once = async (): Promise<{ ms: number; cpuMs: number }> => {
    const [started, cpu] = [performance.now(), process.cpuUsage()];
    const { errors } = await ask(query);
    if (errors?.length) throw new Error(`${name}: ${errors[0]?.message}`);
    const { user, system } = process.cpuUsage(cpu);
    return { ms: performance.now() - started, cpuMs: (user + system) / 1000 };
  };
  const first = await once();
  const times: { ms: number; cpuMs: number }[] = [];
  for (let i = 0; i < REPEATS; i++) times.push(await once());
  const [median] = times.sort((a, b) => a.ms - b.ms).slice(REPEATS >> 1);
  const isOver = (median?.ms ?? 0) > limitMs;
  if (isOver) process.exitCode = 1;
  console.log(
    `  ${name.padEnd(36)} first ${first.ms.toFixed(0)} ms (${first.cpuMs.toFixed(0)} ms of CPU), then ` +
      `${median?.ms.toFixed(0)} ms, limit ${limitMs} ms${isOver ? ': OVER' : ''}`,
  );
}
