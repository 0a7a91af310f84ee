import { useEffect, useRef, useState } from 'react';
import { useViewer, type ViewerModel } from './model';
import { aheadOf, type LoadedSlice, SliceStore, type ViewerSlice } from './slices';

/** The slice to draw, and whether it is the one that was asked for. */
export interface SliceAnswer {
  /** the earlier one while the next is on its way; null: none has come yet, or there are no pixels */
  readonly slice: LoadedSlice | null;
  readonly isLoading: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
}

/** Loads the slice that the model shows, and its neighbours ahead. */
export function useSlice(model: ViewerModel, slices: readonly ViewerSlice[]): SliceAnswer {
  const index = useViewer(model, (state) => state.index);
  const [store] = useState(() => new SliceStore());
  const [come, setCome] = useState<{ url: string; slice: LoadedSlice } | null>(null);
  const [failed, setFailed] = useState<{ url: string; error: Error } | null>(null);
  const [tries, setTries] = useState(0);
  const lastIndex = useRef(index);
  const url = slices[index]?.url ?? null;
  // A slice that is here already is drawn in the same frame.
  const kept = url === null ? undefined : store.peek(url);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another try asks again
  useEffect(() => {
    if (url === null) return;
    const direction = index < lastIndex.current ? -1 : 1;
    lastIndex.current = index;
    const ahead = aheadOf(slices, index, direction).flatMap((slice) => slice.url ?? []);
    let isWanted = true;
    setFailed(null);
    store.show(url, ahead).then(
      (slice) => isWanted && setCome({ url, slice }),
      (error) => isWanted && setFailed({ url, error }),
    );
    return () => {
      isWanted = false;
    };
  }, [url, slices, tries, store]);
  useEffect(() => () => store.stop(), [store]);

  const slice = url === null ? null : (kept ?? come?.slice ?? null);
  return {
    slice,
    isLoading: url !== null && !kept && come?.url !== url && failed?.url !== url,
    error: failed?.url === url ? failed.error : null,
    retry: () => setTries(tries + 1),
  };
}
