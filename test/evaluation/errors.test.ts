import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import {
  AREA_RANGES,
  allLesions,
  codeOfKind,
  costOfErrors,
  countErrors,
  ERROR_KINDS,
  type ErrorKind,
  findErrors,
  frocCurvesOneToOne,
  HIT,
  type ImageBoxes,
  matchCoco,
  meanPrecision,
  packImages,
  precisionRecall,
  rankDetections,
  readFroc,
} from '../../src/evaluation';
import { anyImages, tiedScores } from './randomImages';

/** Made by fixtures/tide/make.py with tidecv 1.0.1. */
interface TideCase {
  iou: number;
  background: number;
  classes: number;
  tied: boolean;
  images: [lesions: number[][], detections: number[][]][];
  ap: number;
  counts: Record<string, number>;
  deltas: Record<string, number>;
}
const { cases }: { cases: TideCase[] } = JSON.parse(
  gunzipSync(readFileSync(resolve(__dirname, '../fixtures/tide/cases.json.gz'))).toString(),
);
const SHORT_NAMES: Record<ErrorKind, string> = {
  CLASSIFICATION: 'Cls',
  LOCALIZATION: 'Loc',
  BOTH: 'Both',
  DUPLICATE: 'Dupe',
  BACKGROUND: 'Bkg',
  MISSED: 'Miss',
};
/** tidecv's recalls: x / 100, where numpy's linspace, which COCO uses, has other last digits. */
const TIDE_RECALLS = Float64Array.from({ length: 101 }, (_, i) => i / 100);

type Box = [number, number, number, number];
const boxOf = ([, x1, y1, x2, y2]: number[]): Box => [x1! / 4, y1! / 4, x2! / 4, y2! / 4];

function errorsOfCase({ images, iou, background }: TideCase) {
  const packed = packImages(
    images.map(([lesions, detections]) => ({
      lesions: lesions.map(boxOf),
      detections: detections.map((one) => [...boxOf(one), one[5]! / 1000] as const),
    })),
  );
  const classes = {
    ofLesions: Int32Array.from(images.flatMap(([lesions]) => lesions.map(([name]) => name!))),
    ofDetections: Int32Array.from(images.flatMap(([, detections]) => detections.map(([name]) => name!))),
  };
  const ranking = rankDetections(packed);
  const rules = { iouThreshold: iou, backgroundIou: background, maxDetections: 100, classes };
  const errors = findErrors(packed, ranking, rules);
  const costs = costOfErrors(packed, ranking, errors, {
    falsePositivesPerImage: 1,
    classOfLesions: classes.ofLesions,
    classOfDetections: classes.ofDetections,
    recallPoints: TIDE_RECALLS,
  });
  return { errors, costs };
}

const lesion: Box = [0, 0, 40, 40];
const elsewhere: Box = [200, 200, 240, 240];

function analyse(images: readonly ImageBoxes[], classes?: { ofLesions: number[]; ofDetections: number[] }) {
  const packed = packImages(images);
  const ranking = rankDetections(packed);
  const errors = findErrors(packed, ranking, {
    iouThreshold: 0.5,
    backgroundIou: 0.1,
    maxDetections: 100,
    ...(classes && {
      classes: { ofLesions: Int32Array.from(classes.ofLesions), ofDetections: Int32Array.from(classes.ofDetections) },
    }),
  });
  return { packed, ranking, errors };
}

const kindsOf = (outcome: Uint8Array): string[] =>
  [...outcome].map((code) => (code === HIT ? 'HIT' : (ERROR_KINDS[code - 1] ?? 'NOT_COUNTED')));

describe('findErrors', () => {
  it('counts the same errors of each kind as tidecv, with and without classes and equal scores', () => {
    for (const one of cases) {
      const counts = countErrors(errorsOfCase(one).errors);
      expect(Object.fromEntries(ERROR_KINDS.map((kind, at) => [SHORT_NAMES[kind], counts[at]]))).toEqual(one.counts);
    }
  });

  it('tells a hit, a repeated, a badly placed and a stray detection, and the lesion that nothing comes near', () => {
    const { errors } = analyse([
      {
        lesions: [lesion, elsewhere],
        detections: [
          [0, 0, 40, 38, 0.9],
          [0, 0, 38, 40, 0.8],
          [20, 20, 60, 60, 0.7],
          [100, 100, 140, 140, 0.6],
        ],
      },
    ]);
    expect(kindsOf(errors.outcome)).toEqual(['HIT', 'DUPLICATE', 'LOCALIZATION', 'BACKGROUND']);
    expect([...errors.lesion]).toEqual([0, 0, 0, -1]);
    expect([...errors.hitBy]).toEqual([0, -1]);
    expect([...countErrors(errors)]).toEqual([0, 1, 0, 1, 1, 1]);
  });

  it('tells the wrong class from the wrong class at the wrong place', () => {
    const { errors } = analyse(
      [
        {
          lesions: [lesion],
          detections: [
            [0, 0, 40, 38, 0.9],
            [20, 20, 60, 60, 0.7],
          ],
        },
      ],
      { ofLesions: [1], ofDetections: [2, 2] },
    );
    expect(kindsOf(errors.outcome)).toEqual(['CLASSIFICATION', 'BOTH']);
    expect([...errors.mendedBy]).toEqual([0]);
    expect(countErrors(errors)[ERROR_KINDS.indexOf('MISSED')]).toBe(0);
  });

  it('calls a repeated detection at exactly the threshold a duplicate, where tidecv says localization', () => {
    const { errors } = analyse([
      {
        lesions: [lesion],
        detections: [
          [0, 0, 40, 40, 0.9],
          [0, 0, 40, 20, 0.8],
        ],
      },
    ]);
    expect(kindsOf(errors.outcome)).toEqual(['HIT', 'DUPLICATE']);
  });

  it('does not count detections beyond the limit of an image', () => {
    const packed = packImages([
      {
        lesions: [],
        detections: [
          [...lesion, 0.9],
          [...lesion, 0.8],
        ],
      },
    ]);
    const rules = { iouThreshold: 0.5, backgroundIou: 0.1, maxDetections: 1 };
    expect(kindsOf(findErrors(packed, rankDetections(packed), rules).outcome)).toEqual(['BACKGROUND', 'NOT_COUNTED']);
  });

  it('finds the hits of COCO, and a kind for everything else', () => {
    fc.assert(
      fc.property(anyImages(tiedScores), (images) => {
        const { packed, ranking, errors } = analyse(images);
        const { outcome } = matchCoco(packed, ranking, Float64Array.of(0.5), AREA_RANGES.all, 100);
        expect([...errors.outcome].map((code) => (code === HIT ? 1 : 0))).toEqual([...outcome]);
        const hits = errors.hitBy.filter((detection) => detection >= 0).length;
        const mendable = errors.mendedBy.filter((detection) => detection >= 0).length;
        const missed = countErrors(errors)[ERROR_KINDS.indexOf('MISSED')]!;
        expect(hits + mendable + missed).toBe(packed.lesionBoxes.length / 4);
      }),
    );
  });

  it('refuses a background IoU above the threshold', () => {
    const packed = packImages([{ lesions: [], detections: [] }]);
    const rules = { iouThreshold: 0.3, backgroundIou: 0.5, maxDetections: 100 };
    expect(() => findErrors(packed, rankDetections(packed), rules)).toThrow(
      /backgroundIou to be in 0\.\.0\.3, got 0\.5/,
    );
  });
});

describe('costOfErrors', () => {
  it('finds the average precision of tidecv, and what it says that mending each kind adds', () => {
    for (const one of cases.filter(({ tied }) => !tied)) {
      const { costs } = errorsOfCase(one);
      expect(100 * costs.averagePrecision!).toBeCloseTo(one.ap, 9);
      for (const { kind, averagePrecision } of costs.kinds)
        expect(100 * averagePrecision!).toBeCloseTo(one.deltas[SHORT_NAMES[kind]]!, 9);
    }
  });

  /**
   * tidecv puts the detections that were errors before hits of the same score once it mends anything, and so measures
   * the difference to another order than that of its AP. Here the order stays, and mending what did not occur costs
   * nothing.
   */
  it('keeps the order of equal scores, where tidecv changes it', () => {
    const tied = cases.filter((one) => one.tied);
    for (const one of tied) expect(100 * errorsOfCase(one).costs.averagePrecision!).toBeCloseTo(one.ap, 9);
    const differences = tied.flatMap((one) =>
      errorsOfCase(one).costs.kinds.map(
        ({ kind, averagePrecision }) => 100 * averagePrecision! - one.deltas[SHORT_NAMES[kind]]!,
      ),
    );
    expect(Math.min(...differences)).toBeGreaterThanOrEqual(-1e-9);
    expect(Math.max(...differences)).toBeGreaterThan(1);
  });

  it('starts from the average precision and the one-to-one FROC that evaluations store', () => {
    fc.assert(
      fc.property(anyImages(tiedScores), fc.constantFrom(0.25, 1, 4), (images, falsePositivesPerImage) => {
        const { packed, ranking, errors } = analyse(images);
        const costs = costOfErrors(packed, ranking, errors, { falsePositivesPerImage });
        const matches = matchCoco(packed, ranking, Float64Array.of(0.5), AREA_RANGES.all, 100);
        const curve = precisionRecall(packed, ranking, matches, 0, 100);
        expect(costs.averagePrecision ?? null).toEqual(
          curve === null ? null : expect.closeTo(meanPrecision(curve), 12),
        );
        const all = allLesions(packed.lesionBoxes.length / 4);
        const [froc] = frocCurvesOneToOne(packed, ranking, all, Float64Array.of(0.5));
        expect(costs.sensitivity).toBe(readFroc(froc!, falsePositivesPerImage).sensitivity);
      }),
    );
  });

  it('costs nothing where there is no error of the kind', () => {
    fc.assert(
      fc.property(anyImages(tiedScores), (images) => {
        const { packed, ranking, errors } = analyse(images);
        const { kinds } = costOfErrors(packed, ranking, errors, { falsePositivesPerImage: 1 });
        for (const { count, averagePrecision, sensitivity } of kinds)
          if (count === 0 && averagePrecision !== null) expect([averagePrecision, sensitivity]).toEqual([0, 0]);
      }),
    );
  });

  it('brings the detector to what it is without the errors', () => {
    const images: ImageBoxes[] = [
      {
        lesions: [lesion],
        detections: [
          [...elsewhere, 0.9],
          [...lesion, 0.8],
        ],
      },
      { lesions: [lesion], detections: [[20, 0, 60, 40, 0.7]] },
    ];
    const { packed, ranking, errors } = analyse(images);
    const costs = costOfErrors(packed, ranking, errors, { falsePositivesPerImage: 0 });
    const costOf = (kind: ErrorKind) => costs.kinds[codeOfKind(kind) - 1]!;
    // One of two lesions, at precision 1/2: 51 of 101 recalls.
    expect(costs.averagePrecision).toBeCloseTo((51 * 0.5) / 101, 12);
    expect(costOf('BACKGROUND').averagePrecision).toBeCloseTo((51 * 0.5) / 101, 12);
    // The second one is hit by the third detection: precision 2/3 at all recalls.
    expect(costOf('LOCALIZATION').averagePrecision).toBeCloseTo(2 / 3 - (51 * 0.5) / 101, 12);
    expect(costs.sensitivity).toBe(0);
    expect(costOf('BACKGROUND').sensitivity).toBe(0.5);
  });

  describe('with intervals over patients', () => {
    const images: ImageBoxes[] = Array.from({ length: 12 }, (_, at) => ({
      lesions: [lesion],
      detections: at % 3 === 0 ? [[...elsewhere, 0.9]] : [[...lesion, 0.8 - at / 100]],
    }));
    const costsOf = (patientOf: number[], seed = 1) => {
      const { packed, ranking, errors } = analyse(images);
      const resampling = {
        patientOf: Int32Array.from(patientOf),
        patientCount: Math.max(...patientOf) + 1,
        resamples: 200,
        seed,
      };
      return costOfErrors(packed, ranking, errors, { falsePositivesPerImage: 1, resampling });
    };
    const each = images.map((_, at) => at);

    it('holds the metric, and gives the same for the same seed', () => {
      const costs = costsOf(each);
      expect(costsOf(each)).toEqual(costs);
      const {
        averagePrecision,
        averagePrecisionInterval: interval,
        countInterval,
      } = costs.kinds[codeOfKind('MISSED') - 1]!;
      expect(interval!.low).toBeLessThan(averagePrecision!);
      expect(interval!.high).toBeGreaterThan(averagePrecision!);
      expect(countInterval!.low).toBeLessThan(4);
      expect(countInterval!.high).toBeGreaterThan(4);
    });

    it('has none if all images are of one patient', () => {
      const [first] = costsOf(images.map(() => 0)).kinds;
      expect(first).toMatchObject({ countInterval: null, averagePrecisionInterval: null, sensitivityInterval: null });
    });
  });
});
