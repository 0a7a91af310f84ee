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

/** Keys that move a slider, or choose among radio buttons. */
const CONTROL_KEYS = /^(Arrow(Up|Down|Left|Right)|Home|End|PageUp|PageDown)$/;

/** Whether the control that has the focus does something with the key itself. */
function keepsKey(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.matches('[type="range"], [type="radio"]')) return CONTROL_KEYS.test(key);
  return (key === 'Enter' || key === ' ') && target.closest('a, button, summary') !== null;
}

/** The actions of all that is mounted, the ones that were mounted last first: one listener knows all sequences. */
const mounted: { readonly current: readonly KeyAction[] }[] = [];
let first: { key: string; at: number } | null = null;

const find = (keys: string): KeyAction | undefined =>
  mounted.flatMap(({ current }) => current).find((action) => action.run && action.keys === keys);

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  if (isTyping(event.target) || keepsKey(event.target, event.key)) return;
  if (document.querySelector('dialog[open]')) return;
  const now = performance.now();
  const before = first && now - first.at < SEQUENCE_MS ? first.key : null;
  const action = find(`${before} ${event.key}`) ?? (before === LEADER ? undefined : find(event.key));
  first = action ? null : { key: event.key, at: now };
  if (!action) return;
  event.preventDefault();
  action.run?.();
}

/**
 * Runs actions by keys while the component is mounted. Keys with Ctrl, Alt or Meta belong to the browser; nothing fires
 * while a text field or a dialog has the focus. What a focused control does with a key itself, it keeps.
 */
export function useKeys(actions: readonly KeyAction[]): void {
  const current = useRef(actions);
  current.current = actions;
  useEffect(() => {
    if (mounted.length === 0) window.addEventListener('keydown', onKey);
    mounted.unshift(current);
    return () => {
      mounted.splice(mounted.indexOf(current), 1);
      if (mounted.length === 0) window.removeEventListener('keydown', onKey);
    };
  }, []);
}
