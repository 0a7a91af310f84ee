import { readPagesOfParents } from '../../src/database';
import {
  addReview,
  countReviewsOfDetections,
  evaluateRun,
  findAccuracyPoints,
  findCurrentVerdicts,
  findEvaluationsOfRuns,
  findProvenance,
  findReviewProgress,
  findReviewsOfDetections,
  findUnreviewed,
  type ReviewVerdict,
  reviewedDetectionsListing,
  reviewQueueListing,
} from '../../src/results';
import { checkComparable } from '../../src/results/comparisonRules';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { type MadeImage, type MadeRun, makeRun, makeRunBeside } from './evaluatedRun';

type Box = [number, number, number, number];
const annotated: Box = [100, 100, 140, 140];
const unmarked: Box = [300, 300, 340, 340];
const nothing: Box = [20, 400, 60, 440];
/** Every image has an annotated lesion that is found, a lesion that nobody marked, and a box on nothing. */
const images: MadeImage[] = Array.from({ length: 6 }, (_, patient) => ({
  patient,
  lesions: [{ box: annotated }],
  detections: [
    { box: unmarked, score: 0.9 - patient / 100 },
    { box: annotated, score: 0.8 },
    { box: nothing, score: 0.3 + patient / 100 },
  ],
}));

let bed: TestDatabase;
beforeAll(async () => {
  bed = await createTestDatabase();
});
afterAll(() => bed.drop());

const detectionsOf = (runId: number, box: Box) =>
  bed.database.query<{ id: number }>({
    text: 'SELECT id FROM detection WHERE run_id = $1 AND x1 = $2 ORDER BY image_id',
    values: [runId, box[0]],
  });
async function review(runId: number, box: Box, verdict: ReviewVerdict, reviewer = 'Dr Roe'): Promise<void> {
  for (const { id } of await detectionsOf(runId, box))
    await addReview(bed.database, { detectionId: id, verdict, reviewer, remark: null });
}
/** Correct and total at IoU 0.5 for the best box of each image. */
async function accuracy(runId: number, request: Parameters<typeof evaluateRun>[2] = {}): Promise<[number, number]> {
  const evaluation = await evaluateRun(bed.database, runId, request);
  const points = await findAccuracyPoints(bed.database, [evaluation.id], { topK: 1 });
  const half = points.find(({ iouThreshold }) => iouThreshold === 0.5)!;
  return [half.correct, half.total];
}
async function queue(
  run: MadeRun,
  ...request: Parameters<typeof reviewQueueListing>
): Promise<{ x1: number; score: number }[]> {
  const pages = await readPagesOfParents(bed.database, reviewQueueListing(...request), { first: 50 }, [run.runId]);
  return pages.get(run.runId)?.rows ?? [];
}

describe('an evaluation with reviews', () => {
  it('counts confirmed lesions as annotated ones, and says so', async () => {
    const run = await makeRun(bed.database, images);
    expect(await accuracy(run.runId)).toEqual([0, 6]);
    await review(run.runId, unmarked, 'LESION');
    await review(run.runId, nothing, 'NOT_A_LESION');
    expect(await accuracy(run.runId, { reviews: 'INCLUDE' })).toEqual([6, 12]);
    expect(await accuracy(run.runId)).toEqual([0, 6]);
    const { protocol } = await evaluateRun(bed.database, run.runId, { reviews: 'INCLUDE' });
    expect(protocol.reviews!.upTo).toBeGreaterThan(0);
    expect(protocol.population).toMatchObject({ lesions: 12, lesionsConfirmed: 6 });
  });

  it('changes nothing where nothing was reviewed', async () => {
    const run = await makeRun(bed.database, images);
    expect(await accuracy(run.runId, { reviews: 'INCLUDE' })).toEqual([0, 6]);
  });

  it('counts a confirmed lesion for every run of the data set, once', async () => {
    const run = await makeRun(bed.database, images);
    const shifted: Box = [303, 302, 343, 342];
    const other = await makeRunBeside(
      bed.database,
      run,
      images.map(() => [{ box: shifted, score: 0.7 }]),
    );
    await review(run.runId, unmarked, 'LESION');
    expect(await accuracy(other, { reviews: 'INCLUDE' })).toEqual([6, 12]);
    await review(other, shifted, 'LESION');
    expect(await accuracy(other, { reviews: 'INCLUDE' })).toEqual([6, 12]);
  });

  it('adds no lesion where one was annotated', async () => {
    const run = await makeRun(bed.database, images);
    await review(run.runId, annotated, 'LESION');
    expect(await accuracy(run.runId, { reviews: 'INCLUDE' })).toEqual([0, 6]);
  });

  it('takes the latest verdict of each reviewer, and the majority of reviewers', async () => {
    const run = await makeRun(bed.database, images);
    await review(run.runId, unmarked, 'LESION', 'first');
    await review(run.runId, unmarked, 'NOT_A_LESION', 'second');
    expect(await accuracy(run.runId, { reviews: 'INCLUDE' })).toEqual([0, 6]);
    await review(run.runId, unmarked, 'UNSURE', 'second');
    expect(await accuracy(run.runId, { reviews: 'INCLUDE' })).toEqual([6, 12]);
  });

  it('can be redone as it was before later reviews', async () => {
    const run = await makeRun(bed.database, images);
    await review(run.runId, unmarked, 'LESION');
    const before = await evaluateRun(bed.database, run.runId, { reviews: 'INCLUDE' });
    await review(run.runId, unmarked, 'NOT_A_LESION');
    expect(await accuracy(run.runId, { reviews: 'INCLUDE' })).toEqual([0, 6]);
    const again = await evaluateRun(bed.database, run.runId, {
      reviews: 'INCLUDE',
      reviewsUpTo: before.protocol.reviews!.upTo,
    });
    expect(again.id).toBe(before.id);
    await expect(
      evaluateRun(bed.database, run.runId, { reviews: 'INCLUDE', reviewsUpTo: 1_000_000_000 }),
    ).rejects.toThrow(/^Expected reviewsUpTo to be in 0\.\.\d+, got 1000000000\.$/);
    await expect(evaluateRun(bed.database, run.runId, { reviewsUpTo: 1 })).rejects.toThrow('reviews: INCLUDE');
  });
});

describe('a reviewer who is known by a key', () => {
  const signed = async (runId: number, box: Box, verdict: ReviewVerdict, reviewer = 'Dr Roe'): Promise<void> => {
    for (const { id: detectionId } of await detectionsOf(runId, box)) {
      const key = { isAuthenticated: true, owner: 'key:x' };
      await addReview(bed.database, { detectionId, verdict, reviewer, remark: null, ...key });
    }
  };

  it('is another one than anyone who gives the same name', async () => {
    const run = await makeRun(bed.database, images);
    await signed(run.runId, unmarked, 'LESION');
    await review(run.runId, unmarked, 'WITHDRAWN').catch((thrown) =>
      expect(thrown).toMatchObject({ code: 'CONFLICT' }),
    );
    await review(run.runId, unmarked, 'UNSURE');
    expect(await accuracy(run.runId, { reviews: 'INCLUDE' })).toEqual([6, 12]);
    const { reviewers } = await findReviewProgress(bed.database, run.runId);
    expect(reviewers).toEqual([{ reviewer: 'Dr Roe', count: 6 }]);
    const ids = (await detectionsOf(run.runId, unmarked)).map(({ id }) => id);
    const [verdict] = await findCurrentVerdicts(bed.database, ids);
    expect(verdict?.verdict).toBe('LESION');
  });

  it('is the only one who counts where an evaluation leaves the others out, which its protocol says', async () => {
    const run = await makeRun(bed.database, images);
    await review(run.runId, unmarked, 'LESION', 'anyone');
    await signed(run.runId, nothing, 'LESION');
    expect(await accuracy(run.runId, { reviews: 'INCLUDE' })).toEqual([6, 18]);
    const request = { reviews: 'INCLUDE', authenticatedReviewsOnly: true } as const;
    expect(await accuracy(run.runId, request)).toEqual([0, 12]);
    const [all, authenticated] = [
      await evaluateRun(bed.database, run.runId, { reviews: 'INCLUDE' }),
      await evaluateRun(bed.database, run.runId, request),
    ];
    expect(authenticated.id).not.toBe(all.id);
    expect(authenticated.protocol.reviews).toEqual({ upTo: all.protocol.reviews?.upTo, authenticatedOnly: true });
    expect(() => checkComparable(all, authenticated)).toThrow(
      /same reviews, got reviews up to \d+ and authenticated reviews/,
    );
    expect((await findUnreviewed(bed.database, authenticated))?.protocol.reviews).toBeNull();
    const { redo } = (await findProvenance(bed.database, authenticated)) ?? {};
    expect(redo).toContain(`--reviews ${all.protocol.reviews?.upTo} --authenticated-reviews`);
  });

  it('is asked for only together with reviews', async () => {
    const run = await makeRun(bed.database, images);
    await expect(evaluateRun(bed.database, run.runId, { authenticatedReviewsOnly: true })).rejects.toMatchObject({
      argument: 'authenticatedReviewsOnly',
    });
  });
});

describe('the figures before reviews', () => {
  it('are stored with a reviewed evaluation and found from it', async () => {
    const run = await makeRun(bed.database, images);
    await review(run.runId, unmarked, 'LESION');
    const reviewed = await evaluateRun(bed.database, run.runId, { reviews: 'INCLUDE', topK: [3] });
    const before = await findUnreviewed(bed.database, reviewed);
    expect(before?.protocol).toMatchObject({ reviews: null, accuracy: { topK: [1, 3, 5] } });
    expect([before?.lesionCount, reviewed.lesionCount]).toEqual([6, 12]);
    expect(await findEvaluationsOfRuns(bed.database, [run.runId])).toHaveLength(2);
  });

  it('are none of an evaluation that ignores reviews', async () => {
    const run = await makeRun(bed.database, images);
    expect(await findUnreviewed(bed.database, await evaluateRun(bed.database, run.runId))).toBeNull();
  });
});

describe('the verdict on a detection', () => {
  async function by(...verdicts: [string, ReviewVerdict][]): Promise<ReviewVerdict | undefined> {
    const run = await makeRun(bed.database, images.slice(0, 1));
    const [detection] = await detectionsOf(run.runId, unmarked);
    for (const [reviewer, verdict] of verdicts)
      await addReview(bed.database, { detectionId: detection!.id, verdict, reviewer, remark: null });
    return (await findCurrentVerdicts(bed.database, [detection!.id]))[0]?.verdict;
  }

  it('is none without reviews, and the last word of each reviewer', async () => {
    expect(await by()).toBeUndefined();
    expect(await by(['Roe', 'LESION'], ['Roe', 'NOT_A_LESION'])).toBe('NOT_A_LESION');
  });

  it('is that of the majority, and unsure where neither side is ahead', async () => {
    expect(await by(['Roe', 'LESION'], ['Doe', 'LESION'], ['Poe', 'NOT_A_LESION'])).toBe('LESION');
    expect(await by(['Roe', 'LESION'], ['Doe', 'NOT_A_LESION'])).toBe('UNSURE');
    expect(await by(['Roe', 'UNSURE'], ['Doe', 'LESION'])).toBe('LESION');
  });
});

describe('the verdicts on one detection', () => {
  it('are so many of one reviewer and so many in all, however many are sent at once', async () => {
    const run = await makeRun(bed.database, images.slice(0, 1));
    const [detection] = await detectionsOf(run.runId, unmarked);
    const detectionId = detection!.id;
    const send = (count: number, reviewerOf: (n: number) => string) =>
      Promise.allSettled(
        Array.from({ length: count }, (_, n) =>
          addReview(bed.database, { detectionId, verdict: 'LESION', reviewer: reviewerOf(n), remark: null }),
        ),
      );
    const ofOne = await send(30, () => 'Roe');
    expect(ofOne.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    expect(ofOne.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'CONFLICT', argument: 'reviewer', message: expect.stringMatching(/at most 20 verdicts of one/) },
    });
    const ofMany = await send(190, (n) => `Doe ${n}`);
    expect(ofMany.filter(({ status }) => status === 'fulfilled')).toHaveLength(180);
    expect(ofMany.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'CONFLICT', argument: 'detectionId', message: expect.stringMatching(/at most 200 verdicts/) },
    });
    expect(await countReviewsOfDetections(bed.database, [detectionId])).toEqual([{ detectionId, count: 200 }]);
    const latest = await findReviewsOfDetections(bed.database, [detectionId], 3);
    const all = await findReviewsOfDetections(bed.database, [detectionId], 200);
    expect(latest).toEqual(all.slice(-3));
  });
});

describe('the review queue', () => {
  it('offers false positives alone, the most confident first', async () => {
    const run = await makeRun(bed.database, images);
    const offered = await queue(run);
    expect(offered.map(({ x1 }) => x1)).toEqual([...Array(6).fill(unmarked[0]), ...Array(6).fill(nothing[0])]);
    const scores = offered.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  it('leaves out a spot that was reviewed, on whichever run', async () => {
    const run = await makeRun(bed.database, images);
    const other = await makeRunBeside(
      bed.database,
      run,
      images.map(() => [{ box: [302, 301, 342, 341] as Box, score: 0.7 }]),
    );
    await review(other, [302, 301, 342, 341], 'UNSURE');
    expect((await queue(run)).map(({ x1 }) => x1)).toEqual(Array(6).fill(nothing[0]));
  });

  it('offers a range of scores, and goes through the images one by one, where that is requested', async () => {
    const run = await makeRun(bed.database, images);
    const between = await queue(run, { scoreAtLeast: 0.32, scoreAtMost: 0.87 });
    expect(between.every(({ score }) => score >= 0.32 && score <= 0.87)).toBe(true);
    expect(between).toHaveLength(3 + 4);
    expect(await queue(run, { rankAtMost: 1 })).toHaveLength(6);
    const leastFirst = await queue(run, {}, [{ field: 'SCORE', direction: 'ASC' }]);
    expect(leastFirst).toEqual((await queue(run)).reverse());
    const byImage = await queue(run, {}, [{ field: 'IMAGE_AND_RANK', direction: 'ASC' }]);
    expect(byImage.map(({ x1 }) => x1)).toEqual(images.flatMap(() => [unmarked[0], nothing[0]]));
  });

  it('offers a spot again to a second reader who has not seen it', async () => {
    const run = await makeRun(bed.database, images);
    await review(run.runId, unmarked, 'LESION', 'first');
    expect(await queue(run)).toHaveLength(6);
    expect(await queue(run, { unreviewedBy: 'second' })).toHaveLength(12);
    await review(run.runId, unmarked, 'LESION', 'second');
    expect(await queue(run, { unreviewedBy: 'second' })).toHaveLength(6);
  });

  it('offers a spot again when its verdict is withdrawn, and metrics treat it as not reviewed', async () => {
    const run = await makeRun(bed.database, images);
    await review(run.runId, unmarked, 'LESION');
    await review(run.runId, unmarked, 'WITHDRAWN');
    expect(await queue(run)).toHaveLength(12);
    expect(await accuracy(run.runId, { reviews: 'INCLUDE' })).toEqual([0, 6]);
    const [{ id } = { id: 0 }] = await detectionsOf(run.runId, unmarked);
    expect(await findCurrentVerdicts(bed.database, [id])).toEqual([]);
    await review(run.runId, unmarked, 'NOT_A_LESION');
    expect(await queue(run)).toHaveLength(6);
  });

  it('keeps a spot away as long as another reviewer stands by a verdict', async () => {
    const run = await makeRun(bed.database, images);
    await review(run.runId, unmarked, 'LESION', 'first');
    await review(run.runId, unmarked, 'NOT_A_LESION', 'second');
    await review(run.runId, unmarked, 'WITHDRAWN', 'second');
    expect(await queue(run)).toHaveLength(6);
    expect(await accuracy(run.runId, { reviews: 'INCLUDE' })).toEqual([6, 12]);
  });

  it('has no verdict to withdraw where this reviewer has none', async () => {
    const run = await makeRun(bed.database, images.slice(0, 1));
    const refusal = { code: 'CONFLICT', argument: 'verdict' };
    await expect(review(run.runId, unmarked, 'WITHDRAWN')).rejects.toMatchObject(refusal);
    await review(run.runId, unmarked, 'LESION', 'another');
    await expect(review(run.runId, unmarked, 'WITHDRAWN')).rejects.toMatchObject(refusal);
    await review(run.runId, unmarked, 'LESION');
    await review(run.runId, unmarked, 'WITHDRAWN');
    await expect(review(run.runId, unmarked, 'WITHDRAWN')).rejects.toMatchObject(refusal);
  });
});

describe('what was reviewed of a run', () => {
  const reviewed = async (run: MadeRun, reviewer: string | null = null): Promise<number[]> => {
    const listing = reviewedDetectionsListing(reviewer);
    const pages = await readPagesOfParents(bed.database, listing, { first: 50 }, [run.runId]);
    return (pages.get(run.runId)?.rows ?? []).map(({ id }) => id);
  };

  it('is listed the latest first, once each, of one reviewer or of all, without what was withdrawn', async () => {
    const run = await makeRun(bed.database, images.slice(0, 2));
    const [a, b] = (await detectionsOf(run.runId, unmarked)).map(({ id }) => id) as [number, number];
    const [c] = (await detectionsOf(run.runId, nothing)).map(({ id }) => id) as [number];
    const give = (detectionId: number, verdict: ReviewVerdict, reviewer = 'Roe') =>
      addReview(bed.database, { detectionId, verdict, reviewer, remark: null });
    expect(await reviewed(run)).toEqual([]);
    await give(a, 'LESION');
    await give(b, 'UNSURE');
    await give(c, 'NOT_A_LESION', 'Doe');
    expect(await reviewed(run)).toEqual([c, b, a]);
    expect(await reviewed(run, 'Roe')).toEqual([b, a]);
    await give(a, 'NOT_A_LESION');
    expect(await reviewed(run)).toEqual([a, c, b]);
    await give(b, 'WITHDRAWN');
    expect(await reviewed(run)).toEqual([a, c]);
    expect(await reviewed(run, 'nobody')).toEqual([]);
  });

  it('is counted by verdict and by reviewer, over the places of all runs', async () => {
    const run = await makeRun(bed.database, images);
    const none = { lesion: 0, notLesion: 0, unsure: 0 };
    expect(await findReviewProgress(bed.database, run.runId)).toEqual({
      ...none,
      ...{ candidates: 12, reviewed: 0, reviewers: [], lastReviewedAt: null },
    });
    const other = await makeRunBeside(
      bed.database,
      run,
      images.map(() => [{ box: [302, 301, 342, 341] as Box, score: 0.7 }]),
    );
    await review(other, [302, 301, 342, 341], 'LESION');
    const [first, second] = (await detectionsOf(run.runId, nothing)).map(({ id }) => id) as [number, number];
    await addReview(bed.database, { detectionId: first, verdict: 'NOT_A_LESION', reviewer: 'Doe', remark: null });
    await addReview(bed.database, { detectionId: second, verdict: 'LESION', reviewer: 'Doe', remark: null });
    await addReview(bed.database, { detectionId: second, verdict: 'NOT_A_LESION', reviewer: 'Roe', remark: null });
    // A box on an annotated lesion is no candidate, whatever is said of it.
    await review(run.runId, annotated, 'LESION', 'Poe');
    const progress = await findReviewProgress(bed.database, run.runId);
    expect(progress).toMatchObject({ candidates: 12, reviewed: 8, lesion: 6, notLesion: 1, unsure: 1 });
    expect(progress.reviewers).toEqual([
      { reviewer: 'Poe', count: 6 },
      { reviewer: 'Doe', count: 2 },
      { reviewer: 'Roe', count: 1 },
    ]);
    expect(progress.lastReviewedAt).toBeInstanceOf(Date);
    expect(await queue(run)).toHaveLength(12 - 8);
    await review(other, [302, 301, 342, 341], 'WITHDRAWN');
    expect(await findReviewProgress(bed.database, run.runId)).toMatchObject({ reviewed: 2, lesion: 0 });
  });
});

describe('verdicts', () => {
  it('go with the detections of a deleted run, also one that is given while the run is deleted, and are on none that is gone', async () => {
    const { database } = bed;
    const { runId } = await makeRun(database, images);
    const kept = await makeRun(database, images);
    await review(runId, unmarked, 'LESION');
    await review(kept.runId, unmarked, 'LESION');
    const [late] = await detectionsOf(runId, nothing);
    const of = async (run: number) =>
      (
        await database.query({
          text: `SELECT FROM detection_review AS review JOIN detection ON detection.id = review.detection_id WHERE run_id = $1`,
          values: [run],
        })
      ).length;
    const all = async () => (await database.query({ text: 'SELECT FROM detection_review' })).length;
    const [before, own] = [await all(), await of(runId)];
    let deleted: Promise<unknown> = Promise.resolve();
    await database.transaction(async (transaction) => {
      await transaction.query({
        text: `INSERT INTO detection_review (detection_id, verdict, reviewer) VALUES ($1, 'LESION', 'late')`,
        values: [late!.id],
      });
      deleted = database.query({ text: 'DELETE FROM detection_run WHERE id = $1', values: [runId] });
      // It waits for the verdict, which holds its detection.
      for (let waits = 0; waits === 0; )
        waits = (await transaction.query({ text: `SELECT FROM pg_locks WHERE NOT granted` })).length;
    });
    await deleted;
    expect(await all()).toBe(before - own);
    expect(await of(kept.runId)).toBe(images.length);
    await expect(
      database.query({
        text: `INSERT INTO detection_review (detection_id, verdict, reviewer) VALUES ($1, 'LESION', 'later')`,
        values: [late!.id],
      }),
    ).rejects.toThrow(`There is no detection ${late!.id} for a verdict.`);
  });
});
