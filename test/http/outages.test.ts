import { openDatabase } from '../../src/database';
import { createHttpServer, type HttpServer } from '../../src/http';
import { createLogger } from '../../src/log';
import { createRegistry } from '../../src/models';
import { startProxy } from '../faults/proxy';
import { idOfNothing } from '../globalIds';
import { testSchema, testServices } from '../graphql/testGraph';
import { encodeHounsfield } from '../imaging/png';
import { QUICK_SERVER } from '../testClock';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { startUploadBed, type UploadBed } from '../uploads/uploadBed';

const DATASETS = '{ datasets { nodes { slug } } }';

describe('while the database is away', () => {
  let bed: TestDatabase;
  let network: Awaited<ReturnType<typeof startProxy>>;
  let database: ReturnType<typeof openDatabase>;
  let http: HttpServer;
  let url: string;
  beforeAll(async () => {
    bed = await createTestDatabase();
    network = await startProxy(bed.url);
    database = openDatabase(network.url);
    const config = { host: '127.0.0.1', port: 0 };
    const models = { modelsDir: '/nowhere/models', dataDir: '/nowhere/models' };
    const registry = await createRegistry({ database: bed.database, config: models, log: createLogger('silent') });
    const parts = { config, registry } as Parameters<typeof testServices>[1];
    http = createHttpServer(testServices(database, parts), testSchema, QUICK_SERVER);
    url = await http.listen();
  });
  afterAll(async () => {
    await http.stop();
    await database.close();
    await bed.drop();
  });

  const ask = async (query: string) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const { status, headers } = response;
    return { status, retryAfter: headers.get('retry-after'), body: JSON.parse(await response.text()) };
  };
  const UNAVAILABLE = {
    message: 'The database is not reachable at the moment: try again.',
    extensions: { code: 'UNAVAILABLE', retryAfterSeconds: 5 },
  };

  it('a request is answered UNAVAILABLE with 503, and is worth trying again', async () => {
    expect(await ask(DATASETS)).toMatchObject({ status: 200, retryAfter: null });
    await network.close();
    // Twice: over connections that were there, and over new ones; and by the compiled way as well.
    for (let time = 0; time < 3; time++)
      expect(await ask(DATASETS)).toEqual({
        status: 503,
        retryAfter: '5',
        body: { data: null, errors: [{ ...UNAVAILABLE, path: ['datasets'], locations: expect.any(Array) }] },
      });
  });

  it('a query whose price has to be read is answered so too', async () => {
    const long =
      '{ detectionRuns { nodes { evaluations(first: 1) { strata { accuracyCurve { iouThreshold accuracy correct } } } } } }';
    expect(await ask(long)).toEqual({ status: 503, retryAfter: '5', body: { data: null, errors: [UNAVAILABLE] } });
  });

  it('what needs no database is still answered, with 200', async () => {
    const { status, body } = await ask(`{ __typename node(id: "${idOfNothing('Dataset')}") { id } }`);
    expect({ status, data: body.data, code: body.errors?.[0].extensions.code }).toEqual({
      status: 200,
      data: { __typename: 'Query', node: null },
      code: 'UNAVAILABLE',
    });
  });

  it('pictures and uploads are answered so too', async () => {
    const response = await fetch(`${url}/uploads/${'x'.repeat(22)}`);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await response.json()).toEqual({ errors: [UNAVAILABLE] });
  });
});

describe('while a disk is full', () => {
  let bed: UploadBed;
  beforeAll(async () => {
    bed = await startUploadBed({ detectors: false });
    // As PostgreSQL says it, by PostgreSQL.
    await bed.test.database.query({
      text: `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
               RAISE EXCEPTION 'could not extend file "base/1/2": No space left on device' USING ERRCODE = 'disk_full'; END $$;
             CREATE TRIGGER full_disk BEFORE INSERT ON upload FOR EACH ROW EXECUTE FUNCTION full_disk()`,
    });
  });
  afterAll(() => bed.stop());

  it('an upload is answered INSUFFICIENT_STORAGE with 507, and nothing is left of it', async () => {
    const { status, headers, body } = await bed.put(encodeHounsfield(16, 16, () => 0));
    expect({ status, retryAfter: headers.get('retry-after'), body }).toEqual({
      status: 507,
      retryAfter: '60',
      body: {
        errors: [
          {
            message: expect.stringMatching(/^Nothing was stored: the disk .* is full/),
            extensions: { code: 'INSUFFICIENT_STORAGE', retryAfterSeconds: 60 },
          },
        ],
      },
    });
    expect(bed.stored()).toEqual([]);
  });
});
