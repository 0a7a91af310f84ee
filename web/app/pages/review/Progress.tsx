import { formatNumber, plural } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { ProgressBar } from '../../parts/ProgressBar';
import { Problem } from '../../parts/States';
import { ratePerMinute } from './rate';
import { ReviewedSoFarDocument } from './review.generated';
import { isFull } from './session';
import { isPassing, type Sitting, send } from './useSession';

/** The server counts at leisure; verdicts that it has not counted yet are added here. */
const COUNT_AGAIN_MS = 20_000;

/** "12 of 178, 4 a minute", and what the verdicts say so far. */
export function Progress({ run, times }: { run: string; times: readonly number[] }) {
  const query = useAnswer(ReviewedSoFarDocument, { run }, { staleMs: 0, pollMs: COUNT_AGAIN_MS });
  const progress = query.data?.data.reviewProgress;
  const uncounted = times.filter((time) => time > query.dataUpdatedAt).length;
  const rate = ratePerMinute(times, Date.now());
  if (!progress) return query.error ? <Problem error={query.error} /> : <p className="muted">Counting …</p>;
  const reviewed = Math.min(progress.candidates, progress.reviewed + uncounted);
  return (
    <div className="stack-tight" role="status" aria-label="Progress of the review">
      <p>
        <strong>{reviewed}</strong> of <strong>{progress.candidates}</strong> false positives
        {rate !== null && `, ${formatNumber(rate, rate < 10 ? 1 : 0)} a minute`}
      </p>
      <ProgressBar
        progress={{ completed: reviewed, failed: 0, total: progress.candidates }}
        label="Reviewed false positives"
      />
      <p className="muted small">
        {plural(progress.lesion, 'lesion')}, {progress.notLesion} not a lesion, {progress.unsure} unsure
        {progress.reviewers.length > 1 && `, by ${plural(progress.reviewers.length, 'reviewer')}`}
      </p>
    </div>
  );
}

/** Whether what was given has reached the server. */
export function SavedMark({ sitting: { session, dispatch } }: { sitting: Sitting }) {
  const { outbox, log } = session;
  const [head] = outbox;
  if (outbox.length === 0 && log.length === 0) return null;
  return (
    <div className="stack-tight">
      <p className="saved-mark" role="status" data-saved={outbox.length === 0}>
        {outbox.length > 0 ? `${plural(outbox.length, 'verdict')} not saved yet` : 'Saved'}
        {isFull(session) && ', the next one must wait'}
      </p>
      {head?.failure && (
        <>
          <Problem error={head.failure} onRetry={() => void send(head, dispatch)} />
          {isPassing(head.failure) ? (
            <p className="muted small">It is sent again every few seconds.</p>
          ) : (
            <button type="button" onClick={() => dispatch({ type: 'DROP', key: head.key })}>
              Take this verdict back
            </button>
          )}
        </>
      )}
    </div>
  );
}
