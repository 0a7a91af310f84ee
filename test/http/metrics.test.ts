import { spawnSync } from 'node:child_process';
import { rmSync, truncateSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { findRun, isTerminal, moveRun } from '../../src/runs';
import { createRunBed, pixelFile, type RunBed } from '../runs/runBed';
import { startBedServer } from './bedServer';

/** One line of the text format: name, labels, value. */
const SAMPLE = /^([a-zA-Z_:][\w:]*)(\{(?:\w+="(?:[^"\\\n]|\\.)*",?)*\})? (\S+)$/;
const COMMENT = /^# (?:HELP [\w:]+ .+|TYPE [\w:]+ (?:counter|gauge|histogram|summary|untyped))$/;

/** @returns value by name and labels; refuses text that Prometheus would refuse */
function parseMetrics(text: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || COMMENT.test(line)) continue;
    const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
    const number = value === 'Nan' ? Number.NaN : value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value);
    if (name === undefined || (Number.isNaN(number) && value !== 'Nan')) throw new Error(`no sample: ${line}`);
    if (values.has(name + labels)) throw new Error(`twice: ${line}`);
    values.set(name + labels, number);
  }
  return values;
}

/** The 40 images of the bed, cut into batches of 4. */
const BATCHES = 10;

describe('/metrics', () => {
  let bed: RunBed;
  let server: Awaited<ReturnType<typeof startBedServer>>;
  beforeEach(async () => {
    bed = await createRunBed(40);
    server = await startBedServer(bed);
  });
  afterEach(async () => {
    await server.http.stop();
    await bed.drop();
  });

  const scrape = async (): Promise<Map<string, number>> => {
    const answer = await fetch(`${server.url}/metrics`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    return parseMetrics(await answer.text());
  };
  /** Scrapes until the figures, which are kept for a while, say so. */
  const scrapeUntil = async (isThere: (values: Map<string, number>) => boolean): Promise<Map<string, number>> => {
    for (;;) {
      const values = await scrape();
      if (isThere(values)) return values;
      await sleep(50);
    }
  };
  const ended = async (runId: number): Promise<void> => {
    while (!isTerminal((await findRun(bed.database, runId)).status)) await sleep(50);
  };

  it('tells of a queue that waits, and of every image of a run that was worked on', async () => {
    rmSync(pixelFile(bed.imageRoot, 3));
    truncateSync(pixelFile(bed.imageRoot, 7), 60);
    const run = await bed.request('tiny-constant');
    await bed.database.query({ text: `UPDATE pgboss.job SET created_on = now() - interval '1 hour'` });
    const before = await scrape();
    expect(before.get('deeplesion_queue_batches{state="waiting"}')).toBe(BATCHES);
    expect(before.get('deeplesion_queue_images')).toBe(40);
    expect(before.get('deeplesion_queue_oldest_age_seconds')).toBeGreaterThanOrEqual(3600);
    expect(before.get('deeplesion_runs{status="QUEUED"}')).toBe(1);
    expect(before.get('deeplesion_image_seconds_count')).toBe(0);
    expect(before.get('deeplesion_figures_fresh')).toBe(1);

    await bed.startWorker();
    await ended(run.id);
    const values = await scrapeUntil((now) => now.get('deeplesion_runs{status="SUCCEEDED"}') === 1);
    expect(values.get('deeplesion_runs{status="QUEUED"}')).toBe(0);
    expect(values.get('deeplesion_queue_images')).toBe(0);
    expect(values.get('deeplesion_queue_oldest_age_seconds')).toBe(0);
    expect(values.get('deeplesion_images_completed_total')).toBe(38);
    expect(values.get('deeplesion_detector_images_total{detector="tiny-constant@1.0.0",provider="cpu"}')).toBe(38);
    expect(values.get('deeplesion_images_failed_total{reason="no_pixel_file"}')).toBe(1);
    expect(values.get('deeplesion_images_failed_total{reason="unreadable_image"}')).toBe(1);
    expect(values.get('deeplesion_execution_provider{provider="cpu"}')).toBe(1);
    expect(values.get('deeplesion_images_per_second')).toBeCloseTo(40 / 60, 5);

    const [stored] = await bed.database.query<{ sum: number; fast: number }>({
      text: 'SELECT sum(milliseconds) AS sum, count(*) FILTER (WHERE milliseconds <= 10) AS fast FROM run_image',
    });
    expect(values.get('deeplesion_image_seconds_count')).toBe(38);
    expect(values.get('deeplesion_image_seconds_bucket{le="+Inf"}')).toBe(38);
    expect(values.get('deeplesion_image_seconds_bucket{le="0.01"}')).toBe(stored?.fast);
    expect(values.get('deeplesion_image_seconds_sum')).toBeCloseTo((stored?.sum ?? -1) / 1000, 6);
    const batches = await scrapeUntil((now) => now.get('deeplesion_batch_seconds_count') === BATCHES);
    expect(batches.get('deeplesion_batch_seconds_sum')).toBeGreaterThan(0);
  });

  it('counts runs that ended long ago once, however often it is asked', async () => {
    const run = await bed.request('tiny-constant');
    await moveRun(bed.database, run.id, 'RUNNING', { executionProvider: 'webgpu' });
    await bed.database.query({
      text: `UPDATE run_image SET state = 'FAILED', error = 'Too slow.', failure_kind = 'TIMEOUT', finished_at = now() - interval '1 hour'`,
    });
    await moveRun(bed.database, run.id, 'FAILED', { error: 'x' });
    await bed.database.query({
      text: `UPDATE detection_run SET created_at = now() - interval '2 hours', started_at = now() - interval '2 hours',
               finished_at = now() - interval '1 hour'`,
    });
    await scrape();
    const cancelled = await bed.request('tiny-constant');
    await moveRun(bed.database, cancelled.id, 'CANCELLED');
    const values = await scrapeUntil((now) => now.get('deeplesion_runs{status="CANCELLED"}') === 1);
    expect(values.get('deeplesion_images_failed_total{reason="timeout"}')).toBe(40);
    expect(values.get('deeplesion_queue_images')).toBe(0);
    expect(values.get('deeplesion_images_per_second')).toBe(0);
  });

  it('counts the living workers by execution provider, with the images a second that they report', async () => {
    const insert = (provider: string | null, imagesPerSecond: number, silentSeconds: number, problems: string[] = []) =>
      bed.database.query({
        text: `INSERT INTO worker (id, host, process_id, code_version, execution_provider, image_ids, images_per_second, problems, last_seen_at)
               VALUES (gen_random_uuid(), 'elsewhere', 7, 'x', $1, '{}', $2, $4, clock_timestamp() - make_interval(secs => $3))`,
        values: [provider, imagesPerSecond, silentSeconds, problems],
      });
    const nobody = await scrape();
    expect(nobody.get('deeplesion_workers{provider="none"}')).toBe(0);
    expect(nobody.get('deeplesion_worker_images_per_second{provider="none"}')).toBe(0);
    await insert('cuda', 30, 0);
    await insert('cuda', 12.5, 0, ['Detector x@1.0.0: not here.']);
    await insert('cpu', 4, 0);
    await insert(null, 0, 0);
    await insert('cuda', 99, 60);
    // The living say so every three seconds; these are written once, and a scrape may be some seconds old.
    await bed.database.query({
      text: `UPDATE worker SET last_seen_at = last_seen_at + interval '1 minute' WHERE images_per_second < 99`,
    });
    const values = await scrapeUntil((now) => now.get('deeplesion_workers{provider="none"}') === 1);
    expect(values.get('deeplesion_workers{provider="cuda"}')).toBe(2);
    expect(values.get('deeplesion_workers{provider="cpu"}')).toBe(1);
    expect(values.get('deeplesion_worker_images_per_second{provider="cuda"}')).toBe(42.5);
    expect(values.get('deeplesion_worker_images_per_second{provider="cpu"}')).toBe(4);
    expect(values.get('deeplesion_workers_with_problems')).toBe(1);
    await bed.database.query({ text: 'DELETE FROM worker' });
    const gone = await scrapeUntil((now) => now.get('deeplesion_workers{provider="none"}') === 0);
    expect(gone.has('deeplesion_workers{provider="cuda"}')).toBe(false);
  });

  it('counts requests by route and operations by field, with names that no client chooses', async () => {
    await server.ask('query Mine { datasets { totalCount } }');
    await server.ask('{ datasets { totalCount } lesions { totalCount } }');
    await server.ask('{ nothing }');
    await server.ask('{ detectionRun(id: "nothing") { id } }');
    for (const path of ['/nowhere/17', '/images/x.png?size=1', '/healthz']) await fetch(server.url + path);
    await fetch(`${server.url}/healthz`, { method: 'PROPFIND' });
    await fetch(`${server.url}/uploads`, { method: 'DELETE' });
    const values = await scrapeUntil((now) =>
      now.has('http_request_duration_seconds_count{route="/metrics",method="GET",status="200"}'),
    );
    const operations = (type: string, field: string, outcome: string) =>
      values.get(`deeplesion_graphql_operations_total{type="${type}",field="${field}",outcome="${outcome}"}`);
    expect(operations('query', 'datasets', 'ok')).toBe(1);
    expect(operations('query', 'several', 'ok')).toBe(1);
    expect(operations('none', 'refused', 'errors')).toBe(1);
    expect(operations('query', 'detectionRun', 'errors')).toBe(1);
    expect(values.get('deeplesion_graphql_scopes_total{scope="read"}')).toBe(3);
    expect(values.get('deeplesion_graphql_types_total{type="LesionConnection"}')).toBe(1);
    const requests = (route: string, method: string, status: number) =>
      values.get(`http_request_duration_seconds_count{route="${route}",method="${method}",status="${status}"}`);
    expect(requests('/graphql', 'POST', 200)).toBe(4);
    expect(requests('other', 'GET', 404)).toBe(1);
    expect(requests('/images', 'GET', 404)).toBe(1);
    expect(requests('/healthz', 'GET', 200)).toBe(1);
    expect(requests('/healthz', 'other', 404)).toBe(1);
    expect(requests('/uploads', 'DELETE', 405)).toBe(1);
    expect([...values.keys()].filter((key) => /Mine|nowhere|PROPFIND/.test(key))).toEqual([]);
  });

  it('tells what the process and its database connections need', async () => {
    const values = await scrape();
    expect(values.get('process_resident_memory_bytes')).toBeGreaterThan(2 ** 20);
    expect(values.get('nodejs_eventloop_lag_max_seconds')).toBeGreaterThanOrEqual(0);
    expect(values.get('deeplesion_database_connections{state="limit"}')).toBe(6);
    expect(values.get('deeplesion_database_connections{state="open"}')).toBeGreaterThan(0);
    expect(values.get('deeplesion_streams{transport="websocket"}')).toBe(0);
  });

  it('still answers, and says that figures are old, when the database does not', async () => {
    await bed.request('tiny-constant');
    await scrape();
    await bed.database.query({ text: 'ALTER TABLE detection_run RENAME TO set_aside' });
    const values = await scrapeUntil((now) => now.get('deeplesion_figures_fresh') === 0);
    expect(values.get('deeplesion_runs{status="QUEUED"}')).toBe(1);
    await bed.database.query({ text: 'ALTER TABLE set_aside RENAME TO detection_run' });
    await scrapeUntil((now) => now.get('deeplesion_figures_fresh') === 1);
  });

  it('has no name or unit that Prometheus finds fault with', async () => {
    const run = await bed.request('tiny-constant');
    await bed.startWorker();
    await ended(run.id);
    await server.ask('{ datasets { totalCount } }');
    await scrapeUntil((now) => now.get('deeplesion_image_seconds_count') === 40);
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).not.toMatch(/milliseconds|^# TYPE \w+_total gauge/m);
    const lint = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    if (lint.error) return console.warn('skipped: there is no promtool (Debian: prometheus)');
    expect([lint.stdout, lint.stderr, lint.status]).toEqual(['', '', 0]);
  });

  it('wants its token where one is set', async () => {
    const guarded = await startBedServer(bed, { config: { metricsToken: 'let-me-see' } as never });
    try {
      const statusWith = async (headers: Record<string, string>) =>
        (await fetch(`${guarded.url}/metrics`, { headers })).status;
      expect(await statusWith({})).toBe(401);
      expect(await statusWith({ authorization: 'Bearer let-me-sea' })).toBe(401);
      expect(await statusWith({ authorization: 'Basic let-me-see' })).toBe(401);
      expect(await statusWith({ authorization: 'Bearer let-me-see' })).toBe(200);
    } finally {
      await guarded.http.stop();
    }
  });
});
