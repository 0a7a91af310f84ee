import {
  AREA_RANGES,
  COCO_THRESHOLDS,
  type CocoImages,
  type CocoSummary,
  matchCoco,
  meanOfDefined,
  meanPrecision,
  packImages,
  precisionRecall,
  RECALL_POINTS,
  rankDetections,
  summarizeCoco,
  toCocoThresholds,
} from '../../src/evaluation';
import { classesOf, firstDifference, readCocoCases } from './cocoCases';

const thresholds = toCocoThresholds(COCO_THRESHOLDS);

function listOf(summary: CocoSummary): (number | null)[] {
  const { ap, ap50, ap75, apSmall, apMedium, apLarge, ar1, ar10, ar100, arSmall, arMedium, arLarge } = summary;
  return [ap, ap50, ap75, apSmall, apMedium, apLarge, ar1, ar10, ar100, arSmall, arMedium, arLarge];
}

function curveOf(images: CocoImages, t: number): ReturnType<typeof precisionRecall> {
  const ranking = rankDetections(images);
  return precisionRecall(images, ranking, matchCoco(images, ranking, thresholds, AREA_RANGES.all, 100), t, 100);
}

describe('1,000 random data sets that pycocotools 2.0.11 evaluated', () => {
  const cases = readCocoCases();

  it('are 1,000, with crowds, ties, several classes, images without lesions and more than 100 boxes in one image', () => {
    expect(cases).toHaveLength(1000);
    expect(cases.some((item) => item.truth.some((row) => row[7] === 1))).toBe(true);
    expect(cases.some((item) => item.c === 3)).toBe(true);
    expect(cases.some((item) => item.detections.length > 120)).toBe(true);
    expect(cases.some((item) => item.stats[0] === null)).toBe(true);
  });

  it('have the same twelve figures here, within 1e-6, and none where pycocotools has none', () => {
    const wrong = cases.map((item, i) => {
      const difference = firstDifference(listOf(summarizeCoco(classesOf(item))), item.stats);
      return difference && `case ${i}: ${difference}`;
    });
    expect(wrong.filter(Boolean)).toEqual([]);
  });

  it('have the same AP at each of the ten thresholds', () => {
    const wrong = cases.map((item, i) => {
      const ofClasses = classesOf(item);
      const ap = COCO_THRESHOLDS.map((_, t) =>
        meanOfDefined(
          ofClasses.map((images) => {
            const curve = curveOf(images, t);
            return curve && meanPrecision(curve);
          }),
        ),
      );
      const difference = firstDifference(ap, item.ap);
      return difference && `case ${i}: ${difference}`;
    });
    expect(wrong.filter(Boolean)).toEqual([]);
  });

  it('have the same precision at each of the 101 recalls', () => {
    const withCurve = cases.filter((item) => item.precision !== undefined);
    expect(withCurve).toHaveLength(100);
    for (const item of withCurve) {
      const curve = curveOf(classesOf(item)[0]!, 5);
      if (item.precision === null) expect(curve).toBeNull();
      else expect(firstDifference(curve!.precision, item.precision!)).toBeNull();
    }
  });
});

describe("pycocotools' habits, one by one", () => {
  type Lesion = [number, number, number, number];
  type Detection = [number, number, number, number, number];
  const box: Lesion = [10, 10, 50, 50];
  const one = (lesions: Lesion[], detections: Detection[]): CocoImages => packImages([{ lesions, detections }]);

  it('a perfect detector has exactly 1 everywhere that lesions are', () => {
    const summary = summarizeCoco([one([box], [[...box, 0.9]])]);
    expect(summary).toMatchObject({
      ap: 1,
      ap50: 1,
      ap75: 1,
      apMedium: 1,
      ar1: 1,
      ar100: 1,
      apSmall: null,
      arLarge: null,
    });
  });

  it('the ninth threshold is 0.8999999999999999, and is filed as 900 thousandths', () => {
    expect(thresholds[8]).toBe(0.8999999999999999);
    expect(COCO_THRESHOLDS[8]).toBe(900);
    expect(RECALL_POINTS[35]).toBe(0.35000000000000003);
  });

  it('an IoU of exactly 0.5 is a match at 0.5', () => {
    expect(summarizeCoco([one([[0, 0, 40, 40]], [[0, 0, 20, 40, 0.9]])]).ap50).toBe(1);
  });

  it('3 of 10 lesions without a false positive are 31/101, not 0.3', () => {
    const lesions = Array.from({ length: 10 }, (_, i): Lesion => [i * 50, 0, i * 50 + 40, 40]);
    const found = lesions.slice(0, 3).map((lesion): Detection => [...lesion, 0.9]);
    expect(summarizeCoco([one(lesions, found)]).ap).toBeCloseTo(31 / 101, 12);
  });

  it('equal scores keep the order in which they are listed, which flips AP between 1 and 0.5', () => {
    const miss: Detection = [200, 200, 240, 240, 0.5];
    expect(summarizeCoco([one([box], [[...box, 0.5], miss])]).ap50).toBe(1);
    expect(summarizeCoco([one([box], [miss, [...box, 0.5]])]).ap50).toBe(0.5);
  });

  it('one detection takes one lesion, even if it overlaps two alike', () => {
    expect(summarizeCoco([one([box, box], [[...box, 0.9]])]).ar100).toBe(0.5);
  });

  it('a second detection on a matched lesion is a false positive', () => {
    const twice = one(
      [box, [100, 100, 140, 140]],
      [
        [...box, 0.9],
        [...box, 0.8],
        [100, 100, 140, 140, 0.7],
      ],
    );
    const curve = curveOf(twice, 0)!;
    expect([curve.truePositives, curve.falsePositives]).toEqual([2, 1]);
  });

  it('an area of exactly 1024 is small and medium', () => {
    const summary = summarizeCoco([one([[0, 0, 32, 32]], [[0, 0, 32, 32, 0.9]])]);
    expect(summary).toMatchObject({ apSmall: 1, apMedium: 1, apLarge: null });
  });

  it("size classes follow the annotation's own area, not the box", () => {
    const images = { ...one([[0, 0, 100, 100]], [[0, 0, 100, 100, 0.9]]), lesionAreas: Float64Array.of(500) };
    expect(summarizeCoco([images])).toMatchObject({ apSmall: 1, apLarge: null });
  });

  it('a class without lesions is left out, one with lesions but no detection counts 0', () => {
    const perfect = one([box], [[...box, 0.9]]);
    expect(summarizeCoco([perfect, one([], [[...box, 0.9]])]).ap).toBe(1);
    expect(summarizeCoco([perfect, one([box], [])]).ap).toBe(0.5);
    expect(summarizeCoco([one([], [])]).ap).toBeNull();
    expect(summarizeCoco([]).ap).toBeNull();
  });

  it('false positives on images without lesions count', () => {
    const images = packImages([
      { lesions: [], detections: [[0, 0, 9, 9, 0.95]] },
      { lesions: [box], detections: [[...box, 0.9]] },
    ]);
    expect(summarizeCoco([images]).ap50).toBe(0.5);
  });

  it('detections on a crowd are neither right nor wrong, however many', () => {
    const images = {
      ...one(
        [box, [100, 100, 200, 200]],
        [
          [...box, 0.5],
          [110, 110, 120, 120, 0.9],
          [110, 110, 120, 120, 0.8],
        ],
      ),
      crowd: Uint8Array.of(0, 1),
    };
    expect(summarizeCoco([images])).toMatchObject({ ap: 1, ar100: 1 });
  });

  it('scores that are not numbers and boxes turned inside out are refused, where pycocotools takes them in silence', () => {
    expect(() => one([box], [[...box, Number.NaN]])).toThrow(
      new RangeError('Expected scores[0] to be finite, got NaN.'),
    );
    expect(() => one([box], [[50, 10, 10, 50, 0.5]])).toThrow(
      new RangeError('Expected detectionBoxes[0] to be finite with x1 ≤ x2 and y1 ≤ y2, got 50 10 10 50.'),
    );
  });
});
