/** Runs that a worker's machine cannot serve although another one might: it lacks the model, or the images. */
import type { Queryable } from '../database';
import type { DetectionRunRow } from './runRows';
import { ALIVE_SECONDS } from './workerClock';

/** What a machine lacks: the files of a detector, or the images of a data set. */
export interface Refusal {
  kind: 'detector' | 'dataset';
  /** row of the table of that name */
  id: number;
  /** its name */
  name: string;
  reason: string;
}

/** Runs that are handed off to other workers, by rows of the tables `detector` and `dataset`. */
export interface RefusedIds {
  detectorIds: number[];
  datasetIds: number[];
}

/** Time for which a worker takes no such run before it checks again whether its machine has what they need. */
const PAUSE_MS = 15_000;
/** A refusal for which no run was seen for this time is forgotten. */
const FORGET_MS = 600_000;
/** A run that no living worker could serve for this time fails: long enough to restart a worker. */
const UNSERVED_SECONDS = 60;

/** The refusals that one worker has found. */
export class Refusals {
  private readonly known = new Map<string, { refusal: Refusal; at: number; restsUntil: number }>();

  /** @param pauseMs how long runs that were handed off are not taken; ms */
  constructor(private readonly pauseMs = PAUSE_MS) {}

  /** @returns whether it is new */
  add(refusal: Refusal): boolean {
    const before = this.known.get(keyOf(refusal));
    const restsUntil = before?.restsUntil ?? Number.NEGATIVE_INFINITY;
    this.known.set(keyOf(refusal), { refusal, at: performance.now(), restsUntil });
    return before?.refusal.reason !== refusal.reason;
  }

  /** Hands it off to another worker: it is not taken for a while. */
  rest(refusal: Refusal): void {
    const at = performance.now();
    this.known.set(keyOf(refusal), { refusal, at, restsUntil: at + this.pauseMs });
  }

  /**
   * Call this if the machine has what runs of this detector and data set need.
   *
   * @returns whether it lacked something before
   */
  remove({ detectorId, datasetId }: Pick<DetectionRunRow, 'detectorId' | 'datasetId'>): boolean {
    const had = [
      this.known.delete(keyOf({ kind: 'detector', id: detectorId })),
      this.known.delete(keyOf({ kind: 'dataset', id: datasetId })),
    ];
    return had.includes(true);
  }

  /** @returns the refusals of the worker, as they are shown to others */
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

/** @returns the rows of these refusals */
export function idsOf(refusals: readonly Refusal[]): RefusedIds {
  const ids = (kind: Refusal['kind']) => refusals.filter((one) => one.kind === kind).map(({ id }) => id);
  return { detectorIds: ids('detector'), datasetIds: ids('dataset') };
}

/**
 * Decides about a run that a worker has just refused. It fails if no living worker may serve it: at once if no other
 * worker was seen in the last minute and none has begun with it, else after a minute, in which a worker may be
 * restarted.
 *
 * @param workerId the worker that refused it
 * @returns why it fails, as text for the client; null if another worker may serve it
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

/** Records that a worker could serve a run. */
export async function markServed(database: Queryable, runId: number): Promise<void> {
  await database.query({
    name: 'mark-served',
    text: 'UPDATE detection_run SET unserved_since = NULL WHERE id = $1 AND unserved_since IS NOT NULL',
    values: [runId],
  });
}
