/** What became of each detection and each lesion of an evaluation, at any IoU, from the stored boxes. */
import type { Queryable } from '../database';
import { type DetectionOutcomeKind, outcomeOfImage } from '../evaluation';
import { type EvaluationData, loadEvaluationData } from './evaluationData';
import type { EvaluationRow } from './evaluationRows';

/** A detection, or a lesion that none hits. */
export interface Outcome {
  readonly fileName: string;
  readonly kind: DetectionOutcomeKind | 'MISSED';
  /** position by descending score on its image, from 1; null for a lesion */
  readonly rank: number | null;
  readonly score: number | null;
  /** of the lesion; null without one, and for a lesion that reviews confirmed */
  readonly sourceRowIndex: number | null;
  /** with the lesion, 0 … 1; null for a lesion */
  readonly iou: number | null;
  /** x1 y1 x2 y2, cut to the image, in the data set's pixels */
  readonly box: readonly [number, number, number, number];
}

const IMAGES_AT_ONCE = 500;

/**
 * The outcomes of the images that the evaluation counts, by file name; of an image its detections by rank, then the
 * lesions that they miss by source row. Lesions and detections are those of the protocol: without those that it leaves
 * out, with those that reviews confirmed.
 *
 * @param iouThreshold 0 … 1
 */
export async function* outcomesOfEvaluation(
  database: Queryable,
  { runId, protocol }: EvaluationRow,
  iouThreshold: number,
): AsyncGenerator<Outcome[]> {
  const { possiblyNoisyLesions, reviews, detections } = protocol;
  const request = { runId, categorization: null, possiblyNoisyLesions, reviews: reviews ?? null };
  const data = await loadEvaluationData(database, { ...request, scoreFloor: detections.scoreFloor });
  const { fileNames, rowIndices } = await findNames(database, data);
  const order = data.imageIds
    .map((id, place) => ({ place, fileName: fileNames.get(id) ?? '' }))
    .sort((one, other) => Buffer.compare(Buffer.from(one.fileName), Buffer.from(other.fileName)));
  for (let at = 0; at < order.length; at += IMAGES_AT_ONCE)
    yield order.slice(at, at + IMAGES_AT_ONCE).flatMap(({ place, fileName }) => {
      const rowIndexOf = (lesion: number): number | null => rowIndices.get(data.lesions[lesion]?.id ?? 0) ?? null;
      return outcomesOfImage(data, place, fileName, rowIndexOf, iouThreshold);
    });
}

function outcomesOfImage(
  { images }: EvaluationData,
  image: number,
  fileName: string,
  rowIndexOf: (lesion: number) => number | null,
  iouThreshold: number,
): Outcome[] {
  const { lesionOffsets, lesionBoxes, detectionOffsets, detectionBoxes, scores } = images;
  const firstLesion = lesionOffsets[image]!;
  const first = detectionOffsets[image]!;
  const lesions = boxesBetween(lesionBoxes, firstLesion, lesionOffsets[image + 1]!);
  const found = boxesBetween(detectionBoxes, first, detectionOffsets[image + 1]!);
  const scored = found.map((box, index): [...Box, number] => [...box, scores[first + index]!]);
  const outcome = outcomeOfImage({ lesions, detections: scored }, iouThreshold);
  const ofDetections = outcome.detections.map(({ kind, lesion, iou }, index): Outcome => {
    const sourceRowIndex = lesion === null ? null : rowIndexOf(firstLesion + lesion);
    return { fileName, kind, rank: index + 1, score: scored[index]![4], sourceRowIndex, iou, box: found[index]! };
  });
  const missed = outcome.missed.map((lesion): Outcome => {
    const sourceRowIndex = rowIndexOf(firstLesion + lesion);
    return { fileName, kind: 'MISSED', rank: null, score: null, sourceRowIndex, iou: null, box: lesions[lesion]! };
  });
  return [...ofDetections, ...missed];
}

type Box = [number, number, number, number];

function boxesBetween(boxes: Float64Array, from: number, to: number): Box[] {
  return Array.from({ length: to - from }, (_, index): Box => {
    const at = 4 * (from + index);
    return [boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!];
  });
}

/** The names of rows outside the database. Confirmed lesions have negative ids, and no row. */
async function findNames(
  database: Queryable,
  { imageIds, lesions }: EvaluationData,
): Promise<{ fileNames: Map<number, string>; rowIndices: Map<number, number> }> {
  const images = await database.query<{ id: number; fileName: string }>({
    text: 'SELECT id, file_name AS "fileName" FROM bookmarked_image WHERE id = ANY($1::int4[])',
    values: [imageIds],
  });
  const rows = await database.query<{ id: number; rowIndex: number }>({
    text: 'SELECT id, source_row_index AS "rowIndex" FROM lesion WHERE id = ANY($1::int4[])',
    values: [lesions.map(({ id }) => id)],
  });
  return {
    fileNames: new Map(images.map(({ id, fileName }) => [id, fileName])),
    rowIndices: new Map(rows.map(({ id, rowIndex }) => [id, rowIndex])),
  };
}
