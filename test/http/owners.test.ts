import { createKey } from '../../src/access';
import { exampleQueries } from '../../src/graphql';
import { idOfRow } from '../globalIds';
import type { RunBed } from '../runs/runBed';
import { type AccessBed, codeOf, type Holder, rowCounts, startAccessBed, type Walker } from './accessBed';

let access: AccessBed;
let bed: RunBed;
let owner: Holder;
let other: Holder;
beforeAll(async () => {
  access = await startAccessBed();
  ({ runs: bed, owner, other } = access);
});
afterAll(() => access.stop());

const post: AccessBed['post'] = (...request) => access.post(...request);

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
      return (headers) => fetch(`${access.url}/uploads/${id}`, { method: 'DELETE', headers });
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
      const before = await rowCounts(bed);
      expect(await codeOf(await end(other.headers))).toBe('FORBIDDEN');
      expect(await rowCounts(bed)).toEqual(before);
      expect(await codeOf(await end(owner.headers))).toBeUndefined();
      const another = await make(owner.owner);
      expect(await codeOf(await another(access.walkers.operator?.headers ?? {}))).toBeUndefined();
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
    const before = await rowCounts(bed);
    const run = (key: string) => post('/graphql', { authorization: `Bearer ${key}` }, query, { input });
    expect(await codeOf(await run(text))).toBe('FORBIDDEN');
    expect(await rowCounts(bed)).toEqual(before);
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
      const picture = await fetch(`${access.url}/images/${image}.png`, { headers });
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
