import { formatCount, formatNumber, formatPercent } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { Problem, Skeleton } from '../../parts/States';
import { useResting } from '../slice/state';
import { placeOf, pointAtScore, scoreAt } from './curve';
import { ErrorCurveDocument } from './errors.generated';

/** The score threshold of one side as a slider. What it reads moves at once, without a request. */
export function Threshold({
  id,
  name,
  iouThreshold,
  stratum,
  score,
  onScore,
}: {
  id: string;
  name: string;
  iouThreshold: number;
  stratum: string;
  score: number;
  onScore: (score: number) => void;
}) {
  const variables = { id, iouThreshold, stratum };
  const query = useAnswer(ErrorCurveDocument, variables, { keepPrevious: true, staleMs: Number.POSITIVE_INFINITY });
  const [moving, move] = useResting(score, onScore);
  const curve = query.data?.data.evaluation?.operatingCurve;
  if (query.error) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  if (!curve) return <Skeleton height="8rem" />;
  const point = pointAtScore(curve, moving);
  if (!point) return null;
  const { truePositives, falsePositives, lesionCount, imageCount } = point;
  const boxes = truePositives + falsePositives;
  return (
    <div className="stack-tight">
      <label className="errors-slider">
        <span>
          Score from <strong>{formatNumber(moving, 3)}</strong>
        </span>
        <input
          type="range"
          min={0}
          max={curve.length - 1}
          value={placeOf(curve, moving)}
          aria-label={`Score threshold of ${name}`}
          aria-valuetext={`${formatNumber(moving, 3)}: ${truePositives} lesions found, ${falsePositives} false positives`}
          onChange={({ target }) => move(scoreAt(curve, Number(target.value)))}
        />
      </label>
      <dl className="errors-counts">
        <Count label="found" value={truePositives} of={lesionCount} />
        <Count label="missed" value={lesionCount - truePositives} of={lesionCount} />
        <div>
          <dt>false positives</dt>
          <dd>
            {formatCount(falsePositives)}{' '}
            <span className="muted small">
              {formatNumber(imageCount > 0 ? falsePositives / imageCount : null, 2)} per image
            </span>
          </dd>
        </div>
        <div>
          <dt>precision</dt>
          <dd>{formatPercent(boxes > 0 ? truePositives / boxes : null)}</dd>
        </div>
      </dl>
    </div>
  );
}

function Count({ label, value, of }: { label: string; value: number; of: number }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {formatCount(value)} <span className="muted small">{formatPercent(of > 0 ? value / of : null)}</span>
      </dd>
    </div>
  );
}
