import { formatDuration, formatTime } from '../../data/text';
import { ProgressBar } from '../../parts/ProgressBar';
import { RunStatus } from '../../parts/RunStatus';
import { hasBar, nameOfRun, sentenceOfProgress } from '../runs/rows';
import { Stages } from './Stages';
import type { RunDetails } from './useRun';

/** How far the run is, what it took, and what it has to say about itself. */
export function Progress({ run }: { run: RunDetails }) {
  const { status, progress, startedAt, finishedAt, warnings, error, changedImageCount, executionProviders } = run;
  return (
    <section className="card stack" aria-label="Progress">
      <div className="spread" role="status">
        <RunStatus status={status} progress={progress} />
        <span>{sentenceOfProgress(run, Date.now())}</span>
      </div>
      {hasBar(run) && <ProgressBar progress={progress} label={`Progress of ${nameOfRun(run)}`} />}
      {error && (
        <p className="problem" role="alert">
          {error}
        </p>
      )}
      {changedImageCount > 0 && (
        <p className="banner">
          {changedImageCount === 1
            ? 'The pixel file of 1 image differs'
            : `The pixel files of ${changedImageCount} images differ`}{' '}
          from the import: the figures do not describe the imported data.
        </p>
      )}
      {warnings.length > 0 && (
        <ul className="banner stack-tight" aria-label="Warnings">
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
      <p className="muted small">
        {startedAt ? `It started ${formatTime(startedAt)}` : 'It has not started yet'}
        {startedAt &&
          executionProviders.length > 0 &&
          ` on the execution provider ${executionProviders.join(', ').toLowerCase()}`}
        {startedAt &&
          finishedAt &&
          ` and took ${formatDuration((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000)}`}
        .
      </p>
      <Stages timing={run.timing} />
    </section>
  );
}
