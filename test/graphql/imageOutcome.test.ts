import './withoutSecondCopyCheck';
import { idOfRow } from '../globalIds';
import { type MadeRun, makeRun, makeRunBeside } from '../results/evaluatedRun';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { graphOf, type RunQuery, testServices } from './testGraph';

let test: TestDatabase;
let ask: RunQuery;
let made: MadeRun;
let besideId: number;

beforeAll(async () => {
  test = await createTestDatabase();
  ask = graphOf(testServices(test.database));
  made = await makeRun(test.database, [
    {
      patient: 1,
      lesions: [{ box: [10, 10, 50, 50] }, { box: [200, 200, 240, 240] }],
      detections: [
        { box: [10, 10, 50, 50], score: 0.9 },
        { box: [12, 10, 52, 50], score: 0.8 },
        { box: [400, 400, 440, 440], score: 0.7 },
        { box: [200, 200, 240, 240], score: 0.2 },
      ],
    },
    { patient: 2, lesions: [{ box: [10, 10, 50, 50] }], detections: [] },
    { patient: 3, state: 'FAILED' },
    // A lesion that reaches past the left edge of the image: cut to it, the detection is the same box.
    { patient: 4, lesions: [{ box: [-30, 10, 30.5, 50] }], detections: [{ box: [0.5, 10, 30.5, 50], score: 0.9 }] },
  ]);
  besideId = await makeRunBeside(test.database, made, [[], null, []]);
});
afterAll(() => test.drop());

const imageId = (index: number) => idOfRow(test.database, 'BookmarkedImage', made.imageIds[index] ?? 0);
const runId = (row: number) => idOfRow(test.database, 'DetectionRun', row);

const OUTCOME = `query Q($run: ID!, $image: ID!, $score: Float, $iou: Float) { detectionRun(id: $run) {
  imageOutcome(imageId: $image, scoreThreshold: $score, iouThreshold: $iou) {
    image { id } detections { kind iou detection { rank } lesion { sourceRowIndex } } missed { sourceRowIndex } } } }`;

async function outcomeOf(index: number, variables: object = {}, run = made.runId) {
  const asked = { run: await runId(run), image: await imageId(index), score: 0, iou: 0.5, ...variables };
  const { data, errors } = await ask(OUTCOME, asked);
  expect(errors).toEqual([]);
  return (data.detectionRun as unknown as { imageOutcome: unknown }).imageOutcome;
}

describe('DetectionRun.imageOutcome', () => {
  it('says of each detection what it is worth, and which lesions were missed', async () => {
    const lesions = await test.database.prisma.lesion.findMany({ where: { imageId: made.imageIds[0] ?? 0 } });
    const [first, second] = lesions.map(({ sourceRowIndex }) => ({ sourceRowIndex }));
    expect(await outcomeOf(0, { score: 0.3 })).toEqual({
      image: { id: await imageId(0) },
      detections: [
        { kind: 'HIT', iou: 1, detection: { rank: 1 }, lesion: first },
        { kind: 'DUPLICATE', iou: expect.closeTo(38 / 42), detection: { rank: 2 }, lesion: first },
        { kind: 'BACKGROUND', iou: 0, detection: { rank: 3 }, lesion: null },
      ],
      missed: [second],
    });
    expect(await outcomeOf(0)).toMatchObject({ detections: { length: 4 }, missed: [] });
  });

  it('tells an image on which nothing was found from one without a result', async () => {
    expect(await outcomeOf(1)).toMatchObject({ detections: [], missed: [{}] });
    expect(await outcomeOf(2)).toBeNull();
    expect(await outcomeOf(3, {}, besideId)).toBeNull();
  });

  it('cuts boxes to the image, as evaluations do', async () => {
    expect(await outcomeOf(3, { iou: 1 })).toMatchObject({ detections: [{ kind: 'HIT', iou: 1 }], missed: [] });
  });

  it('says which argument does not fit', async () => {
    const asked = { run: await runId(made.runId), image: await imageId(0), score: 0, iou: 0.5 };
    for (const [change, error] of [
      [{ score: 1.1 }, { argument: 'scoreThreshold', code: 'BAD_USER_INPUT' }],
      [{ iou: -0.1 }, { argument: 'iouThreshold', code: 'BAD_USER_INPUT' }],
      [{ image: asked.run }, { argument: 'imageId', code: 'BAD_USER_INPUT' }],
      [
        { image: Buffer.from('BookmarkedImage:none@1:none.png').toString('base64url') },
        { argument: 'imageId', code: 'NOT_FOUND' },
      ],
    ] as const) {
      const { errors } = await ask(OUTCOME, { ...asked, ...change });
      expect(errors[0]?.originalError).toMatchObject(error);
    }
  });
});

describe('BookmarkedImage.runs', () => {
  it('are those that have a result for the image, newest first', async () => {
    const query = `query Q($id: ID!, $first: Int = 10) { node(id: $id) { ... on BookmarkedImage { runs(first: $first) { id } } } }`;
    const runsOf = async (index: number, first?: number) => {
      const { data, errors } = await ask(query, { id: await imageId(index), first });
      expect(errors).toEqual([]);
      return (data.node as unknown as { runs: { id: string }[] }).runs.map(({ id }) => id);
    };
    const [older, newer] = [await runId(made.runId), await runId(besideId)];
    expect(await runsOf(0)).toEqual([newer, older]);
    expect(await runsOf(0, 1)).toEqual([newer]);
    expect(await runsOf(1)).toEqual([older]);
    expect(await runsOf(2)).toEqual([newer]);
    expect(await runsOf(3)).toEqual([older]);
  });
});
