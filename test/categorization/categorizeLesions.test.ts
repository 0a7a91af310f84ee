import { cpSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CategorizationRequest,
  type CategorizationRow,
  findCategorizations,
  findClustersOfCategorizations,
  findIterations,
  importCategorization,
  requestCategorization,
  sizesOfPseudoClusters,
} from '../../src/categorization';
import { importDlInfo } from '../../src/dataset';
import { createQueue, type JobQueue, type JobWorker, startWorker } from '../../src/jobs';
import { createLogger } from '../../src/log';
import { createRegistry } from '../../src/models';
import { generatePhantoms } from '../../src/phantom';
import { keyOfRow } from '../globalIds';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

const SHIPPED = resolve(__dirname, '../../models/phantom-encoder');
const log = createLogger('silent');

/**
 * The first patients of the demo: as data set `known` with the features that PyTorch made of them, and as `fresh`
 * without any.
 */
describe('categorizing lesions on the server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deeplesion-sorting-'));
  const modelsDir = join(folder, 'models');
  const phantoms = join(folder, 'phantoms');
  let test: TestDatabase;
  let queue: JobQueue;
  let worker: JobWorker | undefined;
  let known: number;

  beforeAll(async () => {
    cpSync(SHIPPED, join(modelsDir, 'phantom-encoder'), { recursive: true });
    await generatePhantoms({ patients: 8, seed: 1, neighbours: 0, outDir: phantoms });
    test = await createTestDatabase();
    for (const slug of ['known', 'fresh'])
      await importDlInfo({
        database: test.database,
        csvPath: join(phantoms, 'DL_info.csv'),
        imagesDir: join(phantoms, 'Images_png'),
        slug,
        synthetic: true,
      });
    const options = { folder: join(SHIPPED, 'demo-clusters'), dataset: 'known', name: 'mined', partial: true };
    known = (await importCategorization(test.database, { ...options, labels: new Map([[3, 'lung nodule']]) })).id;
    queue = await createQueue({ database: test.database, log });
  }, 60_000);
  afterAll(async () => {
    if (worker) await worker.stop();
    else await queue.stop();
    await test.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const request = (
    rest: Partial<CategorizationRequest> & { name: string },
    client?: string,
  ): Promise<CategorizationRow> => {
    const context = { database: test.database, queue, config: { modelsDir }, codeVersion: 'test', client };
    return requestCategorization(context, { dataset: 'fresh', ...rest });
  };
  const work = async (): Promise<void> => {
    if (worker) return;
    const { database, url } = test;
    const config = { executionProviders: ['cpu' as const], modelsDir, dataDir: folder };
    const registry = await createRegistry({ database, config, log });
    worker = await startWorker({ database, databaseUrl: url, registry, queue, config, log });
  };
  const ended = async ({ id }: CategorizationRow): Promise<CategorizationRow> => {
    for (;;) {
      const [row] = await findCategorizations(test.database, [id]);
      if (row?.finishedAt) return row;
      await sleep(50);
    }
  };
  const countRows = async (text: string): Promise<number> =>
    (await test.database.query<{ count: number }>({ text: `SELECT count(*)::int4 AS count ${text}` }))[0]?.count ?? -1;

  it('is accepted as queued with all that it was asked for, and refuses what cannot be', async () => {
    await expect(request({ name: 'x', dataset: 'nowhere' })).rejects.toThrow(/no data set "nowhere"/);
    await expect(request({ name: '' })).rejects.toThrow(/name of 1 to 200 characters/);
    await expect(request({ name: 'x', encoder: 'resnet' })).rejects.toThrow(/Known: phantom-encoder@1\.0\.0/);
    await expect(request({ name: 'x', clusterCount: 0 })).rejects.toThrow(/clusterCount .* 1 … 1000, got 0/);
    await expect(request({ name: 'x', seed: 0.5 })).rejects.toThrow(/seed to be a whole number/);
    await expect(request({ name: 'x', clusterCount: 500 })).rejects.toThrow(/at least 500 lesions of fresh, it leaves/);
    await expect(request({ name: 'x', assignTo: { uuid: '00000000-0000-4000-8000-000000000000' } })).rejects.toThrow(
      /no such categorization/,
    );
    await expect(
      request({ name: 'x', assignTo: await keyOfRow(test.database, 'Categorization', known), clusterCount: 4 }),
    ).rejects.toThrow(/no clusterCount together with/);
    expect(await countRows('FROM categorization')).toBe(1);
    const row = await request({ name: 'thirds', clusterCount: 3, seed: 9, filter: { possiblyNoisy: false } });
    expect(row).toMatchObject({ status: 'QUEUED', source: 'COMPUTED', clusterCount: 3, seed: 9, completed: 0 });
    expect(row.total).toBe(
      await countRows(`FROM lesion JOIN dataset d ON d.id = dataset_id WHERE slug = 'fresh' AND NOT possibly_noisy`),
    );
    await expect(request({ name: 'thirds' })).rejects.toThrow(/fresh has a categorization "thirds"/);
  });

  it('takes at most half of the places for one client', async () => {
    for (let index = 0; index < 10; index++) await request({ name: `mine ${index}`, clusterCount: 2 }, 'mine');
    await expect(request({ name: 'one more', clusterCount: 2 }, 'mine')).rejects.toThrow(
      'Expected at most 10 categorizations of one client that have not ended, there are 10 of yours',
    );
    expect((await request({ name: 'theirs', clusterCount: 2 }, 'theirs')).status).toBe('QUEUED');
    await test.database.query({ text: 'DELETE FROM categorization WHERE client IS NOT NULL' });
  });

  it('sorts every lesion into clusters by features that are PyTorch’s, and tells their quality', async () => {
    const [queued] = await findCategorizations(test.database, [known + 1]);
    await work();
    const row = await ended(queued!);
    expect(row).toMatchObject({ status: 'SUCCEEDED', error: null, warnings: [], executionProvider: 'cpu' });
    expect(row.completed).toBe(row.total);
    const clusters = await findClustersOfCategorizations(test.database, [row.id]);
    const sizes = await sizesOfPseudoClusters(
      test.database,
      clusters.map(({ id }) => id),
    );
    expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBe(row.total);
    const [round] = await findIterations(test.database, [row.id]);
    expect(round?.sizes).toEqual(clusters.map(({ id }) => sizes.find((one) => one.pseudoClusterId === id)?.size));
    expect(round?.silhouette).toBeGreaterThan(0);

    const pairs = await test.database.query<{ ours: Buffer; theirs: Buffer }>({
      text: `SELECT a.features AS ours, b.features AS theirs
             FROM lesion AS mine JOIN dataset d ON d.id = mine.dataset_id AND d.slug = 'fresh' JOIN lesion_feature AS a ON a.lesion_id = mine.id
             JOIN lesion AS twin ON twin.source_row_index = mine.source_row_index AND twin.dataset_id <> mine.dataset_id
             JOIN lesion_feature AS b ON b.lesion_id = twin.id`,
    });
    expect(pairs).toHaveLength(row.total);
    for (const { ours, theirs } of pairs)
      for (let at = 0; at < ours.length; at += 4)
        expect(Math.abs(ours.readFloatLE(at) - theirs.readFloatLE(at))).toBeLessThan(0.02);
  }, 60_000);

  it('puts lesions to the centroids of another data set’s categorization, with its names', async () => {
    await work();
    const row = await ended(
      await request({
        name: 'taken over',
        assignTo: await keyOfRow(test.database, 'Categorization', known),
        filter: { possiblyNoisy: false },
      }),
    );
    expect(row).toMatchObject({ status: 'SUCCEEDED', source: 'ASSIGNED', assignedFromId: known, clusterCount: 5 });
    const clusters = await findClustersOfCategorizations(test.database, [row.id]);
    expect(clusters.map(({ label }) => label)).toEqual([null, null, 'lung nodule', null, null]);
    const differing = await countRows(
      `FROM cluster_assignment a JOIN pseudo_cluster p ON p.id = a.pseudo_cluster_id JOIN lesion l ON l.id = a.lesion_id
       JOIN lesion twin ON twin.source_row_index = l.source_row_index AND twin.dataset_id <> l.dataset_id
       JOIN cluster_assignment b ON b.lesion_id = twin.id JOIN pseudo_cluster q ON q.id = b.pseudo_cluster_id AND q.categorization_id = ${known}
       WHERE a.categorization_id = ${row.id} AND p.cluster_index <> q.cluster_index`,
    );
    expect(differing).toBe(0);
  }, 60_000);

  it('gives the same clusters for the same seed without encoding anything again', async () => {
    await work();
    rmSync(join(phantoms, 'Images_png'), { recursive: true });
    const again = await ended(
      await request({ name: 'again', clusterCount: 3, seed: 9, filter: { possiblyNoisy: false } }),
    );
    expect(again).toMatchObject({ status: 'SUCCEEDED', warnings: [] });
    const moved = await countRows(
      `FROM cluster_assignment a JOIN pseudo_cluster p ON p.id = a.pseudo_cluster_id
       JOIN cluster_assignment b ON b.lesion_id = a.lesion_id JOIN pseudo_cluster q ON q.id = b.pseudo_cluster_id
       WHERE a.categorization_id = ${known + 1} AND b.categorization_id = ${again.id} AND p.cluster_index <> q.cluster_index`,
    );
    expect(moved).toBe(0);
  }, 60_000);

  it('leaves out lesions whose slice cannot be read and says how many and why; fails where too few are left', async () => {
    await work();
    await test.database.query({ text: `DELETE FROM lesion_feature` });
    const failed = await ended(await request({ name: 'nothing to read', clusterCount: 2 }));
    expect(failed).toMatchObject({
      status: 'FAILED',
      error: expect.stringMatching(/^Only 0 of \d+ lesions could be encoded/),
    });
    expect(await countRows(`FROM pseudo_cluster WHERE categorization_id = ${failed.id}`)).toBe(0);

    await generatePhantoms({ patients: 8, seed: 1, neighbours: 0, outDir: join(folder, 'again') });
    cpSync(join(folder, 'again', 'Images_png'), join(phantoms, 'Images_png'), { recursive: true });
    const [broken] = await test.database.query<{ fileName: string; lesions: number }>({
      text: `SELECT file_name AS "fileName", count(*)::int4 AS lesions FROM bookmarked_image i JOIN lesion l ON l.image_id = i.id
             JOIN dataset d ON d.id = i.dataset_id WHERE slug = 'fresh' GROUP BY i.id ORDER BY i.id LIMIT 1`,
    });
    const [, series, slice] = /^(.+)_(\d+\.png)$/.exec(broken?.fileName ?? '') ?? [];
    truncateSync(join(phantoms, 'Images_png', series ?? '', slice ?? ''), 100);
    const row = await ended(await request({ name: 'all but one slice', clusterCount: 2 }));
    expect(row.status).toBe('SUCCEEDED');
    expect(row.completed).toBe(row.total - (broken?.lesions ?? 0));
    expect(row.warnings).toEqual([expect.stringMatching(/^\d lesions? skipped: /)]);
  }, 120_000);

  it('leaves out a slice of another size than the data set says, and tells one that is not the one of the import', async () => {
    await test.database.query({ text: 'DELETE FROM lesion_feature' });
    await test.database.query({
      text: `WITH two AS (SELECT i.id, row_number() OVER (ORDER BY i.id DESC) AS place FROM bookmarked_image i
               JOIN dataset d ON d.id = i.dataset_id WHERE slug = 'fresh' AND EXISTS (SELECT FROM lesion WHERE image_id = i.id) LIMIT 2)
             UPDATE bookmarked_image AS image SET width = CASE place WHEN 1 THEN 256 ELSE width END,
               pixel_sha256 = CASE place WHEN 2 THEN repeat('0', 64) ELSE pixel_sha256 END
             FROM two WHERE two.id = image.id`,
    });
    const { status, warnings } = await ended(await request({ name: 'two odd slices', clusterCount: 2 }));
    expect(status).toBe('SUCCEEDED');
    expect(warnings).toContainEqual(
      expect.stringMatching(/^\d lesions? skipped: .*the data set says 256 × 512, the file has 512 × 512 pixels/),
    );
    expect(warnings).toContainEqual(
      expect.stringMatching(/^\d lesions? encoded from other pixel files than those that were imported$/),
    );
  }, 120_000);

  it('is finished when the worker that had it died without a word', async () => {
    await worker?.stop();
    worker = undefined;
    queue = await createQueue({ database: test.database, log });
    const row = await request({ name: 'orphan', clusterCount: 2 });
    await test.database.query({
      text: `UPDATE pgboss.job SET state = 'active', started_on = now() - interval '1 hour' WHERE name = 'categorization' AND state < 'active'`,
    });
    await work();
    expect((await ended(row)).status).toBe('SUCCEEDED');
  }, 60_000);

  it('fails with the reason when nobody could finish it', async () => {
    await worker?.stop();
    worker = undefined;
    queue = await createQueue({ database: test.database, log });
    const row = await request({ name: 'hopeless', clusterCount: 2 });
    await test.database.query({
      text: `UPDATE pgboss.job SET state = 'active', retry_count = retry_limit, started_on = now() - interval '1 hour'
             WHERE name = 'categorization' AND state < 'active'`,
    });
    await work();
    expect(await ended(row)).toMatchObject({ status: 'FAILED', error: expect.stringMatching(/^Given up/) });
  }, 60_000);
});
