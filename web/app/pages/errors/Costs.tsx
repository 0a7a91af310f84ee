import { formatCount, formatNumber, formatPercent, titleOf } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { Problem, Problems, Skeleton } from '../../parts/States';
import { Wide } from '../../parts/Wide';
import { ErrorCostsDocument, type ErrorCostsQuery } from './errors.generated';

export type Costs = NonNullable<NonNullable<ErrorCostsQuery['evaluation']>['errors']>;
type Interval = { readonly low: number; readonly high: number } | null;

export interface CostsChoice {
  readonly id: string;
  readonly iouThreshold: number;
  readonly stratum: string;
  readonly scoreAtLeast: number;
}

/** What each kind of error costs, and what reviews say of the background. */
export function CostTable({ choice, name }: { choice: CostsChoice; name: string }) {
  const query = useAnswer(ErrorCostsDocument, choice, { keepPrevious: true });
  if (query.error) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  const costs = query.data?.data.evaluation?.errors;
  if (!query.data) return <Skeleton height="18rem" />;
  if (!costs) return <Problems problems={query.data.problems} />;
  return (
    <div className="stack" aria-busy={query.isPlaceholderData}>
      <Wide label={`What the errors of ${name} cost`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Kind of error</th>
              <th scope="col" className="number">
                Number
              </th>
              <th scope="col" className="number">
                Mending adds to AP
              </th>
              <th scope="col" className="number">
                … to sensitivity at {costs.falsePositivesPerImage} FP per image
              </th>
            </tr>
          </thead>
          <tbody>
            {costs.kinds
              .filter(({ kind, count }) => count > 0 || (kind !== 'CLASSIFICATION' && kind !== 'BOTH'))
              .map((cost) => (
                <tr key={cost.kind}>
                  <th scope="row">{titleOf(cost.kind)}</th>
                  <td className="number">
                    {formatCount(cost.count)}
                    <Band interval={cost.countInterval} format={(value) => formatNumber(value, 0)} />
                  </td>
                  <td className="number">
                    {points(cost.deltaAveragePrecision)}
                    <Band interval={cost.deltaAveragePrecisionInterval} format={points} />
                  </td>
                  <td className="number">
                    {points(cost.deltaSensitivity)}
                    <Band interval={cost.deltaSensitivityInterval} format={points} />
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      </Wide>
      <p className="small muted">
        In percentage points, with 95 % intervals over patients, matched as for average precision, which is{' '}
        {formatPercent(costs.averagePrecision)} here. The costs do not add up: mending one kind changes what the others
        cost.
      </p>
      <Background background={costs.background} />
    </div>
  );
}

const points = (value: number | null): string => formatNumber(value === null ? null : 100 * value, 1);

function Band({ interval, format }: { interval: Interval; format: (value: number) => string }) {
  if (!interval) return null;
  return (
    <>
      <br />
      <span className="muted small nowrap">
        {format(interval.low)} to {format(interval.high)}
      </span>
    </>
  );
}

/** The background by its verdicts, as a bar and in numbers. */
function Background({ background }: { background: Costs['background'] }) {
  const parts = [
    {
      ...{ key: 'lesions', label: 'real lesions, by review', count: background.confirmedLesions },
      interval: background.confirmedLesionsInterval,
    },
    {
      ...{ key: 'false', label: 'truly false, by review', count: background.confirmedFalse },
      interval: background.confirmedFalseInterval,
    },
    {
      ...{ key: 'unreviewed', label: 'not yet decided', count: background.unreviewed },
      interval: background.unreviewedInterval,
    },
  ];
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  return (
    <div className="stack-tight">
      <h3>Background by what reviewers say</h3>
      <div className="split-bar" aria-hidden="true">
        {parts.map(({ key, count }) => (
          <span key={key} data-part={key} style={{ inlineSize: `${(100 * count) / total}%` }} />
        ))}
      </div>
      <ul className="legend small">
        {parts.map(({ key, label, count, interval }) => (
          <li key={key}>
            <span className="split-key" data-part={key} aria-hidden="true" />
            <span>
              <strong>{formatCount(count)}</strong> {label} ({formatPercent(count / total, 0)}
              {interval && `, interval ${formatNumber(interval.low, 0)} to ${formatNumber(interval.high, 0)}`})
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
