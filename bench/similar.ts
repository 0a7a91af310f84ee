/**
 * The lesions similar to one, among 33,000 lesions with random features, in a real database: the first search, which
 * reads the features, and the later ones with the look-up of their version, compared with the limit and with
 * PostgreSQL, which computes the same distances over float4[]. Both have to find the same lesions in the same order for
 * three of them before anything is timed. Fails above the limit.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { FeatureMatrices, findNewestFeatureSets, toFeatureBytes } from '../src/categorization';
import { acquirePostgres, type Database, migrate, openDatabase } from '../src/database';
import { seedDataset } from '../test/seed';

const LESIONS = 33_000;
const DIMENSIONS = [32, 128];
const FIRST = 10;
/** A search takes no longer than this once the features are in memory. */
const LIMIT_MS = 20;
const COLD = 7;
const WARM = 200;
/** One search takes PostgreSQL so long that few are enough. */
const PEER = 9;
/** seedDataset makes 16 lesions of three patients. */
const PATIENTS = Math.ceil((LESIONS * 3) / 16);

export async function main(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'similar-bench-'));
  const postgres = await acquirePostgres({ dataDir: root });
  try {
    await migrate(postgres.url);
    const database = openDatabase(postgres.url, { maxConnections: 4 });
    try {
      console.log(
        `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown CPU'}, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`,
      );
      const datasetId = await seedDataset(database, { patients: PATIENTS });
      let slowest = 0;
      for (const dimension of DIMENSIONS) slowest = Math.max(slowest, await measure(database, datasetId, dimension));
      if (slowest > LIMIT_MS) throw new Error(`A search takes ${slowest.toFixed(1)} ms, the limit is ${LIMIT_MS} ms.`);
    } finally {
      await database.close();
    }
  } finally {
    await postgres.release();
    rmSync(root, { recursive: true, force: true });
  }
}

/** @returns the median of a warm search in ms */
async function measure(database: Database, datasetId: number, dimension: number): Promise<number> {
  const lesionIds = await seedFeatures(database, datasetId, dimension);
  const random = generator(dimension);
  const pick = (): number => lesionIds[Math.floor(random() * lesionIds.length)] ?? 0;
  const search = async (matrices: FeatureMatrices, lesionId: number) => {
    const [set] = await findNewestFeatureSets(database, [datasetId]);
    if (!set) throw new Error('Expected the data set to have features.');
    return (await matrices.similarLesions(set, [lesionId], FIRST))[0] ?? [];
  };
  const warm = new FeatureMatrices(database);
  await compare(database, (lesionId) => search(warm, lesionId), pick, dimension);

  const cold = await times(COLD, () => search(new FeatureMatrices(database), pick()));
  const ours = await times(WARM, () => search(warm, pick()));
  const peer = await times(PEER, () => searchWithSql(database, pick()));
  console.log(`${lesionIds.length} lesions × ${dimension} numbers, the ${FIRST} nearest`);
  tell('first search, features are read', cold);
  tell('later searches', ours);
  console.log(`  ${'limit'.padEnd(34)} ${LIMIT_MS.toFixed(1).padStart(8)} ms`);
  tell('peer: PostgreSQL over float4[]', peer);
  return at(ours, 0.5);
}

/** Stores a categorization of the data set's lesions with random features; the peer reads float4[] copies of them. */
async function seedFeatures(database: Database, datasetId: number, dimension: number): Promise<number[]> {
  const rows = await database.query<{ id: number }>({
    text: 'SELECT id FROM lesion WHERE dataset_id = $1 ORDER BY id LIMIT $2',
    values: [datasetId, LESIONS],
  });
  const lesionIds = rows.map(({ id }) => id);
  const random = generator(1);
  const vectors = lesionIds.map(() => Float32Array.from({ length: dimension }, () => normal(random)));
  const [categorization] = await database.query<{ id: number; clusterId: number; encoderId: number }>({
    text: `WITH encoder AS (
             INSERT INTO encoder (name, version, model_sha256, feature_dimension) VALUES ('bench', $2::int4::text, repeat('0', 64), $2) RETURNING id
           ), made AS (
             INSERT INTO categorization (dataset_id, name, method, cluster_count, encoder_id, feature_dimension, finished_at)
             SELECT $1, 'bench ' || $2::int4::text, 'none', 1, id, $2, now() FROM encoder RETURNING id, encoder_id
           ) INSERT INTO pseudo_cluster (categorization_id, cluster_index) SELECT id, 1 FROM made
             RETURNING categorization_id AS id, id AS "clusterId", (SELECT encoder_id FROM made) AS "encoderId"`,
    values: [datasetId, dimension],
  });
  await database.query({
    text: 'INSERT INTO cluster_assignment (categorization_id, pseudo_cluster_id, lesion_id, distance) SELECT $1, $2, unnest($3::int4[]), 0',
    values: [categorization?.id, categorization?.clusterId, lesionIds],
  });
  await database.query({ text: 'DROP TABLE IF EXISTS peer_feature' });
  await database.query({ text: 'CREATE TABLE peer_feature (lesion_id int4 PRIMARY KEY, features float4[] NOT NULL)' });
  for (let from = 0; from < lesionIds.length; from += 1_000) {
    const ids = lesionIds.slice(from, from + 1_000);
    const some = vectors.slice(from, from + 1_000);
    await database.query({
      text: `INSERT INTO lesion_feature (encoder_id, lesion_id, dimension, features) SELECT $1, id, $2, bytes
        FROM unnest($3::int4[], $4::bytea[]) AS row (id, bytes)`,
      values: [categorization?.encoderId, dimension, ids, some.map(toFeatureBytes)],
    });
    await database.query({
      text: 'INSERT INTO peer_feature SELECT id, vector::float4[] FROM unnest($1::int4[], $2::text[]) AS row (id, vector)',
      values: [ids, some.map((vector) => `{${vector.join(',')}}`)],
    });
  }
  await database.query({ text: 'ANALYZE' });
  return lesionIds;
}

/** Plain SQL over the same rows; PostgreSQL may use all cores and its own plan. */
function searchWithSql(database: Database, lesionId: number): Promise<{ lesionId: number; distance: number }[]> {
  return database.query({
    name: 'peer',
    text: `SELECT other.lesion_id AS "lesionId", sqrt(squared) AS distance
           FROM peer_feature AS own CROSS JOIN peer_feature AS other CROSS JOIN LATERAL (
             SELECT sum((a::float8 - b::float8) ^ 2) AS squared FROM unnest(own.features, other.features) AS pair (a, b)
           ) AS pairs
           WHERE own.lesion_id = $1 AND other.lesion_id <> $1 ORDER BY squared, other.lesion_id LIMIT $2`,
    values: [lesionId, FIRST],
  });
}

/** @throws Error if ours and the peer's results differ in a lesion, or in a distance by more than rounding */
async function compare(
  database: Database,
  search: (lesionId: number) => Promise<{ lesionId: number; distance: number }[]>,
  pick: () => number,
  dimension: number,
): Promise<void> {
  for (let i = 0; i < 3; i++) {
    const lesionId = pick();
    const [ours, peers] = [await search(lesionId), await searchWithSql(database, lesionId)];
    const same = ours.every(
      (one, place) =>
        one.lesionId === peers[place]?.lesionId && Math.abs(one.distance - (peers[place]?.distance ?? 0)) < 1e-9,
    );
    if (!same || ours.length !== peers.length) throw new Error(`The results differ at ${dimension} dimensions.`);
  }
}

/** @returns the milliseconds of each call, rising; the first tenth of the calls is warm-up */
async function times(repeats: number, task: () => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  const warmUp = Math.ceil(repeats / 10);
  for (let i = 0; i < repeats + warmUp; i++) {
    const start = performance.now();
    await task();
    if (i >= warmUp) taken.push(performance.now() - start);
  }
  return taken.sort((a, b) => a - b);
}

const at = (rising: readonly number[], share: number): number =>
  rising[Math.min(rising.length - 1, Math.floor(share * rising.length))] ?? Number.NaN;

function tell(name: string, taken: readonly number[]): void {
  console.log(
    `  ${name.padEnd(34)} ${at(taken, 0.5).toFixed(1).padStart(8)} ms median ${at(taken, 0.95).toFixed(1).padStart(8)} ms p95 of ${taken.length}`,
  );
}

/** Numbers from 0 to 1 that a seed determines (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A normally distributed number (Box and Muller). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
