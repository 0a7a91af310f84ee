import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquirePostgres, migrate, openDatabase } from '../../src/database';
import { createHttpServer, SERVER_CLOCK } from '../../src/http';
import { createLogger } from '../../src/log';
import { createRegistry } from '../../src/models';
import { testSchema, testServices } from '../graphql/testGraph';
import { copyTinyModels } from '../inference/tinyModels';
import { createRunBed, type RunBed } from '../runs/runBed';
import { QUICK_SERVER } from '../testClock';
import { startBedServer } from './bedServer';

const ALL_OK = { server: 'ok', database: 'ok', migrations: 'ok', detectors: 'ok', files: 'ok' };

const probe = async (url: string) => {
  const answer = await fetch(url);
  return { status: answer.status, body: (await answer.json()) as never };
};

describe('/readyz', () => {
  let bed: RunBed;
  let server: Awaited<ReturnType<typeof startBedServer>>;
  beforeAll(async () => {
    bed = await createRunBed(1);
    server = await startBedServer(bed);
  });
  afterAll(async () => {
    await server.http.stop();
    await bed.drop();
  });
  const ready = () => probe(`${server.url}/readyz`);

  it('names what it looked at, and /healthz says that the process lives', async () => {
    expect(await ready()).toEqual({ status: 200, body: { status: 'ready', checks: ALL_OK } });
    expect(await probe(`${server.url}/healthz`)).toEqual({ status: 200, body: { status: 'ok' } });
  });

  it('says the same in the graph', async () => {
    const ask = async () => {
      const answer = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ readiness { name ok message } }' }),
      });
      return ((await answer.json()) as { data: { readiness: unknown[] } }).data.readiness;
    };
    const fine = Object.keys(ALL_OK).map((name) => ({ name, ok: true, message: null }));
    expect(await ask()).toEqual([...fine, { name: 'images', ok: true, message: null }]);
    await bed.database.query({ text: `UPDATE dataset SET image_root = image_root || '-gone'` });
    const [warning] = ((await ready()).body as { warnings: string[] }).warnings;
    expect(await ask()).toEqual([...fine, { name: 'images', ok: true, message: warning }]);
    await bed.database.query({ text: `UPDATE dataset SET image_root = regexp_replace(image_root, '-gone$', '')` });
  });

  it('warns of a data set whose image folder is gone, and stays ready: its queries still answer', async () => {
    await bed.database.query({ text: `UPDATE dataset SET image_root = image_root || '-gone'` });
    const { status, body } = await ready();
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'ready',
      checks: ALL_OK,
      warnings: [
        expect.stringMatching(/^Data set small@1: the folder of the data set's images is not on this machine/),
      ],
    });
    await bed.database.query({ text: `UPDATE dataset SET image_root = regexp_replace(image_root, '-gone$', '')` });
    expect(await ready()).toEqual({ status: 200, body: { status: 'ready', checks: ALL_OK } });
  });

  it('is 503 while a migration is pending, which is named, and the process lives all the same', async () => {
    const [removed] = await bed.database.query<{ id: string; name: string }>({
      text: `UPDATE _prisma_migrations SET finished_at = NULL
             WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations) RETURNING id, migration_name AS name`,
    });
    expect(await ready()).toEqual({
      status: 503,
      body: {
        status: 'not ready',
        checks: { ...ALL_OK, migrations: `pending are ${removed?.name}` },
        errors: [
          {
            message: `Not ready: migrations: pending are ${removed?.name}.`,
            extensions: { code: 'UNAVAILABLE' },
          },
        ],
      },
    });
    expect((await probe(`${server.url}/healthz`)).status).toBe(200);
    await bed.database.query({
      text: 'UPDATE _prisma_migrations SET finished_at = now() WHERE id = $1',
      values: [removed?.id],
    });
    expect((await ready()).status).toBe(200);
  });

  it('is 503 on a database of a newer version, and does not take it for one that is gone', async () => {
    await bed.database.query({
      text: `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('x', 'x', '29990101000000_future', now())`,
    });
    expect(await ready()).toMatchObject({
      status: 503,
      body: { checks: { database: 'ok', migrations: expect.stringMatching(/29990101000000_future/) } },
    });
    await bed.database.query({ text: `DELETE FROM _prisma_migrations WHERE id = 'x'` });
    expect((await ready()).status).toBe(200);
  });

  it('is 503 without a detector that is ready', async () => {
    const log = createLogger('silent');
    const registry = await createRegistry({
      database: bed.database,
      config: { modelsDir: '/nowhere/models', dataDir: '/nowhere/data' },
      log,
    });
    const without = await startBedServer(bed, { registry });
    try {
      expect(await probe(`${without.url}/readyz`)).toMatchObject({
        status: 503,
        body: { checks: { ...ALL_OK, detectors: expect.stringMatching(/^none is ready/) } },
      });
    } finally {
      await without.http.stop();
    }
  });

  it('is 503 while a file that the server was started with is gone or is another one', async () => {
    const model = join(bed.modelsDir, 'tiny-constant', 'model.onnx');
    const turnsTo = async (status: number) => {
      for (;;) {
        const answer = await ready();
        if (answer.status === status) return answer;
        await sleep(50);
      }
    };
    renameSync(model, `${model}.away`);
    expect(await turnsTo(503)).toMatchObject({
      body: { checks: { files: expect.stringMatching(/model\.onnx is gone/) } },
    });
    copyFileSync(`${model}.away`, model);
    const other = /model\.onnx is another one than at the start: stop this server and start it again/;
    for (;;) {
      const { body } = (await ready()) as { body: { checks: { files: string } } };
      if (other.test(body.checks.files)) break;
      await sleep(50);
    }
    renameSync(`${model}.away`, model);
    expect(await turnsTo(200)).toMatchObject({ body: { checks: ALL_OK } });
  });

  it('is 503 while the server stops, before the socket closes', async () => {
    const other = await startBedServer(bed, {}, SERVER_CLOCK);
    const stopped = other.http.stop();
    expect(await probe(`${other.url}/readyz`)).toMatchObject({
      status: 503,
      body: { checks: { ...ALL_OK, server: 'the server is stopping' } },
    });
    await stopped;
    await expect(fetch(`${other.url}/readyz`)).rejects.toThrow();
  });
});

describe('a server whose database goes away', () => {
  it('lives, is not ready, and is ready again without a restart when the database is back', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'deeplesion-ready-'));
    const models = copyTinyModels();
    const first = await acquirePostgres({ dataDir, durable: false });
    await migrate(first.url);
    const database = openDatabase(first.url, { maxConnections: 3 });
    const log = createLogger('silent');
    const registry = await createRegistry({ database, config: { modelsDir: models.folder, dataDir }, log });
    const config = { host: '127.0.0.1', port: 0 } as never;
    const server = createHttpServer(testServices(database, { registry, config, log }), testSchema, QUICK_SERVER);
    const url = await server.listen();
    const turnsTo = async (status: number) => {
      for (;;) {
        const answer = await probe(`${url}/readyz`);
        if (answer.status === status) return answer;
        await sleep(100);
      }
    };
    try {
      await turnsTo(200);
      await first.release();
      expect(await turnsTo(503)).toMatchObject({
        body: { checks: { server: 'ok', database: 'it is not reachable', detectors: 'ok' } },
      });
      expect(await probe(`${url}/healthz`)).toEqual({ status: 200, body: { status: 'ok' } });
      const second = await acquirePostgres({ dataDir, durable: false });
      try {
        expect(second.url).toBe(first.url);
        expect(await turnsTo(200)).toMatchObject({ body: { checks: ALL_OK } });
        await server.stop();
        await database.close();
      } finally {
        await second.release();
      }
    } finally {
      models.remove();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});
