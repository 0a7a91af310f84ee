import { cancelRun } from '../../src/runs';
import { idOfRow } from '../globalIds';
import { createRunBed, type RunBed } from '../runs/runBed';
import { startBedServer } from './bedServer';
import { type FollowingClient, TRANSPORTS } from './transports';

const QUERY = `subscription Follow($dataset: String) {
  detectionRunsChanged(dataset: $dataset) { id status dataset { slug } progress { completed failed total } }
}`;

describe.each(TRANSPORTS)('all runs in one stream of %s', (_name, connect) => {
  let bed: RunBed;
  let server: Awaited<ReturnType<typeof startBedServer>>;
  let client: FollowingClient;
  beforeAll(async () => {
    bed = await createRunBed(3);
    server = await startBedServer(bed);
    client = connect(server.url);
  });
  afterAll(async () => {
    await client.dispose();
    await server.http.stop();
    await bed.drop();
  });

  const event = async (runId: number, status: string) => ({
    value: {
      data: {
        detectionRunsChanged: {
          id: await idOfRow(bed.database, 'DetectionRun', runId),
          status,
          dataset: { slug: 'small' },
          progress: { completed: 0, failed: 0, total: 3 },
        },
      },
    },
    done: false,
  });

  it('are told with fresh figures', async () => {
    const first = await bed.request('tiny-constant');
    const events = client.iterate({ query: QUERY, variables: { dataset: 'small' } });
    expect(await events.next()).toEqual(await event(first.id, 'QUEUED'));
    const second = await bed.request('tiny-constant');
    expect(await events.next()).toEqual(await event(second.id, 'QUEUED'));
    await cancelRun(bed.database, first.id);
    expect(await events.next()).toEqual(await event(first.id, 'CANCELLED'));
    await events.return?.();
  });

  it('are those of one data set where one is named', async () => {
    const [other] = await bed.database.query<{ id: number }>({
      text: `INSERT INTO dataset (slug, version, name, pixel_convention, source_format, source_file, source_sha256, import_report)
             VALUES ('other', 1, 'other', 'ONE_BASED', 'dl-info', 'DL_info.csv', 'other', '{}') RETURNING id`,
    });
    const { id } = await bed.request('tiny-constant');
    const moved = await bed.request('tiny-constant');
    await bed.database.query({
      text: 'UPDATE detection_run SET dataset_id = $1 WHERE id = $2',
      values: [other?.id, moved.id],
    });
    const query =
      'subscription Follow($dataset: String) { detectionRunsChanged(dataset: $dataset) { dataset { slug } } }';
    const events = client.iterate({ query, variables: { dataset: 'other@1' } });
    expect(await events.next()).toMatchObject({
      value: { data: { detectionRunsChanged: { dataset: { slug: 'other' } } } },
    });
    await cancelRun(bed.database, id);
    await cancelRun(bed.database, moved.id);
    const ended = await events.next();
    expect(ended).toMatchObject({ value: { data: { detectionRunsChanged: { dataset: { slug: 'other' } } } } });
    await events.return?.();
  });

  it('are refused for a data set that is not there, before any event', async () => {
    const events = client.iterate({ query: QUERY, variables: { dataset: 'none' } });
    const refused = await events.next().catch((thrown: unknown) => thrown);
    expect(JSON.stringify(refused)).toMatch(/NOT_FOUND/);
  });
});
