import { evaluateRun, findDiscordantLesions } from '../../src/results';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { type MadeImage, makeRun, makeRunBeside } from './evaluatedRun';

type Box = [number, number, number, number];
const lesion: Box = [100, 100, 140, 140];
const near: Box = [120, 100, 160, 140];
const far: Box = [300, 300, 340, 340];
const images: MadeImage[] = Array.from({ length: 4 }, (_, patient) => ({
  patient,
  lesions: [{ box: lesion }],
  detections: [{ box: lesion, score: 0.9 }],
}));

let bed: TestDatabase;
beforeAll(async () => {
  bed = await createTestDatabase();
});
afterAll(() => bed.drop());

describe('lesions that one run found and the other did not', () => {
  it('are listed with the reason: no box, a box too far, a score too low', async () => {
    const run = await makeRun(bed.database, images);
    const other = await makeRunBeside(bed.database, run, [
      [{ box: lesion, score: 0.4 }],
      [{ box: far, score: 0.4 }],
      [{ box: near, score: 0.3 }],
      [
        { box: far, score: 0.8 },
        { box: lesion, score: 0.2 },
      ],
    ]);
    const [first, second] = [await evaluateRun(bed.database, run.runId), await evaluateRun(bed.database, other)];
    const found = await findDiscordantLesions(bed.database, first.id, second.id, { topK: 1 });
    expect(found).toEqual([
      { ...place(run, 1), reason: 'NO_BOX', overlap: 0, rank: null, score: null },
      { ...place(run, 2), reason: 'TOO_FAR', overlap: expect.closeTo(1 / 3), rank: 1, score: 0.3 },
      { ...place(run, 3), reason: 'SCORE_TOO_LOW', overlap: 1, rank: 2, score: 0.2 },
    ]);
    // With two boxes an image the last one is found, and at a lower threshold the near one as well.
    const loose = await findDiscordantLesions(bed.database, first.id, second.id, { topK: 2, iouThreshold: 0.3 });
    expect(loose.map(({ reason }) => reason)).toEqual(['NO_BOX']);
    const mirrored = await findDiscordantLesions(bed.database, second.id, first.id, { topK: 1, foundBy: 'SECOND' });
    expect(mirrored).toHaveLength(3);
    expect(await findDiscordantLesions(bed.database, second.id, first.id, { topK: 1, foundBy: 'FIRST' })).toEqual([]);
  });

  const place = ({ imageIds }: { imageIds: number[] }, index: number) => ({
    lesionId: expect.any(Number),
    imageId: imageIds[index],
    foundBy: 'FIRST',
  });

  it('are refused at a threshold that the evaluations do not have', async () => {
    const run = await makeRun(bed.database, images);
    const { id } = await evaluateRun(bed.database, run.runId);
    await expect(findDiscordantLesions(bed.database, id, id, { iouThreshold: 0.51 })).rejects.toThrow(
      /^Expected iouThreshold to be one of 0\.05, .*, got 0\.51\.$/,
    );
  });
});
