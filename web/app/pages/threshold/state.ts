import { useAddress } from '../../data/address';
import { numberOf } from '../../data/url';

/** What the address says of the page. */
export interface ThresholdState {
  /** global id of an evaluation; undefined: the newest */
  readonly id: string | undefined;
  /** of a hit, in hundredths */
  readonly iouThreshold: number;
  readonly stratum: string;
  /** undefined: about one false positive per image */
  readonly score: number | undefined;
}

/** The state of the page, and how to change it. */
export function useThresholdState(): [ThresholdState, (changes: Partial<ThresholdState>) => void] {
  const [search, setSearch] = useAddress();
  const state: ThresholdState = {
    id: search.e,
    iouThreshold: Math.round(100 * numberOf(search.iou, 0.5, 0.01, 0.99)) / 100,
    stratum: search.s ?? 'ALL',
    score: search.score === undefined ? undefined : numberOf(search.score, 0.5, 0, 1),
  };
  const change = (changes: Partial<ThresholdState>): void => {
    const next = { ...state, ...changes };
    setSearch({
      e: next.id,
      iou: next.iouThreshold === 0.5 ? undefined : String(next.iouThreshold),
      s: next.stratum === 'ALL' ? undefined : next.stratum,
      score: next.score === undefined ? undefined : String(next.score),
    });
  };
  return [state, change];
}
