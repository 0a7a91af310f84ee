import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { BadModelOutput, type DetectorManifest, decodeBoxes, parseManifest } from '../../src/inference';

const tiny = parseManifest(readFileSync(resolve(__dirname, '../fixtures/models/tiny-constant/model.json'), 'utf8'));
const twoClasses: DetectorManifest = { ...tiny, classes: ['lung', 'liver'] };
/** Inputs have 8 × 8 pixels, so that an input pixel is two of these. */
const image = { width: 16, height: 16, pixelConvention: 'ZERO_BASED' } as const;
const selection = { scoreThreshold: 0.05, nmsIouThreshold: 0.3, maxDetectionsPerImage: 50 };

function output(boxes: number[][], scores: number[][]) {
  return {
    boxes: Float32Array.from(boxes.flat()),
    boxesShape: [boxes.length, 4],
    scores: Float32Array.from(scores.flat()),
    scoresShape: [boxes.length, scores[0]?.length ?? 1],
  };
}

describe('decodeBoxes', () => {
  it('carries boxes from input pixels into the pixels of the data set', () => {
    const answer = output([[1, 2, 5, 6]], [[0.5]]);
    expect(decodeBoxes(answer, tiny, selection, image)).toEqual([
      { x1: 2, y1: 4, x2: 10, y2: 12, score: 0.5, classIndex: 0 },
    ]);
    // Where the first pixel's centre is 1, its outer edge is 0.5.
    expect(decodeBoxes(answer, tiny, selection, { ...image, pixelConvention: 'ONE_BASED' })).toEqual([
      { x1: 2.5, y1: 4.5, x2: 10.5, y2: 12.5, score: 0.5, classIndex: 0 },
    ]);
  });

  it('scales each axis by its own factor', () => {
    const [box] = decodeBoxes(output([[1, 1, 2, 2]], [[0.5]]), tiny, selection, { ...image, width: 32 });
    expect(box).toMatchObject({ x1: 4, x2: 8, y1: 2, y2: 4 });
  });

  it('clips boxes to the image and drops those that nothing is left of', () => {
    const answer = output(
      [
        [-3, -3, 4, 4],
        [9, 9, 12, 12],
        [5, 5, 5, 7],
      ],
      [[0.9], [0.8], [0.7]],
    );
    expect(decodeBoxes(answer, tiny, selection, image)).toEqual([
      expect.objectContaining({ x1: 0, y1: 0, x2: 8, y2: 8 }),
    ]);
  });

  it('suppresses overlaps within a class only, and keeps the best over all classes', () => {
    const answer = output(
      [
        [0, 0, 4, 4],
        [0, 0, 4, 4],
        [5, 5, 8, 8],
      ],
      [
        [0.9, 0.2],
        [0.8, 0.6],
        [0.01, 0.3],
      ],
    );
    const found = decodeBoxes(answer, twoClasses, selection, image);
    expect(found.map(({ classIndex }) => classIndex)).toEqual([0, 1, 1]);
    expect(found.map(({ score }) => Number(score.toFixed(3)))).toEqual([0.9, 0.6, 0.3]);
    const two = decodeBoxes(answer, twoClasses, { ...selection, maxDetectionsPerImage: 2 }, image);
    expect(two).toEqual(found.slice(0, 2));
  });

  it('suppresses overlaps of all classes where the manifest says so, each box with its best class', () => {
    const across: DetectorManifest = { ...twoClasses, defaults: { ...twoClasses.defaults, nmsScope: 'ALL_CLASSES' } };
    const answer = output(
      [
        [0, 0, 4, 4],
        [0, 0, 4, 4],
        [5, 5, 8, 8],
      ],
      [
        [0.2, 0.9],
        [0.8, 0.6],
        [0.3, 0.01],
      ],
    );
    const found = decodeBoxes(answer, across, selection, image);
    expect(found.map(({ classIndex, score }) => [classIndex, Number(score.toFixed(3))])).toEqual([
      [1, 0.9],
      [0, 0.3],
    ]);
  });

  it('keeps a score that is exactly the threshold, and takes a rounding above 1 for 1', () => {
    const answer = output(
      [
        [0, 0, 1, 1],
        [4, 4, 8, 8],
      ],
      [[0.25], [1.000_005]],
    );
    expect(decodeBoxes(answer, tiny, { ...selection, scoreThreshold: 0.25 }, image).map(({ score }) => score)).toEqual([
      1, 0.25,
    ]);
  });

  it('answers nothing for no boxes', () => {
    expect(decodeBoxes(output([], []), tiny, selection, image)).toEqual([]);
  });

  it.each([
    ['NaN in a box', output([[0, 0, Number.NaN, 1]], [[0.5]]), 'Box 0 holds NaN.'],
    ['Infinity in a box', output([[0, 0, 1, Number.POSITIVE_INFINITY]], [[0.5]]), 'Box 0 holds Infinity.'],
    ['an inverted box', output([[4, 0, 1, 1]], [[0.5]]), 'Box 0 ends before it begins.'],
    ['NaN as a score', output([[0, 0, 1, 1]], [[Number.NaN]]), 'Expected scores in 0..1, got NaN.'],
    ['a score above 1', output([[0, 0, 1, 1]], [[1.5]]), 'Expected scores in 0..1, got 1.5.'],
    ['a score below 0', output([[0, 0, 1, 1]], [[-0.5]]), 'Expected scores in 0..1, got -0.5.'],
    [
      'boxes of three numbers',
      { ...output([[0, 0, 1, 1]], [[0.5]]), boxesShape: [1, 3] },
      'Expected boxes of shape [N, 4], got [1,3].',
    ],
    ['another number of classes', output([[0, 0, 1, 1]], [[0.5, 0.5]]), 'Expected scores of shape [1, 1], got [1,2].'],
    [
      'another number of scores',
      { ...output([[0, 0, 1, 1]], [[0.5]]), scoresShape: [2, 1] },
      'Expected scores of shape [1, 1], got [2,1].',
    ],
    [
      'a flood of boxes',
      {
        boxes: new Float32Array(4 * 60_000),
        boxesShape: [60_000, 4],
        scores: new Float32Array(60_000),
        scoresShape: [60_000, 1],
      },
      'Expected at most 50000 boxes, got 60000.',
    ],
  ])('refuses %s', (_, answer, message) => {
    const decode = () => decodeBoxes(answer, tiny, selection, image);
    expect(decode).toThrow(BadModelOutput);
    expect(decode).toThrow(message);
  });
});
