import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { type Answer, GraphError, type GraphProblem } from '../data/graph';
import { useSignedIn } from '../data/signedIn';
import { showAccount } from './accountDoor';

const SKELETON_AFTER_MS = 150;

/** A grey area of the final size, after a moment: what comes at once must not flicker. */
export function Skeleton({ height = '12rem', label = 'Loading' }: { height?: string; label?: string }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div
      role="status"
      aria-label={label}
      data-loading
      style={{ minBlockSize: height }}
      className={shown ? 'skeleton waiting' : ''}
    />
  );
}

/** Nothing matches: says why, and offers the way out. */
export function Empty({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <p>{children}</p>
      {action}
    </div>
  );
}

/** What went wrong, with what a maintainer needs to find it in the log, and a way to try again. */
export function Problem({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const details = error instanceof GraphError ? error : null;
  const wait = useCountdown(details?.retryAfterSeconds ?? 0);
  if (details && REFUSED.has(details.code)) return <NotAllowed scope={details.scope}>{details.message}</NotAllowed>;
  return (
    <div className="problem stack-tight" role="alert">
      <p>{error.message}</p>
      {details && (
        <p className="small">
          {details.code}
          {details.requestId && (
            <>
              {' '}
              · request <span className="mono">{details.requestId}</span>
            </>
          )}
        </p>
      )}
      {onRetry && (
        <div>
          <button type="button" onClick={onRetry} disabled={wait > 0}>
            {wait > 0 ? `Try again in ${wait} s` : 'Try again'}
          </button>
        </div>
      )}
    </div>
  );
}

/** No key, or one that lacks a scope. */
const REFUSED = new Set(['UNAUTHENTICATED', 'FORBIDDEN']);

/** The caller may not: what is missing, and the way to it. */
export function NotAllowed({ scope, children }: { scope: string | null; children: ReactNode }) {
  const { key } = useSignedIn();
  return (
    <div className="problem stack-tight" role="alert">
      <p>
        <strong>Not allowed</strong>
        {scope && (
          <>
            : the scope <code>{scope}</code> is missing
          </>
        )}
      </p>
      <p>{children}</p>
      <div>
        <button type="button" onClick={() => showAccount('SIGN_IN')}>
          {key === null ? 'Sign in' : 'Sign in with another key'}
        </button>
      </div>
    </div>
  );
}

function useCountdown(seconds: number): number {
  const [left, setLeft] = useState(Math.ceil(seconds));
  useEffect(() => setLeft(Math.ceil(seconds)), [seconds]);
  useEffect(() => {
    if (left <= 0) return undefined;
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left]);
  return left;
}

/** Errors of single fields: the rest of the page stays. */
export function Problems({ problems }: { problems: readonly GraphProblem[] }) {
  const messages = [...new Set(problems.map(({ message }) => message))];
  if (messages.length === 0) return null;
  return (
    <div className="problem" role="alert">
      {messages.map((message) => (
        <p key={message}>{message}</p>
      ))}
    </div>
  );
}

/** The states of an answer: waiting, failed, there (with the errors of single fields above it). */
export function Answered<Result>({
  query,
  height,
  children,
}: {
  query: UseQueryResult<Answer<Result>, Error>;
  /** of the skeleton, so that the page does not jump */
  height?: string;
  children: (data: Result) => ReactNode;
}) {
  if (query.data === undefined) {
    if (query.error) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
    return <Skeleton height={height} />;
  }
  return (
    <>
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      <Problems problems={query.data.problems} />
      {children(query.data.data)}
    </>
  );
}
