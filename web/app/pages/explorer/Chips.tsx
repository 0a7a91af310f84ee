import type { LesionChoice } from '../../data/lesionChoice';
import { Empty } from '../../parts/States';
import { type Condition, loosenText } from './conditions';

/** The conditions that hold, each with a way to remove it. */
export function Chips({
  conditions,
  onChange,
  onClear,
}: {
  conditions: readonly Condition[];
  onChange: (choice: LesionChoice) => void;
  onClear: () => void;
}) {
  if (conditions.length === 0) return null;
  return (
    <ul className="row" aria-label="Conditions">
      {conditions.map(({ key, text, without }) => (
        <li key={key} className="chip">
          <bdi>{text}</bdi>
          <button
            type="button"
            className="quiet"
            aria-label={`Remove the condition ${text}`}
            onClick={() => onChange(without)}
          >
            <span aria-hidden="true">×</span>
          </button>
        </li>
      ))}
      {conditions.length > 1 && (
        <li>
          <button type="button" className="quiet" onClick={onClear}>
            Remove all
          </button>
        </li>
      )}
    </ul>
  );
}

/** Nothing matches: which condition to drop, and what that would bring. */
export function NothingMatches({
  conditions,
  onChange,
}: {
  conditions: readonly Condition[];
  onChange: (choice: LesionChoice) => void;
}) {
  if (conditions.length === 0) return <Empty>This data set has no lesions.</Empty>;
  return (
    <Empty
      action={
        <div className="row empty-ways">
          {worthDropping(conditions).map((condition) => (
            <button key={condition.key} type="button" onClick={() => onChange(condition.without)}>
              {loosenText(condition)}
            </button>
          ))}
        </div>
      }
    >
      No lesion fulfils{' '}
      {conditions.length === 1
        ? 'this condition'
        : `${conditions.length === 2 ? 'both' : `all ${conditions.length}`} conditions`}
      .
    </Empty>
  );
}

/** Those without which something is left, most of it first; all where none alone is enough. */
function worthDropping(conditions: readonly Condition[]): readonly Condition[] {
  const useful = conditions.filter(({ countWithout }) => countWithout !== 0);
  return [...(useful.length > 0 ? useful : conditions)].sort((a, b) => (b.countWithout ?? 0) - (a.countWithout ?? 0));
}
