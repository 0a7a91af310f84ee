/** Number of boxes of an image that are compared with its lesions, as many as count in the accuracy. */
const KEPT = 5;

/** The boxes of each image with the highest scores, as the file states them, whether they fit their image or not. */
export class BestBoxes {
  private readonly counts: Uint8Array;
  private readonly scores: Float64Array;
  private readonly numbers: Float64Array;

  constructor(imageCount: number) {
    this.counts = new Uint8Array(imageCount);
    this.scores = new Float64Array(imageCount * KEPT);
    this.numbers = new Float64Array(imageCount * KEPT * 4);
  }

  /** @param box four finite numbers */
  add(image: number, box: readonly number[], score: number): void {
    const first = image * KEPT;
    const count = this.counts[image]!;
    let place = count;
    while (place > 0 && this.scores[first + place - 1]! < score) place--;
    if (place >= KEPT) return;
    const last = Math.min(count, KEPT - 1);
    this.scores.copyWithin(first + place + 1, first + place, first + last);
    this.numbers.copyWithin(4 * (first + place + 1), 4 * (first + place), 4 * (first + last));
    this.scores[first + place] = score;
    this.numbers.set(box, 4 * (first + place));
    this.counts[image] = last + 1;
  }

  /** @returns the boxes of image after image: offsets of images + 1, and four numbers for each box */
  packed(): { boxOffsets: Int32Array; numbers: Float64Array } {
    const boxOffsets = new Int32Array(this.counts.length + 1);
    this.counts.forEach((count, image) => {
      boxOffsets[image + 1] = boxOffsets[image]! + count;
    });
    const numbers = new Float64Array(4 * boxOffsets.at(-1)!);
    this.counts.forEach((count, image) => {
      const from = 4 * image * KEPT;
      numbers.set(this.numbers.subarray(from, from + 4 * count), 4 * boxOffsets[image]!);
    });
    return { boxOffsets, numbers };
  }
}
