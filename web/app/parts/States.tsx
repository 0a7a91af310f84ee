import type { UseQueryResult } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { type Answer, GraphError, type GraphProblem } from '../data/graph';
import { useSignedIn } from '../data/signedIn';
import { showAccount } from './accountDoor';
import { PageHead } from './PageHead';

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
  if (details?.terms) return <TermsNeeded dataset={details.terms.dataset} />;
  if (details && REFUSED.has(details.code))
    return <NotAllowed scope={details.scope ?? null}>{details.message}</NotAllowed>;
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

/** The dialog with the terms comes when one is asked for. */
const TermsDialog = lazy(() => import('./TermsDialog').then(({ TermsDialog: Terms }) => ({ default: Terms })));

/** The terms of a data set have to be accepted: the way to them. */
export function TermsNeeded({ dataset }: { dataset: string }) {
  return (
    <div className="problem stack-tight" role="alert">
      <p>
        The content of <bdi>{dataset}</bdi> is for those who have accepted its terms of use.
      </p>
      <div>
        <TermsButton dataset={dataset} label="Read the terms" />
      </div>
    </div>
  );
}

/** Opens the terms of use of a data set. */
export function TermsButton({ dataset, label }: { dataset: string; label: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        {label}
      </button>
      {isOpen && (
        <Suspense fallback={null}>
          <TermsDialog dataset={dataset} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
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
  const closed = [...new Set(problems.flatMap(({ extensions }) => extensions?.terms?.dataset ?? []))];
  const others = problems.filter(({ extensions }) => !extensions?.terms);
  const messages = [...new Set(others.map(({ message }) => message))];
  return (
    <>
      {closed.map((dataset) => (
        <TermsNeeded key={dataset} dataset={dataset} />
      ))}
      {messages.length > 0 && (
        <div className="problem" role="alert">
          {messages.map((message) => (
            <p key={message}>{message}</p>
          ))}
        </div>
      )}
    </>
  );
}

/** The states of an answer: waiting, failed, there (with the errors of single fields above it). */
export function Answered<Result>({
  query,
  height,
  title,
  children,
}: {
  query: UseQueryResult<Answer<Result>, Error>;
  /** of a page that has no other title without the answer */
  title?: string;
  /** of the skeleton, so that the page does not jump */
  height?: string;
  children: (data: Result) => ReactNode;
}) {
  if (query.data === undefined) {
    if (!query.error) return <Skeleton height={height} />;
    return (
      <>
        {title !== undefined && <PageHead title={title} />}
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      </>
    );
  }
  return (
    <>
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      <Problems problems={query.data.problems} />
      {children(query.data.data)}
    </>
  );
}
