import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import {
  allLesions,
  bestIouOfLesions,
  bootstrapAccuracy,
  countHits,
  DEFAULT_THRESHOLDS,
  FROC_RATES,
  findOverlaps,
  frocCurves,
  fromThousandths,
  hitLevels,
  overlapOf,
  rankDetections,
  readFroc,
  type ScoredImages,
  seededRandom,
  summarizeCoco,
} from '../src/evaluation';

const IMAGES = 5000;
const BOXES = 100;
const LIST_IMAGES = 1000;
const PYCOCOTOOLS_IMAGES = 500;
const REPEATS = 7;
const thresholds = fromThousandths(DEFAULT_THRESHOLDS);

/**
 * Accuracy (top-1, top-5) and FROC at 19 thresholds, compared with the public codes' algorithm on lists, and AP,
 * compared with pycocotools if Python has it.
 */
export async function main(): Promise<void> {
  console.log(`evaluation, ${cpus()[0]?.model ?? 'unknown CPU'}, one thread, medians of ${REPEATS}`);
  const images = makeImages(IMAGES);
  const ours = median(() => evaluate(images));
  const part = makeImages(LIST_IMAGES);
  const partMs = median(() => evaluate(part));
  const start = performance.now();
  const plain = evaluateOnLists(part);
  const plainMs = performance.now() - start;
  const same = JSON.stringify(plain) === JSON.stringify(evaluate(part));
  console.log(`accuracy and FROC, ${IMAGES} images × ${BOXES} boxes × 19 thresholds: ${ours.toFixed(0)} ms`);
  console.log(
    `  ${LIST_IMAGES} of the images: ${partMs.toFixed(0)} ms; on lists, threshold by threshold: ${plainMs.toFixed(0)} ms once; ` +
      `answers ${same ? 'equal' : 'DIFFER'}`,
  );
  console.log(`1,000 resamples of 1,000 patients, 2 × 19 intervals: ${median(() => resample(images)).toFixed(0)} ms`);
  const few = makeImages(PYCOCOTOOLS_IMAGES);
  const ap = summarizeCoco([few]).ap!;
  console.log(
    `AP and 11 more, ${PYCOCOTOOLS_IMAGES} images × ${BOXES} boxes: ${median(() => summarizeCoco([few])).toFixed(0)} ms`,
  );
  console.log(`  pycocotools: ${runPycocotools(few, ap)}`);
  console.log(
    `AP and 11 more, ${IMAGES} images × ${BOXES} boxes: ${median(() => summarizeCoco([images]), 3).toFixed(0)} ms`,
  );
  if (!same) process.exitCode = 1;
}

/**
 * One or two lesions per image; a third of the boxes lie near one. Scores have single precision, as a model returns
 * them.
 */
function makeImages(imageCount: number): ScoredImages {
  const random = seededRandom(11);
  const between = (low: number, high: number): number => low + (random() / 2 ** 32) * (high - low);
  const lesionOffsets = new Int32Array(imageCount + 1);
  const lesions: number[] = [];
  const detections: number[] = [];
  const scores: number[] = [];
  for (let image = 0; image < imageCount; image++) {
    const count = between(0, 1) < 0.9 ? 1 : 2;
    lesionOffsets[image + 1] = lesionOffsets[image]! + count;
    for (let i = 0; i < count; i++) {
      const [x, y] = [between(20, 400), between(20, 400)];
      lesions.push(x, y, x + between(11, 90), y + between(11, 90));
    }
    for (let i = 0; i < BOXES; i++) {
      const isNear = i % 3 === 0;
      const at = 4 * lesionOffsets[image]!;
      const spread = between(0, 25);
      const x = isNear ? lesions[at]! + between(-spread, spread) : between(0, 420);
      const y = isNear ? lesions[at + 1]! + between(-spread, spread) : between(0, 420);
      const [width, height] = isNear
        ? [lesions[at + 2]! - lesions[at]!, lesions[at + 3]! - lesions[at + 1]!]
        : [between(11, 90), between(11, 90)];
      detections.push(x, y, x + width, y + height);
      scores.push(Math.fround(between(0, 1) * (isNear ? 1 : 0.8)));
    }
  }
  return {
    imageCount,
    lesionOffsets,
    lesionBoxes: Float64Array.from(lesions),
    detectionOffsets: Int32Array.from({ length: imageCount + 1 }, (_, i) => i * BOXES),
    detectionBoxes: Float64Array.from(detections),
    scores: Float64Array.from(scores),
  };
}

interface Answer {
  top1: number[];
  top5: number[];
  sensitivity: (number | null)[][];
}

function evaluate(images: ScoredImages): Answer {
  const ranking = rankDetections(images);
  const all = allLesions(images.lesionBoxes.length / 4);
  const correct = (topK: number): number[] => [
    ...countHits(hitLevels(bestIouOfLesions(images, ranking, topK), thresholds), all, thresholds.length).correct,
  ];
  const pairs = findOverlaps(images, ranking, overlapOf('IOU', 'INCLUSIVE'), thresholds[0]!);
  const curves = frocCurves(images, ranking, pairs, all, thresholds);
  const sensitivity = curves.map((curve) => FROC_RATES.map((rate) => readFroc(curve, rate).sensitivity));
  return { top1: correct(1), top5: correct(5), sensitivity };
}

function resample(images: ScoredImages): unknown {
  const lesionCount = images.lesionBoxes.length / 4;
  const ranking = rankDetections(images);
  const levels = [1, 5].map((topK) => hitLevels(bestIouOfLesions(images, ranking, topK), thresholds));
  const patientOf = Int32Array.from({ length: lesionCount }, (_, lesion) => lesion % 1000);
  const resampling = { patientOf, patientCount: 1000, resamples: 1000, seed: 1 };
  return bootstrapAccuracy(levels, [allLesions(lesionCount)], thresholds.length, resampling);
}

/**
 * The algorithm as the public codes have it: for every threshold, all boxes in a sorted list, and every overlap
 * computed again.
 */
function evaluateOnLists(images: ScoredImages): Answer {
  const slice = (boxes: Float64Array, i: number): number[] => [...boxes.subarray(4 * i, 4 * i + 4)];
  const list = Array.from({ length: images.imageCount }, (_, image) => {
    const range = (offsets: Int32Array): number[] =>
      Array.from({ length: offsets[image + 1]! - offsets[image]! }, (_, i) => offsets[image]! + i);
    const boxes = range(images.detectionOffsets).map((i) => ({
      box: slice(images.detectionBoxes, i),
      score: images.scores[i]!,
      image,
    }));
    return { lesions: range(images.lesionOffsets).map((i) => slice(images.lesionBoxes, i)), boxes };
  });
  const best = list.map(({ boxes }) => boxes.toSorted((a, b) => b.score - a.score).slice(0, 5));
  const hits = (topK: number, threshold: number): number =>
    list.flatMap(({ lesions }, i) =>
      lesions.filter((lesion) => best[i]!.slice(0, topK).some(({ box }) => overlap(box, lesion, 0) > threshold)),
    ).length;
  const pooled = list.flatMap(({ boxes }) => boxes);
  const sensitivity = [...thresholds].map((threshold) => {
    const hit = list.map(({ lesions }) => lesions.map(() => false));
    const points: { falsePositives: number; hits: number }[] = [];
    let [falsePositives, found] = [0, 0];
    for (const { box, image } of pooled.toSorted((a, b) => b.score - a.score)) {
      const overlaps = list[image]!.lesions.map((lesion) => overlap(box, lesion, 1));
      if (overlaps.every((value) => value < threshold)) falsePositives++;
      overlaps.forEach((value, i) => {
        if (value >= threshold && !hit[image]![i]) {
          hit[image]![i] = true;
          found++;
        }
      });
      points.push({ falsePositives, hits: found });
    }
    const total = list.flatMap(({ lesions }) => lesions).length;
    return FROC_RATES.map(
      (rate) => (points.findLast((point) => point.falsePositives / list.length <= rate)?.hits ?? 0) / total,
    );
  });
  return { top1: [...thresholds].map((t) => hits(1, t)), top5: [...thresholds].map((t) => hits(5, t)), sensitivity };
}

function overlap(a: number[], b: number[], extra: number): number {
  const width = Math.max(0, Math.min(a[2]!, b[2]!) - Math.max(a[0]!, b[0]!) + extra);
  const height = Math.max(0, Math.min(a[3]!, b[3]!) - Math.max(a[1]!, b[1]!) + extra);
  const area = (box: number[]): number => (box[2]! - box[0]! + extra) * (box[3]! - box[1]! + extra);
  return (width * height) / (area(a) + area(b) - width * height);
}

const PYTHON = `
import json, sys, time, contextlib, io
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
data = json.load(sys.stdin)
with contextlib.redirect_stdout(io.StringIO()):
    truth = COCO(); truth.dataset = data["truth"]; truth.createIndex(); found = truth.loadRes(data["found"])
    start = time.perf_counter()
    coco = COCOeval(truth, found, "bbox"); coco.evaluate(); coco.accumulate(); coco.summarize()
    seconds = time.perf_counter() - start
print(json.dumps([seconds, coco.stats[0]]))
`;

/** Runs the same boxes through pycocotools of the Python that PYTHON names (python3). */
function runPycocotools(images: ScoredImages, ap: number): string {
  const imageOf = (offsets: Int32Array, i: number): number => offsets.findIndex((offset) => offset > i);
  const xywh = (boxes: Float64Array, i: number): number[] => {
    const [x1, y1, x2, y2] = boxes.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
    return [x1, y1, x2 - x1, y2 - y1];
  };
  const rows = (boxes: Float64Array, offsets: Int32Array) =>
    Array.from({ length: boxes.length / 4 }, (_, i) => {
      const bbox = xywh(boxes, i);
      return { id: i + 1, image_id: imageOf(offsets, i), category_id: 1, bbox, area: bbox[2]! * bbox[3]!, iscrowd: 0 };
    });
  const truth = {
    info: {},
    images: Array.from({ length: images.imageCount }, (_, i) => ({ id: i + 1 })),
    categories: [{ id: 1, name: 'lesion' }],
    annotations: rows(images.lesionBoxes, images.lesionOffsets),
  };
  const found = rows(images.detectionBoxes, images.detectionOffsets).map((row, i) => ({
    ...row,
    score: images.scores[i],
  }));
  const python = spawnSync(process.env.PYTHON ?? 'python3', ['-c', PYTHON], {
    input: JSON.stringify({ truth, found }),
    encoding: 'utf8',
  });
  if (python.status !== 0) return 'not installed (set PYTHON to a Python that has it)';
  const [seconds, theirs] = JSON.parse(python.stdout) as [number, number];
  const same = Math.abs(theirs - ap) < 1e-6;
  return `${(1000 * seconds).toFixed(0)} ms once; AP ${same ? 'equal' : `DIFFERS: ${theirs}, ours ${ap}`} (${ap.toFixed(4)})`;
}

function median(work: () => unknown, repeats = REPEATS): number {
  work();
  const times = Array.from({ length: repeats }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[repeats >> 1]!;
}
