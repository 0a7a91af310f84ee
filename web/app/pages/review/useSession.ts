import { useInfiniteQuery } from '@tanstack/react-query';
import { type Dispatch, useEffect, useReducer, useRef, useState } from 'react';
import { ask, GraphError } from '../../data/graph';
import { randomUuid } from '../../data/uuid';
import { GiveVerdictDocument, type ReviewItemFragment, ReviewQueueDocument } from './review.generated';
import { queueOf, type ReviewState } from './search';
import { type Action, afterAction, newSession, type Outgoing, type Session } from './session';

export type ReviewItem = ReviewItemFragment;

const PAGE_SIZE = 10;
/** The next page of the queue is asked for when so many boxes are left. */
const LEFT_BEFORE_NEXT = 6;
const RETRY_MS = 3000;
/** Failures that pass by themselves. */
const PASSING = new Set(['OFFLINE', 'RATE_LIMITED', 'UNAVAILABLE', 'HTTP_502', 'HTTP_503', 'HTTP_504']);

export const isPassing = (failure: Error): boolean => failure instanceof GraphError && PASSING.has(failure.code);

/** A sitting at the queue of a run: it loads the boxes as they are needed, and sends the verdicts one after another. */
export interface Sitting {
  readonly session: Session<ReviewItem>;
  readonly dispatch: Dispatch<Action<ReviewItem>>;
  /** of the queue when it was opened; undefined: it has not come yet */
  readonly totalCount: number | undefined;
  readonly hasMore: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
}

export function useSession(run: string, state: ReviewState, reviewer: string): Sitting {
  const [session, dispatch] = useReducer(afterAction<ReviewItem>, undefined, newSession<ReviewItem>);
  // Each sitting has a queue of its own: one that was kept would show boxes that have been reviewed meanwhile.
  const [sitting] = useState(randomUuid);
  const queue = queueOf(state, reviewer);
  const pages = useInfiniteQuery({
    queryKey: [ReviewQueueDocument.name, sitting],
    queryFn: ({ pageParam, signal }) =>
      ask(ReviewQueueDocument, { run, first: PAGE_SIZE, after: pageParam, ...queue }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ data: { reviewQueue: page } }) =>
      page.pageInfo.hasNextPage ? page.pageInfo.endCursor : undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = pages;
  useEffect(() => {
    const items = data?.pages.flatMap((page) => page.data.reviewQueue.nodes) ?? [];
    if (items.length > 0) dispatch({ type: 'LOADED', items });
  }, [data]);
  const left = session.items.length - session.position;
  useEffect(() => {
    if (left < LEFT_BEFORE_NEXT && hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [left, hasNextPage, isFetching, isError, fetchNextPage]);
  useSending(session.outbox, dispatch);
  return {
    session,
    dispatch,
    totalCount: data?.pages[0]?.data.reviewQueue.totalCount,
    hasMore: hasNextPage,
    error: pages.error,
    retry: () => void (data ? fetchNextPage() : pages.refetch()),
  };
}

/** Sends the first message that waits; the next one follows when it has been saved. */
function useSending(outbox: readonly Outgoing[], dispatch: Dispatch<Action<ReviewItem>>): void {
  const head = outbox[0];
  useEffect(() => {
    if (!head || head.isSent || (head.failure && !isPassing(head.failure))) return undefined;
    const timer = setTimeout(() => void send(head, dispatch), head.failure ? RETRY_MS : 0);
    return () => clearTimeout(timer);
  }, [head, dispatch]);
  useLeaving(outbox);
}

/** Sends one message, or again after a failure. */
export async function send(outgoing: Outgoing, dispatch: Dispatch<Action<ReviewItem>>): Promise<void> {
  const { key } = outgoing;
  dispatch({ type: 'SENDING', key });
  try {
    await tell(outgoing);
    dispatch({ type: 'SAVED', key });
  } catch (thrown) {
    dispatch({ type: 'FAILED', key, failure: thrown instanceof Error ? thrown : new Error(String(thrown)) });
  }
}

async function tell({ key, detectionId, verdict, remark, reviewer }: Outgoing): Promise<void> {
  await ask(GiveVerdictDocument, {
    input: { detectionId, verdict, reviewer, remark: remark === '' ? null : remark, idempotencyKey: key },
  });
}

/** What has not been sent is sent when another page of ours is opened; the browser asks before it closes this one. */
function useLeaving(outbox: readonly Outgoing[]): void {
  const waiting = useRef(outbox);
  waiting.current = outbox;
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      if (waiting.current.length > 0) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => {
      window.removeEventListener('beforeunload', warn);
      const rest = waiting.current.filter(({ isSent }) => !isSent);
      void rest.reduce((before, one) => before.then(() => tell(one).catch(() => undefined)), Promise.resolve());
    };
  }, []);
}
