import fc from 'fast-check';
import {
  allLesions,
  bestOverlapOfLesions,
  bootstrapFroc,
  dropBelow,
  FROC_RATES,
  findOverlaps,
  frocCurves,
  frocCurvesOneToOne,
  frocOutcome,
  fromThousandths,
  hitLevels,
  type ImageBoxes,
  leastHits,
  oneToOneOutcome,
  overlapOf,
  packImages,
  rankDetections,
  readFroc,
  seededRandom,
  toCocoThresholds,
} from '../../src/evaluation';

type Box = [number, number, number, number];
const half = fromThousandths([500]);
const boxes: fc.Arbitrary<Box> = fc
  .tuple(fc.nat(12), fc.nat(12), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }))
  .map(([x, y, width, height]) => [x, y, x + width, y + height]);
const imageLists: fc.Arbitrary<ImageBoxes[]> = fc.array(
  fc.record({
    lesions: fc.array(boxes, { maxLength: 3 }),
    detections: fc.array(
      fc.tuple(boxes, fc.integer({ min: 0, max: 10 })).map(([box, score]) => [...box, score / 10] as never),
      { maxLength: 5 },
    ),
  }),
  { minLength: 2, maxLength: 8 },
);

describe('the rules of a hit', () => {
  it('tell at the threshold from above it, to the last bit', () => {
    const overlaps = Float64Array.of(0.5, 0.5 + Number.EPSILON / 2, 0.4999);
    expect([...hitLevels(overlaps, half)]).toEqual([0, 1, 0]);
    expect([...hitLevels(overlaps, half, 'GREATER_OR_EQUAL')]).toEqual([1, 1, 0]);
  });

  it('never find less at the threshold than above it, nor by IoBB than by IoU', () => {
    fc.assert(
      fc.property(imageLists, (lists) => {
        const images = packImages(lists);
        const ranking = rankDetections(images);
        const byIou = bestOverlapOfLesions(images, ranking, 5, overlapOf('IOU', 'CONTINUOUS'));
        const byIobb = bestOverlapOfLesions(images, ranking, 5, overlapOf('IOBB', 'CONTINUOUS'));
        const thresholds = fromThousandths([250, 500, 750]);
        const above = hitLevels(byIou, thresholds);
        hitLevels(byIou, thresholds, 'GREATER_OR_EQUAL').forEach((level, lesion) => {
          expect(level).toBeGreaterThanOrEqual(above[lesion]!);
        });
        byIobb.forEach((overlap, lesion) => {
          expect(overlap).toBeGreaterThanOrEqual(byIou[lesion]!);
        });
      }),
    );
  });

  it('count the last pixel as part of an inclusive box', () => {
    const images = packImages([{ lesions: [[0, 0, 9, 9]], detections: [[0, 0, 9, 4, 1]] }]);
    const best = (measure: 'CONTINUOUS' | 'INCLUSIVE') =>
      bestOverlapOfLesions(images, rankDetections(images), 1, overlapOf('IOU', measure))[0];
    expect(best('CONTINUOUS')).toBeCloseTo(36 / 81, 12);
    expect(best('INCLUSIVE')).toBe(0.5);
  });
});

describe('a score floor', () => {
  it('of 0 changes nothing, and drops what scores less', () => {
    fc.assert(
      fc.property(imageLists, fc.integer({ min: 0, max: 10 }), (lists, tenths) => {
        const images = packImages(lists);
        expect(dropBelow(images, 0)).toEqual(images);
        const floor = tenths / 10;
        const kept = lists.map((image) => ({
          ...image,
          detections: image.detections.filter(([, , , , score]) => score >= floor),
        }));
        expect(dropBelow(images, floor)).toEqual(packImages(kept));
      }),
    );
  });
});

describe('the FROC with one lesion a box', () => {
  const curve = (lists: ImageBoxes[]) => {
    const images = packImages(lists);
    const lesions = allLesions(images.lesionBoxes.length / 4);
    return frocCurvesOneToOne(images, rankDetections(images), lesions, toCocoThresholds([500]))[0]!;
  };

  it('takes a second box on a lesion for a false positive', () => {
    const { falsePositives, truePositives } = curve([
      {
        lesions: [[0, 0, 10, 10]],
        detections: [
          [0, 0, 10, 10, 0.9],
          [0, 0, 10, 9, 0.8],
        ],
      },
    ]);
    expect([...falsePositives]).toEqual([0, 1]);
    expect([...truePositives]).toEqual([1, 1]);
  });

  it('lets a box take one lesion where the public DeepLesion code lets it hit two', () => {
    const lists: ImageBoxes[] = [
      {
        lesions: [
          [0, 0, 10, 10],
          [0, 0, 10, 11],
        ],
        detections: [[0, 0, 10, 10, 0.9]],
      },
    ];
    expect([...curve(lists).truePositives]).toEqual([1]);
    const images = packImages(lists);
    const ranking = rankDetections(images);
    const pairs = findOverlaps(images, ranking, overlapOf('IOU', 'INCLUSIVE'), 0.5);
    expect([...frocCurves(images, ranking, pairs, allLesions(2), half)[0]!.truePositives]).toEqual([2]);
  });

  it('has every box as hit or false positive, and never finds more than the lesions', () => {
    fc.assert(
      fc.property(imageLists, (lists) => {
        const { falsePositives, truePositives, lesionCount } = curve(lists);
        const count = lists.reduce((sum, { detections }) => sum + detections.length, 0);
        expect((falsePositives.at(-1) ?? 0) + (truePositives.at(-1) ?? 0)).toBe(count);
        expect(truePositives.at(-1) ?? 0).toBeLessThanOrEqual(lesionCount);
      }),
    );
  });
});

describe('the bands of a FROC', () => {
  const RESAMPLES = 100;

  /**
   * Every draw spelled out: the images of the drawn patients, each as often as it was drawn, and their curve read again.
   */
  const bruteForce = (lists: ImageBoxes[], patientOf: number[], patientCount: number, isOneToOne: boolean) => {
    const random = seededRandom(5);
    const readings: number[][] = FROC_RATES.map(() => []);
    for (let resample = 0; resample < RESAMPLES; resample++) {
      const drawn = Array.from({ length: patientCount }, () => Math.floor((random() / 2 ** 32) * patientCount));
      const images = packImages(drawn.flatMap((patient) => lists.filter((_, i) => patientOf[i] === patient)));
      const lesions = allLesions(images.lesionBoxes.length / 4);
      const ranking = rankDetections(images);
      const pairs = findOverlaps(images, ranking, overlapOf('IOU', 'INCLUSIVE'), 0.5);
      const [curve] = isOneToOne
        ? frocCurvesOneToOne(images, ranking, lesions, toCocoThresholds([500]))
        : frocCurves(images, ranking, pairs, lesions, half);
      for (const [r, rate] of FROC_RATES.entries()) {
        const { sensitivity } = readFroc(curve!, rate);
        if (sensitivity !== null) readings[r]!.push(sensitivity);
      }
    }
    return readings.map((values) => {
      const sorted = values.sort((a, b) => a - b);
      const quantile = (share: number) => {
        const at = share * (sorted.length - 1);
        const below = Math.floor(at);
        const above = Math.min(below + 1, sorted.length - 1);
        return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
      };
      return [quantile(0.025), quantile(0.975)];
    });
  };

  it.each([false, true])(
    'are those of drawing patients and reading each curve again (one lesion a box: %s)',
    (isOneToOne) => {
      fc.assert(
        fc.property(imageLists, fc.integer({ min: 2, max: 4 }), (lists, patientCount) => {
          const patientOf = lists.map((_, i) => i % Math.min(patientCount, lists.length));
          const count = Math.max(...patientOf) + 1;
          const images = packImages(lists);
          const ranking = rankDetections(images);
          const lesions = allLesions(images.lesionBoxes.length / 4);
          const pairs = findOverlaps(images, ranking, overlapOf('IOU', 'INCLUSIVE'), 0.5);
          const outcome = isOneToOne
            ? oneToOneOutcome(images, ranking, lesions, toCocoThresholds([500])[0]!)
            : frocOutcome(ranking, pairs, lesions, leastHits(half, 'GREATER_OR_EQUAL')[0]!);
          const resampling = {
            patientOf: Int32Array.from(patientOf),
            patientCount: count,
            resamples: RESAMPLES,
            seed: 5,
          };
          const [bands] = bootstrapFroc(images, ranking, [lesions], [outcome], FROC_RATES, resampling);
          const patientsWithLesions = new Set(
            lists.flatMap(({ lesions: own }, i) => (own.length > 0 ? [patientOf[i]] : [])),
          );
          if (patientsWithLesions.size < 2) {
            expect(bands).toEqual(FROC_RATES.map(() => null));
            return;
          }
          const expected = bruteForce(lists, patientOf, count, isOneToOne);
          bands!.forEach((band, r) => {
            expect(band!.low).toBeCloseTo(expected[r]![0]!, 10);
            expect(band!.high).toBeCloseTo(expected[r]![1]!, 10);
          });
        }),
        { numRuns: 40 },
      );
    },
  );
});
