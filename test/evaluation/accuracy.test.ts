import fc from 'fast-check';
import {
  allLesions,
  bestIouOfLesions,
  countHits,
  DEFAULT_THRESHOLDS,
  fromThousandths,
  hitLevels,
  type ImageBoxes,
  packImages,
  rankDetections,
} from '../../src/evaluation';
import { anyImages, tiedScores } from './randomImages';
import { plainCorrect } from './reference';

function correct(images: readonly ImageBoxes[], topK: number, thousandths: readonly number[]): number[] {
  const packed = packImages(images);
  const thresholds = fromThousandths(thousandths);
  const levels = hitLevels(bestIouOfLesions(packed, rankDetections(packed), topK), thresholds);
  return [...countHits(levels, allLesions(levels.length), thresholds.length).correct];
}

describe('accuracy', () => {
  const lesion: [number, number, number, number] = [0, 0, 40, 40];

  it('does not count an IoU of exactly the threshold, unlike AP and FROC', () => {
    const images: ImageBoxes[] = [{ lesions: [lesion], detections: [[0, 0, 20, 40, 0.9]] }];
    expect(correct(images, 1, [499, 500])).toEqual([1, 0]);
  });

  it('counts a lesion once even if two boxes hit it, and two lesions hit by one box twice', () => {
    const twice: ImageBoxes[] = [
      {
        lesions: [lesion],
        detections: [
          [...lesion, 0.9],
          [...lesion, 0.8],
        ],
      },
    ];
    expect(correct(twice, 5, [500])).toEqual([1]);
    const shared: ImageBoxes[] = [{ lesions: [lesion, [0, 0, 40, 44]], detections: [[...lesion, 0.9]] }];
    expect(correct(shared, 1, [500])).toEqual([2]);
  });

  it('looks only at the k best boxes of the same image, and at those listed first among equal scores', () => {
    const miss: [number, number, number, number, number] = [100, 100, 120, 120, 0.9];
    const images: ImageBoxes[] = [
      { lesions: [lesion], detections: [miss, [...lesion, 0.9]] },
      { lesions: [], detections: [[...lesion, 0.95]] },
    ];
    expect(correct(images, 1, [500])).toEqual([0]);
    expect(correct(images, 2, [500])).toEqual([1]);
  });

  it('of a stratum counts its lesions only', () => {
    const packed = packImages([
      { lesions: [lesion], detections: [[...lesion, 0.9]] },
      { lesions: [lesion], detections: [] },
    ]);
    const levels = hitLevels(bestIouOfLesions(packed, rankDetections(packed), 1), fromThousandths([500]));
    expect(countHits(levels, { name: 'second', lesions: Int32Array.of(1) }, 1)).toEqual({
      correct: Int32Array.of(0),
      total: 1,
    });
  });

  it('of no lesions is 0 of 0, and of no boxes 0 of all', () => {
    expect(correct([{ lesions: [], detections: [[...lesion, 0.9]] }], 1, [500])).toEqual([0]);
    expect(correct([{ lesions: [lesion], detections: [] }], 1, [500])).toEqual([0]);
    expect(correct([], 5, [500])).toEqual([0]);
  });

  it('refuses a topK that is no count, naming it', () => {
    const packed = packImages([]);
    for (const topK of [0, 1.5, Number.NaN]) {
      expect(() => bestIouOfLesions(packed, rankDetections(packed), topK)).toThrow(
        new RangeError(`Expected topK to be a whole number from 1, got ${topK}.`),
      );
    }
  });

  it('equals the plain reference for every threshold and k, never rises with the threshold, never falls with k', () => {
    fc.assert(
      fc.property(anyImages(tiedScores), fc.integer({ min: 1, max: 6 }), (images, topK) => {
        const curve = correct(images, topK, DEFAULT_THRESHOLDS);
        expect(curve).toEqual(DEFAULT_THRESHOLDS.map((milli) => plainCorrect(images, topK, milli / 1000)));
        curve.forEach((value, t) => {
          if (t > 0) expect(value).toBeLessThanOrEqual(curve[t - 1]!);
        });
        correct(images, topK + 1, DEFAULT_THRESHOLDS).forEach((value, t) => {
          expect(value).toBeGreaterThanOrEqual(curve[t]!);
        });
      }),
    );
  });

  it('is the same when the images come in another order', () => {
    fc.assert(
      fc.property(anyImages(tiedScores), (images) => {
        expect(correct(images.toReversed(), 2, DEFAULT_THRESHOLDS)).toEqual(correct(images, 2, DEFAULT_THRESHOLDS));
      }),
    );
  });

  it('is everything for a detector that draws the lesions themselves', () => {
    fc.assert(
      fc.property(anyImages(tiedScores), (images) => {
        const perfect = images.map(
          ({ lesions }): ImageBoxes => ({ lesions, detections: lesions.map((box) => [...box, 1]) }),
        );
        const total = images.reduce((sum, image) => sum + image.lesions.length, 0);
        expect(new Set(correct(perfect, 5, DEFAULT_THRESHOLDS))).toEqual(new Set([total]));
      }),
    );
  });
});
