import { createKey, setVisibility } from '../../src/access';
import type { Database } from '../../src/database';
import { exampleQueries } from '../../src/graphql';
import { requestRun } from '../../src/runs';
import { seedDataset } from '../seed';
import { type AccessBed, type Holder, rowCounts, startAccessBed } from './accessBed';
import { startBedServer } from './bedServer';
import { fill, PINNED } from './filledDataset';
import {
  AGENT_HEADERS,
  GRAVES,
  MUTATIONS,
  messageOf,
  PATHS,
  QUERIES,
  SECRET,
  TOOL_CALLS,
  uuidOf,
} from './privateQuestions';

let bed: AccessBed;
let database: Database;
let stranger: Holder;
beforeAll(async () => {
  bed = await startAccessBed();
  ({ database } = bed.runs);
  stranger = bed.other;
  await fill(database, 'small', 0);
  // A run that waits, so that the queue says something.
  const waiting = await bed.runs.request('tiny-constant');
  await database.query({
    text: `UPDATE detection_run SET uuid = $2, created_at = '${PINNED}' WHERE id = $1`,
    values: [waiting.id, uuidOf('small', 'waiting')],
  });
  await database.query({
    text: `INSERT INTO worker (id, host, process_id, code_version, image_ids, started_at, last_seen_at)
           VALUES ($1, 'h', 1, 'test', '{}', '${PINNED}', now() + interval '1 day')`,
    values: [uuidOf('any', 'worker')],
  });
  // Otherwise noted with each new minute.
  await database.query({ text: `UPDATE api_key SET created_at = '${PINNED}', last_used_at = '2999-01-01'` });
});
afterAll(() => bed.stop());

/** Status, body and the headers that depend on what is there. */
async function answerOf(response: Response): Promise<string> {
  const headers = ['etag', 'cache-control', 'content-type', 'www-authenticate'].map((name) =>
    response.headers.get(name),
  );
  const body = Buffer.from(await response.arrayBuffer()).toString('latin1');
  return [response.status, ...headers, body].join('\n');
}

/** Questions that are sent together. */
const AT_ONCE = 6;
/** Codes of refusals that say something of what is there. */
const ANSWERED = new Set(['NOT_FOUND', 'BAD_USER_INPUT']);

type Answers = ReadonlyMap<string, string>;

async function queriesOf({ headers }: Holder): Promise<Answers> {
  const answers = new Map<string, string>();
  const examples = exampleQueries
    .filter(({ name }) => name !== 'Server')
    .filter(({ query }) => !/^\s*(?:#.*\n)*\s*(?:mutation|subscription)/.test(query))
    .map(({ name, query, variables = {} }) => ({ name: `the example ${name}`, query, variables }));
  const ask = async ({ name, query, variables }: (typeof QUERIES)[number]): Promise<void> =>
    void answers.set(name, await answerOf(await bed.post('/graphql', headers, query, variables)));
  const all = [...QUERIES, ...examples];
  while (all.length > 0) await Promise.all(all.splice(0, AT_ONCE).map(ask));
  for (const path of PATHS) answers.set(path, await answerOf(await fetch(bed.url + path, { headers })));
  for (const call of TOOL_CALLS) {
    const asked = { method: 'POST', headers: { ...headers, ...AGENT_HEADERS }, body: messageOf(call) };
    answers.set(`tool ${JSON.stringify(call)}`, await answerOf(await fetch(`${bed.url}/mcp`, asked)));
  }
  return answers;
}

async function mutationsOf({ headers }: Holder): Promise<Answers> {
  const answers = new Map<string, string>();
  for (const { name, query, variables } of MUTATIONS)
    answers.set(name, await answerOf(await bed.post('/graphql', headers, query, variables)));
  await bed.audit.settle();
  return answers;
}

const differencesOf = (before: Answers, after: Answers): unknown[] =>
  [...after].flatMap(([name, answer]) =>
    before.get(name) === answer ? [] : [{ name, before: before.get(name), answer }],
  );

describe('a private data set', () => {
  let before: { mutations: Answers; queries: Answers };

  it('is made after each question was asked without it', async () => {
    before = { mutations: await mutationsOf(stranger), queries: await queriesOf(stranger) };
    // Every question is one that the server answers: refusals would be equal for nothing.
    const refused = [...before.queries].flatMap(([name, answer]) => {
      const code = /"code":"(\w+)"/.exec(answer)?.[1];
      return code === undefined || ANSWERED.has(code) ? [] : [{ name, code }];
    });
    expect(refused).toEqual([]);
    expect(before.queries.size).toBeGreaterThan(150);

    await setVisibility(database, 'secret', 'PRIVATE', null);
    await seedDataset(database, { slug: 'secret', patients: 4 });
    await database.query({ text: `UPDATE dataset SET image_root = '/nowhere/images' WHERE slug = 'secret'` });
    await fill(database, 'secret', 10);
    const { context } = bed.runs;
    const running = await requestRun(
      { ...context, client: 'operator' },
      { dataset: 'secret', detector: 'tiny-constant' },
    );
    await database.query({
      text: `UPDATE detection_run SET status = 'RUNNING', started_at = now(), execution_provider = 'cpu' WHERE id = $1`,
      values: [running.id],
    });
    await requestRun(
      { ...context, client: 'operator' },
      { dataset: 'secret', detector: 'tiny-constant', priority: 'INTERACTIVE' },
    );
    await database.query({
      text: `UPDATE worker SET run_id = $1, problems = ARRAY['Data set secret@1: its images are not there.']`,
      values: [running.id],
    });
    await database.query({
      text: `UPDATE categorization SET assigned_from_id = (SELECT id FROM categorization WHERE uuid = $2) WHERE uuid = $1`,
      values: [uuidOf('small', 'categorization'), uuidOf('secret', 'categorization')],
    });
    await database.query({
      text: `UPDATE detection SET pseudo_cluster_id = (SELECT min(pseudo_cluster.id) FROM pseudo_cluster
               JOIN categorization ON categorization.id = categorization_id WHERE uuid = $2)
             WHERE run_id = (SELECT id FROM detection_run WHERE uuid = $1)`,
      values: [uuidOf('small', 'run'), uuidOf('secret', 'categorization')],
    });
  });

  it('changes no answer to a key that is neither bound to it nor an operator, byte by byte', async () => {
    expect(differencesOf(before.queries, await queriesOf(stranger))).toEqual([]);
  });

  it('cannot be told from one that never was by any mutation, and none changes anything of it', async () => {
    const rows = await rowCounts(bed.runs);
    expect(differencesOf(before.mutations, await mutationsOf(stranger))).toEqual([]);
    expect(await rowCounts(bed.runs)).toEqual(rows);
  });

  it('is there for a key that is bound to it, and for an operator, as any other is', async () => {
    const bound = await createKey(database, { name: 'bound', scopes: ['read'], datasets: ['secret'] }, null);
    const query = `{ datasets { nodes { slug visibility } } lesions { totalCount } detectionRuns { totalCount }
      node(id: "${SECRET.Evaluation}") { id } job(id: "${SECRET.DetectionRun}") { id }
      grave: node(id: "${GRAVES[2]}") { id } }`;
    const read = async (headers: Record<string, string>) => (await bed.post('/graphql', headers, query)).json();
    const own = { slug: 'secret', visibility: 'PRIVATE' };
    expect(await read({ authorization: `Bearer ${bound.text}` })).toMatchObject({
      data: {
        datasets: { nodes: [own] },
        lesions: { totalCount: 21 },
        detectionRuns: { totalCount: 3 },
        node: { id: SECRET.Evaluation },
      },
    });
    expect(await read(bed.walkers.operator?.headers ?? {})).toMatchObject({
      data: { datasets: { nodes: [{ slug: 'small', visibility: 'PUBLIC' }, own] }, job: { id: SECRET.DetectionRun } },
      errors: [{ message: expect.stringContaining('was deleted on 2026-01-02') }],
    });
  });

  it('is in no event of a stream that was open before, and a run of it ends where it is followed', async () => {
    const events = await eventsOf(
      'subscription { detectionRunsChanged { id dataset { slug } status } }',
      stranger.headers,
    );
    expect(await events.next()).toMatchObject({
      detectionRunsChanged: { dataset: { slug: 'small' }, status: 'QUEUED' },
    });
    await database.query({
      text: `UPDATE detection_run SET status = 'CANCELLED', finished_at = now() WHERE status = 'RUNNING'`,
    });
    await database.query({
      text: `UPDATE detection_run SET status = 'CANCELLED', finished_at = now() WHERE uuid = $1`,
      values: [uuidOf('small', 'waiting')],
    });
    expect(await events.next()).toMatchObject({
      detectionRunsChanged: { dataset: { slug: 'small' }, status: 'CANCELLED' },
    });
    events.close();
  });

  it('is hidden on every server within a second of the change, and shown again likewise', async () => {
    const another = await startBedServer(bed.runs, {
      config: { host: '127.0.0.1', port: 0, anonymousScopes: ['read'] } as never,
    });
    const shown = async (): Promise<string[]> => {
      const { data } = (await another.ask('{ datasets { nodes { slug } } }')) as {
        data: { datasets: { nodes: { slug: string }[] } };
      };
      return data.datasets.nodes.map(({ slug }) => slug);
    };
    const until = async (slugs: string[]): Promise<void> => {
      while ((await shown()).join() !== slugs.join()) await new Promise(setImmediate);
    };
    await until(['small']);
    // By another process: this one is not told.
    await database.query({ text: `UPDATE dataset_access SET visibility = 'PUBLIC' WHERE slug = 'secret'` });
    await until(['small', 'secret']);
    await database.query({ text: `UPDATE dataset_access SET visibility = 'PRIVATE' WHERE slug = 'secret'` });
    await until(['small']);
    await another.http.stop();
  });
});

/** Follows a subscription by server-sent events. */
async function eventsOf(query: string, headers: Record<string, string>) {
  const abort = new AbortController();
  const response = await fetch(`${bed.url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query }),
    signal: abort.signal,
  });
  const chunks = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    close: () => abort.abort(),
    async next(): Promise<unknown> {
      for (;;) {
        const match = /event: next\ndata: (.*)\n\n/.exec(text);
        if (match) {
          text = text.slice((match.index ?? 0) + match[0].length);
          return (JSON.parse(match[1] ?? '{}') as { data: unknown }).data;
        }
        text += (await chunks?.read())?.value ?? '';
      }
    },
  };
}
