import fc from 'fast-check';
import { boxIou, type ImageBoxes, matchCoco, outcomeOfImage, packImages, rankDetections } from '../../src/evaluation';
import { TRUE_POSITIVE } from '../../src/evaluation/cocoMatch';
import { anyBox, anyImages, tiedScores } from './randomImages';

const anyImage = anyImages(tiedScores).map(([image]) => image ?? { lesions: [], detections: [] });
const anyThreshold = fc.constantFrom(0.1, 0.25, 0.5, 0.75, 1);

const iouOf = ({ lesions, detections }: ImageBoxes, lesion: number, detection: number): number =>
  boxIou(lesions[lesion] ?? [], 0, detections[detection] ?? [], 0);

describe('the outcome of an image', () => {
  it('has a hit exactly where COCO has a true positive', () => {
    fc.assert(
      fc.property(anyImage, anyThreshold, (image, threshold) => {
        const packed = packImages([image]);
        const everything = { low: 0, high: Number.MAX_VALUE };
        const coco = matchCoco(packed, rankDetections(packed), Float64Array.of(threshold), everything, 100);
        const { detections } = outcomeOfImage(image, threshold);
        expect(detections.map(({ kind }) => kind === 'HIT')).toEqual(
          [...coco.outcome].map((outcome) => outcome === TRUE_POSITIVE),
        );
      }),
    );
  });

  it('names each lesion once, as hit or as missed', () => {
    fc.assert(
      fc.property(anyImage, anyThreshold, (image, threshold) => {
        const { detections, missed } = outcomeOfImage(image, threshold);
        const hit = detections.flatMap(({ kind, lesion }) => (kind === 'HIT' ? [lesion] : []));
        expect([...hit, ...missed].sort()).toEqual([...image.lesions.keys()].sort());
      }),
    );
  });

  it('has duplicates only on lesions that a detection of the same or a higher score has hit', () => {
    fc.assert(
      fc.property(anyImage, anyThreshold, (image, threshold) => {
        const { detections } = outcomeOfImage(image, threshold);
        for (const [index, { kind, lesion, iou }] of detections.entries()) {
          if (kind !== 'DUPLICATE' || lesion === null) continue;
          expect(iou).toBe(iouOf(image, lesion, index));
          const hitter = detections.findIndex((one) => one.kind === 'HIT' && one.lesion === lesion);
          const score = (at: number) => image.detections[at]?.[4] ?? Number.NaN;
          expect(score(hitter)).toBeGreaterThanOrEqual(score(index));
        }
      }),
    );
  });

  it('has background only where no lesion is near enough, and tells the nearest overlap', () => {
    fc.assert(
      fc.property(anyImage, anyThreshold, (image, threshold) => {
        for (const [index, { kind, lesion, iou }] of outcomeOfImage(image, threshold).detections.entries()) {
          if (kind !== 'BACKGROUND') continue;
          expect(lesion).toBeNull();
          expect(iou).toBe(Math.max(0, ...image.lesions.map((_, at) => iouOf(image, at, index))));
          expect(iou).toBeLessThan(threshold);
        }
      }),
    );
  });

  it('does not depend on the order in which detections of different scores are given', () => {
    const distinct = fc.uniqueArray(fc.tuple(anyBox, fc.integer({ min: 1, max: 1000 })), {
      maxLength: 8,
      selector: ([, score]) => score,
    });
    fc.assert(
      fc.property(fc.array(anyBox, { maxLength: 3 }), distinct, anyThreshold, (lesions, scored, threshold) => {
        const detections = scored.map(([box, score]): ImageBoxes['detections'][number] => [...box, score]);
        const straight = outcomeOfImage({ lesions, detections }, threshold);
        const turned = outcomeOfImage({ lesions, detections: [...detections].reverse() }, threshold);
        expect([...turned.detections].reverse()).toEqual(straight.detections);
        expect(turned.missed).toEqual(straight.missed);
      }),
    );
  });

  it('never hits without any overlap, and takes a lesion’s own box at every threshold', () => {
    const lesions = [[0, 0, 10, 10]] as const;
    const at = (box: readonly [number, number, number, number], threshold: number) =>
      outcomeOfImage({ lesions, detections: [[...box, 1]] }, threshold).detections[0]?.kind;
    expect(at([20, 20, 30, 30], 0)).toBe('BACKGROUND');
    expect(at([9, 9, 19, 19], 0)).toBe('HIT');
    expect(at([0, 0, 10, 10], 1)).toBe('HIT');
  });

  it('calls a second box on a lesion a duplicate, and one between two lesions a hit on the free one', () => {
    const lesions = [
      [0, 0, 10, 10],
      [4, 0, 14, 10],
    ] as const;
    const { detections, missed } = outcomeOfImage(
      {
        lesions,
        detections: [
          [0, 0, 10, 10, 0.5],
          [0, 0, 10, 10, 0.9],
          [1, 0, 11, 10, 0.8],
        ],
      },
      0.5,
    );
    expect(detections.map(({ kind, lesion }) => [kind, lesion])).toEqual([
      ['DUPLICATE', 0],
      ['HIT', 0],
      ['HIT', 1],
    ]);
    expect(missed).toEqual([]);
  });
});
