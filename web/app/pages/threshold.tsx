import { Link } from '@tanstack/react-router';
import { PATHS } from '../../../src/http/webPaths';
import { useAnswer } from '../data/useAnswer';
import { CopyButton } from '../parts/CopyButton';
import { PageHead, SyntheticBanner } from '../parts/PageHead';
import { Answered, Empty } from '../parts/States';
import { EvaluationHeadsDocument, EvaluationListDocument } from './accuracy/accuracy.generated';
import { EvaluationSelect } from './accuracy/EvaluationSelect';
import {
  type EvaluationHead,
  evaluationsOf,
  groupsOfStrata,
  nameOfEvaluation,
  newestComparable,
} from './accuracy/evaluations';
import { Calibration } from './threshold/Calibration';
import { OperatingPoint } from './threshold/OperatingPoint';
import { Precision } from './threshold/Precision';
import { type ThresholdState, useThresholdState } from './threshold/state';

/** One evaluation at any score threshold and any IoU: operating point, precision–recall, calibration. */
export function Threshold() {
  const [state, change] = useThresholdState();
  const list = useAnswer(EvaluationListDocument, {}, { enabled: state.id === undefined });
  if (state.id !== undefined) return <OfId id={state.id} state={state} change={change} />;
  return (
    <Answered query={list} height="40rem" title="Score threshold">
      {({ evaluations: { nodes } }) => {
        const [newest] = newestComparable(nodes);
        if (newest !== undefined) return <OfId id={newest} state={state} change={change} />;
        return (
          <>
            <PageHead title="Score threshold" />
            <Empty>No detection run has been evaluated yet. A run is evaluated when it ends.</Empty>
          </>
        );
      }}
    </Answered>
  );
}

interface StateProps {
  readonly state: ThresholdState;
  readonly change: (changes: Partial<ThresholdState>) => void;
}

function OfId({ id, ...rest }: StateProps & { id: string }) {
  const heads = useAnswer(EvaluationHeadsDocument, { ids: [id] }, { keepPrevious: true });
  return (
    <Answered query={heads} height="40rem" title="Score threshold">
      {({ nodes }) => {
        const [evaluation] = evaluationsOf(nodes);
        if (evaluation) return <Chosen evaluation={evaluation} {...rest} />;
        return (
          <>
            <PageHead title="Score threshold" />
            <Empty action={<Link to={PATHS.runs}>All runs</Link>}>No evaluation has this id.</Empty>
          </>
        );
      }}
    </Answered>
  );
}

function Chosen({ evaluation, state, change }: StateProps & { evaluation: EvaluationHead }) {
  const { iouThreshold, stratum } = state;
  const parts = { evaluation, iouThreshold, stratum };
  return (
    <>
      <PageHead
        title="Score threshold"
        lead={
          <>
            What <bdi>{nameOfEvaluation(evaluation)}</bdi> does at any score threshold, with 95 % intervals over
            patients.
          </>
        }
        actions={
          <>
            <Link className="button" to={PATHS.accuracy} search={{ e: evaluation.id }}>
              All curves and strata
            </Link>
            <Link className="button" to={PATHS.errors} search={{ e: evaluation.id }}>
              Errors as pictures
            </Link>
            <CopyButton text={window.location.href} label="Copy the link" />
          </>
        }
      />
      <SyntheticBanner shown={evaluation.run.dataset.synthetic} />
      <div className="stack">
        <div className="row">
          <EvaluationSelect
            label="Evaluation"
            shown={[evaluation]}
            value={evaluation.id}
            onChange={(id) => change({ id, score: undefined })}
          />
          <label className="row">
            Stratum
            <select value={stratum} onChange={({ target }) => change({ stratum: target.value })}>
              {groupsOfStrata(evaluation.strata).map(({ title, strata }) => (
                <optgroup key={title} label={title}>
                  {strata.map(({ name, label, lesionCount }) => (
                    <option key={name} value={name}>
                      {label} (n = {lesionCount})
                    </option>
                  ))}
                </optgroup>
              ))}
            </select>
          </label>
          <label className="row">
            A hit has an overlap of at least
            <input
              type="number"
              min={0.01}
              max={0.99}
              step={0.05}
              value={iouThreshold}
              onChange={({ target }) => {
                const next = target.valueAsNumber;
                if (next > 0 && next < 1) change({ iouThreshold: Math.round(next * 100) / 100 });
              }}
            />
          </label>
        </div>
        <OperatingPoint {...parts} score={state.score} onScore={(score) => change({ score })} />
        <Precision {...parts} />
        <Calibration {...parts} />
      </div>
    </>
  );
}
