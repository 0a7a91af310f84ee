import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type GraphQLField, getNamedType, isInputObjectType, isNonNullType } from 'graphql';
import {
  AuditTrail,
  createKey,
  HTTP_ROUTES,
  isListed,
  MUTATIONS,
  printAccessPage,
  ROLE_NAMES,
  ROLES,
  type Rule,
  ruleOfField,
  ruleOfRoute,
  SCOPES,
  type Scope,
  SUBSCRIPTIONS,
} from '../../src/access';
import { exampleQueries } from '../../src/graphql';
import { createLogger } from '../../src/log';
import type { Services } from '../../src/services';
import { Uploads } from '../../src/uploads';
import { idOfNothing, idOfRow } from '../globalIds';
import { testSchema as schema } from '../graphql/testGraph';
import { createRunBed, type RunBed } from '../runs/runBed';
import { startBedServer } from './bedServer';

const ROOT = resolve(__dirname, '../..');

/** A caller of the walk: its scopes, and the header that it sends. */
interface Walker {
  scopes: readonly Scope[];
  headers: Record<string, string>;
}
/** One thing that a caller may try. */
interface Attempt {
  rule: Rule;
  send(headers: Record<string, string>): Promise<Response>;
}

let bed: RunBed;
let server: Awaited<ReturnType<typeof startBedServer>>;
let uploads: Uploads;
let audit: AuditTrail;
let walkers: Record<string, Walker>;
/** Two keys of one role: what one makes, the other does not own. */
let owner: Walker & { owner: string };
let other: Walker & { owner: string };

beforeAll(async () => {
  bed = await createRunBed(1);
  const log = createLogger('silent');
  const config = {
    ...{ host: '127.0.0.1', port: 0, anonymousScopes: [], executionProviders: ['cpu'], webhookHosts: [] },
    ...{ dataDir: bed.dataDir, modelsDir: bed.modelsDir, modelInbox: bed.dataDir, uploadTtlHours: 24 },
    ...{ maxUploadBytes: 2 ** 20, maxModelBytes: 2 ** 20, maxQueuedImages: 100, maxQueuedRunsPerClient: 10 },
  } as unknown as Services['config'];
  const { database, registry } = bed;
  uploads = new Uploads({ config, database, registry, codeVersion: 'test', log });
  await uploads.start();
  audit = new AuditTrail(database, log, { perCaller: 1e6, inAll: 1e6 });
  server = await startBedServer(bed, { config, log, uploads, audit });
  const walkerWith = async (name: string, scopes: readonly Scope[]) => {
    const { row, text } = await createKey(database, { name, scopes }, null);
    return { scopes, headers: { authorization: `Bearer ${text}` }, owner: `key:${row.holder}` };
  };
  walkers = { stranger: { scopes: [], headers: {} } };
  for (const role of ROLE_NAMES) walkers[role] = await walkerWith(role, ROLES[role]);
  const all = SCOPES.filter((scope) => scope !== 'operate');
  owner = await walkerWith('owner', all);
  other = await walkerWith('another owner', all);
});
afterAll(async () => {
  await server.http.stop();
  await uploads.stop();
  await bed.drop();
});

/** The number of rows of each table, but of the audit trail, which has what was refused. */
async function rowCounts(): Promise<Record<string, number>> {
  const tables = await bed.database.query<{ name: string }>({
    text: `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
             AND table_name <> 'audit_event'`,
  });
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await bed.database.query<{ count: number }>({ text: `SELECT count(*) AS count FROM "${name}"` });
    counts[name] = row?.count ?? 0;
  }
  return counts;
}

const post = (path: string, headers: Record<string, string>, query: string, variables?: object): Promise<Response> =>
  fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });

/** Inputs that are well formed and name nothing that is there, so that what is allowed changes nothing either. */
const INPUTS: Record<string, object> = {
  archiveDetector: { id: idOfNothing('Detector') },
  cancelDetectionRun: { id: idOfNothing('DetectionRun') },
  cancelJob: { id: idOfNothing('DetectionRun') },
  categorizeLesions: { dataset: 'none', name: 'x', encoder: 'none' },
  createApiKey: { name: 'x', scopes: ['none'] },
  deleteCategorization: { id: idOfNothing('Categorization'), reason: 'a test' },
  deleteDataset: { id: idOfNothing('Dataset'), reason: 'a test' },
  deleteDetectionRun: { id: idOfNothing('DetectionRun'), reason: 'a test' },
  detectInImage: { detector: 'none', upload: 'A'.repeat(22) },
  evaluateDetectionRun: { id: idOfNothing('DetectionRun') },
  labelPseudoCluster: { pseudoClusterId: idOfNothing('PseudoCluster') },
  registerDetector: { uploadId: 'A'.repeat(22) },
  retryDetectionRun: { id: idOfNothing('DetectionRun') },
  reviewDetection: { detectionId: idOfNothing('Detection'), verdict: 'LESION' },
  revokeApiKey: { id: idOfNothing('ApiKey') },
  rotateApiKey: { id: idOfNothing('ApiKey') },
  runDetection: { detector: 'none', dataset: 'none' },
  unarchiveDetector: { id: idOfNothing('Detector') },
  updateDetectionRun: { id: idOfNothing('DetectionRun'), name: 'x' },
};
const PLACES: Record<string, string> = {
  'GET /images': '/images/x.png',
  'GET /clusters': '/clusters/x.png',
  'GET /uploads': `/uploads/${'A'.repeat(22)}`,
  'DELETE /uploads': `/uploads/${'A'.repeat(22)}`,
};

function attemptsOf(): [name: string, attempt: Attempt][] {
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {}).map(
    ({ name, args }): [string, Attempt] => {
      const [{ type } = { type: 'none' }] = args;
      const query = `mutation ($input: ${type}) { ${name}(input: $input) { __typename } }`;
      const input = INPUTS[name];
      if (!input) throw new Error(`A new mutation has to be thought of here: ${name}.`);
      return [
        name,
        { rule: ruleOfField('mutation', name), send: (headers) => post('/graphql', headers, query, { input }) },
      ];
    },
  );
  const subscriptions = Object.values(schema.getSubscriptionType()?.getFields() ?? {}).map(
    (field): [string, Attempt] => {
      const query = `subscription { ${field.name}${argumentsOf(field)} { __typename } }`;
      const stream = { accept: 'text/event-stream' };
      const send: Attempt['send'] = (headers) => post('/graphql/stream', { ...stream, ...headers }, query);
      return [field.name, { rule: ruleOfField('subscription', field.name), send }];
    },
  );
  const routes = HTTP_ROUTES.flatMap(({ path, methods }) =>
    Object.keys(methods).flatMap((method): [string, Attempt][] => {
      const rule = ruleOfRoute(path, method);
      const name = `${method} ${path}`;
      const at = addressOf(PLACES[name] ?? path);
      const send: Attempt['send'] = (headers) =>
        fetch(at(), { method, headers, redirect: 'manual', body: method === 'PUT' ? 'no image' : undefined });
      return typeof rule === 'string' ? [] : [[name, { rule, send }]];
    }),
  );
  return [...mutations, ...subscriptions, ...routes];
}
/** The server starts after the cases are listed. */
const addressOf = (path: string) => () => server.url + path;

const argumentsOf = ({ args }: GraphQLField<unknown, unknown>): string => {
  const needed = args.filter(({ type }) => isNonNullType(type) && !isInputObjectType(getNamedType(type)));
  return needed.length > 0
    ? `(${needed.map(({ name }) => `${name}: "${idOfNothing('DetectionRun')}"`).join(', ')})`
    : '';
};

/** Code of the first error; a stream without an end is left. */
async function codeOf(answer: Response): Promise<string | undefined> {
  if (!answer.headers.get('content-type')?.includes('json')) {
    await answer.body?.cancel();
    return undefined;
  }
  const { errors } = (await answer.json()) as { errors?: { extensions: { code: string } }[] };
  return errors?.[0]?.extensions.code;
}

async function countEvents(): Promise<number> {
  await audit.settle();
  return bed.database.prisma.auditEvent.count();
}

describe.each(attemptsOf())('%s', (action, { rule, send }) => {
  it.each(['stranger', ...ROLE_NAMES])('is for a %s what the table says', async (name) => {
    const { scopes, headers } = walkers[name] ?? { scopes: [], headers: {} };
    const before = await rowCounts();
    const events = await countEvents();
    const answer = await send(headers);
    const code = await codeOf(answer);
    const isAllowed = rule.length === 0 || rule.some((one) => scopes.includes(one));
    if (isAllowed) expect(['UNAUTHENTICATED', 'FORBIDDEN']).not.toContain(code);
    else {
      const isStranger = name === 'stranger';
      expect([answer.status, code]).toEqual(isStranger ? [401, 'UNAUTHENTICATED'] : [403, 'FORBIDDEN']);
      expect(answer.headers.get('www-authenticate')).toContain(`realm="deeplesion", scope="${rule[0]}"`);
    }
    expect(await rowCounts()).toEqual(before);
    // Mutations leave one event in any case, other operations and routes if they are refused.
    expect((await countEvents()) - events).toBe(!isAllowed || action in MUTATIONS ? 1 : 0);
  });
});

describe('what belongs to somebody else', () => {
  /** Makes something of an owner. @returns how a caller tries to end it */
  const MAKERS: Record<string, (owner: string) => Promise<(headers: Record<string, string>) => Promise<Response>>> = {
    'a run, by cancelJob': async (client) => {
      const input = { id: await runOf(client) };
      return (headers) =>
        post('/graphql', headers, 'mutation ($input: CancelJobInput!) { cancelJob(input: $input) { job { id } } }', {
          input,
        });
    },
    'a run, by cancelDetectionRun': async (client) => {
      const input = { id: await runOf(client) };
      const query = 'mutation ($input: CancelDetectionRunInput!) { cancelDetectionRun(input: $input) { run { id } } }';
      return (headers) => post('/graphql', headers, query, { input });
    },
    'a run, by updateDetectionRun': async (client) => {
      const input = { id: await runOf(client), name: 'x' };
      const query = 'mutation ($input: UpdateDetectionRunInput!) { updateDetectionRun(input: $input) { run { id } } }';
      return (headers) => post('/graphql', headers, query, { input });
    },
    'a run, by deleteDetectionRun': async (client) => {
      const id = await runOf(client);
      await cancel(id);
      const input = { id, dryRun: true, reason: 'a test' };
      const query = 'mutation ($input: DeletionInput!) { deleteDetectionRun(input: $input) { __typename } }';
      return (headers) => post('/graphql', headers, query, { input });
    },
    'a categorization': async (client) => {
      const [dataset] = await bed.database.query<{ id: number }>({ text: 'SELECT id FROM dataset' });
      const [row] = await bed.database.query<{ id: number }>({
        text: `INSERT INTO categorization (dataset_id, name, method, cluster_count, source, status, client, request, finished_at)
               VALUES ($1, $2, 'test', 2, 'COMPUTED', 'QUEUED', $3, '{}', NULL) RETURNING id`,
        values: [dataset?.id, `categorization ${++made}`, client],
      });
      const input = { id: await idOfRow(bed.database, 'Categorization', row?.id ?? 0) };
      return (headers) =>
        post('/graphql', headers, 'mutation ($input: CancelJobInput!) { cancelJob(input: $input) { job { id } } }', {
          input,
        });
    },
    'an upload': async (client) => {
      const id = await uploadOf(client);
      return (headers) => fetch(`${server.url}/uploads/${id}`, { method: 'DELETE', headers });
    },
    'a key': async (client) => {
      const { row } = await createKey(bed.database, { name: `made ${++made}`, scopes: ['read'] }, client);
      const input = { id: await idOfRow(bed.database, 'ApiKey', row.id) };
      const query = 'mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { apiKey { id } } }';
      return (headers) => post('/graphql', headers, query, { input });
    },
  };
  let made = 0;
  const runOf = async (client: string): Promise<string> => {
    const { id } = await bed.request('tiny-constant');
    await bed.database.query({ text: 'UPDATE detection_run SET client_key = $2 WHERE id = $1', values: [id, client] });
    return idOfRow(bed.database, 'DetectionRun', id);
  };
  const cancel = (id: string): Promise<Response> =>
    post('/graphql', owner.headers, 'mutation ($id: ID!) { cancelJob(input: { id: $id }) { job { id } } }', { id });
  const uploadOf = async (client: string): Promise<string> => {
    const id = String(++made).padStart(22, 'A');
    await bed.database.query({
      text: `INSERT INTO upload (id, kind, slice_indices, width, height, windows, removed_tags, warnings, stored_bytes, expires_at, client)
             VALUES ($1, 'PNG', '{1}', 16, 16, '{}', '{}', '{}', 1, now() + interval '1 hour', $2)`,
      values: [id, client],
    });
    return id;
  };

  it.each(Object.keys(MAKERS))(
    'is %s: refused to another owner, allowed to its owner and with operate',
    async (what) => {
      const make = MAKERS[what];
      if (!make) throw new Error(what);
      const end = await make(owner.owner);
      const before = await rowCounts();
      expect(await codeOf(await end(other.headers))).toBe('FORBIDDEN');
      expect(await rowCounts()).toEqual(before);
      expect(await codeOf(await end(owner.headers))).toBeUndefined();
      const another = await make(owner.owner);
      expect(await codeOf(await another(walkers.operator?.headers ?? {}))).toBeUndefined();
    },
  );

  it('has idempotency keys of its own', async () => {
    const query = `mutation ($input: RunDetectionInput!) { runDetection(input: $input) { run { id owner } } }`;
    const input = { detector: 'tiny-constant', dataset: 'small', idempotencyKey: 'same' };
    const runOfKey = async ({ headers }: Walker) => {
      const { data } = (await (await post('/graphql', headers, query, { input })).json()) as {
        data: { runDetection: { run: { id: string; owner: string } } };
      };
      return data.runDetection.run;
    };
    const first = await runOfKey(owner);
    expect(first.owner).toBe('owner');
    expect((await runOfKey(owner)).id).toBe(first.id);
    expect(await runOfKey(other)).toEqual({ id: expect.not.stringContaining(first.id), owner: 'another owner' });
  });

  it('is signed with the name of its key, and no other', async () => {
    const run = await bed.request('tiny-constant');
    const [detection] = await bed.database.query<{ id: number }>({
      text: `INSERT INTO detection (run_id, image_id, rank, x1, y1, x2, y2, score, class_index) VALUES ($1, $2, 1, 1, 1, 5, 5, 0.5, 0) RETURNING id`,
      values: [run.id, bed.imageIds[0]],
    });
    const detectionId = await idOfRow(bed.database, 'Detection', detection?.id ?? 0);
    const query = `mutation ($input: ReviewDetectionInput!) { reviewDetection(input: $input) { review { reviewer authenticated } } }`;
    const sign = async (input: object) =>
      (await post('/graphql', owner.headers, query, { input: { detectionId, verdict: 'LESION', ...input } })).json();
    const signed = { data: { reviewDetection: { review: { reviewer: 'owner', authenticated: true } } } };
    expect(await sign({})).toEqual(signed);
    expect(await sign({ reviewer: 'owner' })).toEqual(signed);
    expect(await sign({ reviewer: 'another owner' })).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT', argument: 'reviewer' } }],
    });
  });
});

describe('a key that is bound to a data set', () => {
  it('starts nothing on another, and everything on its own', async () => {
    const { text } = await createKey(
      bed.database,
      { name: 'bound', scopes: ['read', 'detect'], datasets: ['elsewhere'] },
      null,
    );
    const query = `mutation ($input: RunDetectionInput!) { runDetection(input: $input) { run { id } } }`;
    const input = { detector: 'tiny-constant', dataset: 'small' };
    const before = await rowCounts();
    const run = (key: string) => post('/graphql', { authorization: `Bearer ${key}` }, query, { input });
    expect(await codeOf(await run(text))).toBe('FORBIDDEN');
    expect(await rowCounts()).toEqual(before);
    const fitting = await createKey(bed.database, { name: 'fitting', scopes: ['detect'], datasets: ['small'] }, null);
    expect(await codeOf(await run(fitting.text))).toBeUndefined();
  });
});

describe('a key that is bound to other data sets', () => {
  it('finds this one absent: in lists, counts, by name, by id, in runs, events and pictures', async () => {
    await bed.database.query({
      text: `INSERT INTO dataset (slug, version, name, pixel_convention, source_format, source_file, source_sha256, import_report)
             VALUES ('elsewhere', 1, 'Elsewhere', 'ONE_BASED', 'dl-info', 'y.csv', 'y', '{}')`,
    });
    const run = await bed.request('tiny-constant');
    const image = await idOfRow(bed.database, 'BookmarkedImage', bed.imageIds[0] ?? 0);
    const runId = await idOfRow(bed.database, 'DetectionRun', run.id);
    const query = `query ($image: ID!, $run: ID!) {
      datasets { totalCount nodes { slug } } lesions { totalCount } patients { totalCount } detectionRuns { totalCount }
      dataset(slug: "small") { id } node(id: $image) { id } detectionRun(id: $run) { id } job(id: $run) { id }
      lesionStatistics { imageCount } queueStatus { queuedRuns } evaluations { totalCount } pseudoClusters { totalCount }
      workers { alive currentBatch { run { id } } } }`;
    const read = async (datasets: string[]) => {
      const { text } = await createKey(bed.database, { name: `reads ${datasets}`, scopes: ['read'], datasets }, null);
      const headers = { authorization: `Bearer ${text}` };
      const answer = await post('/graphql', headers, query, { image, run: runId });
      const picture = await fetch(`${server.url}/images/${image}.png`, { headers });
      const { data, errors } = (await answer.json()) as { data: object; errors?: object[] };
      return { data, errors, picture: picture.status };
    };
    expect(await read(['elsewhere'])).toEqual({
      data: {
        ...{ datasets: { totalCount: 1, nodes: [{ slug: 'elsewhere' }] }, dataset: null, node: null },
        ...{
          detectionRun: null,
          job: null,
          queueStatus: { queuedRuns: 0 },
          lesionStatistics: [{ imageCount: 0 }],
          workers: [],
        },
        ...Object.fromEntries(
          ['lesions', 'patients', 'detectionRuns', 'evaluations', 'pseudoClusters'].map((list) => [
            list,
            { totalCount: 0 },
          ]),
        ),
      },
      errors: undefined,
      picture: 404,
    });
    const own = await read(['small']);
    expect(own).toMatchObject({ data: { dataset: {}, node: { id: image }, lesions: { totalCount: 1 } }, picture: 200 });
    expect(own.errors).toBeUndefined();
  });

  it('reads its own data sets as a key does that is not bound', async () => {
    const both = await createKey(
      bed.database,
      { name: 'of both', scopes: ['read'], datasets: ['elsewhere', 'small'] },
      null,
    );
    const all = await createKey(bed.database, { name: 'of all', scopes: ['read'] }, null);
    const answers = (text: string) =>
      Promise.all(
        exampleQueries
          .filter(({ query: text }) => !/^\s*(?:#.*\n)*\s*(?:mutation|subscription)/.test(text))
          .filter(({ name }) => name !== 'Server')
          .map(async ({ name, query, variables }) => {
            const answer = await post('/graphql', { authorization: `Bearer ${text}` }, query, variables);
            return [name, await answer.json()];
          }),
      );
    expect(await answers(both.text)).toEqual(await answers(all.text));
  });
});

describe('the table of access', () => {
  it('has every mutation and subscription of the schema, and no other', () => {
    expect(Object.keys(MUTATIONS).sort()).toEqual(Object.keys(schema.getMutationType()?.getFields() ?? {}).sort());
    expect(Object.keys(SUBSCRIPTIONS).sort()).toEqual(
      Object.keys(schema.getSubscriptionType()?.getFields() ?? {}).sort(),
    );
    expect(isListed('mutation', 'aNewOne')).toBe(false);
    expect(ruleOfField('mutation', 'aNewOne')).toEqual(['operate']);
  });

  it('has every route that the server mounts, and each that needs a scope is guarded', () => {
    const text = readFileSync(resolve(ROOT, 'src/http/server.ts'), 'utf8');
    const mounted = [...text.matchAll(/app\.(?:use|get|put|post|delete|all)\((?:'(\/[^']*)'|\[([^\]]*)\])/g)].flatMap(
      ([, one, several]) =>
        one === undefined ? [...(several ?? '').matchAll(/'([^']+)'/g)].map(([, path]) => path) : [one],
    );
    const known = HTTP_ROUTES.map(({ path }) => path);
    expect(mounted.length).toBeGreaterThan(8);
    expect(mounted.filter((path) => !known.includes(path ?? ''))).toEqual([]);
    const guarded = [...text.matchAll(/doors\.guard\('([^']+)'\)/g)].map(([, path]) => path);
    const scoped = HTTP_ROUTES.filter(({ methods }) =>
      Object.values(methods).some((rule) => Array.isArray(rule) && rule.length > 0),
    );
    expect(guarded.sort()).toEqual(scoped.map(({ path }) => path).sort());
  });

  it('is said in the description of every root field', () => {
    for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()])
      for (const { description } of Object.values(type?.getFields() ?? {}))
        expect(description).toMatch(/Needs (?:no scope|the scope `\w+`.*)\.$/);
  });

  it('is docs/access.md, word for word', () => {
    if (readFileSync(resolve(ROOT, 'docs/access.md'), 'utf8') !== printAccessPage())
      throw new Error('docs/access.md is out of date: npm run access');
  });
});
