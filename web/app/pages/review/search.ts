import type { ReviewQueueFilter, ReviewQueueOrder } from '../../data/schemaTypes.generated';
import { numberOf, oneOf, type Search } from '../../data/url';

const ORDERS = ['score', 'image'] as const;
type Order = (typeof ORDERS)[number];
const CURVES = ['froc', 'iou'] as const;
export type Curve = (typeof CURVES)[number];

/** What the address says of the review. */
export interface ReviewState {
  /** global id; undefined: the newest run that has something to review */
  readonly run: string | undefined;
  readonly order: Order;
  /** least score of the boxes that are shown, 0 to 1 */
  readonly minScore: number | undefined;
  /** greatest rank on the image of the boxes that are shown */
  readonly maxRank: number | undefined;
  /** whether boxes come that others have reviewed, and this reviewer has not */
  readonly isSecondReading: boolean;
  readonly curve: Curve;
}

/** Parses the parameters of the address. */
export function reviewStateOf(search: Search): ReviewState {
  const [minScore, maxRank] = [numberOf(search.min, -1, -1, 1), numberOf(search.rank, 0, 0, 1000)];
  return {
    run: search.run || undefined,
    order: oneOf(search.order, ORDERS, 'score'),
    minScore: minScore > 0 ? minScore : undefined,
    maxRank: maxRank >= 1 ? Math.floor(maxRank) : undefined,
    isSecondReading: search.second === '1',
    curve: oneOf(search.plot, CURVES, 'froc'),
  };
}

/** The opposite of `reviewStateOf`. */
export function searchOfReview(state: ReviewState): Search {
  return {
    run: state.run,
    order: state.order === 'score' ? undefined : state.order,
    min: state.minScore === undefined ? undefined : String(state.minScore),
    rank: state.maxRank === undefined ? undefined : String(state.maxRank),
    second: state.isSecondReading ? '1' : undefined,
    plot: state.curve === 'froc' ? undefined : state.curve,
  };
}

/** Filter and order of the queue. @param reviewer whose second reading it is */
export function queueOf(
  { order, minScore, maxRank, isSecondReading }: ReviewState,
  reviewer: string,
): { filter: ReviewQueueFilter; orderBy: ReviewQueueOrder[] } {
  return {
    filter: {
      ...(minScore !== undefined && { scoreAtLeast: minScore }),
      ...(maxRank !== undefined && { rankAtMost: maxRank }),
      ...(isSecondReading && reviewer !== '' && { unreviewedBy: reviewer }),
    },
    orderBy: order === 'image' ? [{ field: 'IMAGE_AND_RANK', direction: 'ASC' }] : [],
  };
}
