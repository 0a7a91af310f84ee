import { Link } from '@tanstack/react-router';
import { PATHS } from '../../../../src/http/webPaths';
import { formatTime } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { Answered } from '../../parts/States';
import type { MarkKind } from '../../viewer/marks';
import type { RunOnImage } from './boxes';
import type { SliceImage } from './image';
import { Legend } from './Legend';
import { SliceRunsDocument, type SliceRunsQuery } from './slice.generated';
import type { SliceState } from './state';

type Run = Extract<NonNullable<SliceRunsQuery['node']>, { runs: unknown }>['runs'][number];

interface ChoiceProps {
  readonly state: SliceState;
  readonly change: (changes: Partial<SliceState>) => void;
}

/** Which runs' boxes are shown, from which score on, and what their marks mean. */
export function RunChoice({
  image,
  shown,
  ...choice
}: { image: SliceImage; shown: readonly RunOnImage[] } & ChoiceProps) {
  const query = useAnswer(SliceRunsDocument, { id: image.id });
  const { state } = choice;
  return (
    <section className="card stack-tight">
      <h2>Detections</h2>
      <Answered query={query} height="6rem">
        {({ node }) => {
          const runs = node && 'runs' in node && Array.isArray(node.runs) ? (node.runs as Run[]) : [];
          if (runs.length === 0 && state.runs.length === 0) return <NoRuns hasPixels={image.hasPixels} />;
          return <RunSelects runs={runs} {...choice} />;
        }}
      </Answered>
      {state.runs.length > 0 && <Thresholds {...choice} />}
      <Legend kinds={kindsOf(shown)} secondRun={state.sideBySide ? undefined : shown[1]?.name} />
    </section>
  );
}

const WITH_RUNS: readonly MarkKind[] = ['LESION', 'MISSED', 'HIT', 'DUPLICATE', 'BACKGROUND'];
const kindsOf = (shown: readonly RunOnImage[]): readonly MarkKind[] => (shown.length > 0 ? WITH_RUNS : ['LESION']);

function NoRuns({ hasPixels }: { hasPixels: boolean }) {
  return (
    <p className="muted">
      No detection run has a result for this slice.{' '}
      {hasPixels ? (
        <Link to={PATHS.newRun}>Start a run</Link>
      ) : (
        'A detector needs its pixels, which are not on this server.'
      )}
    </p>
  );
}

function RunSelects({ runs, state, change }: { runs: readonly Run[] } & ChoiceProps) {
  const [first, second] = state.runs;
  return (
    <>
      <RunSelect
        label="Run"
        none="No detections"
        runs={runs}
        value={first}
        onChange={(id) => change({ runs: [id, second].filter((one) => one !== undefined) })}
      />
      {first !== undefined && (runs.length > 1 || second !== undefined) && (
        <RunSelect
          label="Second run"
          none="No second run"
          runs={runs.filter(({ id }) => id !== first)}
          value={second}
          onChange={(id) => change({ runs: [first, id].filter((one) => one !== undefined) })}
        />
      )}
      {second !== undefined && (
        <label className="row">
          <input
            type="checkbox"
            checked={state.sideBySide}
            onChange={(event) => change({ sideBySide: event.target.checked })}
          />
          Side by side <kbd>s</kbd>
        </label>
      )}
    </>
  );
}

function RunSelect({
  label,
  none,
  runs,
  value,
  onChange,
}: {
  label: string;
  none: string;
  runs: readonly Run[];
  value: string | undefined;
  onChange: (id: string | undefined) => void;
}) {
  const isListed = value === undefined || runs.some(({ id }) => id === value);
  return (
    <label className="stack-tight small">
      {label}
      <select value={value ?? ''} onChange={(event) => onChange(event.target.value || undefined)}>
        <option value="">{none}</option>
        {!isListed && <option value={value}>A run without a result for this slice</option>}
        {runs.map(({ id, detector, createdAt }) => (
          <option key={id} value={id}>
            {detector.name} {detector.version}, {formatTime(createdAt)}
          </option>
        ))}
      </select>
    </label>
  );
}

const IOU_CHOICES = [0.3, 0.5, 0.7];

function Thresholds({ state: { scoreThreshold, iouThreshold }, change }: ChoiceProps) {
  const choices = IOU_CHOICES.includes(iouThreshold) ? IOU_CHOICES : [...IOU_CHOICES, iouThreshold].sort();
  return (
    <>
      <label className="stack-tight small">
        <span className="spread">
          <span>
            Score from <kbd>[</kbd> <kbd>]</kbd>
          </span>
          <output>{scoreThreshold.toFixed(2)}</output>
        </span>
        <input
          type="range"
          aria-label="Lowest score that is shown"
          min={0}
          max={1}
          step={0.01}
          value={scoreThreshold}
          onChange={(event) => change({ scoreThreshold: event.target.valueAsNumber })}
        />
      </label>
      <label className="row small">
        A hit has an IoU of at least
        <select value={String(iouThreshold)} onChange={(event) => change({ iouThreshold: Number(event.target.value) })}>
          {choices.map((choice) => (
            <option key={choice} value={String(choice)}>
              {choice}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}
