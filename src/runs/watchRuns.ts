import { setTimeout as sleep } from 'node:timers/promises';
import { Bell } from '../bell';
import { type Database, listenToAll, type Queryable } from '../database';
import { isTerminal, type JobStatus } from '../job';
import { type DetectionRunRow, findRuns } from './runRows';

/** Changes of a run that come faster are told together. */
const STEP_MS = 500;
/** A look without a notification: the connection that brings them may be lost. */
const LONGEST_STEP_MS = 2_000;
/** Unfinished runs that are told at the start, the newest of them. */
const MAX_AT_START = 100;
/** Runs that are read at once; more changes are told at the next step. */
const MAX_AT_ONCE = 500;
/** Ended runs whose last state is remembered, so that a late notification does not tell it twice. */
const MAX_ENDED = 2_000;

/** How often the runs are looked at; ms. */
export interface RunsPace {
  /** at most one state of a run in this time */
  stepMs?: number;
  /** also without a notification */
  lookMs?: number;
}

/**
 * Follows all runs: the unfinished ones now, the newest hundred at most, then every run that is created, and every
 * change of a status or of the number of finished images, until the reader gives up.
 *
 * @param datasetId only the runs of this data set version; null for all
 */
export async function* watchRuns(
  database: Database,
  datasetId: number | null,
  signal?: AbortSignal,
  { stepMs = STEP_MS, lookMs = LONGEST_STEP_MS }: RunsPace = {},
): AsyncGenerator<DetectionRunRow> {
  const changes = new Bell();
  const named = new Set<number>();
  const stop = listenToAll(database, 'detection_run', (payload) => {
    if (payload !== null) named.add(Number(payload));
    changes.ring();
  });
  signal?.addEventListener('abort', changes.ring);
  try {
    const told = new ToldRuns();
    let newest = await findNewestId(database);
    for (let atStart = true; !signal?.aborted; atStart = false) {
      const heard = changes.heard();
      // An unfinished run that ends is told even if its notification was lost.
      const ids = [...named, ...told.unfinishedIds()];
      named.clear();
      const states = await findStates(database, datasetId, newest, ids);
      newest = Math.max(newest, ...states.map(({ id }) => id));
      const changed = states.filter((state) => told.isNews(state));
      const omitted = atStart ? changed.splice(0, Math.max(0, changed.length - MAX_AT_START)) : [];
      for (const state of omitted) told.note(state);
      const next = changed.slice(0, MAX_AT_ONCE);
      for (const { id } of changed.slice(MAX_AT_ONCE)) named.add(id);
      for (const state of next) told.note(state);
      yield* await findInOrder(database, next);
      await sleep(stepMs, undefined, { signal }).catch(() => undefined);
      if (named.size === 0) await changes.wait(lookMs, heard);
    }
  } finally {
    signal?.removeEventListener('abort', changes.ring);
    stop();
  }
}

/** What of a run shows whether it has changed. */
interface RunMark {
  id: number;
  status: JobStatus;
  /** images without an outcome */
  pending: number;
}

/** The last states that were told. */
class ToldRuns {
  private readonly unfinished = new Map<number, string>();
  private readonly ended = new Map<number, string>();

  unfinishedIds(): Iterable<number> {
    return this.unfinished.keys();
  }

  isNews(mark: RunMark): boolean {
    return (this.unfinished.get(mark.id) ?? this.ended.get(mark.id)) !== textOf(mark);
  }

  note(mark: RunMark): void {
    if (!isTerminal(mark.status)) {
      this.unfinished.set(mark.id, textOf(mark));
      return;
    }
    this.unfinished.delete(mark.id);
    this.ended.set(mark.id, textOf(mark));
    const [oldest] = this.ended.keys();
    if (this.ended.size > MAX_ENDED && oldest !== undefined) this.ended.delete(oldest);
  }
}

const textOf = ({ status, pending }: RunMark): string => `${status} ${pending}`;

async function findNewestId(database: Queryable): Promise<number> {
  const [row] = await database.query<{ id: number }>({
    name: 'newest-run',
    text: 'SELECT coalesce(max(id), 0) AS id FROM detection_run',
  });
  return row?.id ?? 0;
}

/** @returns the runs that have not ended, those above an id, and the named ones, by id */
function findStates(
  database: Queryable,
  datasetId: number | null,
  aboveId: number,
  ids: readonly number[],
): Promise<RunMark[]> {
  return database.query({
    name: 'marks-of-runs',
    text: `SELECT run.id, run.status, coalesce(pending.count, 0)::int4 AS pending
           FROM detection_run AS run LEFT JOIN run_pending_images AS pending ON pending.run_id = run.id
           WHERE ($1::int4 IS NULL OR run.dataset_id = $1)
             AND (run.status IN ('QUEUED', 'RUNNING') OR run.id > $2 OR run.id = ANY($3::int4[]))
           ORDER BY run.id`,
    values: [datasetId, aboveId, ids],
  });
}

async function findInOrder(database: Queryable, marks: readonly RunMark[]): Promise<DetectionRunRow[]> {
  if (marks.length === 0) return [];
  const rows = await findRuns(
    database,
    marks.map(({ id }) => id),
  );
  return rows.sort((a, b) => a.id - b.id);
}
