import { randomUuid } from '../../data/uuid';
import type { KeyAction } from '../../parts/keys';
import { VERDICTS, type Verdict } from './session';
import type { Sitting } from './useSession';
import { VERDICT_LOOKS } from './verdicts';

/** What a reviewer can do, by keys and by buttons. */
export interface Actions {
  readonly give: (verdict: Verdict) => void;
  readonly undo: () => void;
  readonly next: () => void;
  readonly back: () => void;
}

/** @param askName is called instead of a verdict while the reviewer has no name */
export function actionsOf({ dispatch }: Sitting, reviewer: string, remark: string, askName: () => void): Actions {
  const author = () => ({ reviewer, now: Date.now(), key: randomUuid() });
  return {
    give: (verdict) => {
      if (reviewer === '') askName();
      else dispatch({ type: 'GIVE', verdict, remark: remark.trim(), by: author() });
    },
    undo: () => dispatch({ type: 'UNDO', by: author() }),
    next: () => dispatch({ type: 'NEXT' }),
    back: () => dispatch({ type: 'BACK' }),
  };
}

/** The keys of the page. */
export function keysOf(
  { give, undo, next, back }: Actions,
  focusRemark: () => void,
  evaluate: () => void,
): KeyAction[] {
  return [
    ...VERDICTS.map((verdict) => ({
      keys: VERDICT_LOOKS[verdict].key,
      label: VERDICT_LOOKS[verdict].label,
      run: () => give(verdict),
    })),
    { keys: 'Enter', label: 'Next box, without a verdict', run: next },
    { keys: 'Backspace', label: 'Box before', run: back },
    { keys: 'u', label: 'Undo the last verdict', run: undo },
    { keys: 'r', label: 'Write a remark', run: focusRemark },
    { keys: 'e', label: 'Evaluate the run again with the reviews', run: evaluate },
  ];
}
