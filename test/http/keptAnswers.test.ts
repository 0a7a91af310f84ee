import fc from 'fast-check';
import { parse } from 'graphql';
import { createKey } from '../../src/access';
import { parseGlobalId } from '../../src/globalId';
import { createContext, createExecutor, createRests } from '../../src/graphql';
import { createHttpServer, type HttpServer } from '../../src/http';
import { createLogger } from '../../src/log';
import { createRegistry } from '../../src/models';
import { addReview, evaluateRun } from '../../src/results';
import type { Services } from '../../src/services';
import { everyQuery } from '../graphql/everyQuery';
import { generateOperation } from '../graphql/operations';
import { testSchema, testServices } from '../graphql/testGraph';
import { makeRun } from '../results/evaluatedRun';
import { seedCategorization, seedCohort, seedDataset } from '../seed';
import { QUICK_SERVER } from '../testClock';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

const NOWHERE = '/nowhere';

/** What is asked again and again; each rests on other tables. */
const QUESTIONS = [
  '{ datasets(first: 5) { nodes { slug version isLatest name licence counts { lesions } } } }',
  '{ lesions(first: 4, filter: { dataset: "seed" }) { totalCount nodes { id coarseType pseudoCluster { label } } } }',
  '{ lesionStatistics(filter: { dataset: "seed" }, groupBy: [COARSE_TYPE]) { coarseType lesionCount } }',
  '{ patients(first: 3) { nodes { id sex studies { ageYears } } } }',
  '{ pseudoClusters(first: 3) { nodes { label size } } }',
  '{ detectionRuns(first: 3) { nodes { id name status tags progress { completed total } detections(first: 2) { totalCount } } } }',
  '{ evaluations(first: 2) { nodes { id lesionCount accuracyCurve { iouThreshold correct total } run { name } } } }',
  '{ detectionRuns(first: 2) { nodes { detections(first: 3) { nodes { score currentVerdict reviewCount } } } } }',
];

let test: TestDatabase;
let servers: { url: string; http: HttpServer }[] = [];
let made: { runId: number; datasetId: number };
beforeAll(async () => {
  test = await createTestDatabase();
  const datasetId = await seedDataset(test.database, { patients: 4 });
  await seedCategorization(test.database, datasetId);
  await seedCohort(test.database, datasetId);
  made = await makeRun(test.database, [
    { patient: 1, lesions: [{ box: [10, 10, 40, 40] }], detections: [{ box: [11, 11, 40, 40], score: 0.9 }] },
    { patient: 2, lesions: [{ box: [50, 50, 90, 90] }], detections: [{ box: [200, 200, 240, 240], score: 0.7 }] },
  ]);
  await evaluateRun(test.database, made.runId, {});
  servers = await Promise.all([start(), start()]);
});
afterAll(async () => {
  for (const { http } of servers) await http.stop();
  await test.drop();
});

async function start(parts: Partial<Services> = {}): Promise<{ url: string; http: HttpServer }> {
  const config = { host: '127.0.0.1', port: 0, maxAnswerCacheBytes: 2 ** 20, anonymousScopes: ['read'] };
  const log = createLogger('silent');
  const registry = await createRegistry({
    database: test.database,
    config: { modelsDir: NOWHERE, dataDir: NOWHERE },
    log,
  });
  const services = testServices(test.database, { ...parts, registry, config: config as unknown as Services['config'] });
  const http = createHttpServer(services, testSchema, QUICK_SERVER);
  return { http, url: await http.listen() };
}

const post = (server: number, body: object, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${servers[server]?.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const ask = async (server: number, query: string, headers?: Record<string, string>): Promise<string> =>
  (await post(server, { query }, headers)).text();

/** What a repeated request came to, of all requests to a server. */
async function repeated(server: number): Promise<Record<string, number>> {
  const text = await (await fetch(`${servers[server]?.url}/metrics`)).text();
  return Object.fromEntries(
    [...text.matchAll(/^deeplesion_repeated_requests_total\{outcome="(\w+)"\} (\d+)$/gm)].map(([, name, count]) => [
      name ?? '',
      Number(count),
    ]),
  );
}
/** How many requests were answered again while `work` ran. */
async function keptWhile(server: number, work: () => Promise<unknown>): Promise<number> {
  const before = (await repeated(server)).kept ?? 0;
  await work();
  return ((await repeated(server)).kept ?? 0) - before;
}

const execute = createExecutor(testSchema, { compile: false });
/** The answer of the graph itself, without a server. */
async function rightAnswer(query: string, variables: Record<string, unknown> = {}): Promise<unknown> {
  const context = createContext(testServices(test.database));
  return JSON.parse(JSON.stringify(await execute({ document: parse(query), variables, context })));
}

describe('an answer that was asked for before', () => {
  it('is sent again, byte for byte, from the third time on', async () => {
    const [query = ''] = QUESTIONS;
    const first = await ask(0, query);
    await ask(0, query);
    expect(await keptWhile(0, async () => expect(await ask(0, query)).toBe(first))).toBe(1);
    expect(JSON.parse(first)).toEqual(await rightAnswer(query));
  });

  it('has the headers of any answer, and the number of its own request', async () => {
    const [query = ''] = QUESTIONS;
    const one = await post(0, { query });
    const other = await post(0, { query });
    expect(Object.keys(Object.fromEntries(other.headers))).toEqual(Object.keys(Object.fromEntries(one.headers)));
    expect(other.headers.get('x-request-id')).not.toBe(one.headers.get('x-request-id'));
    expect(other.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it('is computed where variables, address or form of the answer are others', async () => {
    const query = 'query Q($first: Int) { patients(first: $first) { nodes { id } } }';
    for (const first of [1, 2, 1, 2, 1, 2, 1, 2]) {
      const answer = await (await post(0, { query, variables: { first } })).json();
      expect(answer).toHaveProperty(`data.patients.nodes.${first - 1}`);
      expect(answer).not.toHaveProperty(`data.patients.nodes.${first}`);
    }
  });

  it('belongs to its caller: rights are not shared', async () => {
    const [, query = ''] = QUESTIONS;
    const { text } = await createKey(test.database, { name: 'bound', scopes: ['read'], datasets: ['other'] }, null);
    for (let turn = 0; turn < 3; turn++) {
      expect(JSON.parse(await ask(0, query)).data.lesions.totalCount).toBeGreaterThan(0);
      expect(JSON.parse(await ask(0, query, { authorization: `Bearer ${text}` })).data?.lesions?.totalCount ?? 0).toBe(
        0,
      );
    }
  });

  it('is not sent to a caller whose key has been revoked', async () => {
    const [query = ''] = QUESTIONS;
    const { text, row } = await createKey(test.database, { name: 'soon', scopes: ['read'] }, null);
    const headers = { authorization: `Bearer ${text}` };
    for (let turn = 0; turn < 3; turn++) expect((await post(1, { query }, headers)).status).toBe(200);
    await test.database.query({ text: 'UPDATE api_key SET revoked_at = now() WHERE key_id = $1', values: [row.keyId] });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await post(1, { query }, headers)).status).toBe(401);
  });

  it('is never an error, and never what a mutation does', async () => {
    const wrong = '{ lesions(first: 9999) { totalCount } }';
    const makes = 'mutation { updateDetectionRun(input: { id: "nonsense", name: "x" }) { run { id } } }';
    const kept = await keptWhile(0, async () => {
      for (let turn = 0; turn < 4; turn++) for (const query of [wrong, makes]) await ask(0, query);
    });
    expect(kept).toBe(0);
  });
});

/** Changes of what the questions rest on, as the product and as operators make them. */
const WRITES: ((round: number) => Promise<unknown>)[] = [
  (round) => sql(`UPDATE pseudo_cluster SET label = 'label ${round}' WHERE cluster_index = ${round % 3}`),
  (round) => sql(`UPDATE dataset SET licence = 'licence ${round}'`),
  (round) => sql(`UPDATE patient SET sex = '${round % 2 ? 'MALE' : 'FEMALE'}' WHERE patient_index = 1`),
  (round) =>
    sql(`UPDATE lesion SET coarse_type = '${round % 2 ? 'LUNG' : 'LIVER'}' WHERE id = (SELECT min(id) FROM lesion)`),
  (round) => sql(`UPDATE detection_run SET name = 'run ${round}'`),
  (round) =>
    sql(
      `UPDATE run_image SET state = '${round % 2 ? 'FAILED' : 'COMPLETED'}' WHERE image_id = (SELECT max(image_id) FROM run_image)`,
    ),
  () => evaluateRun(test.database, made.runId, {}),
  async (round) => {
    const [detection] = (await sql('SELECT min(id) AS id FROM detection')) as { id: number }[];
    const verdict = round % 2 ? 'LESION' : 'NOT_A_LESION';
    return addReview(test.database, { detectionId: detection?.id ?? 0, verdict, reviewer: 'Dr Roe', remark: null });
  },
];
const sql = (text: string) => test.database.query({ text });

describe('two servers of one database', () => {
  it('never send what was true before a change that is done, in any order of reads and writes', async () => {
    const step = fc.oneof(
      { weight: 12, arbitrary: fc.record({ read: fc.nat(QUESTIONS.length - 1), server: fc.nat(1) }) },
      { weight: 1, arbitrary: fc.record({ write: fc.nat(WRITES.length - 1) }) },
    );
    let reads = 0;
    let round = 0;
    const kept = await keptWhile(0, () =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 60 }), async (steps) => {
          const right = new Map<string, unknown>();
          for (const one of steps) {
            if ('write' in one) {
              await WRITES[one.write]?.(++round);
              right.clear();
              continue;
            }
            const query = QUESTIONS[one.read] ?? '';
            if (!right.has(query)) right.set(query, await rightAnswer(query));
            expect({ query, answer: JSON.parse(await ask(one.server, query)) }).toEqual({
              query,
              answer: right.get(query),
            });
            reads++;
          }
        }),
        { seed: 1, numRuns: 45, endOnFailure: true },
      ),
    );
    expect(reads).toBeGreaterThanOrEqual(2_000);
    // Computed answers alone would prove little.
    expect(kept).toBeGreaterThan(reads / 5);
  }, 300_000);

  it('never send an older answer to one who asks while others write', async () => {
    const query = '{ detectionRuns(first: 1) { nodes { name } } }';
    let done = 0;
    const write = async (): Promise<void> => {
      for (let count = 1; count <= 60; count++) {
        await sql(`UPDATE detection_run SET name = '${count}'`);
        done = count;
      }
    };
    const read = async (server: number): Promise<void> => {
      while (done < 60) {
        const least = done;
        const name = Number(JSON.parse(await ask(server, query)).data.detectionRuns.nodes[0].name);
        expect(Number.isNaN(name) ? 0 : name).toBeGreaterThanOrEqual(least);
      }
    };
    await Promise.all([write(), read(0), read(0), read(1), read(1)]);
  });
});

/** A statement that changes who sees the data set. */
const accessOf = (visibility: string, termsId: string): string =>
  `INSERT INTO dataset_access (slug, visibility, terms_id) VALUES ('seed', ${visibility}, ${termsId})
   ON CONFLICT (slug) DO UPDATE SET visibility = EXCLUDED.visibility, terms_id = EXCLUDED.terms_id`;

describe('a change of rights', () => {
  beforeAll(() =>
    sql(`INSERT INTO dataset_terms (slug, version, title, text) VALUES ('seed', '1', 'Terms', 'Be kind.')`),
  );

  /** By another process: no server is told. */
  const CHANGES: [name: string, change: string, back: string, query: string][] = [
    [
      'a split that is hidden',
      `INSERT INTO hidden_split (slug, split, submission_limit, period_days) VALUES ('seed', 'TEST', 5, 7)`,
      `DELETE FROM hidden_split`,
      '{ lesions(filter: { dataset: "seed" }) { totalCount } dataset(slug: "seed") { sourceSha256 } }',
    ],
    [
      'a data set that is private',
      accessOf("'PRIVATE'", 'NULL'),
      accessOf("'PUBLIC'", 'NULL'),
      '{ datasets { totalCount } patients { totalCount } }',
    ],
    [
      'a data set with terms',
      accessOf("'TERMS'", '(SELECT id FROM dataset_terms)'),
      accessOf("'PUBLIC'", 'NULL'),
      '{ datasets { totalCount } studies { totalCount } }',
    ],
  ];

  it.each(CHANGES)(
    'takes answers back that were kept before, on both servers within a second: %s',
    async (_, change, back, query) => {
      const answers = async (): Promise<string[]> => [await ask(0, query), await ask(1, query)];
      const keep = async (): Promise<string> => {
        for (let turn = 0; turn < 3; turn++) await answers();
        return ask(0, query);
      };
      /** @returns the milliseconds until both servers answer something, in all that they answer from then on */
      const until = async (isSo: (answer: string) => boolean): Promise<number> => {
        const began = performance.now();
        while (!(await answers()).every(isSo))
          if (performance.now() - began > 10_000) throw new Error(await ask(0, query));
        return performance.now() - began;
      };
      const open = await keep();
      await sql(change);
      const untilClosed = await until((answer) => answer !== open);
      const closed = await keep();
      expect(await keptWhile(1, () => ask(1, query))).toBe(1);
      await sql(back);
      const untilOpen = await until((answer) => answer === open);
      await keep();
      await sql(change);
      await until((answer) => answer === closed);
      await sql(back);
      await until((answer) => answer === open);
      expect(Math.max(untilClosed, untilOpen)).toBeLessThan(1_000);
    },
  );
});

describe('the tables that kept answers are read from', () => {
  const restsOn = createRests(testSchema);
  const watched = new Map<string, string>();
  let tables: string[];
  beforeAll(async () => {
    for (const { table, kind } of await test.database.query<{ table: string; kind: string }>({
      text: `SELECT tgrelid::regclass::text AS table, encode(tgargs, 'escape') AS kind FROM pg_trigger
             WHERE tgfoid = 'note_data_change'::regproc`,
    }))
      watched.set(table, kind.startsWith('PROGRESS') ? 'all' : 'data');
    const rows = await test.database.query<{ name: string }>({
      text: `SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'`,
    });
    tables = rows.map(({ name }) => name);
  });

  /** @returns tables that are read for an answer that may be kept, and whose changes are not counted; undefined: it may not */
  async function unwatchedOf(source: string, variables?: Record<string, unknown>): Promise<string[] | undefined> {
    const on = restsOn(parse(source));
    if (on === undefined) return undefined;
    const texts: string[] = [];
    const end = test.database.onStatement((text) => texts.push(text));
    await rightAnswer(source, variables);
    end();
    const read = tables.filter((name) =>
      texts.some((text) => new RegExp(`\\b(?:FROM|JOIN)\\s+(?:"?public"?\\.)?"?${name}\\b`, 'i').test(text)),
    );
    // The count of changes itself, by which statistics are kept, is what an answer is compared by.
    const rested = read.filter((name) => name !== 'data_change');
    return rested.filter((name) => !watched.has(name) || (on === 'data' && watched.get(name) === 'all'));
  }

  it('are watched, whatever is asked of each field and with each filter, cohorts among them', async () => {
    const ids = await globalIdsOf(
      `{ cohorts { nodes { id } } pseudoClusters(first: 1) { nodes { id } } categorizations { nodes { id } }
         detectionRuns { nodes { id } } evaluations(first: 1) { nodes { id } } lesions(first: 1) { nodes { id } }
         bookmarkedImages(first: 1) { nodes { id } } patients(first: 1) { nodes { id } } }`,
    );
    const of = (type: string): string[] => ids.filter((id) => parseGlobalId(id)?.type === type).slice(0, 1);
    const all = everyQuery(testSchema, {
      ...{ dataset: ['seed'], slug: ['seed'], patientIndex: [1], fileName: ['x'], name: ['x'], stratum: ['ALL'] },
      ...{ 'node.id': ids, 'nodes.ids': [ids], 'lesion.id': of('Lesion'), 'categorization.id': of('Categorization') },
      ...{ 'cohort.id': of('Cohort'), run: of('DetectionRun'), evaluation: of('Evaluation') },
      ...{ 'detectionRun.id': of('DetectionRun'), 'evaluation.id': of('Evaluation'), id: of('DetectionRun') },
      ...{ 'compareEvaluations.ids': [of('Evaluation')], candidate: of('Evaluation'), reference: of('Evaluation') },
      ...{ margin: [0.1], metrics: [[{ kind: 'ACCURACY' }]], strata: [[{ name: 'own', filter: {} }]] },
      ...{
        input: [{}],
        a: ['seed'],
        b: ['seed'],
        iouThreshold: [0.5],
        with: of('Categorization'),
        other: of('Categorization'),
      },
      ...{ 'filter.dataset': ['seed'], 'filter.pseudoCluster': of('PseudoCluster'), 'filter.cohort': of('Cohort') },
      ...{ 'filter.run': of('DetectionRun'), 'filter.categorization': of('Categorization') },
      'lesionStatistics.groupBy': [['PSEUDO_CLUSTER']],
    });
    const found: unknown[] = [];
    let judged = 0;
    let withCohort = 0;
    for (const { name, query, variables } of all) {
      const unwatched = await unwatchedOf(query, variables);
      if (unwatched === undefined) continue;
      judged++;
      if (name.includes('"cohort"')) withCohort++;
      if (unwatched.length > 0) found.push({ name, query, unwatched });
    }
    expect(found).toEqual([]);
    expect(judged).toBeGreaterThan(40);
    expect(withCohort).toBeGreaterThan(4);
  });

  it('are watched in generated queries too', async () => {
    const values = { first: [0, 1, 3], dataset: ['seed'], slug: ['seed'], id: await idsOf(), ids: await idsOf() };
    const roots = [
      'datasets',
      'dataset',
      'lesions',
      'patients',
      'studies',
      'bookmarkedImages',
      'lesionStatistics',
      'node',
    ];
    const more = [
      'categorizations',
      'pseudoClusters',
      'detectors',
      'detectionRuns',
      'evaluations',
      'nodes',
      'lesionFacets',
    ];
    let judged = 0;
    for (let seed = 1; judged < 80 && seed < 5_000; seed++) {
      const { source } = generateOperation(testSchema, seed, { values, roots: [...roots, ...more], size: 25 });
      const unwatched = await unwatchedOf(source);
      if (unwatched === undefined) continue;
      judged++;
      expect({ source, unwatched }).toEqual({ source, unwatched: [] });
    }
    expect(judged).toBe(80);
  }, 300_000);

  async function idsOf(): Promise<string[]> {
    return globalIdsOf(
      '{ lesions(first: 2) { nodes { id } } evaluations(first: 1) { nodes { id } } patients(first: 1) { nodes { id } } }',
    );
  }

  async function globalIdsOf(query: string): Promise<string[]> {
    const text = JSON.stringify(await rightAnswer(query));
    return [...text.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id ?? '');
  }
});

describe('an answer that PostgreSQL writes', () => {
  const LESIONS = `query Lesions($first: Int, $after: String) { lesions(first: $first, after: $after, filter: { dataset: "seed" }) { totalCount
    pageInfo { hasNextPage endCursor } nodes { id coarseType boundingBox { x1 } image { fileName study { ageYears } } pseudoCluster { label } } } }`;

  /** Requests of one document, none of which is answered by what was kept of another: variables that are not used differ. */
  const asked = async (query: string, variables: object = {}, headers: Record<string, string> = {}) => {
    const written: string[] = [];
    const stop = test.database.onStatement((text) => {
      if (text.includes("concat('{")) written.push(text);
    });
    const response = await post(0, { query, variables: { ...variables, unused: Math.random() } }, headers);
    stop();
    const { 'x-request-id': _own, date: _date, ...head } = Object.fromEntries(response.headers);
    return { status: response.status, head, body: await response.text(), statements: written.length };
  };

  it('is the answer of the executor with the same headers, from the second request of a document on', async () => {
    const first = await asked(LESIONS, { first: 3 });
    expect(first).toMatchObject({ status: 200, statements: 0 });
    expect(JSON.parse(first.body)).toEqual(await rightAnswer(LESIONS, { first: 3 }));
    expect(await asked(LESIONS, { first: 3 })).toEqual({ ...first, statements: 1 });
  });

  it('is left to the executor where there is an error, or more is asked for than the data', async () => {
    const wrong = await asked(LESIONS, { first: 501 });
    expect(wrong).toMatchObject({ status: 200, statements: 0 });
    expect(wrong.body).toContain('Expected first to be from 0 to 500, got 501');
    expect((await asked(LESIONS, { after: 'nonsense' })).body).toContain('Expected after to be a cursor');
    expect(await asked(LESIONS, { first: 'three' })).toMatchObject({ statements: 0 });
    expect((await asked(LESIONS, { first: 1 }, { 'x-cost': '1' })).body).toContain('"extensions":{"cost"');
  });

  it('is for one who may read, and for nobody else', async () => {
    const { text } = await createKey(test.database, { name: 'no reader', scopes: ['export'] }, null);
    const refused = await asked(LESIONS, { first: 3 }, { authorization: `Bearer ${text}` });
    expect(refused).toMatchObject({ status: 403, statements: 0 });
    expect(refused.body).toContain('FORBIDDEN');
  });

  it('is counted like any other operation, and kept', async () => {
    await asked(LESIONS);
    const count = async (): Promise<number> => {
      const text = await (await fetch(`${servers[0]?.url}/metrics`)).text();
      return Number(
        /^deeplesion_graphql_operations_total\{type="query",field="lesions",outcome="ok"\} (\d+)$/m.exec(text)?.[1],
      );
    };
    const before = await count();
    expect((await asked(LESIONS)).statements).toBe(1);
    expect(await count()).toBe(before + 1);
    const body = { query: LESIONS, variables: { first: 2 } };
    const texts = [await post(0, body), await post(0, body)].map((response) => response.text());
    const [one, two] = await Promise.all(texts);
    expect(await keptWhile(0, async () => expect(await (await post(0, body)).text()).toBe(one))).toBe(1);
    expect(two).toBe(one);
  });
});
