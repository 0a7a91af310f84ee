import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Search } from './url';

/** Puts changes into the address; undefined removes a parameter. */
export type SetSearch = (changes: Search, options?: { replace?: boolean }) => void;

/**
 * The search parameters of the page, and how to change some of them. A change is a step in the browser's history unless
 * `replace` is set, as it is for what moves while a control is dragged.
 */
export function useAddress(): [Search, SetSearch] {
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const set = useCallback<SetSearch>(
    (changes, { replace = false } = {}) => {
      void navigate({ to: '.', search: (now: Search) => ({ ...now, ...changes }), replace, resetScroll: false });
    },
    [navigate],
  );
  return [search, set];
}
