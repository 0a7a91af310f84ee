import { buildSchema } from '../../src/graphql';
import { idOfRow } from '../globalIds';
import { makeRun } from '../results/evaluatedRun';
import { startTestServer, type TestServer } from './testServer';

let server: TestServer;
let detection: string;
beforeAll(async () => {
  server = await startTestServer(buildSchema());
  const { database } = server.services;
  await makeRun(database, [{ patient: 1, detections: [{ box: [1, 1, 9, 9], score: 0.5 }] }]);
  const [row] = await database.query<{ id: number }>({
    text: `INSERT INTO detection_review (detection_id, verdict, reviewer, remark)
           SELECT detection.id, 'LESION', 'reader ' || n, repeat('x', 5000) FROM detection, generate_series(1, 200) AS n
           RETURNING detection_id AS id`,
  });
  detection = await idOfRow(database, 'Detection', row!.id);
});
afterAll(() => server.stop());

/** A megabyte for each time. */
const query = (times: number): string =>
  `{ node(id: "${detection}") { ... on Detection {
    ${Array.from({ length: times }, (_, n) => `a${n}: reviews(first: 200) { remark }`).join(' ')} } } }`;

async function ask(path: string, times: number, accept = 'application/json'): Promise<string> {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query: query(times) }),
  });
  return response.text();
}

const REFUSAL = /"errors":\[{"message":"Expected a query whose response has at most 16 MiB, got one with more/;

describe('an answer that repeats long texts', () => {
  it.each<[string, string, string]>([
    ['/graphql', '/graphql', 'application/json'],
    ['/graphql the long way', '/graphql?', 'application/json'],
    ['/graphql/stream', '/graphql/stream', 'text/event-stream'],
  ])('is refused beyond 16 MiB, and answered below (%s)', async (_title, path, accept) => {
    // Three times, so that it is compiled.
    for (let round = 0; round < 3; round++) {
      const long = await ask(path, 18, accept);
      expect(long).toMatch(REFUSAL);
      expect(long).toMatch(/"code":"QUERY_TOO_COMPLEX"/);
      expect(long.length).toBeLessThan(1_000);
    }
    expect((await ask(path, 2, accept)).length).toBeGreaterThan(2 * 200 * 5_000);
  });

  it('tells the latest verdicts where it asks for none in particular, and how many there are', async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: `{ node(id: "${detection}") { ... on Detection { reviewCount currentVerdict reviews { reviewer } none: reviews(first: 0) { id } } } }`,
      }),
    });
    expect(await response.json()).toEqual({
      data: {
        node: {
          reviewCount: 200,
          currentVerdict: 'LESION',
          reviews: Array.from({ length: 20 }, (_, n) => ({ reviewer: `reader ${181 + n}` })),
          none: [],
        },
      },
    });
  });
});
