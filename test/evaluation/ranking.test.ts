import fc from 'fast-check';
import { packImages, rankDetections } from '../../src/evaluation';
import { orderByFallingScore } from '../../src/evaluation/ranking';

describe('orderByFallingScore', () => {
  it('sorts 20,000 scores of both signs, zeros and ties like a stable comparison sort', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 40 }),
        (some) => {
          const scores = Float64Array.from({ length: 20_000 }, (_, i) => some[(i * 7) % some.length]!);
          const slow = Array.from(scores, (_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b);
          expect(
            Buffer.compare(Buffer.from(orderByFallingScore(scores).buffer), Buffer.from(Int32Array.from(slow).buffer)),
          ).toBe(0);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('takes −0 and 0 as equal', () => {
    const scores = Float64Array.from({ length: 6000 }, (_, i) => (i % 2 === 0 ? -0 : 0));
    expect([...orderByFallingScore(scores).slice(0, 4)]).toEqual([0, 1, 2, 3]);
  });
});

describe('rankDetections', () => {
  it('ranks the boxes of each image by themselves', () => {
    const ranking = rankDetections(
      packImages([
        {
          lesions: [],
          detections: [
            [0, 0, 1, 1, 0.2],
            [0, 0, 1, 1, 0.9],
          ],
        },
        { lesions: [], detections: [] },
        { lesions: [], detections: [[0, 0, 1, 1, 0.5]] },
      ]),
    );
    expect(ranking).toEqual({
      order: Int32Array.of(1, 2, 0),
      imageOf: Int32Array.of(0, 0, 2),
      rankInImage: Int32Array.of(1, 0, 0),
    });
  });
});
