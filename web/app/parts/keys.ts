import { useEffect, useRef } from 'react';

/** What a key does, for the sheet of keys. */
export interface KeyAction {
  /** `KeyboardEvent.key`, or two of them one after the other: `g l` */
  readonly keys: string;
  readonly label: string;
  /** omitted: the element that has the focus does it itself, and the sheet of keys only lists it */
  readonly run?: () => void;
}

const SEQUENCE_MS = 1500;
/** Begins sequences: what comes after it is no key of its own, whatever the page uses it for. */
const LEADER = 'g';

/** Whether letters belong to what has the focus (WCAG 2.1.4). */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    (target.matches('input, textarea, select') && !target.matches('[type="range"], [type="checkbox"], [type="radio"]'))
  );
}

/**
 * Runs actions by keys while the component is mounted. Keys with Ctrl, Alt or Meta belong to the browser; nothing fires
 * while a text field or a dialog has the focus. What a focused control does with a key itself, it keeps.
 */
export function useKeys(actions: readonly KeyAction[]): void {
  const current = useRef(actions);
  current.current = actions;
  useEffect(() => {
    let first: { key: string; at: number } | null = null;
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
      if (document.querySelector('dialog[open]')) return;
      const now = performance.now();
      const before = first && now - first.at < SEQUENCE_MS ? first.key : null;
      const runnable = current.current.filter(({ run }) => run);
      const action =
        runnable.find(({ keys }) => keys === `${before} ${event.key}`) ??
        (before === LEADER ? undefined : runnable.find(({ keys }) => keys === event.key));
      first = action ? null : { key: event.key, at: now };
      if (!action) return;
      event.preventDefault();
      action.run?.();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
