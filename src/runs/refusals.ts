/** Runs that a worker's machine cannot serve although another one might: it lacks the model, or the images. */
import type { Queryable } from '../database';
import type { DetectionRunRow } from './runRows';
import { ALIVE_SECONDS } from './workerClock';

/** What a machine lacks: the files of a detector, or the images of a data set. */
export interface Refusal {
  kind: 'detector' | 'dataset';
  /** row of the table of that name */
  id: number;
  /** what it is, by name */
  name: string;
  reason: string;
}

/** Runs that are left to other workers, by rows of the tables `detector` and `dataset`. */
export interface RefusedIds {
  detectorIds: number[];
  datasetIds: number[];
}

/** How long a worker leaves such runs alone before it looks again whether its machine has what they need. */
const PAUSE_MS = 15_000;
/** What no one has requested since is no one's trouble any more. */
const FORGET_MS = 600_000;
/** A run that no living worker could serve for so long has failed: time enough to start a worker again. */
const UNSERVED_SECONDS = 60;

/** What one worker refuses, as far as it has found out. */
export class Refusals {
  private readonly known = new Map<string, { refusal: Refusal; at: number; restsUntil: number }>();

  /** @param pauseMs how long what was handed off is left alone */
  constructor(private readonly pauseMs = PAUSE_MS) {}

  /** @returns whether it is news */
  add(refusal: Refusal): boolean {
    const before = this.known.get(keyOf(refusal));
    const restsUntil = before?.restsUntil ?? Number.NEGATIVE_INFINITY;
    this.known.set(keyOf(refusal), { refusal, at: performance.now(), restsUntil });
    return before?.refusal.reason !== refusal.reason;
  }

  /** Another worker has to do it: it is left alone for a while. */
  rest(refusal: Refusal): void {
    const at = performance.now();
    this.known.set(keyOf(refusal), { refusal, at, restsUntil: at + this.pauseMs });
  }

  /** The machine has by now what runs of this detector and data set need. @returns whether it lacked something before */
  remove({ detectorId, datasetId }: Pick<DetectionRunRow, 'detectorId' | 'datasetId'>): boolean {
    const had = [
      this.known.delete(keyOf({ kind: 'detector', id: detectorId })),
      this.known.delete(keyOf({ kind: 'dataset', id: datasetId })),
    ];
    return had.includes(true);
  }

  /** @returns what the worker refuses, as others are told */
  list(): Refusal[] {
    const since = performance.now() - FORGET_MS;
    return [...this.known.values()].filter(({ at }) => at > since).map(({ refusal }) => refusal);
  }

  /** @returns what is not tried again yet */
  resting(): RefusedIds {
    const now = performance.now();
    return idsOf([...this.known.values()].filter(({ restsUntil }) => restsUntil > now).map(({ refusal }) => refusal));
  }
}

const keyOf = ({ kind, id }: Pick<Refusal, 'kind' | 'id'>): string => `${kind} ${id}`;

/** @returns the rows that refusals are about */
export function idsOf(refusals: readonly Refusal[]): RefusedIds {
  const ids = (kind: Refusal['kind']) => refusals.filter((one) => one.kind === kind).map(({ id }) => id);
  return { detectorIds: ids('detector'), datasetIds: ids('dataset') };
}

/**
 * Decides over a run that a worker has just refused. It fails when no living worker may serve it: at once where no one else was seen
 * in the last minute and no one has begun with it, else after a minute, in which one may be started again.
 *
 * @param workerId the worker that refused it
 * @returns why it fails, in words for whoever requested it; null if it is left to another worker
 */
export async function judgeRefused(
  database: Queryable,
  runId: number,
  { workerId, kind, reason }: Pick<Refusal, 'kind' | 'reason'> & { workerId: string },
): Promise<string | null> {
  const [run] = await database.query<{ willing: boolean; alone: boolean; late: boolean }>({
    name: 'judge-refused-run',
    text: `WITH others AS (
             SELECT last_seen_at > clock_timestamp() - make_interval(secs => $3)
               AND NOT (run.detector_id = ANY(refused_detector_ids) OR run.dataset_id = ANY(refused_dataset_ids)) AS willing
             FROM worker CROSS JOIN detection_run AS run
             WHERE run.id = $1 AND worker.id <> $2 AND last_seen_at > clock_timestamp() - make_interval(secs => $4)
           )
           UPDATE detection_run AS run SET unserved_since =
             CASE WHEN NOT EXISTS (SELECT FROM others WHERE willing) THEN coalesce(run.unserved_since, clock_timestamp()) END
           WHERE run.id = $1
           RETURNING EXISTS (SELECT FROM others WHERE willing) AS willing,
             NOT EXISTS (SELECT FROM others) AND run.started_at IS NULL AS alone,
             coalesce(run.unserved_since < clock_timestamp() - make_interval(secs => $4), false) AS late`,
    values: [runId, workerId, ALIVE_SECONDS, UNSERVED_SECONDS],
  });
  if (!run || run.willing || !(run.alone || run.late)) return null;
  const failure = `${kind === 'detector' ? 'The model could not be loaded' : 'The images could not be read'}: ${reason}`;
  return run.alone ? failure : `${failure} No worker could serve the run for ${UNSERVED_SECONDS} s.`;
}

/** Notes that a worker could serve a run. */
export async function markServed(database: Queryable, runId: number): Promise<void> {
  await database.query({
    name: 'mark-served',
    text: 'UPDATE detection_run SET unserved_since = NULL WHERE id = $1 AND unserved_since IS NOT NULL',
    values: [runId],
  });
}
