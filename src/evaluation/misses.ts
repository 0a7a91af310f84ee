import type { ScoredImages } from './boxes';
import type { Overlap } from './iou';
import type { Ranking } from './ranking';

/**
 * Why a lesion was not found: nothing near it, nothing near enough, or what was near enough is not among the top-k
 * detections.
 */
export const MISS_REASONS = ['NO_BOX', 'TOO_FAR', 'SCORE_TOO_LOW'] as const;
export type MissReason = (typeof MISS_REASONS)[number];

/** The box that came nearest to finding a lesion. */
export interface Miss {
  readonly reason: MissReason;
  /** greatest overlap of any box of the image, 0 without one */
  readonly overlap: number;
  /** of that box: its place among the boxes of its image from 1, and its score; null without one */
  readonly rank: number | null;
  readonly score: number | null;
}

/**
 * Explains why a lesion is missed by the `topK` detections of its image with the highest scores.
 *
 * @param lesion index of a lesion that none of them hits
 * @param image its image
 * @param leastHit the least overlap that hits, from `leastHits`
 */
export function explainMiss(
  images: ScoredImages,
  ranking: Ranking,
  { lesion, image }: { lesion: number; image: number },
  leastHit: number,
  overlap: Overlap,
): Miss {
  let best = 0;
  let nearest = -1;
  for (let d = images.detectionOffsets[image]!; d < images.detectionOffsets[image + 1]!; d++) {
    const value = overlap(images.detectionBoxes, d, images.lesionBoxes, lesion);
    if (value > best || (value === best && nearest >= 0 && images.scores[d]! > images.scores[nearest]!)) {
      best = value;
      nearest = d;
    }
  }
  if (nearest < 0) return { reason: 'NO_BOX', overlap: 0, rank: null, score: null };
  const reason = best >= leastHit ? 'SCORE_TOO_LOW' : 'TOO_FAR';
  return { reason, overlap: best, rank: ranking.rankInImage[nearest]! + 1, score: images.scores[nearest]! };
}
