/**
 * FROC with COCO's matching: a box takes one lesion, the one that it overlaps most among those still free, and a second
 * box on a lesion is a false positive. The public DeepLesion codes count otherwise (`froc.ts`).
 */
import { keepLesions, type ScoredImages } from './boxes';
import { AREA_RANGES, matchCoco, TRUE_POSITIVE } from './cocoMatch';
import { CurveBuilder, type FrocCurve } from './froc';
import type { FrocOutcome } from './frocBands';
import type { Ranking } from './ranking';
import type { Stratum } from './strata';

/**
 * The curves of one stratum, one per rising threshold; equal scores are one point. Only lesions of the stratum are
 * looked for; all boxes stay, so that hits on other lesions are false positives.
 *
 * @param thresholds see `toCocoThresholds`
 */
export function frocCurvesOneToOne(
  images: ScoredImages,
  ranking: Ranking,
  stratum: Stratum,
  thresholds: Float64Array,
): FrocCurve[] {
  return Array.from(thresholds, (threshold) =>
    curveOf(images, ranking, oneToOneOutcome(images, ranking, stratum, threshold), stratum.lesions.length),
  );
}

/**
 * What each box does in a stratum: it takes a lesion, or it is a false positive.
 *
 * @param threshold see `toCocoThresholds`
 */
export function oneToOneOutcome(
  images: ScoredImages,
  ranking: Ranking,
  stratum: Stratum,
  threshold: number,
): FrocOutcome {
  const own = keepLesions(images, stratum.lesions);
  const { outcome } = matchCoco(own, ranking, Float64Array.of(threshold), AREA_RANGES.all, Number.MAX_SAFE_INTEGER);
  const hits = outcome.map((what) => (what === TRUE_POSITIVE ? 1 : 0));
  return { hits, isFalse: hits.map((hit) => 1 - hit) };
}

function curveOf(images: ScoredImages, { order }: Ranking, outcome: FrocOutcome, lesionCount: number): FrocCurve {
  const points = new CurveBuilder();
  let falsePositives = 0;
  let hits = 0;
  let isHigher = false;
  for (let place = 0; place < order.length; place++) {
    const detection = order[place]!;
    const isHit = outcome.hits[detection] === 1;
    if (isHit) hits++;
    else falsePositives++;
    isHigher ||= isHit;
    const score = images.scores[detection]!;
    const isLast = place + 1 === order.length;
    if ((!isLast && images.scores[order[place + 1]!] === score) || !(isHigher || isLast)) continue;
    points.add(falsePositives, hits, score);
    isHigher = false;
  }
  return points.build(images.imageCount, lesionCount);
}
