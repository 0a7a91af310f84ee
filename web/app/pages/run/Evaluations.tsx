import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { PATHS } from '../../../../src/http/webPaths';
import type { EvaluateDetectionRunInput } from '../../data/schemaTypes.generated';
import { formatPercent, formatTime } from '../../data/text';
import { useAction } from '../../data/useAction';
import { useMay } from '../../data/viewer';
import { Needs } from '../../parts/Needs';
import { Problem } from '../../parts/States';
import { Wide } from '../../parts/Wide';
import { isUnfinished, pointAtIou } from '../runs/rows';
import { EvaluateRunDocument, RunDocument } from './run.generated';
import type { RunDetails } from './useRun';

type Preset = NonNullable<EvaluateDetectionRunInput['preset']>;

const PRESETS: Record<Preset, string> = {
  PAPER: 'as in the paper (IoU > t)',
  COCO: 'as in COCO (IoU ≥ t, one lesion per box)',
  DEEPLESION_FROC: 'as in the DeepLesion code',
};
const PRESET_WORDS = ['PAPER', 'COCO', 'DEEPLESION_FROC'] as const satisfies readonly Preset[];

/** All evaluations of the run, and how to make another one under other rules. */
export function Evaluations({ run }: { run: RunDetails }) {
  return (
    <section className="card stack" aria-label="Evaluations">
      <div className="spread">
        <h2>Evaluations</h2>
        {run.evaluations.length > 1 && (
          <Link
            to={PATHS.accuracy}
            search={{
              e: run.evaluations
                .map(({ id }) => id)
                .slice(0, 20)
                .join(','),
            }}
          >
            Curves of all in one figure
          </Link>
        )}
      </div>
      <Wide label="Evaluations of this run">
        <table>
          <thead>
            <tr>
              <th scope="col">Made</th>
              <th scope="col">Rules</th>
              <th scope="col">Reviews</th>
              <th scope="col" className="number">
                Lesions
              </th>
              <th scope="col" className="number">
                Found at IoU 0.5 by the top-1 detection
              </th>
              <th scope="col">
                <span className="visually-hidden">Curves</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {run.evaluations.map((evaluation) => (
              <tr key={evaluation.id}>
                <td>{formatTime(evaluation.createdAt)}</td>
                <td>{PRESETS[evaluation.protocol.preset]}</td>
                <td>
                  {evaluation.protocol.reviewsUpTo === null
                    ? 'not counted'
                    : `the first ${evaluation.protocol.reviewsUpTo}`}
                </td>
                <td className="number">{evaluation.lesionCount}</td>
                <td className="number">{formatPercent(pointAtIou(evaluation.top1, 0.5)?.accuracy)}</td>
                <td>
                  <Link to={PATHS.accuracy} search={{ e: evaluation.id }}>
                    Curves
                  </Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      {!isUnfinished(run) && <Again runId={run.id} />}
    </section>
  );
}

function Again({ runId }: { runId: string }) {
  const client = useQueryClient();
  const right = useMay('detect', 'review');
  const [preset, setPreset] = useState<Preset>('PAPER');
  const [withReviews, setWithReviews] = useState(false);
  const evaluate = useAction(EvaluateRunDocument, () =>
    client.invalidateQueries({ queryKey: [RunDocument.name, { id: runId }] }),
  );
  const input = { id: runId, preset, reviews: withReviews ? ('INCLUDE' as const) : ('IGNORE' as const) };
  return (
    <>
      <div className="row">
        <label className="row">
          Rules
          <select
            value={preset}
            onChange={({ target }) => setPreset(PRESET_WORDS.find((one) => one === target.value) ?? 'PAPER')}
          >
            {PRESET_WORDS.map((word) => (
              <option key={word} value={word}>
                {PRESETS[word]}
              </option>
            ))}
          </select>
        </label>
        <label className="row">
          <input type="checkbox" checked={withReviews} onChange={({ target }) => setWithReviews(target.checked)} />
          Count confirmed lesions of the reviews
        </label>
        <button
          type="button"
          disabled={evaluate.isPending || !right.isGiven}
          onClick={() => evaluate.mutate({ input })}
        >
          {evaluate.isPending ? 'Evaluating …' : 'Evaluate again'}
        </button>
      </div>
      <Needs right={right} />
      {evaluate.error && <Problem error={evaluate.error} />}
    </>
  );
}
