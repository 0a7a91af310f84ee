import { buildSchema } from '../../src/graphql';
import { type EvaluatedRuns, makeEvaluatedRuns } from '../results/evaluatedRuns';
import { startTestServer, type TestServer } from './testServer';

/** As in a data set with some forty pseudo-clusters: fifty strata with those of all lesions, coarse types and sizes. */
const CLUSTERS = 38;
const RUNS = 20;
const THRESHOLDS = 19;

let server: TestServer;
let made: EvaluatedRuns;
let statements: string[];
beforeAll(async () => {
  server = await startTestServer(buildSchema());
  made = await makeEvaluatedRuns(server.services.database, RUNS, CLUSTERS);
  server.services.database.onStatement((text) => statements.push(text));
}, 120_000);
beforeEach(() => {
  statements = [];
});
afterAll(() => server.stop());

interface Answer<Data> {
  data: Data;
  errors?: { message: string; extensions: { code: string; argument?: string } }[];
}

async function send<Data>(query: string, variables?: object): Promise<{ status: number; answer: Answer<Data> }> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, answer: JSON.parse(await response.text()) };
}

/** @returns the data of a query that is answered without an error */
async function ask<Data>(query: string, variables?: object): Promise<Data> {
  const { status, answer } = await send<Data>(query, variables);
  expect({ status, errors: answer.errors }).toEqual({ status: 200, errors: undefined });
  return answer.data;
}

/** @returns why a query is refused; only the status where it is answered */
async function refusalOf(query: string, variables?: object) {
  const { status, answer } = await send(query, variables);
  return { status, message: answer.errors?.[0]?.message, ...answer.errors?.[0]?.extensions };
}

/** All figures of evaluations, with every field of every point. */
const CURVES = `
  fragment Accuracy on AccuracyPoint { iouThreshold accuracy correct total ciLow ciHigh }
  fragment Curves on Evaluation {
    protocolKey averagePrecision
    strata { name lesionCount accuracyCurve { ...Accuracy } }
    froc { falsePositivesPerImage sensitivity truePositives total ciLow ciHigh scoreThreshold }
    precisionRecall { recall precision scoreThreshold }
  }`;
const DASHBOARD = `query Dashboard($first: Int!) {
  detectionRuns(first: $first, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes { id status detector { name } evaluations(first: 1) { ...Curves } }
  }
} ${CURVES}`;

interface Curves {
  strata: { accuracyCurve: unknown[] }[];
  froc: unknown[];
  precisionRecall: unknown[];
}

const lengthsOf = ({ strata, froc, precisionRecall }: Curves) => ({
  strata: strata.length,
  points: [...new Set(strata.map(({ accuracyCurve }) => accuracyCurve.length))],
  froc: froc.length,
  precisionRecall: precisionRecall.length,
});

describe('a dashboard', () => {
  const whole = () => ({ strata: made.strata, points: [THRESHOLDS], froc: 8, precisionRecall: 101 });

  it('gets 20 runs with all strata and all curves in one request, each time that it asks', async () => {
    for (let round = 0; round < 3; round++) {
      const { detectionRuns } = await ask<{ detectionRuns: { nodes: { evaluations: Curves[] }[] } }>(DASHBOARD, {
        first: RUNS,
      });
      expect(detectionRuns.nodes.flatMap(({ evaluations }) => evaluations.map(lengthsOf))).toEqual(
        Array(RUNS).fill(whole()),
      );
    }
  });

  it('gets them by edges, by the ids of runs, and from the list of evaluations', async () => {
    const { detectionRuns } = await ask<{ detectionRuns: { nodes: { id: string }[] } }>(
      '{ detectionRuns { nodes { id } } }',
    );
    const ids = detectionRuns.nodes.map(({ id }) => id);
    const byEdges = await ask<{ detectionRuns: { edges: { node: { evaluations: Curves[] } }[] } }>(
      `{ detectionRuns(last: ${RUNS}) { edges { cursor node { evaluations { ...Curves } } } } } ${CURVES}`,
    );
    const byIds = await ask<{ nodes: { evaluations: Curves[] }[] }>(
      `query Q($ids: [ID!]!) { nodes(ids: $ids) { ... on DetectionRun { evaluations(first: 3) { ...Curves } } } } ${CURVES}`,
      { ids },
    );
    const listed = await ask<{ evaluations: { nodes: Curves[] } }>(
      `{ evaluations(first: 100) { nodes { ...Curves } } } ${CURVES}`,
    );
    for (const evaluations of [
      byEdges.detectionRuns.edges.flatMap(({ node }) => node.evaluations),
      byIds.nodes.flatMap((run) => run.evaluations),
      listed.evaluations.nodes,
    ])
      expect(evaluations.map(lengthsOf)).toEqual(Array(RUNS).fill(whole()));
  });

  it('gets them when several ask at once, and over a stream', async () => {
    const some = await Promise.all(Array.from({ length: 4 }, () => refusalOf(DASHBOARD, { first: RUNS })));
    expect(some).toEqual(Array(4).fill({ status: 200, message: undefined }));
    const response = await fetch(`${server.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: DASHBOARD, variables: { first: RUNS } }),
    });
    const text = await response.text();
    expect(text).not.toContain('"errors"');
    expect(text.match(/"protocolKey"/g)).toHaveLength(RUNS);
  });

  it('is priced by few statements, and the sizes of evaluations are read once', async () => {
    // A page of runs, their evaluations; the sizes are known from the tests above or from here.
    const sizes = () =>
      statements.filter((text) => /AS strata|^\s*SELECT wanted.run_id AS "runId", evaluation.id/.test(text));
    await ask(DASHBOARD, { first: RUNS });
    expect(sizes().length).toBeLessThanOrEqual(2);
    statements = [];
    await ask(DASHBOARD, { first: RUNS });
    expect(sizes()).toHaveLength(1);
  });

  it('costs no statement for its price where the bounds admit it', async () => {
    await ask(DASHBOARD, { first: 2 });
    expect(statements.filter((text) => /AS strata|evaluation.id AS "evaluationId"\s+FROM unnest/.test(text))).toEqual(
      [],
    );
  });
});

describe('a query whose answer would be too long', () => {
  it('is refused with what it would return and in which lists', async () => {
    const query = DASHBOARD.replace(
      'accuracyCurve { ...Accuracy }',
      'accuracyCurve { ...Accuracy } one: accuracyCurve(topK: 1) { ...Accuracy }',
    );
    const { status, code, message } = await refusalOf(query, { first: RUNS });
    expect({ status, code }).toEqual({ status: 400, code: 'QUERY_TOO_COMPLEX' });
    const points = 2 * RUNS * made.strata * THRESHOLDS * 6;
    const [, got] = /at most 200000 fields in a response, got (\d+), most of them in/.exec(message ?? '') ?? [];
    expect(Number(got)).toBeGreaterThan(points);
    expect(Number(got)).toBeLessThan(1.1 * points);
    expect(message).toContain(`detectionRuns.nodes.evaluations.strata.accuracyCurve (${points})`);
    expect(message).toMatch(/request smaller pages or fewer fields of these lists, or use several requests\.$/);
  });

  const curves = Array.from({ length: 30 }, (_, n) => `a${n}: strata { accuracyCurve { ciLow ciHigh total correct } }`);
  it.each([
    [
      'whose bounds are beyond all measure',
      `{ detectionRuns(first: 500) { nodes { evaluations(first: 100) { ...Curves } } } } ${CURVES}`,
    ],
    [
      'of which enough has no stored size',
      '{ detectionRuns { nodes { id } } patients(first: 500) { nodes { lesions(first: 500) { nodes { id } } } } }',
    ],
    [
      'that is a mutation',
      `mutation { evaluateDetectionRun(input: { id: "x" }) { evaluation { ${curves.join(' ')} } } }`,
    ],
  ])('is refused without a statement: one %s', async (_title, query) => {
    const { status, code, message } = await refusalOf(query);
    expect({ status, code }).toEqual({ status: 400, code: 'QUERY_TOO_COMPLEX' });
    expect(message).toMatch(/at most 100000 fields in a response, got \d+, most of them in /);
    expect(statements).toEqual([]);
  });

  it('is refused by its bounds where the store does not tell its size in time', async () => {
    const { database } = server.services;
    await database.transaction(async ({ query }) => {
      await query({ text: 'LOCK TABLE detection_run IN ACCESS EXCLUSIVE MODE' });
      const { status, code, message } = await refusalOf(DASHBOARD, { first: RUNS });
      expect({ status, code }).toEqual({ status: 400, code: 'QUERY_TOO_COMPLEX' });
      expect(message).toMatch(/The stored rows could not be counted in time, .* try again\.$/);
    });
  });

  it('is told of an argument that does not fit rather than of its length', async () => {
    const refusal = await refusalOf(
      `{ detectionRuns(first: 501) { nodes { evaluations(first: 1) { ...Curves } } } } ${CURVES}`,
    );
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'first' });
  });
});
