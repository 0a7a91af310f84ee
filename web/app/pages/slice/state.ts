import { useCallback, useEffect, useRef, useState } from 'react';
import { useAddress } from '../../data/address';
import { numberOf } from '../../data/url';

/** What the address of the page says in addition to what the viewer keeps there. */
export interface SliceState {
  /** global ids of the runs whose boxes are shown: none, one or two */
  readonly runs: readonly string[];
  /** boxes with lower scores are left out, 0 … 1 */
  readonly scoreThreshold: number;
  /** of a hit, 0 … 1 */
  readonly iouThreshold: number;
  /** whether the two runs are seen beside one another */
  readonly sideBySide: boolean;
}

const DEFAULT_SCORE = 0.3;
const DEFAULT_IOU = 0.5;
const REST_MS = 200;

/** Parameters that another slice of the patient is opened with. */
export const KEPT_PARAMETERS = ['run', 'run2', 't', 'iou', 'side'] as const;

/** The state of the page, and how to change it. The score threshold moves at once and is written when it rests. */
export function useSliceState(): [SliceState, (changes: Partial<SliceState>) => void] {
  const [search, setSearch] = useAddress();
  const written = numberOf(search.t, DEFAULT_SCORE, 0, 1);
  const [scoreThreshold, setScore] = useResting(written, (score) =>
    setSearch({ t: score === DEFAULT_SCORE ? undefined : String(score) }, { replace: true }),
  );
  const runs = [...new Set([search.run, search.run2].filter((id) => id !== undefined && id !== ''))] as string[];
  const state: SliceState = {
    runs,
    scoreThreshold,
    iouThreshold: numberOf(search.iou, DEFAULT_IOU, 0, 1),
    sideBySide: search.side === '1' && runs.length === 2,
  };
  const change = (changes: Partial<SliceState>): void => {
    if (changes.scoreThreshold !== undefined) setScore(changes.scoreThreshold);
    if (changes.runs !== undefined) setSearch({ run: changes.runs[0], run2: changes.runs[1] });
    if (changes.iouThreshold !== undefined)
      setSearch({ iou: changes.iouThreshold === DEFAULT_IOU ? undefined : String(changes.iouThreshold) });
    if (changes.sideBySide !== undefined) setSearch({ side: changes.sideBySide ? '1' : undefined });
  };
  return [state, change];
}

/** A value that changes at once here, and elsewhere when it has not changed for a moment. */
export function useResting(settled: number, settle: (value: number) => void): [number, (value: number) => void] {
  const [moving, setMoving] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const current = useRef(settle);
  current.current = settle;
  useEffect(() => () => clearTimeout(timer.current), []);
  const move = useCallback((value: number) => {
    setMoving(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      current.current(value);
      setMoving(null);
    }, REST_MS);
  }, []);
  return [moving ?? settled, move];
}
