import './withoutSecondCopyCheck';
import { toGlobalId } from '../../src/globalId';
import { addReview, evaluateRun } from '../../src/results';
import { idOfRow } from '../globalIds';
import { type MadeRun, makeRun, makeRunBeside } from '../results/evaluatedRun';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { EXECUTORS, graphOf, testServices } from './testGraph';

type Box = [number, number, number, number];
const LESION: Box = [100, 100, 140, 140];
const NEAR: Box = [104, 100, 144, 140];
const BESIDE: Box = [125, 100, 165, 140];
const FAR: Box = [300, 300, 340, 340];

let test: TestDatabase;
let made: MadeRun;
let evaluation: string;
let ofOtherRun: string;
beforeAll(async () => {
  test = await createTestDatabase();
  made = await makeRun(test.database, [
    {
      patient: 1,
      lesions: [{ box: LESION, longDiameterMm: 8, coarseType: 'LUNG' }],
      detections: [
        { box: NEAR, score: 0.9 },
        { box: LESION, score: 0.8 },
        { box: BESIDE, score: 0.7 },
        { box: FAR, score: 0.6 },
      ],
    },
    {
      patient: 2,
      lesions: [{ box: LESION }, { box: FAR, possiblyNoisy: true }],
      detections: [{ box: FAR, score: 0.5 }],
    },
    { patient: 3, lesions: [{ box: LESION }], detections: [{ box: LESION, score: 0.4 }] },
  ]);
  const evaluated = async (runId: number) =>
    toGlobalId('Evaluation', { uuid: (await evaluateRun(test.database, runId, { resamples: 100 })).uuid });
  evaluation = await evaluated(made.runId);
  ofOtherRun = await evaluated(await makeRunBeside(test.database, made, [[], [], []]));
  const [stray] = await test.database.query<{ id: number }>({
    text: 'SELECT id FROM detection WHERE run_id = $1 AND rank = 4',
    values: [made.runId],
  });
  await addReview(test.database, { detectionId: stray!.id, verdict: 'LESION', reviewer: 'R', remark: null });
});
afterAll(() => test.drop());

const LIST = `query Q($id: ID!, $kinds: [OutcomeKind!], $verdicts: [OutcomeVerdict!], $score: Float, $first: Int,
  $after: String, $by: [OutcomeOrder!]) {
  evaluation(id: $id) { outcomes(kinds: $kinds, verdicts: $verdicts, scoreAtLeast: $score, first: $first, after: $after, orderBy: $by) {
    totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
    counts { hits duplicates localizations background missed leftOut falsePositives errors }
    nodes { kind overlap rank score reason verdict boundingBox { x1 } image { fileName } lesion { sourceRowIndex }
      detection { rank score } } } } }`;

interface Page {
  totalCount: number;
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string };
  counts: Record<string, number>;
  nodes: { kind: string; rank: number | null; detection: { rank: number } | null }[];
}

describe.each(EXECUTORS)('the outcomes of an evaluation, read by %s', (executor) => {
  const ask = (source: string, variables: Record<string, unknown>) =>
    graphOf(testServices(test.database), executor)(source, variables);
  const list = async (variables: Record<string, unknown> = {}): Promise<Page> => {
    const { data, errors } = await ask(LIST, { id: evaluation, ...variables });
    expect(errors).toEqual([]);
    return (data.evaluation as unknown as { outcomes: Page }).outcomes;
  };

  it('can be chosen by what reviews say of the detection, and counts are of all', async () => {
    const ofVerdicts = async (verdicts: string[], more: object = {}) => {
      const { nodes, totalCount } = await list({ verdicts, ...more });
      expect(nodes).toHaveLength(totalCount);
      return nodes.map(({ kind, rank }) => [kind, rank]);
    };
    const all = await list();
    const detections = all.nodes.filter(({ rank }) => rank !== null).map(({ kind, rank }) => [kind, rank]);
    expect(await ofVerdicts(['LESION'])).toEqual([['BACKGROUND', 4]]);
    expect(await ofVerdicts(['NOT_A_LESION', 'UNSURE'])).toEqual([]);
    expect(await ofVerdicts([])).toEqual([]);
    expect(await ofVerdicts(['NONE'])).toEqual(
      detections.filter(([kind, rank]) => kind !== 'BACKGROUND' || rank !== 4),
    );
    expect(await ofVerdicts(['NONE', 'LESION'])).toEqual(detections);
    expect(await ofVerdicts(['LESION'], { kinds: ['HIT'] })).toEqual([]);
    expect((await list({ verdicts: ['LESION'] })).counts).toEqual(all.counts);
  });

  it('have kind, detection, lesion, image, overlap, reason and verdict', async () => {
    const { nodes, counts, totalCount } = await list();
    expect(nodes.map(({ kind, rank }) => [kind, rank])).toEqual([
      ['HIT', 1],
      ['DUPLICATE', 2],
      ['LOCALIZATION', 3],
      ['BACKGROUND', 4],
      ['BACKGROUND', 1],
      ['MISSED', null],
      ['LEFT_OUT', null],
      ['HIT', 1],
    ]);
    expect(nodes[0]).toMatchObject({
      image: { fileName: '0.png' },
      lesion: { sourceRowIndex: 0 },
      detection: { rank: 1, score: 0.9 },
      overlap: expect.closeTo(0.82, 1),
      ...{ verdict: null, reason: null },
    });
    expect(nodes[3]).toMatchObject({ verdict: 'LESION', lesion: null, overlap: 0 });
    expect(nodes[5]).toMatchObject({ reason: 'NO_BOX', lesion: { sourceRowIndex: 1 }, detection: null, verdict: null });
    expect(nodes[6]).toMatchObject({ reason: 'POSSIBLY_NOISY', lesion: { sourceRowIndex: 2 }, overlap: null });
    expect(totalCount).toBe(8);
    expect(counts).toEqual({
      ...{ hits: 2, duplicates: 1, localizations: 1, background: 2, missed: 1, leftOut: 1 },
      ...{ falsePositives: 3, errors: 4 },
    });
  });

  it('are selected by kind and score, ordered, and paged with cursors that belong to their selection', async () => {
    const by = [{ field: 'SCORE', direction: 'DESC' }];
    const first = await list({ kinds: ['HIT', 'BACKGROUND'], by, first: 3 });
    expect(first.nodes.map(({ kind }) => kind)).toEqual(['HIT', 'BACKGROUND', 'BACKGROUND']);
    expect(first).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
    const rest = await list({ kinds: ['HIT', 'BACKGROUND'], by, first: 3, after: first.pageInfo.endCursor });
    expect(rest.nodes.map(({ kind }) => kind)).toEqual(['HIT']);
    expect(rest.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const { errors } = await ask(LIST, { id: ofOtherRun, by, after: first.pageInfo.endCursor });
    expect(errors[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'after' });
    expect((await list({ score: 0.45 })).counts).toMatchObject({ hits: 1, missed: 2 });
  });

  it('leave the rest of an answer whole if a stratum is unknown', async () => {
    const { data, errors } = await ask(
      'query Q($id: ID!) { evaluation(id: $id) { lesionCount outcomes(stratum: "none") { totalCount } } }',
      { id: evaluation },
    );
    expect(data).toEqual({ evaluation: { lesionCount: 3, outcomes: null } });
    expect(errors[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'stratum' });
  });

  it('are those of each image, the worst first, and of a detection', async () => {
    const { data, errors } = await ask(
      `query Q($id: ID!, $detection: ID!) {
        evaluation(id: $id) { imagesByErrors { totalCount nodes { image { fileName outcomes(evaluation: $id) { counts { errors } } }
          counts { errors missed } outcomes { kind } } } }
        node(id: $detection) { ... on Detection { outcome(evaluation: $id, iouThreshold: 0.9) { kind overlap } } } }`,
      { id: evaluation, detection: await idOfFirstDetection() },
    );
    expect(errors).toEqual([]);
    const { nodes } = (data.evaluation as unknown as { imagesByErrors: { nodes: unknown[] } }).imagesByErrors;
    const outcomes = (...kinds: string[]) => kinds.map((kind) => ({ kind }));
    expect(nodes).toEqual([
      {
        image: { fileName: '0.png', outcomes: { counts: { errors: 2 } } },
        ...{ counts: { errors: 2, missed: 0 }, outcomes: outcomes('HIT', 'DUPLICATE', 'LOCALIZATION', 'BACKGROUND') },
      },
      {
        image: { fileName: '1.png', outcomes: { counts: { errors: 2 } } },
        ...{ counts: { errors: 2, missed: 1 }, outcomes: outcomes('BACKGROUND', 'MISSED', 'LEFT_OUT') },
      },
      {
        image: { fileName: '2.png', outcomes: { counts: { errors: 0 } } },
        ...{ counts: { errors: 0, missed: 0 }, outcomes: outcomes('HIT') },
      },
    ]);
    expect(data.node).toEqual({ outcome: { kind: 'LOCALIZATION', overlap: expect.closeTo(0.82, 1) } });
  });

  it('of a detection are asked of an evaluation of its run', async () => {
    const { errors } = await ask(
      'query Q($id: ID!, $detection: ID!) { node(id: $detection) { ... on Detection { outcome(evaluation: $id) { kind } } } }',
      { id: ofOtherRun, detection: await idOfFirstDetection() },
    );
    expect(errors[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'evaluation' });
  });
});

async function idOfFirstDetection(): Promise<string> {
  const [row] = await test.database.query<{ id: number }>({
    text: 'SELECT id FROM detection WHERE run_id = $1 ORDER BY id LIMIT 1',
    values: [made.runId],
  });
  return idOfRow(test.database, 'Detection', row!.id);
}
