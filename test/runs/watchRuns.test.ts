import { setTimeout as sleep } from 'node:timers/promises';
import { cancelRun, type DetectionRunRow, moveRun, watchRuns } from '../../src/runs';
import { createRunBed, type RunBed } from './runBed';

/** A watch that is told of nothing waits for ever. */
const NO_LOOKS_MS = 1_000_000;
const LISTENER = `FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN "detection_run"'`;

describe('watchRuns', () => {
  let bed: RunBed;
  const controllers: AbortController[] = [];
  beforeEach(async () => {
    bed = await createRunBed(3);
  });
  afterEach(async () => {
    for (const controller of controllers.splice(0)) controller.abort();
    await bed.drop();
  });

  const follow = (datasetId: number | null = null, lookMs = NO_LOOKS_MS, stepMs?: number) => {
    const controller = new AbortController();
    controllers.push(controller);
    return watchRuns(bed.database, datasetId, controller.signal, { lookMs, stepMs });
  };
  const next = async (runs: AsyncGenerator<DetectionRunRow>): Promise<string> => {
    const { value } = await runs.next();
    return `${value.id} ${value.status}`;
  };
  const untilListening = async (connections = 1): Promise<void> => {
    while ((await bed.database.query({ text: `SELECT pid ${LISTENER}` })).length !== connections) await sleep(20);
  };
  const finishImage = (runId: number, index: number) =>
    bed.database.query({
      text: `UPDATE run_image SET state = 'COMPLETED', milliseconds = 1, finished_at = now() WHERE run_id = $1 AND image_id = $2`,
      values: [runId, bed.imageIds[index]],
    });

  it('tells the unfinished runs now, then runs that are created and every change', async () => {
    const old = await bed.request('tiny-constant');
    await cancelRun(bed.database, old.id);
    const first = await bed.request('tiny-constant');
    const runs = follow();
    expect(await next(runs)).toBe(`${first.id} QUEUED`);
    const created = next(runs);
    await untilListening();
    const second = await bed.request('tiny-constant');
    expect(await created).toBe(`${second.id} QUEUED`);
    await moveRun(bed.database, first.id, 'RUNNING');
    expect(await next(runs)).toBe(`${first.id} RUNNING`);
    await finishImage(first.id, 0);
    expect(await next(runs)).toBe(`${first.id} RUNNING`);
    await cancelRun(bed.database, second.id);
    expect(await next(runs)).toBe(`${second.id} CANCELLED`);
    await moveRun(bed.database, first.id, 'SUCCEEDED');
    expect(await next(runs)).toBe(`${first.id} SUCCEEDED`);
  });

  it('tells changes that come fast together', async () => {
    const { id } = await bed.request('tiny-constant');
    const runs = follow();
    expect(await next(runs)).toBe(`${id} QUEUED`);
    // All of it is there before the next look, which this asks for.
    await moveRun(bed.database, id, 'RUNNING');
    for (const index of [0, 1, 2]) await finishImage(id, index);
    await moveRun(bed.database, id, 'SUCCEEDED');
    expect(await next(runs)).toBe(`${id} SUCCEEDED`);
    const marker = await bed.request('tiny-constant');
    expect(await next(runs)).toBe(`${marker.id} QUEUED`);
  });

  it('tells a run that is created with its end', async () => {
    const { id } = await bed.request('tiny-constant');
    const runs = follow();
    await runs.next();
    const told = next(runs);
    await untilListening();
    const [copy] = await bed.database.query<{ id: number }>({
      text: `INSERT INTO detection_run (detector_id, dataset_id, status, request, iou_thresholds, top_k, score_threshold,
               nms_iou_threshold, max_detections_per_image, model_sha256, code_version, started_at, finished_at)
             SELECT detector_id, dataset_id, 'SUCCEEDED', request, iou_thresholds, top_k, score_threshold, nms_iou_threshold,
               max_detections_per_image, model_sha256, code_version, now(), now() FROM detection_run WHERE id = $1 RETURNING id`,
      values: [id],
    });
    expect(await told).toBe(`${copy?.id} SUCCEEDED`);
  });

  it('tells the runs of one data set version alone', async () => {
    const { id, datasetId } = await bed.request('tiny-constant');
    expect(await next(follow(datasetId))).toBe(`${id} QUEUED`);
    const others = follow(datasetId + 1, 20, 1);
    const nothing = others.next();
    await untilListening();
    await cancelRun(bed.database, id);
    controllers.at(-1)?.abort();
    expect((await nothing).done).toBe(true);
  });

  it('goes on when the connection that tells of changes is lost, and tells the end of a run', async () => {
    const { id } = await bed.request('tiny-constant');
    const runs = follow(null, 100);
    await runs.next();
    const ended = next(runs);
    await untilListening();
    await bed.database.query({ text: `SELECT pg_terminate_backend(pid) ${LISTENER}` });
    await untilListening(0);
    await cancelRun(bed.database, id);
    expect(await ended).toBe(`${id} CANCELLED`);
  });

  it('ends at once when its reader gives up, and leaves no connection behind', async () => {
    const waiting = follow().next();
    await untilListening();
    controllers.at(-1)?.abort();
    expect((await waiting).done).toBe(true);
    await untilListening(0);
  });

  it('tells the newest hundred at the start', async () => {
    const { id } = await bed.request('tiny-constant');
    await bed.database.query({
      text: `INSERT INTO detection_run (detector_id, dataset_id, status, request, iou_thresholds, top_k, score_threshold,
               nms_iou_threshold, max_detections_per_image, model_sha256, code_version)
             SELECT detector_id, dataset_id, 'QUEUED', request, iou_thresholds, top_k, score_threshold, nms_iou_threshold,
               max_detections_per_image, model_sha256, code_version FROM detection_run, generate_series(1, 100) WHERE id = $1`,
      values: [id],
    });
    const runs = follow();
    const seen: string[] = [];
    while (seen.length < 100) seen.push(await next(runs));
    expect(seen).not.toContain(`${id} QUEUED`);
    await cancelRun(bed.database, id);
    expect(await next(runs)).toBe(`${id} CANCELLED`);
  });
});
