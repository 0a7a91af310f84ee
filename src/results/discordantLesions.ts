import type { Queryable } from '../database';
import { BadUserInput } from '../errors';
import { explainMiss, fromThousandths, leastHits, type Miss, overlapOf, rankDetections } from '../evaluation';
import { type ComparisonSelection, levelsOf, loadComparedRuns } from './evaluationComparison';
import { parseThresholds } from './evaluationProtocol';

/** A lesion that one of two runs found and the other did not, with the reason. */
export interface DiscordantLesion extends Miss {
  /** row id; null for a lesion that reviews confirmed */
  lesionId: number | null;
  imageId: number;
  foundBy: 'FIRST' | 'SECOND';
}

/** Which of them. */
export interface DiscordantSelection extends ComparisonSelection {
  /** 0.5 unless given; one of the protocols' */
  iouThreshold?: number;
  /** the lesions that only this run found; both unless given */
  foundBy?: DiscordantLesion['foundBy'];
}

/**
 * Lists the lesions that one run found and the other did not, over the images that both completed: by image and lesion.
 *
 * @throws NotFound, BadUserInput as `loadComparedRuns`, and for a threshold that is not both protocols'
 */
export async function findDiscordantLesions(
  database: Queryable,
  firstId: number,
  secondId: number,
  { iouThreshold = 0.5, foundBy, ...selection }: DiscordantSelection = {},
): Promise<DiscordantLesion[]> {
  const runs = await loadComparedRuns(database, firstId, secondId, selection);
  const { protocol, first, second, stratum, topK, milli } = runs;
  const [asked] = parseThresholds([iouThreshold], 'iouThreshold');
  if (asked === undefined || !milli.includes(asked)) {
    const known = milli.map((value) => value / 1000).join(', ');
    throw new BadUserInput(`Expected iouThreshold to be one of ${known}, got ${iouThreshold}.`, 'iouThreshold');
  }
  const { criterion, comparator, boxMeasure } = protocol.accuracy;
  const least = leastHits(fromThousandths([asked]), comparator)[0]!;
  const overlap = overlapOf(criterion, boxMeasure);
  const sides = [first, second].map((data) => ({
    ...data,
    ranking: rankDetections(data.images),
    isHit: levelsOf(data, topK, [asked], protocol),
  }));
  const places = new Map(first.imageIds.map((id, place) => [id, place]));
  const found: DiscordantLesion[] = [];
  for (const lesion of stratum.lesions) {
    const [a, b] = [sides[0]!.isHit[lesion] === 1, sides[1]!.isHit[lesion] === 1];
    if (a === b || (foundBy && foundBy !== (a ? 'FIRST' : 'SECOND'))) continue;
    const { id, imageId } = first.lesions[lesion]!;
    const misser = sides[a ? 1 : 0]!;
    const miss = explainMiss(misser.images, misser.ranking, { lesion, image: places.get(imageId)! }, least, overlap);
    found.push({ lesionId: id < 0 ? null : id, imageId, foundBy: a ? 'FIRST' : 'SECOND', ...miss });
  }
  return found;
}
