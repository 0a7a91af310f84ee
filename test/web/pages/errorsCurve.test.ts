import { placeOf, pointAtScore, scoreAt } from '../../../web/app/pages/errors/curve';

const point = (scoreThreshold: number | null, truePositives: number) => ({
  ...{ scoreThreshold, truePositives, falsePositives: 0, lesionCount: 3, imageCount: 2 },
});
const CURVE = [point(null, 0), point(0.9, 1), point(0.5, 2), point(0.1, 3)];

describe('the slider of the errors page', () => {
  it('reads the point whose detections all have the score', () => {
    expect([1, 0.9, 0.7, 0.5, 0.2, 0].map((score) => pointAtScore(CURVE, score)?.truePositives)).toEqual([
      ...[0, 1, 1, 2, 2, 3],
    ]);
    expect(pointAtScore([], 0.5)).toBeUndefined();
  });

  it('stands for the same score wherever it is put', () => {
    for (const place of CURVE.keys()) expect(placeOf(CURVE, scoreAt(CURVE, place))).toBe(place);
    expect(scoreAt([], 3)).toBe(1);
  });
});
