import { useAddress } from '../../data/address';
import { listOf, numberOf, oneOf, textOfList } from '../../data/url';

/** The metrics that the page plots. */
export const PLOTS = ['iou', 'froc', 'pr', 'diff'] as const;
export type Plot = (typeof PLOTS)[number];
export const PLOT_TITLES: Record<Plot, string> = {
  iou: 'Accuracy by IoU',
  froc: 'FROC',
  pr: 'Precision–recall',
  diff: 'Difference',
};

/** More lines than this are not told apart. */
export const MAX_EVALUATIONS = 20;

/** What the address says of the page. */
export interface AccuracyState {
  /** global ids, in the order of the lines; empty: the page chooses */
  readonly ids: readonly string[];
  readonly plot: Plot;
  readonly stratum: string;
  /** undefined: that of each run */
  readonly topK: number | undefined;
  /** at which the FROC and the precision–recall curve count a hit, and at which strata are compared */
  readonly iouThreshold: number;
  readonly showBands: boolean;
  readonly showPaper: boolean;
}

/** The state of the accuracy page and of its embedded figure, and how to change it. */
export function useAccuracyState(): [AccuracyState, (changes: Partial<AccuracyState>) => void] {
  const [search, setSearch] = useAddress();
  const state: AccuracyState = {
    ids: listOf(search.e).slice(0, MAX_EVALUATIONS),
    plot: oneOf(search.plot, PLOTS, 'iou'),
    stratum: search.s ?? 'ALL',
    topK: search.k === undefined ? undefined : numberOf(search.k, 1, 1, 1000),
    iouThreshold: numberOf(search.iou, 0.5, 0, 1),
    showBands: search.band !== '0',
    showPaper: search.paper === '1',
  };
  const change = (changes: Partial<AccuracyState>): void => {
    const next = { ...state, ...changes };
    setSearch({
      e: textOfList(next.ids),
      plot: next.plot === 'iou' ? undefined : next.plot,
      s: next.stratum === 'ALL' ? undefined : next.stratum,
      k: next.topK === undefined ? undefined : String(next.topK),
      iou: next.iouThreshold === 0.5 ? undefined : String(next.iouThreshold),
      band: next.showBands ? undefined : '0',
      paper: next.showPaper ? '1' : undefined,
    });
  };
  return [state, change];
}
