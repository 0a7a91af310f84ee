import type { KindOfFailure } from '../failureKind';
import type { PixelConvention } from '../imaging';
import type { RawOutput } from './detectorSession';
import type { DetectorManifest } from './manifest';
import { nonMaximumSuppression } from './nms';

/** One scored box in the data set's own pixel convention. */
export interface DetectedBox {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  /** 0..1 */
  score: number;
  classIndex: number;
}

/** How boxes are selected from the model's outputs. */
export interface Selection {
  /** boxes with a lower score are dropped; 0..1 */
  scoreThreshold: number;
  /** overlap above which NMS suppresses the box with the lower score; 0..1 */
  nmsIouThreshold: number;
  maxDetectionsPerImage: number;
}

/** A frame of pixels: the image that the boxes refer to. */
export interface ImageFrame {
  width: number;
  height: number;
  pixelConvention: PixelConvention;
}

/** Model outputs of which no boxes can be made; the message says what is wrong with them. */
export class BadModelOutput extends Error implements KindOfFailure {
  readonly failureKind = 'BAD_MODEL_OUTPUT';
}

/** A box of which nothing is left after clipping to the image. */
const SMALLEST_SIDE_PX = 1e-6;
/** Scores are probabilities; rounding may raise a softmax a little above 1. */
const SCORE_ROUNDING = 1e-5;
/** Far more than detectors return; NMS over more would take longer than the model. */
const MAX_BOXES = 50_000;

/**
 * From the model's outputs to the detections of an image: checks them, drops low scores, suppresses overlaps (within a
 * class, or among all if the manifest says so), keeps those with the highest scores over all classes, and maps the
 * boxes from the input's frame to the image's, clipped to its edges.
 *
 * @returns by descending score
 * @throws BadModelOutput on wrong shapes, numbers that are not finite, scores outside 0..1 and inverted boxes
 */
export function decodeBoxes(
  output: RawOutput,
  manifest: DetectorManifest,
  selection: Selection,
  image: ImageFrame,
): DetectedBox[] {
  const count = checkOutput(output, manifest.classes.length);
  const classes = manifest.classes.map((_, classIndex) => classIndex);
  const scopes = manifest.defaults.nmsScope === 'ALL_CLASSES' ? [classes] : classes.map((classIndex) => [classIndex]);
  const chosen = scopes.flatMap((scope) => suppress(output, count, classes.length, scope, selection));
  chosen.sort((a, b) => b.score - a.score || a.box - b.box);
  const toImage = imageMapping(manifest.input, image);
  return chosen
    .map(({ box, classIndex, score }) => ({ ...toImage(output.boxes, box), score, classIndex }))
    .filter(({ x1, y1, x2, y2 }) => x2 - x1 > SMALLEST_SIDE_PX && y2 - y1 > SMALLEST_SIDE_PX)
    .slice(0, selection.maxDetectionsPerImage);
}

interface ChosenBox {
  box: number;
  classIndex: number;
  score: number;
}

/** NMS among the boxes of some classes; each box counts with the class of its highest score, the first of equals. */
function suppress(
  output: RawOutput,
  count: number,
  classCount: number,
  scope: readonly number[],
  selection: Selection,
): ChosenBox[] {
  const best = Array.from({ length: count }, (_, box): ChosenBox => {
    const scoreOf = (classIndex: number): number => output.scores[box * classCount + classIndex]!;
    const classIndex = scope.reduce((a, b) => (scoreOf(b) > scoreOf(a) ? b : a));
    return { box, classIndex, score: Math.min(1, scoreOf(classIndex)) };
  });
  const candidates = best.filter(({ score }) => score >= selection.scoreThreshold).map(({ box }) => box);
  const scores = best.map(({ score }) => score);
  const { nmsIouThreshold, maxDetectionsPerImage } = selection;
  const kept = nonMaximumSuppression(output.boxes, scores, candidates, nmsIouThreshold, maxDetectionsPerImage);
  return kept.map((box) => best[box]!);
}

/** @returns the number of boxes */
function checkOutput({ boxes, boxesShape, scores, scoresShape }: RawOutput, classes: number): number {
  const [count = -1, four] = boxesShape;
  if (boxesShape.length !== 2 || four !== 4)
    throw new BadModelOutput(`Expected boxes of shape [N, 4], got [${boxesShape}].`);
  if (count > MAX_BOXES) throw new BadModelOutput(`Expected at most ${MAX_BOXES} boxes, got ${count}.`);
  if (scoresShape.length !== 2 || scoresShape[0] !== count || scoresShape[1] !== classes)
    throw new BadModelOutput(`Expected scores of shape [${count}, ${classes}], got [${scoresShape}].`);
  for (let i = 0; i < boxes.length; i++) {
    if (!Number.isFinite(boxes[i])) throw new BadModelOutput(`Box ${i >> 2} holds ${boxes[i]}.`);
    if (i % 4 > 1 && boxes[i]! < boxes[i - 2]!) throw new BadModelOutput(`Box ${i >> 2} ends before it begins.`);
  }
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    if (!(score >= 0 && score <= 1 + SCORE_ROUNDING))
      throw new BadModelOutput(`Expected scores in 0..1, got ${score}.`);
  }
  return count;
}

/**
 * Continuous input pixels → continuous image pixels → the data set's convention, where 1-based means that the centre of
 * the first pixel is 1.
 */
function imageMapping(input: DetectorManifest['input'], image: ImageFrame) {
  const scaleX = image.width / input.width;
  const scaleY = image.height / input.height;
  const shift = image.pixelConvention === 'ONE_BASED' ? 0.5 : 0;
  const place = (value: number, scale: number, size: number): number =>
    Math.min(Math.max(value * scale, 0), size) + shift;
  return (boxes: Float32Array, box: number) => ({
    x1: place(boxes[4 * box]!, scaleX, image.width),
    y1: place(boxes[4 * box + 1]!, scaleY, image.height),
    x2: place(boxes[4 * box + 2]!, scaleX, image.width),
    y2: place(boxes[4 * box + 3]!, scaleY, image.height),
  });
}
