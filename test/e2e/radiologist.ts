import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import {
  AREA_RANGES,
  allLesions,
  FROC_RATES,
  findOverlaps,
  frocCurves,
  type ImageBoxes,
  matchCoco,
  overlapOf,
  packImages,
  precisionRecall,
  rankDetections,
  readFroc,
} from '../../src/evaluation';

type Box = [number, number, number, number];
/** by file name: boxes with their scores */
type DetectionsOfImages = ReadonlyMap<string, readonly [...Box, number][]>;

/** A test that knows every lesion of a phantom set, also those that nobody annotated. */
export class PhantomRadiologist {
  private readonly annotated: Map<string, Box[]>;
  private readonly unannotated: Map<string, Box[]>;

  /** @param folder of a phantom set */
  constructor(folder: string) {
    this.annotated = readBoxes(join(folder, 'DL_info.csv'));
    this.unannotated = readBoxes(join(folder, 'unannotated.csv'));
  }

  /** The verdict on a box: whether a lesion lies there, annotated or not. */
  verdict(fileName: string, box: Box): 'LESION' | 'NOT_A_LESION' {
    return this.lesions(fileName).some((lesion) => iou(lesion, box) >= 0.5) ? 'LESION' : 'NOT_A_LESION';
  }

  private lesions(fileName: string): Box[] {
    return [...(this.annotated.get(fileName) ?? []), ...(this.unannotated.get(fileName) ?? [])];
  }

  /** Sensitivity at the FROC's rates if every lesion had been annotated. */
  trueFroc(detections: DetectionsOfImages): number[] {
    const packed = this.withEveryLesion(detections);
    const ranking = rankDetections(packed);
    const pairs = findOverlaps(packed, ranking, overlapOf('IOU', 'INCLUSIVE'), 0.5);
    const lesions = allLesions(packed.lesionBoxes.length / 4);
    const [curve] = frocCurves(packed, ranking, pairs, lesions, Float64Array.of(0.5));
    return FROC_RATES.map((rate) => readFroc(curve!, rate).sensitivity ?? 0);
  }

  /** Precision at recalls 0, 0.01 … 1 and IoU 0.5 if every lesion had been annotated. */
  truePrecision(detections: DetectionsOfImages): number[] {
    const packed = this.withEveryLesion(detections);
    const ranking = rankDetections(packed);
    const matches = matchCoco(packed, ranking, Float64Array.of(0.5), AREA_RANGES.all, 100);
    return [...precisionRecall(packed, ranking, matches, 0, 100)!.precision];
  }

  private withEveryLesion(detections: DetectionsOfImages) {
    return packImages(
      [...detections].map(([fileName, boxes]): ImageBoxes => ({ lesions: this.lesions(fileName), detections: boxes })),
    );
  }
}

function readBoxes(path: string): Map<string, Box[]> {
  const boxes = new Map<string, Box[]>();
  const rows: { File_name: string; Bounding_boxes: string }[] = parse(readFileSync(path), { columns: true });
  for (const { File_name: name, Bounding_boxes: text } of rows) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = text.split(',').map(Number);
    boxes.set(name, [...(boxes.get(name) ?? []), [x1, y1, x2, y2]]);
  }
  return boxes;
}

function iou(a: Box, b: Box): number {
  const width = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
  const height = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  const area = (box: Box): number => (box[2] - box[0]) * (box[3] - box[1]);
  return (width * height) / (area(a) + area(b) - width * height);
}
