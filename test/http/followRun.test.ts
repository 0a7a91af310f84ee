import { setTimeout as sleep } from 'node:timers/promises';
import { moveRun } from '../../src/runs';
import { idOfRow } from '../globalIds';
import { createRunBed, type RunBed } from '../runs/runBed';
import { startBedServer } from './bedServer';
import { type FollowingClient, TRANSPORTS } from './transports';

const QUERY = `subscription Follow($id: ID!) {
  detectionRunProgress(id: $id) { status progress { completed failed total } }
}`;

describe.each(TRANSPORTS)('a run that is followed by %s', (_name, connect) => {
  let bed: RunBed;
  let server: Awaited<ReturnType<typeof startBedServer>>;
  const clients: FollowingClient[] = [];
  beforeAll(async () => {
    bed = await createRunBed(3);
    server = await startBedServer(bed);
  });
  afterAll(async () => {
    for (const client of clients) await client.dispose();
    await server.http.stop();
    await bed.drop();
  });

  const follow = async function* (runId: number): AsyncGenerator<unknown, void, undefined> {
    const client = connect(server.url);
    clients.push(client);
    const id = await idOfRow(bed.database, 'DetectionRun', runId);
    yield* client.iterate({ query: QUERY, variables: { id } });
  };
  const event = (status: string, completed: number, failed = 0) => ({
    value: { data: { detectionRunProgress: { status, progress: { completed, failed, total: 3 } } } },
    done: false,
  });
  const finishImage = (runId: number, index: number) =>
    bed.database.query({
      text: `UPDATE run_image SET state = 'COMPLETED', milliseconds = 1, finished_at = now() WHERE run_id = $1 AND image_id = $2`,
      values: [runId, bed.imageIds[index]],
    });
  const listeners = async (): Promise<number> => {
    const rows = await bed.database.query({
      text: `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN "detection_run"'`,
    });
    return rows.length;
  };

  it('is told as it is now, at once, to a client that connects again, and to its end', async () => {
    const { id } = await bed.request('tiny-constant');
    const first = follow(id);
    expect(await first.next()).toMatchObject(event('QUEUED', 0));
    await moveRun(bed.database, id, 'RUNNING');
    await finishImage(id, 0);
    await first.return?.();

    const second = follow(id);
    expect(await second.next()).toMatchObject(event('RUNNING', 1));
    await second.return?.();

    // Everything else happens while nobody is connected.
    await finishImage(id, 1);
    await finishImage(id, 2);
    await moveRun(bed.database, id, 'SUCCEEDED');
    const third = follow(id);
    expect(await third.next()).toMatchObject(event('SUCCEEDED', 3));
    expect((await third.next()).done).toBe(true);
  });

  it('is told once when it ended long ago', async () => {
    const { id } = await bed.request('tiny-constant');
    await moveRun(bed.database, id, 'CANCELLED');
    await bed.database.query({
      text: `UPDATE detection_run SET created_at = now() - interval '1 year', finished_at = now() - interval '1 year' WHERE id = $1`,
      values: [id],
    });
    const events = follow(id);
    expect(await events.next()).toMatchObject(event('CANCELLED', 0));
    expect((await events.next()).done).toBe(true);
  });

  it('is not followed any more once its client has left', async () => {
    const { id } = await bed.request('tiny-constant');
    const events = follow(id);
    await events.next();
    while ((await listeners()) === 0) await sleep(20);
    await events.return?.();
    while ((await listeners()) > 0) await sleep(20);
  });
});
