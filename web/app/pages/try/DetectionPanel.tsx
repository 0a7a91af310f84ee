import { ask } from '../../data/graph';
import { saveFile } from '../../data/saveFile';
import { formatCount, formatDuration, plural } from '../../data/text';
import { useMay } from '../../data/viewer';
import { Needs } from '../../parts/Needs';
import { RunStatus } from '../../parts/RunStatus';
import { Problem } from '../../parts/States';
import { csvOfFound, jsonOfFound, type TriedUpload } from './found';
import { CancelTriedDocument } from './try.generated';
import { hasEnded, type TriedDetection, type TriedSlice, type useDetection } from './useDetection';

/** How far the detector is, from which score on its boxes are shown, and its boxes as files. */
export function DetectionPanel({
  found: { status, detection, slices },
  upload,
  threshold,
  onThreshold,
  shown,
}: {
  found: ReturnType<typeof useDetection>;
  upload: TriedUpload;
  threshold: number;
  onThreshold: (threshold: number) => void;
  shown: number;
}) {
  if (status.error) return <Problem error={status.error} onRetry={() => void status.refetch()} />;
  if (status.data && !detection)
    return <p className="muted">What this detector found has been deleted. Start it again to see its boxes.</p>;
  if (!detection) return null;
  const { name, version } = detection.detector;
  return (
    <div className="stack-tight">
      <p className="row">
        <strong>
          <bdi>
            {name} {version}
          </bdi>
        </strong>
        <RunStatus status={detection.status} progress={detection.progress} />
      </p>
      <Progress detection={detection} onCancelled={() => void status.refetch()} />
      {detection.error && <Problem error={new Error(detection.error)} />}
      {slices.error && <Problem error={slices.error} onRetry={() => void slices.refetch()} />}
      {detection.warnings.map((warning) => (
        <p key={warning} className="muted small">
          {warning}
        </p>
      ))}
      <FailedSlices slices={slices.data ?? []} />
      <Threshold threshold={threshold} onThreshold={onThreshold} shown={shown} least={detection.scoreThreshold} />
      <Downloads upload={upload} detection={detection} slices={slices.data} />
    </div>
  );
}

function Progress({ detection, onCancelled }: { detection: TriedDetection; onCancelled: () => void }) {
  const right = useMay('detect', 'curate', 'operate');
  if (hasEnded(detection)) return null;
  const { progress, queuePosition, estimatedEndAt, id } = detection;
  const done = progress.completed + progress.failed;
  const secondsLeft = estimatedEndAt === null ? null : (Date.parse(estimatedEndAt) - Date.now()) / 1000;
  return (
    <>
      <progress aria-label="Slices looked at" max={progress.total || 1} value={done} />
      <p className="small muted" role="status">
        {queuePosition !== null && queuePosition > 0 && `${plural(queuePosition, 'job')} before it. `}
        {formatCount(done)} of {plural(progress.total, 'slice')}
        {secondsLeft !== null && secondsLeft > 0 && `, about ${formatDuration(secondsLeft)} left`}
      </p>
      <div>
        <button
          type="button"
          disabled={!right.isGiven}
          onClick={() => void ask(CancelTriedDocument, { id }).then(onCancelled, onCancelled)}
        >
          Cancel
        </button>
        <Needs right={right} />
      </div>
    </>
  );
}

/** Slices without a result, with the reason of each kind once. */
function FailedSlices({ slices }: { slices: readonly TriedSlice[] }) {
  const failed = slices.filter(({ state }) => state === 'FAILED');
  if (failed.length === 0) return null;
  const reasons = [...new Set(failed.map(({ error }) => error ?? 'No reason is known.'))];
  return (
    <div className="banner small">
      <p>{plural(failed.length, 'slice')} could not be looked at:</p>
      {reasons.slice(0, 5).map((reason) => (
        <p key={reason}>
          <bdi>{reason}</bdi>
        </p>
      ))}
    </div>
  );
}

function Threshold({
  threshold,
  onThreshold,
  shown,
  least,
}: {
  threshold: number;
  onThreshold: (threshold: number) => void;
  shown: number;
  least: number;
}) {
  return (
    <label className="stack-tight small">
      <span className="spread">
        <span>
          Score from <kbd>[</kbd> <kbd>]</kbd>
        </span>
        <output>
          {threshold.toFixed(2)}: {plural(shown, 'box', 'boxes')}
        </output>
      </span>
      <input
        type="range"
        aria-label="Lowest score that is shown"
        min={0}
        max={1}
        step={0.01}
        value={threshold}
        onChange={(event) => onThreshold(event.target.valueAsNumber)}
      />
      <span className="muted">The detector discards boxes below {least.toFixed(2)}.</span>
    </label>
  );
}

function Downloads({
  upload,
  detection,
  slices,
}: {
  upload: TriedUpload;
  detection: TriedDetection;
  slices: readonly TriedSlice[] | undefined;
}) {
  if (!slices) return null;
  const name = `boxes-${detection.detector.name}`;
  return (
    <div className="row">
      <button type="button" onClick={() => saveFile(`${name}.csv`, csvOfFound(upload, detection, slices), 'text/csv')}>
        Boxes as CSV
      </button>
      <button
        type="button"
        onClick={() => saveFile(`${name}.json`, jsonOfFound(upload, detection, slices), 'application/json')}
      >
        Boxes as JSON
      </button>
    </div>
  );
}
