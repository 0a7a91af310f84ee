import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import {
  allLesions,
  FROC_RATES,
  type FrocCurve,
  findOverlaps,
  frocCurves,
  fromThousandths,
  type ImageBoxes,
  type OverlapCriterion,
  overlapOf,
  packImages,
  rankDetections,
  readFroc,
} from '../../src/evaluation';
import { anyImages, tiedScores } from './randomImages';
import { plainSensitivity } from './reference';

/** Made by fixtures/froc/make.py, which follows the public code's algorithm. */
const { cases: publicCases }: { cases: PublicCase[] } = JSON.parse(
  readFileSync(resolve(__dirname, '../fixtures/froc/cases.json'), 'utf8'),
);
interface PublicCase {
  criterion: 'IOU' | 'IOBB';
  threshold: number;
  images: ImageBoxes[];
  sensitivity: number[];
}

type Box = [number, number, number, number];
const lesion: Box = [0, 0, 40, 40];
const other: Box = [200, 200, 240, 240];

function curves(
  images: readonly ImageBoxes[],
  thousandths: readonly number[],
  criterion: OverlapCriterion = 'IOU',
  stratum?: Int32Array,
): FrocCurve[] {
  const packed = packImages(images);
  const ranking = rankDetections(packed);
  const thresholds = fromThousandths(thousandths);
  const pairs = findOverlaps(packed, ranking, overlapOf(criterion, 'INCLUSIVE'), thresholds[0]!);
  const all = allLesions(packed.lesionBoxes.length / 4);
  return frocCurves(packed, ranking, pairs, stratum ? { name: 'part', lesions: stratum } : all, thresholds);
}

const curve = (images: readonly ImageBoxes[], criterion?: OverlapCriterion): FrocCurve =>
  curves(images, [500], criterion)[0]!;
const pointsOf = ({ falsePositives, truePositives, scoreThresholds }: FrocCurve): number[][] =>
  [...falsePositives].map((count, i) => [count, truePositives[i]!, scoreThresholds[i]!]);

describe('frocCurves', () => {
  const fiveBoxes: ImageBoxes[] = [
    {
      lesions: [lesion],
      detections: [
        [...lesion, 0.9],
        [...other, 0.8],
        [...other, 0.6],
      ],
    },
    {
      lesions: [lesion],
      detections: [
        [...lesion, 0.7],
        [...other, 0.5],
      ],
    },
  ];

  it('keeps a point with its score for each number of false positives at which more is hit, and the end', () => {
    expect(pointsOf(curve(fiveBoxes))).toEqual([
      [0, 1, 0.9],
      [1, 2, 0.7],
      [3, 2, 0.5],
    ]);
  });

  it('reads .5, 1, 1 at .25, .5, 1 false positives an image, as DeepLesion_manual_test_set does on the same boxes', () => {
    const read = [0.25, 0.5, 1].map((rate) => readFroc(curve(fiveBoxes), rate).sensitivity);
    expect(read).toEqual([0.5, 1, 1]);
  });

  it('lets one box hit every lesion that it overlaps', () => {
    const images: ImageBoxes[] = [{ lesions: [lesion, [0, 0, 40, 44]], detections: [[...lesion, 0.9]] }];
    expect(pointsOf(curve(images))).toEqual([[0, 2, 0.9]]);
  });

  it('counts a repeat on a lesion that is hit already neither as hit nor as false positive', () => {
    const images: ImageBoxes[] = [
      {
        lesions: [lesion],
        detections: [
          [...lesion, 0.9],
          [...lesion, 0.8],
          [...lesion, 0.1],
        ],
      },
    ];
    const reading = readFroc(curve(images), 0.125);
    expect(reading).toMatchObject({ sensitivity: 1, reachedFalsePositivesPerImage: false });
    expect(curve(images).falsePositives.at(-1)).toBe(0);
  });

  it('counts an overlap of exactly the threshold as a hit', () => {
    const images: ImageBoxes[] = [{ lesions: [[0, 0, 39, 39]], detections: [[0, 0, 19, 39, 0.9]] }];
    expect(curve(images).truePositives.at(-1)).toBe(1);
  });

  it('counts boxes on images without lesions as false positives, and such images in the rate', () => {
    const images: ImageBoxes[] = [
      { lesions: [lesion], detections: [[...lesion, 0.5]] },
      { lesions: [], detections: [[...lesion, 0.9]] },
    ];
    expect(pointsOf(curve(images))).toEqual([[1, 1, 0.5]]);
    expect(readFroc(curve(images), 0.25)).toMatchObject({ sensitivity: 0, truePositives: 0, scoreThreshold: null });
    expect(readFroc(curve(images), 0.5)).toMatchObject({ sensitivity: 1, scoreThreshold: 0.5 });
  });

  it('of a stratum counts hits on other lesions as false positives', () => {
    const images: ImageBoxes[] = [
      {
        lesions: [lesion, other],
        detections: [
          [...lesion, 0.9],
          [...other, 0.8],
        ],
      },
    ];
    const [part] = curves(images, [500], 'IOU', Int32Array.of(1));
    expect(pointsOf(part!)).toEqual([[1, 1, 0.8]]);
    expect(part!.lesionCount).toBe(1);
  });

  it('takes IoBB as well, which a tiny box inside a lesion satisfies', () => {
    const images: ImageBoxes[] = [{ lesions: [lesion], detections: [[10, 10, 11, 11, 0.9]] }];
    expect(curve(images, 'IOBB').truePositives.at(-1)).toBe(1);
    expect(curve(images, 'IOU').truePositives.at(-1)).toBe(0);
  });

  it('turns hits into false positives where the threshold rises', () => {
    const images: ImageBoxes[] = [{ lesions: [lesion], detections: [[0, 0, 40, 30, 0.9]] }];
    const [low, high] = curves(images, [500, 900]);
    expect([pointsOf(low!), pointsOf(high!)]).toEqual([[[0, 1, 0.9]], [[1, 0, 0.9]]]);
  });

  it('takes equal scores as one point, since no threshold parts them', () => {
    const images: ImageBoxes[] = [
      {
        lesions: [lesion],
        detections: [
          [...lesion, 0.5],
          [...other, 0.5],
        ],
      },
    ];
    expect(pointsOf(curve(images))).toEqual([[1, 1, 0.5]]);
  });
});

describe('readFroc', () => {
  it('says when the detections run out before the rate, and gives the last sensitivity', () => {
    const images: ImageBoxes[] = [
      {
        lesions: [lesion],
        detections: [
          [...lesion, 0.9],
          [...other, 0.8],
        ],
      },
    ];
    expect(readFroc(curve(images), 1)).toMatchObject({ sensitivity: 1, reachedFalsePositivesPerImage: true });
    expect(readFroc(curve(images), 2)).toMatchObject({ sensitivity: 1, reachedFalsePositivesPerImage: false });
  });

  it('has no sensitivity without lesions, and 0 without detections', () => {
    expect(readFroc(curve([{ lesions: [], detections: [[...lesion, 0.9]] }]), 1).sensitivity).toBeNull();
    expect(readFroc(curve([{ lesions: [lesion], detections: [] }]), 1)).toMatchObject({
      sensitivity: 0,
      reachedFalsePositivesPerImage: false,
    });
  });
});

describe('FROC on any input', () => {
  const milli = [250, 500, 750];

  it.each(publicCases.map((one, index) => ({ ...one, index })))(
    'reads case $index like the public DeepLesion code ($criterion at $threshold)',
    ({ images, criterion, threshold, sensitivity }) => {
      const [found] = curves(images, [threshold * 1000], criterion);
      for (const [i, rate] of FROC_RATES.entries())
        expect(readFroc(found!, rate).sensitivity).toBeCloseTo(sensitivity[i]!, 12);
    },
  );

  it('equals the plain reference, which tries every score as a cut', () => {
    fc.assert(
      fc.property(
        anyImages(tiedScores).filter((images) => images.some((image) => image.lesions.length > 0)),
        fc.constantFrom(...FROC_RATES),
        (images, rate) => {
          const ours = curves(images, milli).map((each) => readFroc(each, rate).sensitivity);
          expect(ours).toEqual(milli.map((threshold) => plainSensitivity(images, threshold / 1000, rate)));
        },
      ),
    );
  });

  it('does not depend on the order of images, even with equal scores', () => {
    fc.assert(
      fc.property(anyImages(tiedScores), (images) => {
        expect(curves(images.toReversed(), milli)).toEqual(curves(images, milli));
      }),
    );
  });

  it('never rises with the threshold and never falls with the rate', () => {
    fc.assert(
      fc.property(anyImages(tiedScores), (images) => {
        const table = curves(images, milli).map((each) => FROC_RATES.map((rate) => readFroc(each, rate).truePositives));
        table.forEach((row, t) => {
          row.forEach((hits, r) => {
            if (r > 0) expect(hits).toBeGreaterThanOrEqual(row[r - 1]!);
            if (t > 0) expect(hits).toBeLessThanOrEqual(table[t - 1]![r]!);
          });
        });
      }),
    );
  });

  it('gives a perfect detector sensitivity 1 without a false positive', () => {
    fc.assert(
      fc.property(anyImages(tiedScores), (images) => {
        const perfect = images.map(
          ({ lesions }): ImageBoxes => ({ lesions, detections: lesions.map((box) => [...box, 1]) }),
        );
        for (const each of curves(perfect, milli)) {
          expect(each.truePositives.at(-1) ?? 0).toBe(each.lesionCount);
          expect(each.falsePositives.at(-1) ?? 0).toBe(0);
        }
      }),
    );
  });
});
