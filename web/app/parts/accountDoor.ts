import { useSyncExternalStore } from 'react';

/** What the dialog of the header shows: who is signed in, or the form. */
export type AccountView = 'ACCOUNT' | 'SIGN_IN';

let open: AccountView | null = null;
const listeners = new Set<() => void>();

/** Opens or closes the dialog, from wherever something is refused. */
export function showAccount(view: AccountView | null): void {
  open = view;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What the dialog shows; null: it is closed. */
export const useAccountView = (): AccountView | null => useSyncExternalStore(subscribe, () => open);
