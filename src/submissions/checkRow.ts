import { quoted } from '../errors';
import type { BoxConvention } from '../evaluation';
import { BestBoxes } from './bestBoxes';
import { SUBMISSION_LIMITS } from './format';
import { ImageIndex } from './imageIndex';
import { FileProblem, type ProblemLog } from './problems';
import type { ReadRequest } from './readMessages';
import type { StatedRow } from './statedRow';

/** A box that fits, as it is kept until all are read. */
export interface CheckedBox {
  image: number;
  line: number;
  /** the four numbers of the file */
  box: readonly number[];
  /** as in the file, or transformed by SIGMOID */
  score: number;
  category: number;
}

/** A box of which nothing is left within its image. */
const SMALLEST_SIDE_PX = 1e-6;
const MAX_CATEGORY = 1_000_000;

/** Holds each row of a file against the rules, and counts. */
export class RowChecker {
  readonly boxesPerImage: Int32Array;
  readonly named: Uint8Array;
  readonly best: BestBoxes;
  boxCount = 0;
  /** an image has more boxes than may be: they were counted and not kept */
  hasCrowdedImage = false;
  scoreRange: { least: number; most: number } | null = null;
  private readonly index: ImageIndex;

  constructor(
    private readonly request: ReadRequest,
    private readonly boxConvention: BoxConvention,
    private readonly problems: ProblemLog,
  ) {
    const count = request.fileNames.length;
    this.boxesPerImage = new Int32Array(count);
    this.named = new Uint8Array(count);
    this.best = new BestBoxes(count);
    this.index = new ImageIndex(request, request.format);
  }

  /**
   * @returns the box; null if the row has a problem, or only names an image
   * @throws FileProblem TOO_MANY_BOXES
   */
  check(row: StatedRow): CheckedBox | null {
    const { line } = row;
    const image = this.imageOf(row);
    if (row.isMask)
      return this.refuse(line, 'SEGMENTATION', 'Expected a box without mask (segmentation) and not a crowd (iscrowd).');
    const isDeclaration = row.box === null && (row.score === null || row.score === undefined);
    if (isDeclaration && this.request.format !== 'COCO_RESULTS') return null;
    if (row.box === null) return this.refuse(line, 'MISSING_VALUE', 'Expected a box, got none.');
    this.expectConvention(row);
    const box = this.numbersOf(line, row.box);
    const score = this.scoreOf(line, row.score);
    const category = this.categoryOf(line, row.category);
    if (image === null || box === null || score === null || category === null) return null;
    this.best.add(image, box, score);
    if (!this.fits(line, box, image) || !this.hasRoom(line, image)) return null;
    this.boxCount++;
    if (this.boxCount > SUBMISSION_LIMITS.boxesPerFile)
      throw new FileProblem(
        'TOO_MANY_BOXES',
        `Expected at most ${SUBMISSION_LIMITS.boxesPerFile} boxes in a file.`,
        line,
      );
    return { image, line, box, score, category };
  }

  /** @throws FileProblem COLUMNS */
  private expectConvention({ line, isList }: StatedRow): void {
    const { format, boxConvention } = this.request;
    if (!isList || format === 'COCO_RESULTS' || boxConvention !== null) return;
    throw new FileProblem(
      'COLUMNS',
      'Expected boxConvention to be stated for "bbox": XYXY if it ends with the lower right corner, XYWH if with width and height.',
      line,
    );
  }

  private refuse(line: number, kind: Parameters<ProblemLog['add']>[1], message: string): null {
    this.problems.add(line, kind, message);
    return null;
  }

  private imageOf({ line, image }: StatedRow): number | null {
    const found = this.index.find(image);
    if (typeof found !== 'number') return this.refuse(line, found.kind, found.message);
    const { declared, fileNames } = this.request;
    if (declared && declared[found] !== 1)
      return this.refuse(
        line,
        'UNDECLARED_IMAGE',
        `${quoted(fileNames[found])} is not one of the images that are said to have been run.`,
      );
    this.named[found] = 1;
    return found;
  }

  private numbersOf(line: number, box: readonly unknown[]): number[] | null {
    if (box.length !== 4)
      return this.refuse(line, 'MISSING_VALUE', `Expected four numbers of a box, got ${box.length}.`);
    const numbers: number[] = [];
    for (const value of box) {
      const number = this.numberOf(line, 'a number of the box', value);
      if (number === null) return null;
      numbers.push(number);
    }
    return numbers;
  }

  private numberOf(line: number, what: string, value: unknown): number | null {
    if (value === null || value === undefined) return this.refuse(line, 'MISSING_VALUE', `Expected ${what}, got none.`);
    const number = typeof value === 'bigint' ? Number(value) : value;
    if (typeof number !== 'number') return this.refuse(line, 'NOT_A_NUMBER', `Expected ${what}, got ${quoted(value)}.`);
    if (Number.isFinite(number)) return number;
    return this.refuse(line, 'NOT_FINITE', `Expected ${what} to be finite, got ${number}.`);
  }

  private scoreOf(line: number, value: unknown): number | null {
    const score = this.numberOf(line, 'a score', value);
    if (score === null) return null;
    const { least = score, most = score } = this.scoreRange ?? {};
    this.scoreRange = { least: Math.min(least, score), most: Math.max(most, score) };
    const { scoreTransform } = this.request;
    if (scoreTransform === 'SIGMOID') return 1 / (1 + Math.exp(-score));
    if (scoreTransform === 'RANK' || (score >= 0 && score <= 1)) return score;
    return this.refuse(
      line,
      'SCORE_RANGE',
      `Expected a score of 0 to 1, got ${score}: state a scoreTransform (SIGMOID for logits, RANK for any numbers).`,
    );
  }

  private categoryOf(line: number, value: unknown): number | null {
    if (value === null || value === undefined) return 0;
    const category = Number(value);
    const isIndex =
      typeof value !== 'string' && Number.isInteger(category) && category >= 0 && category <= MAX_CATEGORY;
    if (isIndex) return category;
    return this.refuse(
      line,
      'CATEGORY',
      `Expected a category to be a whole number from 0 on, got ${quoted(String(value))}.`,
    );
  }

  private fits(line: number, [a = 0, b = 0, c = 0, d = 0]: readonly number[], image: number): boolean {
    const [width, height] = this.boxConvention === 'XYWH' ? [c, d] : [c - a, d - b];
    if (!(width > 0 && height > 0)) {
      const [x, y] = this.boxConvention === 'XYWH' ? ['width', 'height'] : ['x2 − x1', 'y2 − y1'];
      this.refuse(
        line,
        'INVERTED_BOX',
        `Expected ${x} and ${y} above 0 (${this.boxConvention}), got ${width} and ${height}.`,
      );
      return false;
    }
    const { offsetPx, low, widths, heights } = this.request;
    const inside = (start: number, length: number, extent: number): boolean =>
      Math.min(start + length + offsetPx, extent + low) - Math.max(start + offsetPx, low) > SMALLEST_SIDE_PX;
    if (inside(a, width, widths[image]!) && inside(b, height, heights[image]!)) return true;
    const size = `${widths[image]} × ${heights[image]} px`;
    this.refuse(
      line,
      'OUTSIDE_IMAGE',
      `Expected a box on its image of ${size}, this one lies outside: ${a}, ${b}, ${c}, ${d}.`,
    );
    return false;
  }

  private hasRoom(line: number, image: number): boolean {
    const count = ++this.boxesPerImage[image]!;
    const { boxesPerImage } = SUBMISSION_LIMITS;
    if (count <= boxesPerImage) return true;
    this.hasCrowdedImage = true;
    // Said once for each image.
    if (count === boxesPerImage + 1)
      this.refuse(
        line,
        'TOO_MANY_ON_IMAGE',
        `Expected at most ${boxesPerImage} boxes on an image, ${quoted(this.request.fileNames[image])} has more.`,
      );
    return false;
  }
}
