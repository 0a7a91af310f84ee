import type { EdgeBox } from '../evaluation';
import {
  BYTES_PER_DETECTION,
  type CompletedImage,
  type EvaluatedLesion,
  type PackedDetections,
} from './evaluatedBoxes';

/** Why an evaluation does not count a detection or a lesion. */
export const LEFT_OUT_REASONS = [
  'POSSIBLY_NOISY',
  'IMAGE_LEFT_OUT',
  'IMAGE_WITHOUT_RESULT',
  'BELOW_SCORE_FLOOR',
  'BEYOND_LIMIT',
] as const;
export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number];

/** A detection or a lesion that an evaluation does not count. */
export interface LeftOut {
  readonly imageId: number;
  readonly reason: LeftOutReason;
  /** null: it is a detection */
  readonly lesion: EvaluatedLesion | null;
  /** of a detection */
  readonly rank: number | null;
  readonly score: number | null;
  readonly box: EdgeBox;
}

/** What was read of a run, and what of it counts. */
interface Population {
  /** completed images */
  readonly wanted: readonly CompletedImage[];
  /** of these, those that count */
  readonly kept: readonly CompletedImage[];
  /** possibly noisy lesions, if those do not count */
  readonly lesions: readonly EvaluatedLesion[];
  /** lesions of images that have no result */
  readonly unprocessed: readonly EvaluatedLesion[];
  readonly detections: readonly PackedDetections[];
  /** detections below do not count */
  readonly scoreFloor: number;
}

/** Lists what does not count: lesions, then detections. */
export function findLeftOut({ wanted, kept, lesions, unprocessed, detections, scoreFloor }: Population): LeftOut[] {
  const completed = new Set(wanted.map(({ id }) => id));
  const counting = new Set(kept.map(({ id }) => id));
  const withReason = (reason: LeftOutReason) => (lesion: EvaluatedLesion) => ({
    ...{ imageId: lesion.imageId, reason, lesion, rank: null, score: null },
    box: { x1: lesion.x1, y1: lesion.y1, x2: lesion.x2, y2: lesion.y2 },
  });
  return [
    ...lesions.filter(({ imageId }) => completed.has(imageId)).map(withReason('POSSIBLY_NOISY')),
    ...unprocessed.map(withReason('IMAGE_WITHOUT_RESULT')),
    ...detections.flatMap(({ imageId, packed }) => {
      if (!completed.has(imageId)) return [];
      return leftOutDetections(imageId, packed, counting.has(imageId) ? scoreFloor : null);
    }),
  ];
}

/** @param scoreFloor null: the image does not count, and none of its detections does */
function leftOutDetections(imageId: number, packed: Buffer, scoreFloor: number | null): LeftOut[] {
  const found: LeftOut[] = [];
  for (let at = 0; at < packed.length; at += BYTES_PER_DETECTION) {
    const score = packed.readDoubleBE(at + 32);
    if (scoreFloor !== null && score >= scoreFloor) continue;
    const [x1, y1, x2, y2] = [0, 8, 16, 24].map((edge) => packed.readDoubleBE(at + edge)) as [
      number,
      number,
      number,
      number,
    ];
    found.push({
      ...{ imageId, reason: scoreFloor === null ? 'IMAGE_LEFT_OUT' : 'BELOW_SCORE_FLOOR', lesion: null },
      ...{ rank: at / BYTES_PER_DETECTION + 1, score, box: { x1, y1, x2, y2 } },
    });
  }
  return found;
}
