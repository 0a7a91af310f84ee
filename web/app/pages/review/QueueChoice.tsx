import { formatTime } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { NumberField } from '../../parts/NumberField';
import { nameOfRun } from '../runs/rows';
import { ReviewableRunsDocument } from './review.generated';
import type { ReviewState } from './search';
import type { ChangeReview } from './state';

/** Which run, which of its boxes, and in which order. */
export function QueueChoice({ run, state, change }: { run: string; state: ReviewState; change: ChangeReview }) {
  const query = useAnswer(ReviewableRunsDocument, {});
  const runs = query.data?.data.detectionRuns.nodes ?? [];
  return (
    <details className="card queue-choice">
      <summary>Which boxes{describe(state)}</summary>
      <div className="stack">
        <label className="stack-tight">
          Run
          <select value={run} onChange={({ target }) => change({ run: target.value })}>
            {runs.every(({ id }) => id !== run) && <option value={run}>the one of the address</option>}
            {runs.map((one) => (
              <option key={one.id} value={one.id}>
                {nameOfRun(one)}, {formatTime(one.createdAt)}
              </option>
            ))}
          </select>
        </label>
        <label className="stack-tight">
          Order
          <select
            value={state.order}
            onChange={({ target }) => change({ order: target.value === 'image' ? 'image' : 'score' })}
          >
            <option value="score">highest score first</option>
            <option value="image">image by image</option>
          </select>
        </label>
        <div className="range-fields">
          <NumberField
            label="Lowest score"
            value={state.minScore}
            min={0}
            max={1}
            placeholder="any"
            onChange={(minScore) => change({ minScore: minScore === 0 ? undefined : minScore })}
          />
          <NumberField
            label="Top-k detections of an image"
            value={state.maxRank}
            min={1}
            max={1000}
            step={1}
            placeholder="all"
            onChange={(maxRank) => change({ maxRank })}
          />
        </div>
        <label className="row">
          <input
            type="checkbox"
            checked={state.isSecondReading}
            onChange={({ target }) => change({ isSecondReading: target.checked })}
          />
          Second reading: also what others have reviewed
        </label>
      </div>
    </details>
  );
}

function describe({ order, minScore, maxRank, isSecondReading }: ReviewState): string {
  const words = [
    order === 'image' && 'image by image',
    minScore !== undefined && `score from ${minScore}`,
    maxRank !== undefined && `${maxRank} best of an image`,
    isSecondReading && 'second reading',
  ].filter(Boolean);
  return words.length > 0 ? `: ${words.join(', ')}` : '';
}
