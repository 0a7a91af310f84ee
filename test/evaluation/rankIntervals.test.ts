import fc from 'fast-check';
import {
  averagePrecisionOf,
  type BoardGround,
  type CurveBoxes,
  curveBoxes,
  drawAccuracies,
  drawAveragePrecisions,
  drawSensitivities,
  packImages,
  type RankedBoard,
  rankDetections,
  rankEntries,
  rankJointly,
  seededRandom,
  sensitivityOf,
} from '../../src/evaluation';

const RESAMPLING = { resamples: 400, seed: 1 };

/** A board of accuracies over lesions, each of a patient. @param hits by key, one for each lesion */
function accuracyBoard(hits: Record<string, readonly number[]>, patients: readonly number[]): RankedBoard {
  const patientOfLesion = Int32Array.from(patients);
  const patientCount = Math.max(...patients) + 1;
  const ground = { patientOfImage: patientOfLesion, patientOfLesion, patientCount };
  const entries = Object.entries(hits).map(([key, own]) => ({
    key,
    value: own.reduce((sum, hit) => sum + hit, 0) / own.length,
    content: Uint8Array.from(own),
  }));
  return rankJointly(entries, (contents) => drawAccuracies(contents, ground, RESAMPLING), new Set(patients).size);
}

/** 60 lesions of 30 patients. */
const PATIENTS = Array.from({ length: 60 }, (_, lesion) => lesion >> 1);
const random = seededRandom(7);
const someHits = (share: number): number[] => PATIENTS.map(() => (random() / 2 ** 32 < share ? 1 : 0));

describe('a board', () => {
  it('ties five copies of one run at rank 1, in one group, and resolves nothing between them', () => {
    const run = someHits(0.6);
    const board = accuracyBoard(Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((key) => [key, run])), PATIENTS);
    expect(board.resolvableDifference).toBeNull();
    for (const entry of board.entries)
      expect(entry).toMatchObject({ rank: 1, rankLow: 1, rankHigh: 5, group: 1, tiedWithBest: true });
  });

  it('ranks a run alone that is better by more than the resolution, and its copies of another behind it together', () => {
    const run = someHits(0.2);
    const better = run.map((hit, lesion) => (lesion % 10 === 9 ? hit : 1));
    const board = accuracyBoard({ a: run, b: run, best: better, c: run }, PATIENTS);
    const [first, ...others] = board.entries;
    expect(first).toMatchObject({ key: 'best', rank: 1, rankLow: 1, rankHigh: 1, group: 1, tiedWithBest: true });
    expect((first?.value ?? 0) - (others[0]?.value ?? 0)).toBeGreaterThan(board.resolvableDifference ?? 1);
    for (const other of others)
      expect(other).toMatchObject({ rank: 2, rankLow: 2, rankHigh: 4, group: 2, tiedWithBest: false });
  });

  it('tells nothing apart over fewer than six patients, however different the runs are', () => {
    const patients = [0, 1, 2, 3, 4];
    const board = accuracyBoard({ all: [1, 1, 1, 1, 1], none: [0, 0, 0, 0, 0] }, patients);
    expect(board.entries.map(({ rank, group }) => [rank, group])).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(board.resolvableDifference).toBeNull();
    expect(
      accuracyBoard({ all: [1, 1, 1, 1, 1, 1], none: [0, 0, 0, 0, 0, 0] }, [...patients, 5]).entries[1]?.rank,
    ).toBe(2);
  });

  it('is the same whatever the order of patients, lesions and entries', () => {
    const lesion = fc.record({ patient: fc.nat(9), hits: fc.array(fc.nat(1), { minLength: 3, maxLength: 3 }) });
    const cases = fc.array(lesion, { minLength: 12, maxLength: 40 }).chain((lesions) =>
      fc.record({
        lesions: fc.constant(lesions),
        shuffled: fc.shuffledSubarray(lesions, { minLength: lesions.length }),
        names: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 10 }),
        entries: fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ lesions, shuffled, names, entries }) => {
        const boardOf = (from: typeof lesions, order: number[], nameOf: (patient: number) => number): RankedBoard =>
          accuracyBoard(
            Object.fromEntries(order.map((entry) => [`entry ${entry}`, from.map(({ hits }) => hits[entry] ?? 0)])),
            from.map(({ patient }) => nameOf(patient)),
          );
        const board = boardOf(lesions, [0, 1, 2], (patient) => patient);
        expect(boardOf(shuffled, entries, (patient) => names[patient] ?? 0)).toEqual(board);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps ranks within their intervals and groups in order', () => {
    const run = fc.array(fc.nat(1), { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 5 }), (runs) => {
        const patients = Array.from({ length: 24 }, (_, lesion) => lesion % 12);
        const { entries } = accuracyBoard(Object.fromEntries(runs.map((hits, i) => [String(i), hits])), patients);
        for (const [at, { rank, rankLow, rankHigh, group }] of entries.entries()) {
          expect(rankLow).toBeLessThanOrEqual(rank);
          expect(rank).toBeLessThanOrEqual(rankHigh);
          expect(group).toBeGreaterThanOrEqual(entries[at - 1]?.group ?? 1);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('refuses entries of one key, and draws of different numbers', () => {
    const entry = { key: 'a', value: 1, draws: new Float64Array(2) };
    expect(() => rankEntries([entry, entry], 9)).toThrow('differ');
    expect(() => rankEntries([entry, { ...entry, key: 'b', draws: new Float64Array(3) }], 9)).toThrow('same draws');
  });
});

/** Images of one lesion each; half of the boxes are on it. */
function curvesOf(imageCount: number): { entry: CurveBoxes; ground: BoardGround } {
  const next = seededRandom(3);
  const share = (): number => Math.round((next() / 2 ** 32) * 20) / 20;
  const images = packImages(
    Array.from({ length: imageCount }, () => ({
      lesions: [[0, 0, 10, 10] as const],
      detections: Array.from({ length: 4 }, () => {
        const x = share() < 0.5 ? 0 : 30;
        return [x, 0, x + 10, 10, share()] as const;
      }),
    })),
  );
  const ranking = rankDetections(images);
  const open = new Set(Array.from({ length: imageCount }, (_, image) => image));
  const hits = new Uint8Array(images.scores.length);
  const isFalse = new Uint8Array(images.scores.length).fill(1);
  for (const box of ranking.order) {
    if (images.detectionBoxes[4 * box] !== 0) continue;
    isFalse[box] = 0;
    if (open.delete(ranking.imageOf[box] ?? -1)) hits[box] = 1;
  }
  const patients = Int32Array.from({ length: imageCount }, (_, image) => image >> 1);
  const ground = { patientOfImage: patients, patientOfLesion: patients, patientCount: (imageCount + 1) >> 1 };
  return { entry: curveBoxes(images, ranking, { hits, isFalse }), ground };
}

describe('draws of curves', () => {
  const { entry, ground } = curvesOf(40);

  it('vary about the value of all patients, and are the same for two copies', () => {
    const [one, other] = drawSensitivities([entry, entry], [0.25, 0.5], ground, RESAMPLING);
    const value = sensitivityOf(entry, [0.25, 0.5], ground);
    const mean = (one ?? new Float64Array()).reduce((sum, draw) => sum + draw / RESAMPLING.resamples, 0);
    expect(other).toEqual(one);
    expect(Math.abs(mean - value)).toBeLessThan(0.1);
    const [precisions] = drawAveragePrecisions([entry], ground, RESAMPLING);
    expect(Math.abs((precisions?.[0] ?? 0) - averagePrecisionOf(entry, ground))).toBeLessThan(0.4);
  });

  it('do not depend on the names of patients', () => {
    const renamed = (patients: Int32Array): Int32Array =>
      patients.map((patient) => (patient * 7) % ground.patientCount);
    const other = {
      ...ground,
      patientOfImage: renamed(ground.patientOfImage),
      patientOfLesion: renamed(ground.patientOfLesion),
    };
    expect(drawSensitivities([entry], [1], other, RESAMPLING)).toEqual(
      drawSensitivities([entry], [1], ground, RESAMPLING),
    );
    expect(drawAveragePrecisions([entry], other, RESAMPLING)).toEqual(
      drawAveragePrecisions([entry], ground, RESAMPLING),
    );
  });
});
