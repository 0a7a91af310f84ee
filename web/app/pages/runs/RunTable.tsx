import { Link } from '@tanstack/react-router';
import { PATHS } from '../../../../src/http/webPaths';
import { formatPercent, formatTime } from '../../data/text';
import { SparkCurve } from '../../figures/SparkCurve';
import { ProgressBar } from '../../parts/ProgressBar';
import { RunStatus } from '../../parts/RunStatus';
import { hasBar, nameOfRun, pointAtIou, type RunRow, sentenceOfProgress, shownEvaluation } from './rows';
import { MAX_SELECTED } from './search';

/** The runs of one page, one row each; at the width of a phone, each is a card. */
export function RunTable({
  runs,
  selected,
  onToggle,
}: {
  runs: readonly RunRow[];
  selected: readonly string[];
  onToggle: (id: string) => void;
}) {
  return (
    <div className="card run-table">
      <table>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">Compare</span>
            </th>
            <th scope="col">Run</th>
            <th scope="col">Status</th>
            <th scope="col">Progress</th>
            <th scope="col" className="number">
              Lesions found at IoU &gt; 0.5 by the top-1 detection
            </th>
            <th scope="col">Accuracy by IoU</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <Row
              key={run.id}
              run={run}
              isSelected={selected.includes(run.id)}
              isFull={selected.length >= MAX_SELECTED}
              onToggle={() => onToggle(run.id)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({
  run,
  isSelected,
  isFull,
  onToggle,
}: {
  run: RunRow;
  isSelected: boolean;
  isFull: boolean;
  onToggle: () => void;
}) {
  const { id, detector, dataset, status, progress, createdAt, warnings, retryOf } = run;
  const evaluation = shownEvaluation(run);
  const points = evaluation?.accuracyCurve?.map(({ iouThreshold, accuracy }) => ({ x: iouThreshold, y: accuracy }));
  const name = nameOfRun(run);
  return (
    <tr data-selected={isSelected}>
      <td className="pick">
        {evaluation && (
          <label className="pick-target">
            <input
              type="checkbox"
              checked={isSelected}
              disabled={isFull && !isSelected}
              aria-label={`Compare ${name}, requested ${formatTime(createdAt)}`}
              onChange={onToggle}
            />
          </label>
        )}
      </td>
      <td>
        <Link to={PATHS.run} params={{ runId: id }} className="run-name" data-run={id}>
          <bdi>{detector.name}</bdi> <span className="muted">{detector.version}</span>
        </Link>
        <p className="small muted">
          <bdi>
            {dataset.slug}@{dataset.version}
          </bdi>
          {dataset.synthetic && ', synthetic'} · {formatTime(createdAt)}
          {retryOf && ' · retry'}
        </p>
      </td>
      <td>
        <RunStatus status={status} progress={progress} />
        {warnings.length > 0 && (
          <p className="small warn-text">{warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`}</p>
        )}
      </td>
      <td className="run-progress">
        {hasBar(run) && <ProgressBar progress={progress} label={`Progress of ${name}`} />}
        <p className="small muted">{sentenceOfProgress(run, Date.now())}</p>
      </td>
      <td className="number">
        <Accuracy evaluation={evaluation} />
      </td>
      <td>{points && <SparkCurve points={points} label={`Accuracy of ${name} against the IoU threshold`} />}</td>
    </tr>
  );
}

function Accuracy({ evaluation }: { evaluation: ReturnType<typeof shownEvaluation> }) {
  const point = pointAtIou(evaluation?.accuracyCurve, 0.5);
  if (!point) return <span className="muted hide-narrow">not evaluated</span>;
  const { accuracy, ciLow, ciHigh, correct, total } = point;
  return (
    <>
      <strong>{formatPercent(accuracy)}</strong>{' '}
      <span className="muted small">
        {correct} of {total}
      </span>
      <p className="small muted">
        {formatPercent(ciLow)} to {formatPercent(ciHigh)}
      </p>
    </>
  );
}
