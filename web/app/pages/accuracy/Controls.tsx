import { type EvaluationHead, groupsOfStrata, unionOfStrata } from './evaluations';
import { type AccuracyState, PLOT_TITLES, PLOTS } from './state';

/** "A hit has IoU ≥", by the rules of the evaluation. */
function hitOf(evaluation: EvaluationHead | undefined): string {
  const { frocCriterion = 'IOU', frocComparator = 'GREATER_OR_EQUAL' } = evaluation?.protocol ?? {};
  return `A hit has ${frocCriterion === 'IOU' ? 'IoU' : frocCriterion} ${frocComparator === 'GREATER' ? '>' : '≥'}`;
}

/** What counts if nothing is chosen: the greatest k of each run. */
function ownTopK(evaluations: readonly EvaluationHead[]): string {
  const own = [...new Set(evaluations.map(({ protocol }) => protocol.defaultTopK))];
  return own.length === 1 ? `k = ${own[0]}, as in the run` : 'k of each run';
}

/** What is plotted: the metric, the stratum, how many detections count, and what is drawn beside the lines. */
export function Controls({
  evaluations,
  state,
  change,
}: {
  evaluations: readonly EvaluationHead[];
  state: AccuracyState;
  change: (changes: Partial<AccuracyState>) => void;
}) {
  const strata = unionOfStrata(evaluations);
  const topKs = [...new Set(evaluations.flatMap(({ protocol }) => protocol.topK))].sort((a, b) => a - b);
  const thresholds = state.plot === 'pr' ? [0.5, 0.75] : (evaluations[0]?.protocol.frocThresholds ?? [0.5]);
  const hasTopK = state.plot === 'iou' || state.plot === 'diff';
  return (
    <div className="stack">
      <div className="tabs" role="tablist" aria-label="Metric">
        {PLOTS.map((plot) => (
          <button
            key={plot}
            type="button"
            role="tab"
            aria-selected={plot === state.plot}
            onClick={() => change({ plot })}
          >
            {PLOT_TITLES[plot]}
          </button>
        ))}
      </div>
      <div className="row">
        {state.plot !== 'pr' && (
          <label className="row">
            Stratum
            <select value={state.stratum} onChange={({ target }) => change({ stratum: target.value })}>
              {groupsOfStrata(strata).map(({ title, strata: some }) => (
                <optgroup key={title} label={title}>
                  {some.map((stratum) => (
                    <option key={stratum.name} value={stratum.name}>
                      {stratum.label} (n = {stratum.lesionCount})
                    </option>
                  ))}
                </optgroup>
              ))}
            </select>
          </label>
        )}
        {hasTopK ? (
          <label className="row">
            Top-k detections
            <select
              value={state.topK ?? ''}
              onChange={({ target }) => change({ topK: target.value === '' ? undefined : Number(target.value) })}
            >
              <option value="">{ownTopK(evaluations)}</option>
              {topKs.map((k) => (
                <option key={k} value={k}>
                  k = {k}
                </option>
              ))}
            </select>
          </label>
        ) : (
          <label className="row">
            {state.plot === 'froc' ? hitOf(evaluations[0]) : 'A hit has IoU ≥'}
            <select
              value={state.iouThreshold}
              onChange={({ target }) => change({ iouThreshold: Number(target.value) })}
            >
              {thresholds.map((threshold) => (
                <option key={threshold} value={threshold}>
                  {threshold}
                </option>
              ))}
            </select>
          </label>
        )}
        {state.plot !== 'pr' && (
          <label className="row">
            <input
              type="checkbox"
              checked={state.showBands}
              onChange={({ target }) => change({ showBands: target.checked })}
            />
            95 % intervals
          </label>
        )}
        {state.plot === 'iou' && (
          <label className="row">
            <input
              type="checkbox"
              checked={state.showPaper}
              onChange={({ target }) => change({ showPaper: target.checked })}
            />
            The paper’s figures
          </label>
        )}
      </div>
    </div>
  );
}
