import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { type Caller, createKey, hideSplit, revokeKey, type Scope, setVisibility, showSplit } from '../../src/access';
import { exportFilesOf, watchExport } from '../../src/exports';
import { createFilterReader } from '../../src/graphql';
import { createQueue, type JobQueue, type JobWorker, startWorker } from '../../src/jobs';
import { createLogger } from '../../src/log';
import type { Services } from '../../src/services';
import { testSchema } from '../graphql/testGraph';
import { Receiver, webhookSecret } from '../jobs/receiver';
import { KILLED, startServer } from '../killedServer';
import { type TestDatabase, untilGone } from '../testDatabase';
import { type ExportServer, linesOf, startExportBed, startExportServer, textOf } from './exportBed';

let bed: TestDatabase;
let sender: JobQueue;
let server: ExportServer;
let worker: JobWorker;
beforeAll(async () => {
  bed = await startExportBed();
  sender = await openQueue();
  server = await startExportServer(bed.database, { queue: sender });
  worker = await startWorkerOf(server.services);
});
afterAll(async () => {
  await worker.stop();
  await sender.stop();
  await server.stop();
  await bed.drop();
});

const readFilterOf = (services: Services) => (caller: Caller) => createFilterReader(testSchema, services, caller);

const openQueue = (): Promise<JobQueue> => createQueue({ database: bed.database, log: createLogger('silent') });

async function startWorkerOf(services: Services): Promise<JobWorker> {
  const exports = { files: exportFilesOf(services.config), readFilterFor: readFilterOf(services) };
  const config = { ...services.config, executionProviders: ['cpu' as const] };
  return startWorker({ ...services, databaseUrl: bed.url, queue: await openQueue(), config, exports });
}

interface Made {
  id: string;
  status: string;
  url: string;
  bytes: number;
  sha256: string | null;
  error: string | null;
}

type Answer = {
  data: Record<string, never>;
  errors?: { message: string; extensions: { code: string; argument?: string } }[];
};

const FIELDS = 'id status url bytes sha256 error';

async function ask(query: string, variables: object, key?: string): Promise<Answer> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

const createExport = (input: object, key?: string): Promise<Answer> =>
  ask(`mutation ($input: CreateExportInput!) { createExport(input: $input) { export { ${FIELDS} } } }`, { input }, key);

async function accepted(input: object, key?: string): Promise<Made> {
  const { data, errors } = await createExport(input, key);
  expect(errors).toBeUndefined();
  return (data as unknown as { createExport: { export: Made } }).createExport.export;
}

/** As a job, by its id, once it has ended. */
async function ended(id: string, key?: string): Promise<Made> {
  for (;;) {
    const { data } = await ask(`query ($id: ID!) { job(id: $id) { ... on Export { ${FIELDS} } } }`, { id }, key);
    const job: Made = data.job ?? ({ status: 'NONE' } as never);
    if (!['QUEUED', 'RUNNING'].includes(job.status)) return job;
    await sleep(20);
  }
}

const keyWith = async (name: string, scopes: Scope[], datasets: string[] = []): Promise<string> =>
  (await createKey(bed.database, { name, scopes, datasets }, null)).text;

const sha256Of = (bytes: string): string => createHash('sha256').update(bytes).digest('hex');

async function activeJobs(): Promise<number> {
  const [found] = await bed.database.query<{ active: number }>({
    text: `SELECT count(*)::int4 AS active FROM pgboss.job WHERE name = 'export' AND state = 'active'`,
  });
  return found?.active ?? 0;
}

const row = async (id: string): Promise<Made> =>
  (await ask(`query ($id: ID!) { job(id: $id) { ... on Export { ${FIELDS} } } }`, { id })).data.job as never;

/** Nothing reads the series of data sets until the work is done, which an export of lesions does as it is written. */
async function whileSeriesAreLocked<Result>(work: () => Promise<Result>): Promise<Result> {
  return bed.database.transaction(async (transaction) => {
    await transaction.query({ text: 'LOCK TABLE series IN ACCESS EXCLUSIVE MODE' });
    return work();
  });
}

describe('an export as a job', () => {
  it('is written below its address, which then sends it at once with the digest of the job', async () => {
    const made = await accepted({
      ...{ dataset: 'small', file: 'lesions', format: 'CSV' },
      ...{ filter: { split: ['TRAIN'] }, fields: ['id', 'split'] },
    });
    expect(made.url).toBe(
      `${server.url}/exports/small@1/lesions.csv?fields=id%2Csplit&filter=%7B%22split%22%3A%5B%22TRAIN%22%5D%7D`,
    );
    const done = await ended(made.id);
    expect(done).toMatchObject({ status: 'SUCCEEDED', error: null, id: made.id });
    const response = await fetch(done.url, { headers: { 'accept-encoding': 'identity' } });
    // Known before the body, so that it was there.
    expect(response.headers.get('content-length')).toBe(String(done.bytes));
    expect(response.headers.get('repr-digest')).toBe(
      `sha-256=:${Buffer.from(done.sha256 ?? '', 'hex').toString('base64')}:`,
    );
    const text = await textOf(response);
    expect(linesOf(text)[0]).toBe('id,split');
    expect(sha256Of(text)).toBe(done.sha256);
  });

  it('is a node and a job like others, and is followed to its end', async () => {
    const { id } = await accepted({ dataset: 'small@1', file: 'coco.json' });
    const own =
      'id status progress { completed failed total } queuePosition estimatedEndAt createdAt owner webhook { state }';
    const query = `query ($id: ID!) { job(id: $id) { __typename ${own} } node(id: $id) { __typename id } }`;
    await ended(id);
    const { data, errors } = await ask(query, { id });
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      job: {
        ...{ __typename: 'Export', id, status: 'SUCCEEDED', progress: { completed: 1, failed: 0, total: 1 } },
        ...{ queuePosition: null, estimatedEndAt: null, owner: null, webhook: null },
      },
      node: { __typename: 'Export', id },
    });
    const [row] = await bed.database.query<{ id: number }>({ text: 'SELECT max(id) AS id FROM export_job' });
    const states = [];
    for await (const { row: state } of watchExport(bed.database, row?.id ?? 0)) states.push(state.status);
    expect(states).toEqual(['SUCCEEDED']);
  });

  it('tells its end once to the receiver that its owner named, signed, with size and digest', async () => {
    const receiver = new Receiver();
    const webhookUrl = `${await receiver.start()}/hook`;
    try {
      const refused = await createExport({
        dataset: 'small',
        file: 'coco.json',
        webhookUrl: 'http://169.254.169.254/',
      });
      expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'webhookUrl' });
      const made = await accepted({ dataset: 'small', file: 'splits.json', webhookUrl });
      const done = await ended(made.id);
      const query =
        'query ($id: ID!) { job(id: $id) { createdAt startedAt finishedAt webhook { url state attempts lastStatus } } }';
      let job: { webhook: { state: string } };
      do job = (await ask(query, { id: made.id })).data.job as never;
      while (job.webhook.state !== 'DELIVERED');
      expect(job.webhook).toEqual({ url: webhookUrl, state: 'DELIVERED', attempts: 1, lastStatus: 204 });
      expect(receiver.received).toHaveLength(1);
      const [{ headers, body } = { headers: {}, body: '' }] = receiver.received;
      const { webhook: _, ...times } = job;
      const { bytes, sha256, url } = done;
      expect(new Webhook(webhookSecret).verify(body, headers as Record<string, string>)).toEqual({
        ...{ type: 'export.ended', timestamp: (times as { finishedAt?: string }).finishedAt },
        data: { ...times, id: made.id, status: 'SUCCEEDED', error: null, url, bytes, sha256 },
      });
    } finally {
      receiver.stop();
    }
  });

  it('is estimated by the newest one of its owner that was written under the same path', async () => {
    const input = { dataset: 'small', file: 'files', format: 'CSV' };
    const first = await accepted(input);
    await ended(first.id);
    await bed.database.query({ text: `UPDATE export_job SET milliseconds = 3600000 WHERE path = 'small@1/files.csv'` });
    const query = `query ($id: ID!) { job(id: $id) { status queuePosition estimatedEndAt } }`;
    await whileSeriesAreLocked(async () => {
      // Takes the only place; nothing is known about it.
      const unknown = await accepted({ dataset: 'small', file: 'lesions', format: 'PARQUET', fields: ['sex'] });
      while ((await row(unknown.id)).status !== 'RUNNING') await sleep(20);
      const waiting = await accepted({ ...input, fields: ['file_name'] });
      const jobOf = async (id: string): Promise<{ estimatedEndAt: string }> =>
        (await ask(query, { id })).data.job as never;
      expect(await jobOf(unknown.id)).toEqual({ status: 'RUNNING', queuePosition: null, estimatedEndAt: null });
      expect(await jobOf(waiting.id)).toEqual({ status: 'QUEUED', queuePosition: 0, estimatedEndAt: null });
      await ask('mutation ($id: ID!) { cancelJob(input: { id: $id }) { job { id } } }', { id: unknown.id });
      const { estimatedEndAt } = await jobOf(waiting.id);
      const hours = (Date.parse(estimatedEndAt) - Date.now()) / 3_600_000;
      expect(hours).toBeGreaterThan(0.9);
      expect(hours).toBeLessThanOrEqual(1.01);
    });
    while ((await activeJobs()) > 0) await sleep(20);
  });

  it('is made once for an idempotency key', async () => {
    const input = { dataset: 'small', file: 'patients', format: 'NDJSON', idempotencyKey: 'once' };
    const first = await accepted(input);
    expect((await accepted(input)).id).toBe(first.id);
    await ended(first.id);
    const { errors } = await createExport({ ...input, format: 'CSV' });
    expect(errors?.[0]?.extensions.code).toBe('CONFLICT');
  });

  it.each([
    [{ dataset: 'none', file: 'lesions', format: 'CSV' }, 'NOT_FOUND', 'dataset'],
    [{ dataset: 'small', file: 'nothing' }, 'NOT_FOUND', 'path'],
    [{ dataset: 'small', file: '../../lesions.csv' }, 'NOT_FOUND', 'path'],
    [{ file: 'lesions', format: 'CSV' }, 'BAD_USER_INPUT', 'dataset'],
    [{ dataset: 'small', file: 'lesions', format: 'CSV', filter: { splitt: 1 } }, 'BAD_USER_INPUT', 'filter'],
    [{ dataset: 'small', file: 'lesions', format: 'CSV', fields: ['no_column'] }, 'BAD_USER_INPUT', 'fields'],
    [{ dataset: 'small', file: 'coco.json', parameters: { categories: 3 } }, 'BAD_USER_INPUT', 'parameters'],
    [{ dataset: 'small', file: 'coco.json', parameters: { wrong: 'x' } }, 'BAD_USER_INPUT', 'wrong'],
  ])('of %j is refused at once', async (input, code, argument) => {
    const { errors } = await createExport(input);
    expect(errors?.[0]?.extensions).toMatchObject({ code, argument });
  });

  it('is cancelled while it is written, and leaves no file', async () => {
    const input = { dataset: 'small', file: 'lesions', format: 'NDJSON', fields: ['id', 'sex'] };
    const folder = join(server.services.config.dataDir, 'exports');
    const before = existsSync(folder) ? readdirSync(folder) : [];
    const parts = (): boolean => existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.part'));
    const status = await whileSeriesAreLocked(async () => {
      const { id } = await accepted(input);
      while (!parts()) await sleep(10);
      const { data } = await ask(`mutation ($id: ID!) { cancelJob(input: { id: $id }) { job { status } } }`, { id });
      // Until the work has noticed: what it waits for would come at once otherwise.
      while ((await activeJobs()) > 0) await sleep(20);
      return (data as unknown as { cancelJob: { job: { status: string } } }).cancelJob.job.status;
    });
    expect(status).toBe('CANCELLED');
    while (readdirSync(folder).length > before.length) await sleep(20);
    expect(readdirSync(folder).sort()).toEqual(before.sort());
  });
});

describe('an export of a key', () => {
  it('is there for its owner and the operator alone', async () => {
    const [own, other, operator] = [
      await keyWith('own', ['read', 'export']),
      await keyWith('other', ['read', 'export']),
      await keyWith('operator', ['read', 'operate', 'export']),
    ];
    const { id } = await accepted({ dataset: 'small', file: 'studies', format: 'CSV' }, own);
    await ended(id, own);
    const seen = async (key: string) =>
      (
        await ask(
          'query ($id: ID!) { job(id: $id) { owner } node(id: $id) { id } exports { nodes { id } } }',
          { id },
          key,
        )
      ).data;
    expect(await seen(own)).toEqual({ job: { owner: 'own' }, node: { id }, exports: { nodes: [{ id }] } });
    expect(await seen(other)).toEqual({ job: null, node: null, exports: { nodes: [] } });
    expect(await seen(operator)).toMatchObject({ job: { owner: 'own' }, node: { id } });
    const { errors } = await ask('mutation ($id: ID!) { cancelJob(input: { id: $id }) { job { id } } }', { id }, other);
    expect(errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });

  it('fails with a sentence if the key is revoked before it is written', async () => {
    const { row, text } = await createKey(bed.database, { name: 'gone', scopes: ['read', 'export'] }, null);
    const operator = await keyWith('operator again', ['read', 'operate', 'export']);
    await worker.stop();
    const { id } = await accepted({ dataset: 'small', file: 'images', format: 'CSV' }, text);
    await bed.database.transaction((transaction) => revokeKey(transaction, row.id));
    worker = await startWorkerOf(server.services);
    expect(await ended(id, operator)).toMatchObject({
      status: 'FAILED',
      error: expect.stringContaining('was revoked or has expired meanwhile'),
    });
  });

  it('has what its owner sees: no lesion of a hidden split, and no private data set', async () => {
    const reader = await keyWith('reader', ['read', 'export']);
    const curator = await keyWith('curator', ['read', 'export', 'curate', 'operate']);
    await hideSplit(bed.database, { slug: 'small', split: 'TEST', submissionLimit: 3, periodDays: 7 });
    const input = { dataset: 'small', file: 'lesions', format: 'CSV', fields: ['id', 'split'] };
    const texts = await Promise.all(
      [reader, curator].map(async (key) => {
        const { id } = await accepted(input, key);
        const { sha256, url } = await ended(id, key);
        const text = await textOf(
          await fetch(url, { headers: { authorization: `Bearer ${key}`, 'accept-encoding': 'identity' } }),
        );
        expect(sha256Of(text)).toBe(sha256);
        return text;
      }),
    );
    expect(texts[0]).not.toContain('TEST');
    expect(texts[1]).toContain('TEST');
    await setVisibility(bed.database, 'small', 'PRIVATE', null);
    const { errors } = await createExport(input, reader);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND', argument: 'dataset' });
    await setVisibility(bed.database, 'small', 'PUBLIC', null);
    await showSplit(bed.database, { slug: 'small', split: 'TEST' });
  });
});

describe('a server that is killed while it writes an export', () => {
  it('leaves nothing that looks whole, and the next one writes it', async () => {
    await worker.stop();
    const dataDir = mkdtempSync(join(tmpdir(), 'killed-export-'));
    const folder = join(dataDir, 'exports');
    const filesIn = (): string[] => (existsSync(folder) ? readdirSync(folder) : []);
    const job = await whileSeriesAreLocked(async () => {
      const made = await accepted({ dataset: 'small', file: 'lesions', format: 'CSV', fields: ['id', 'sex'] });
      const killed = startServer(bed.url, dataDir);
      while (!filesIn().some((name) => name.endsWith('.part'))) await sleep(20);
      killed.kill('SIGKILL');
      await once(killed, 'exit');
      return made;
    });
    await untilGone(bed.database, KILLED);
    expect(filesIn()).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.[0-9a-f-]{36}\.part$/)]);
    expect((await row(job.id)).status).toBe('RUNNING');
    // Time passes: its lease has run out.
    await bed.database.query({
      text: `UPDATE pgboss.job SET started_on = now() - interval '1 hour' WHERE state = 'active'`,
    });
    const services = { ...server.services, config: { ...server.services.config, dataDir } };
    worker = await startWorkerOf(services);
    const { status, sha256, bytes } = await ended(job.id);
    expect([status, filesIn()]).toEqual(['SUCCEEDED', [expect.stringMatching(new RegExp(`^[0-9a-f]{64}-${sha256}$`))]]);
    const text = await textOf(await server.get(new URL(job.url).pathname + new URL(job.url).search));
    expect([sha256Of(text), Buffer.byteLength(text)]).toEqual([sha256, bytes]);
    rmSync(dataDir, { recursive: true, force: true });
  });
});
