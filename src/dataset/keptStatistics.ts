/**
 * Statistics that are not computed again while nothing of the data changes: most of the time of a group is the exact sum of
 * its diameters (database/steadySums.ts), which takes as long each time and is the same each time.
 */
import { type Database, DataChanges, keepForDatabase } from '../database';
import { lesionStatistics, type StatisticsRequest, type StatisticsRow } from './lesionStatistics';

/** Different questions that are remembered of a database. */
const MAX_KEPT = 200;
/** Longer answers are computed each time. */
const MAX_ROWS = 1_000;

interface KeptRows {
  readonly stamp: string;
  readonly rows: readonly StatisticsRow[];
}

/** By question and by what its caller sees; the one that was asked last is last. */
const keptOfDatabase = keepForDatabase(() => new Map<string, KeptRows>());
const changesOfPools = new WeakMap<Database['pool'], DataChanges>();

function changesOf(database: Database): DataChanges {
  const changes = changesOfPools.get(database.pool) ?? new DataChanges(database);
  changesOfPools.set(database.pool, changes);
  return changes;
}

/**
 * As `lesionStatistics`. A stamp of the data is read after the call, by one statement that calls at the same time share; what
 * was computed under the same stamp is right (database/dataChanges.ts), on every server.
 *
 * @param whole the database without a caller
 * @param seen the same as the caller sees it, for as long as the call takes
 * @param sight what the caller does not see, as text: others who see the same share what is kept
 */
export async function keptLesionStatistics(
  whole: Database,
  seen: Database,
  sight: string,
  request: StatisticsRequest,
): Promise<readonly StatisticsRow[]> {
  const { data: stamp } = await changesOf(whole).read();
  const kept = await keptOfDatabase(whole);
  const key = `${sight}\n${JSON.stringify(request)}`;
  const known = kept.get(key);
  kept.delete(key);
  if (known?.stamp === stamp) {
    kept.set(key, known);
    return known.rows;
  }
  const rows = await lesionStatistics(seen, request);
  if (rows.length <= MAX_ROWS) keep(kept, key, { stamp, rows });
  return rows;
}

function keep(kept: Map<string, KeptRows>, key: string, answer: KeptRows): void {
  kept.set(key, answer);
  if (kept.size <= MAX_KEPT) return;
  const oldest = kept.keys().next();
  if (!oldest.done) kept.delete(oldest.value);
}
