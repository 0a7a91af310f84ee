import { useState } from 'react';
import { formatTime } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { Dialog } from '../../parts/Popup';
import { Answered, Empty } from '../../parts/States';
import { EvaluationListDocument } from './accuracy.generated';
import { type EvaluationHead, nameOfEvaluation } from './evaluations';
import { MAX_EVALUATIONS } from './state';

/** The evaluations that are plotted, as chips in the order of the lines, and a dialog to choose others. */
export function Picker({
  chosen,
  names,
  onChange,
}: {
  chosen: readonly EvaluationHead[];
  names: readonly string[];
  onChange: (ids: string[]) => void;
}) {
  const [open, setOpen] = useState(false);
  const ids = chosen.map(({ id }) => id);
  return (
    <div className="row">
      <ul className="row" aria-label="Evaluations that are plotted">
        {chosen.map(({ id }, index) => (
          <li key={id} className="chip">
            <bdi>{names[index]}</bdi>
            {chosen.length > 1 && (
              <button
                type="button"
                className="quiet"
                aria-label={`Remove ${names[index]}`}
                onClick={() => onChange(ids.filter((other) => other !== id))}
              >
                ×
              </button>
            )}
          </li>
        ))}
      </ul>
      <button type="button" onClick={() => setOpen(true)}>
        Choose evaluations
      </button>
      <Dialog open={open} onClose={() => setOpen(false)} title="Choose evaluations">
        <Choices ids={ids} first={chosen[0]} onChange={onChange} />
      </Dialog>
    </div>
  );
}

function Choices({
  ids,
  first,
  onChange,
}: {
  ids: readonly string[];
  first: EvaluationHead | undefined;
  onChange: (ids: string[]) => void;
}) {
  const query = useAnswer(EvaluationListDocument, {});
  const toggle = (id: string): void => onChange(ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id]);
  return (
    <Answered query={query}>
      {({ evaluations: { nodes } }) =>
        nodes.length === 0 ? (
          <Empty>No detection run has been evaluated yet.</Empty>
        ) : (
          <fieldset className="stack-tight">
            <legend className="muted">
              Up to {MAX_EVALUATIONS}, the newest first. Only those under the same rules are comparable with the first
              line.
            </legend>
            {nodes.map((evaluation) => (
              <label key={evaluation.id} className="row">
                <input
                  type="checkbox"
                  checked={ids.includes(evaluation.id)}
                  disabled={
                    (ids.length >= MAX_EVALUATIONS && !ids.includes(evaluation.id)) ||
                    (ids.length === 1 && ids.includes(evaluation.id))
                  }
                  onChange={() => toggle(evaluation.id)}
                />
                <span>
                  <bdi>{nameOfEvaluation(evaluation)}</bdi>{' '}
                  <span className="muted">
                    {evaluation.lesionCount} lesions, {formatTime(evaluation.createdAt)}
                    {first && evaluation.comparisonKey !== first.comparisonKey && ', not comparable'}
                  </span>
                </span>
              </label>
            ))}
          </fieldset>
        )
      }
    </Answered>
  );
}
