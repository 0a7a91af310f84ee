import { createKey, hideSplit, type Scope, showSplit } from '../../src/access';
import type { Database } from '../../src/database';
import { toGlobalId } from '../../src/globalId';
import { exampleQueries } from '../../src/graphql';
import { evaluateRun } from '../../src/results';
import { seedCohort, seedDataset } from '../seed';
import { type AccessBed, startAccessBed } from './accessBed';
import { fill, PINNED } from './filledDataset';
import { AGENT_HEADERS, messageOf, PATHS, QUERIES, SECRET, SMALL, TOOL_CALLS, uuidOf } from './privateQuestions';

type Headers = Record<string, string>;

let bed: AccessBed;
let database: Database;
const headersOf = async (name: string, scopes: readonly Scope[]): Promise<Headers> => ({
  authorization: `Bearer ${(await createKey(database, { name, scopes }, null)).text}`,
});
/** All scopes with which no ground truth is seen. */
const BLIND: readonly Scope[] = ['read', 'export', 'detect', 'upload', 'submit', 'review', 'register'];
let submitter: Headers;
let curator: Headers;
let fileId: string;

/** Cohorts that a curator made: of all lesions of a type, of which there may be none in the split, and of another split. */
let cohorts: Record<'ofType' | 'ofTraining', string>;
/** What a submitter froze under the first ground truth. */
let frozen: object;

/** The one lesion of the small data set. */
const LESION = toGlobalId('Lesion', { dataset: 'small@1', sourceRowIndex: 1 });
const LIMITS = { submissionLimit: 3, periodDays: 7 };

beforeAll(async () => {
  bed = await startAccessBed();
  ({ database } = bed.runs);
  await seedDataset(database, { slug: 'secret', patients: 8 });
  for (const table of ['bookmarked_image', 'lesion'])
    await database.query({
      text: `UPDATE ${table} SET split = 'TEST' WHERE dataset_id = (SELECT id FROM dataset WHERE slug = 'small')`,
    });
  await fill(database, 'small', 0);
  await fill(database, 'secret', 10);
  submitter = await headersOf('submitter', BLIND);
  curator = await headersOf('curator', ['read', 'export', 'curate']);
  const body = 'image,x1,y1,x2,y2,score\n000001_01_01_001.png,2,2,10,10,0.9\n';
  const put = await fetch(`${bed.url}/uploads?kind=detections`, { method: 'PUT', headers: submitter, body });
  fileId = ((await put.json()) as { id: string }).id;
  // Without a lesion of the hidden split, under the first ground truth.
  const liver = await froze(curator, { longDiameterMm: { lte: 40 }, coarseType: ['LIVER'], not: { split: ['TEST'] } });
  const training = await froze(curator, { split: ['TRAIN'] });
  cohorts = { ofType: liver.data.createCohort.cohort.id, ofTraining: training.data.createCohort.cohort.id };
  for (const slug of ['small', 'secret']) await hideSplit(database, { slug, split: 'TEST', ...LIMITS });
  frozen = countsOf(await froze(submitter, {}));
  // Otherwise noted with each new minute.
  await database.query({ text: `UPDATE api_key SET created_at = '${PINNED}', last_used_at = '2999-01-01'` });
});
afterAll(() => bed.stop());

/** Gives the hidden splits another ground truth, and all that is made of it; the other splits keep theirs. */
async function changeTruth(): Promise<void> {
  const send = (text: string, ...values: unknown[]) => database.query<{ id: number }>({ text, values });
  await send(`UPDATE lesion SET x1 = x1 + 3, y1 = y1 + 1, x2 = x2 + 5, axes = '{}', coarse_type = 'BONE',
                long_diameter_mm = 41, short_diameter_mm = 33, normalized_x = 0.9 WHERE split = 'TEST'`);
  await send(`UPDATE lesion SET possibly_noisy = NOT possibly_noisy WHERE split = 'TEST' AND source_row_index % 2 = 0`);
  await send(`DELETE FROM lesion WHERE id = (SELECT max(id) FROM lesion WHERE split = 'TEST')`);
  await send(`UPDATE dataset SET source_sha256 = repeat('1', 64), import_report = '{"lesions": 77}'`);
  await send(`UPDATE detection_review SET verdict = 'NOT_A_LESION', remark = 'no' WHERE detection_id IN (
                SELECT detection.id FROM detection JOIN bookmarked_image AS image ON image.id = image_id WHERE split = 'TEST')`);
  await send(`UPDATE cluster_assignment SET distance = distance + 1`);
  for (const slug of ['small', 'secret']) {
    await send(`DELETE FROM cohort WHERE uuid = $1`, uuidOf(slug, 'cohort'));
    const [dataset] = await send(`SELECT id FROM dataset WHERE slug = $1`, slug);
    await seedCohort(database, dataset?.id ?? 0, uuidOf(slug, 'cohort'));
    await send(`DELETE FROM evaluation WHERE uuid = $1`, uuidOf(slug, 'evaluation'));
    const [run] = await send(`SELECT id FROM detection_run WHERE uuid = $1`, uuidOf(slug, 'run'));
    const { id } = await evaluateRun(database, run?.id ?? 0);
    await send(
      `UPDATE evaluation SET uuid = $2, created_at = '${PINNED}' WHERE id = $1`,
      id,
      uuidOf(slug, 'evaluation'),
    );
  }
}

/** Status, body and the headers that depend on what is there. */
async function answerOf(response: Response): Promise<string> {
  const headers = ['etag', 'cache-control', 'content-type', 'repr-digest', 'link'].map((name) =>
    response.headers.get(name),
  );
  const body = Buffer.from(await response.arrayBuffer()).toString('latin1');
  return [response.status, ...headers, body.startsWith('{"errors":') ? inOrder(body) : body].join('\n');
}

/** The items of a list fail in the order in which their statements return, and the first errors are told. */
function inOrder(body: string): string {
  const { errors, ...answer } = JSON.parse(body) as { errors: { path?: (string | number)[] }[] };
  const texts = errors.map(({ path, ...error }) =>
    JSON.stringify({ ...error, path: path?.filter((part) => typeof part === 'string') }),
  );
  return JSON.stringify({ ...answer, errors: texts.sort() });
}

const inputOf = (dataset: string) => ({
  ...{ dataset, uploadId: fileId, format: 'CSV', images: { listInFile: true } },
  detector: { name: 'x', version: '1.0.0' },
});
const CREATE_COHORT = `mutation ($input: CreateCohortInput!) { createCohort(input: $input) {
  cohort { id lesionCount imageCount patientCount membersSha256 } } }`;
const froze = (headers: Headers, filter: object): Promise<Asked> =>
  ask(headers, CREATE_COHORT, { input: { dataset: 'secret', name: 'frozen', filter } });
/** @returns what a cohort tells of its lesions */
function countsOf({ data }: Asked): object {
  const { id: _, ...counts } = data.createCohort.cohort;
  return counts;
}

/** Requests that a submitter is refused, whatever the ground truth is. */
const REFUSED: readonly Question[] = [
  ...[{}, { strata: [{ name: 'own', filter: { coarseType: ['BONE'] } }] }, { iouThresholds: [0.31] }].map((more) => ({
    query: 'mutation ($input: EvaluateDetectionRunInput!) { evaluateDetectionRun(input: $input) { __typename } }',
    variables: { input: { id: SMALL.DetectionRun, ...more } },
  })),
  {
    query: 'mutation ($input: ReviewDetectionInput!) { reviewDetection(input: $input) { __typename } }',
    variables: { input: { detectionId: SMALL.Detection, verdict: 'LESION' } },
  },
  // The images of a run would say which of them have such a lesion.
  ...[{ lesion: { coarseType: ['BONE'] } }, { lesion: { cohort: SMALL.Cohort } }].map((filter) => ({
    query: 'mutation ($input: RunDetectionInput!) { runDetection(input: $input) { run { id } } }',
    variables: { input: { dataset: 'small', detector: 'tiny-constant', filter } },
  })),
  ...[
    { split: ['TEST'] },
    { sourceRowIndex: [1] },
    { pseudoCluster: SMALL.PseudoCluster },
    { cohort: SMALL.Cohort },
  ].map((filter) => ({ query: CREATE_COHORT, variables: { input: { dataset: 'small', name: 'x', filter } } })),
  ...[SMALL.Cohort, SECRET.Cohort].map((id) => ({
    query: 'mutation ($input: DeletionInput!) { deleteCohort(input: $input) { __typename } }',
    variables: { input: { id, reason: 'x' } },
  })),
].map((one, index) => ({ name: `refused ${index}`, ...one }));

interface Question {
  name: string;
  query: string;
  variables?: object;
}

/** What a submitter could ask of the ground truth in addition to every query of the schema. */
const more = (): Question[] => [
  {
    name: 'a validated file',
    query: `query ($input: SubmitDetectionsInput!) { validateSubmission(input: $input) { meanIou lesions boxCount
      suspicions { kind } problems { message } } }`,
    variables: { input: inputOf('small') },
  },
  {
    name: 'a picked lesion',
    query: `{ lesions(filter: { split: [TEST] }) { totalCount } node(id: "${LESION}") { id }
      images: bookmarkedImages(filter: { lesion: { coarseType: [BONE] } }) { totalCount nodes { fileName } } }`,
  },
  // Each by itself: of several fields that fail, the first one decides what is answered.
  ...[
    `node(id: "${SMALL.BookmarkedImage}") { ... on BookmarkedImage {
       outcomes(evaluation: "${SMALL.Evaluation}", iouThreshold: 0.3) { outcomes { kind overlap } } } }`,
    `node(id: "${SMALL.Detection}") { ... on Detection {
       outcome(evaluation: "${SMALL.Evaluation}", scoreAtLeast: 0.5) { kind overlap reason } } }`,
    `node(id: "${SMALL.Evaluation}") { ... on Evaluation { outcomes(first: 5) { totalCount }
       scenarios(strata: [{ name: "own", filter: { coarseType: [BONE] } }]) { __typename } } }`,
    `assertNoWorse(candidate: "${SMALL.Evaluation}", reference: "${SECRET.Evaluation}", margin: 0.05) { __typename }`,
    `compareEvaluations(ids: ["${SMALL.Evaluation}", "${SECRET.Evaluation}"]) { __typename }`,
    `citationOf(evaluations: ["${SMALL.Evaluation}"]) { __typename }`,
    `cohorts { totalCount nodes { id name lesionCount membersSha256 filter } }`,
    `nodes(ids: ${JSON.stringify([...Object.values(cohorts), SMALL.Cohort])}) { id }`,
    ...[SECRET.Cohort, cohorts.ofType, cohorts.ofTraining].map(
      (cohort) => `lesions(filter: { cohort: "${cohort}" }) { totalCount }`,
    ),
    `patients(filter: { cohort: "${SECRET.Cohort}" }) { totalCount }`,
  ].map((field) => ({ name: field, query: `{ ${field} }` })),
  ...REFUSED,
];
/** Addresses that the caller may have signed: anyone who has one needs no key. */
const SIGNED = [
  ...['lesions', `detections:${SMALL.DetectionRun}`, `lesions,detections:${SMALL.DetectionRun}`].map(
    (overlay) =>
      `node(id: "${SMALL.BookmarkedImage}") { ... on BookmarkedImage { url(overlay: "${overlay}", expiresIn: 600) } }`,
  ),
  `node(id: "${SMALL.BookmarkedImage}") { ... on BookmarkedImage { url(overlay: "outcomes:${SMALL.Evaluation}", expiresIn: 600) } }`,
];
const morePaths = [
  `/images/${SMALL.BookmarkedImage}.png?overlay=lesions`,
  `/images/${SMALL.BookmarkedImage}.png?overlay=lesions,detections:${SMALL.DetectionRun}`,
  `/images/${SMALL.BookmarkedImage}.png?crop=lesion:${LESION},20`,
  ...['secret', 'small'].flatMap((slug) =>
    [
      'lesions.ndjson',
      'lesions.parquet',
      'images.csv',
      'patients.csv',
      'studies.csv',
      'croissant.json',
      'splits.json',
      'files.csv',
      'features.npy',
    ].map((file) => `/exports/${slug}@1/${file}`),
  ),
  ...['accuracy', 'froc', 'precision-recall', 'outcomes'].map(
    (name) => `/exports/evaluations/${SMALL.Evaluation}/${name}.csv`,
  ),
];

function everyQuestion(): Question[] {
  const examples = exampleQueries
    .filter(({ name }) => name !== 'Server')
    .filter(({ query }) => !/^\s*(?:#.*\n)*\s*(?:mutation|subscription)/.test(query));
  return [
    ...QUERIES,
    ...examples.map((one) => ({ ...one, name: `example ${one.name}`, variables: one.variables ?? {} })),
  ];
}

/** The questions are asked in parts, because there are hundreds. */
const PARTS = [0, 1, 2, 3, 4, 5];
const partOf = (part: number): Question[] => everyQuestion().filter((_, index) => index % PARTS.length === part);

/** All answers to a caller, by question; boards are aggregates. */
async function answersTo(headers: Headers, questions: readonly Question[] = []): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  const all = [...questions, ...more()];
  while (all.length > 0)
    await Promise.all(
      all.splice(0, 6).map(async ({ name, query, variables }) => {
        if (query.includes('leaderboard')) return;
        answers.set(
          `${name} ${JSON.stringify(variables)}`,
          await answerOf(await bed.post('/graphql', headers, query, variables)),
        );
      }),
    );
  for (const path of [...PATHS, ...morePaths])
    answers.set(path, await answerOf(await fetch(bed.url + path, { headers })));
  for (const call of TOOL_CALLS) {
    const asked = { method: 'POST', headers: { ...headers, ...AGENT_HEADERS }, body: messageOf(call) };
    answers.set(`tool ${JSON.stringify(call)}`, await answerOf(await fetch(`${bed.url}/mcp`, asked)));
  }
  for (const question of SIGNED) {
    const { data } = await ask(headers, `{ ${question} }`);
    answers.set(question, await answerOf(await fetch(data.node.url)));
  }
  return answers;
}

/** @returns what differs, with the place where it does */
function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) {
  return [...after].flatMap(([name, answer]) => {
    const other = before.get(name) ?? '';
    if (other === answer) return [];
    const at = [...answer].findIndex((letter, place) => letter !== other[place]);
    const from = Math.max(0, at - 60);
    return [{ name, before: other.slice(from, at + 60), after: answer.slice(from, at + 60) }];
  });
}

interface Asked {
  // biome-ignore lint/suspicious/noExplicitAny: the tests below say what they expect of it
  data: any;
  errors?: { message: string; extensions: object }[];
}
const ask = async (headers: Headers, query: string, variables: object = {}): Promise<Asked> =>
  (await (await bed.post('/graphql', headers, query, variables)).json()) as Asked;

describe('a hidden split', () => {
  const before = new Map<string, string>();
  let own: Map<string, string>;

  it('shows its board, its pictures and its detections, and no lesion, evaluation, review or cluster', async () => {
    const query = `{ lesions(filter: { dataset: "secret", split: [TEST] }) { totalCount }
      others: lesions(filter: { dataset: "secret" }) { totalCount }
      images: bookmarkedImages(filter: { dataset: "secret", split: [TEST] }) { totalCount }
      evaluation: node(id: "${SECRET.Evaluation}") { id } review: node(id: "${SMALL.DetectionReview}") { id }
      categorization: node(id: "${SECRET.Categorization}") { id } detection: node(id: "${SMALL.Detection}") { id }
      dataset(slug: "small") { sourceSha256 importReport hiddenSplits { split submissionLimit periodDays triesUsed triesTotal nextTryAt } } }`;
    expect(await ask(submitter, query)).toEqual({
      data: {
        lesions: { totalCount: 0 },
        others: { totalCount: expect.any(Number) },
        images: { totalCount: expect.any(Number) },
        ...{ evaluation: null, review: null, categorization: null },
        detection: { id: SMALL.Detection },
        dataset: {
          ...{ sourceSha256: '', importReport: null },
          hiddenSplits: [{ split: 'TEST', ...LIMITS, triesUsed: 0, triesTotal: 0, nextTryAt: null }],
        },
      },
    });
    const { data } = await ask(curator, query);
    expect(data.lesions.totalCount).toBeGreaterThan(0);
    expect(data.evaluation).toEqual({ id: SECRET.Evaluation });
  });

  it.each(PARTS)('is asked about in every way before its ground truth changes, part %i', async (part) => {
    for (const [name, answer] of await answersTo(submitter, partOf(part))) before.set(name, answer);
  });

  it('is asked about by a curator as well', async () => {
    expect(before.size).toBeGreaterThan(180);
    own = await answersTo(curator);
    await changeTruth();
  });

  it.each(PARTS)(
    'answers every question byte for byte as before, to a submitter, but for the board, part %i',
    async (part) => {
      expect(changed(before, await answersTo(submitter, partOf(part)))).toEqual([]);
    },
  );

  it('does show the other ground truth to a curator, by the same questions', async () => {
    const seen = changed(own, await answersTo(curator));
    expect(seen.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        ...morePaths.slice(0, 2),
        ...SIGNED,
        '/exports/small@1/lesions.csv',
        '/exports/secret@1/lesions.ndjson',
      ]),
    );
  });

  it('lets no mutation of a submitter tell of it', async () => {
    const codes = [];
    for (const { query, variables } of REFUSED)
      codes.push((await ask(submitter, query, variables)).errors?.[0]?.extensions);
    const code = (name: string) => expect.objectContaining({ code: name });
    const nothing = [code('BAD_USER_INPUT'), code('NOT_FOUND')];
    expect(codes).toEqual([
      ...Array(4).fill(code('FORBIDDEN')),
      ...nothing,
      ...[nothing[0], nothing[0], nothing[1], nothing[1]],
      ...[nothing[1], nothing[1]],
    ]);
  });

  it('is in no cohort of a submitter, whose counts are the same for both ground truths', async () => {
    expect(countsOf(await froze(submitter, {}))).toEqual(frozen);
    expect(countsOf(await froze(curator, {}))).not.toEqual(frozen);
  });

  it('hides cohorts that could have its lesions, and shows those that could not', async () => {
    const query = `{ ofType: cohort(id: "${cohorts.ofType}") { id } ofTraining: cohort(id: "${cohorts.ofTraining}") { id } }`;
    expect((await ask(submitter, query)).data).toEqual({ ofType: null, ofTraining: { id: cohorts.ofTraining } });
    expect((await ask(curator, query)).data).toEqual({
      ofType: { id: cohorts.ofType },
      ofTraining: { id: cohorts.ofTraining },
    });
  });

  it('counts runs over it as tries, refuses one beyond the limit, and shows the count on the board', async () => {
    const run = 'mutation ($input: RunDetectionInput!) { runDetection(input: $input) { run { id } } }';
    const input = { dataset: 'small', detector: 'tiny-constant' };
    for (let used = 0; used < LIMITS.submissionLimit; used++)
      expect((await ask(submitter, run, { input })).errors).toBeUndefined();
    const refused = await ask(submitter, run, { input });
    expect(refused.errors?.[0]).toMatchObject({ extensions: { code: 'RATE_LIMITED' } });
    expect(refused.errors?.[0]?.message).toContain('3 runs over it in 7 days: you have made 3');
    const { data } = await ask(submitter, '{ dataset(slug: "small") { hiddenSplits { triesUsed triesTotal } } }');
    expect(data.dataset.hiddenSplits).toEqual([{ triesUsed: 3, triesTotal: 3 }]);
  });

  it('gives the board to a submitter, rounded and without sizes, and no metric that would tell of single boxes', async () => {
    const board = (
      more: string,
    ) => `{ leaderboard(dataset: "small", split: TEST${more}) { isHidden imageCount lesionCount patientCount
      entries { rank value coverage verified tries standing evaluation { id } detector { name } } } }`;
    const { data } = await ask(submitter, board(''));
    expect(data.leaderboard).toMatchObject({
      ...{ isHidden: true, lesionCount: null, patientCount: null, imageCount: 1 },
      entries: [{ rank: 1, value: expect.any(Number), coverage: 1, verified: true, tries: 0, evaluation: null }],
    });
    expect((await ask(curator, board(''))).data.leaderboard.lesionCount).toBe(1);
    for (const more of [', metric: { iouThreshold: 0.4 }', ', metric: { topK: 2 }', ', stratum: "coarse-type:BONE"'])
      expect((await ask(submitter, board(more))).errors?.[0]?.message).toContain(
        'The ground truth of this split is hidden',
      );
  });

  it('is shown again to all who see the data set', async () => {
    await showSplit(database, { slug: 'small', split: 'TEST' });
    const query = '{ dataset(slug: "small") { sourceSha256 hiddenSplits { split } counts { lesions } } }';
    const shown = { sourceSha256: '1'.repeat(64), hiddenSplits: [], counts: { lesions: 1 } };
    while (JSON.stringify((await ask(submitter, query)).data.dataset) !== JSON.stringify(shown))
      await new Promise(setImmediate);
  });
});
