import { Link } from '@tanstack/react-router';
import { PATHS } from '../../../../src/http/webPaths';
import { plural } from '../../data/text';
import type { Comparison } from './rows';

/** What can be done with the chosen runs; it stays in sight at the lower edge. */
export function SelectionBar({
  count,
  comparison: { evaluations, warning },
  onClear,
}: {
  count: number;
  comparison: Comparison;
  onClear: () => void;
}) {
  if (count === 0) return null;
  const search = { e: evaluations.join(',') };
  return (
    <section className="selection-bar stack-tight" aria-label="Chosen runs">
      <div className="row">
        <strong>{plural(count, 'run')} chosen</strong>
        <Link to={PATHS.accuracy} search={search} className="button primary" disabled={evaluations.length === 0}>
          Compare accuracy <kbd className="on-accent hide-narrow">c</kbd>
        </Link>
        {evaluations.length > 1 ? (
          <Link to={PATHS.differences} search={search} className="button">
            Lesions that only one found
          </Link>
        ) : (
          <span className="muted small">Choose a second run to see on which lesions they differ.</span>
        )}
        <button type="button" className="quiet" onClick={onClear}>
          Clear
        </button>
      </div>
      {warning && <p className="small warn-text">{warning}</p>}
    </section>
  );
}
