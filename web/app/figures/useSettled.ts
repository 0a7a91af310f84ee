import { useEffect, useRef, useState } from 'react';

/**
 * A value that is drawn at once and handed on when it has come to rest: a brush that is dragged asks the server once.
 *
 * @param value what counts until it is changed here, and again whenever it changes outside; compared as JSON
 * @param onSettled is called with the last change after `restMs` without another
 */
export function useSettled<Value>(
  value: Value,
  restMs: number,
  onSettled: (value: Value) => void,
): [Value, (next: Value) => void] {
  const [draft, setDraft] = useState<{ value: Value } | null>(null);
  const settled = useRef(onSettled);
  settled.current = onSettled;
  useEffect(() => {
    if (!draft) return undefined;
    const timer = setTimeout(() => settled.current(draft.value), restMs);
    return () => clearTimeout(timer);
  }, [draft, restMs]);
  const outside = JSON.stringify(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what changes outside replaces what was drawn
  useEffect(() => setDraft(null), [outside]);
  return [draft ? draft.value : value, (next) => setDraft({ value: next })];
}
