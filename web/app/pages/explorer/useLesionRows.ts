import { useQueries } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { CursorLadder, PAGE_ROWS } from '../../data/cursorLadder';
import { type Answer, ask } from '../../data/graph';
import type { LesionFilter, LesionOrder } from '../../data/schemaTypes.generated';
import { useAnswer } from '../../data/useAnswer';
import {
  ExplorerCursorDocument,
  type ExplorerLesionFragment,
  ExplorerLesionsDocument,
  type ExplorerLesionsQuery,
} from './explorer.generated';

export type ListedLesion = ExplorerLesionFragment;

/** Rows that pass by while somebody scrolls are not asked for. */
const REST_MS = 90;
const MAX_LADDERS = 12;

/** A list of the graph of which pages are read where they are looked at. */
export interface LesionRows {
  /** undefined until it is known */
  readonly total: number | undefined;
  /** undefined: not read yet */
  readonly rowAt: (index: number) => ListedLesion | undefined;
  /** tells which rows are in sight, both included */
  readonly see: (first: number, last: number) => void;
  readonly error: Error | null;
  readonly retry: () => void;
  /** whether an earlier answer is shown while another one is on its way */
  readonly isStale: boolean;
}

interface ListRequest {
  readonly filter: LesionFilter;
  readonly orderBy: LesionOrder[];
  readonly sketch: boolean;
}

/** What a page of the list is asked with; the first one counts. */
export const pageVariables = ({ filter, orderBy, sketch }: ListRequest, after: string | null, count: boolean) => ({
  filter,
  orderBy,
  sketch,
  first: PAGE_ROWS,
  after,
  count,
});

/** Kept beyond the page, so that anyone who comes back to a list finds the way to where they were. */
const ladders = new Map<string, CursorLadder>();

function ladderOf(key: string, { filter, orderBy }: ListRequest): CursorLadder {
  const known = ladders.get(key);
  if (known) return known;
  const [oldest] = ladders.keys();
  if (ladders.size >= MAX_LADDERS && oldest !== undefined) ladders.delete(oldest);
  const made = new CursorLadder(async (after, rows) => {
    const { data } = await ask(ExplorerCursorDocument, { filter, orderBy, first: rows, after });
    return data.lesions.pageInfo.endCursor;
  });
  ladders.set(key, made);
  return made;
}

/** The lesions of a filter in an order, however many: the first page at once, the others where they are seen. */
export function useLesionRows(request: ListRequest): LesionRows {
  const key = JSON.stringify(request);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is the request
  const ladder = useMemo(() => ladderOf(key, request), [key]);
  const [seen, setSeen] = useState<{ key: string; pages: readonly number[] }>({ key, pages: [] });
  const first = useAnswer(ExplorerLesionsDocument, pageVariables(request, null, true), { keepPrevious: true });
  useEffect(() => {
    if (first.data && !first.isPlaceholderData) ladder.note(0, first.data.data.lesions.pageInfo.endCursor);
  }, [first.data, first.isPlaceholderData, ladder]);

  const pages = seen.key === key ? seen.pages.filter((page) => page > 0) : [];
  const results = useQueries({
    queries: pages.map((page) => ({
      queryKey: ['ExplorerLesions', key, page],
      queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Answer<ExplorerLesionsQuery>> => {
        const after = await ladder.reach(page, signal);
        const answer = await ask(ExplorerLesionsDocument, pageVariables(request, after, false), signal);
        ladder.note(page, answer.data.lesions.pageInfo.endCursor);
        return answer;
      },
    })),
  });

  const see = useSeen(key, setSeen);
  const failed = results.find(({ error }) => error);
  const firstNodes = first.data?.data.lesions.nodes;
  return {
    total: first.data?.data.lesions.totalCount ?? undefined,
    rowAt: (index) => {
      const page = Math.floor(index / PAGE_ROWS);
      if (page === 0) return firstNodes?.[index];
      return results[pages.indexOf(page)]?.data?.data.lesions.nodes[index % PAGE_ROWS];
    },
    see,
    error: first.error ?? failed?.error ?? null,
    retry: () => void (first.error ? first.refetch() : failed?.refetch()),
    isStale: first.isPlaceholderData,
  };
}

/** Passes on which pages are in sight once the scrolling has come to rest, at once where they are neighbours. */
function useSeen(key: string, setSeen: (seen: { key: string; pages: readonly number[] }) => void) {
  const [range, setRange] = useState('');
  useEffect(() => {
    if (range === '') return undefined;
    const timer = setTimeout(() => setSeen({ key, pages: range.split(' ').map(Number) }), REST_MS);
    return () => clearTimeout(timer);
  }, [key, range, setSeen]);
  return useCallback((first: number, last: number) => {
    const pages: number[] = [];
    for (let page = Math.floor(first / PAGE_ROWS); page <= Math.floor(last / PAGE_ROWS); page++) pages.push(page);
    setRange(pages.join(' '));
  }, []);
}
