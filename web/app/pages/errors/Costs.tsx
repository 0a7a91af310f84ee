import { type RefObject, useRef } from 'react';
import { serverAddress } from '../../data/base';
import { csvOf } from '../../data/csv';
import { sourceLine } from '../../data/sourceLine';
import { formatCount, formatNumber, formatPercent, titleOf } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { figureFiles } from '../../figures/exportSvg';
import { GetThis } from '../../parts/GetThis';
import { Problem, Problems, Skeleton } from '../../parts/States';
import { Wide } from '../../parts/Wide';
import { CostFigure } from './CostFigure';
import { ErrorCostsDocument, type ErrorCostsQuery, type ErrorsHeadFragment } from './errors.generated';

export type Costs = NonNullable<NonNullable<ErrorCostsQuery['evaluation']>['errors']>;
type Interval = { readonly low: number; readonly high: number } | null;

export interface CostsChoice {
  readonly id: string;
  readonly iouThreshold: number;
  readonly stratum: string;
  readonly scoreAtLeast: number;
}

/** What each kind of error costs, as a figure and a table that can be kept, and what reviews say of the background. */
export function CostTable({ choice, name, head }: { choice: CostsChoice; name: string; head: ErrorsHeadFragment }) {
  const figure = useRef<SVGSVGElement>(null);
  const query = useAnswer(ErrorCostsDocument, choice, { keepPrevious: true });
  const costs = query.data?.data.evaluation?.errors;
  return (
    <section className="card stack" aria-label={`What the errors of ${name} cost`}>
      <div className="spread">
        <h3>What each kind of error costs</h3>
        {costs && <GetCosts {...{ choice, name, head, costs, figure }} />}
      </div>
      {query.error ? (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      ) : costs ? (
        <Found costs={costs} name={name} figure={figure} isOld={query.isPlaceholderData} />
      ) : query.data ? (
        <Problems problems={query.data.problems} />
      ) : (
        <Skeleton height="18rem" />
      )}
    </section>
  );
}

interface FoundCosts {
  readonly costs: Costs;
  readonly name: string;
  readonly figure: RefObject<SVGSVGElement | null>;
}

/** The figure and its numbers as files, and the request behind them. */
function GetCosts({
  costs,
  name,
  figure,
  choice,
  head,
}: FoundCosts & { choice: CostsChoice; head: ErrorsHeadFragment }) {
  const { iouThreshold, stratum, scoreAtLeast } = choice;
  const details = [`errors of ${name}`, `overlap ${iouThreshold}`, `score from ${formatNumber(scoreAtLeast, 3)}`];
  const { dataset } = head.run;
  const source = {
    line: `${sourceLine(dataset, ...details, ...(stratum === 'ALL' ? [] : [`stratum ${stratum}`]))} ${serverAddress()}`,
    metadata: { address: window.location.href, protocolKey: head.protocolKey, citation: dataset.citation, ...choice },
  };
  const csv = {
    ...{ label: 'CSV', fileName: 'error-costs.csv', type: 'text/csv' },
    make: () => csvOfCosts(costs),
  };
  return (
    <GetThis
      sources={[{ title: 'What the errors cost', document: ErrorCostsDocument, variables: choice }]}
      downloads={[...figureFiles(figure, 'error-costs', source), csv]}
    />
  );
}

const CSV_HEADER = [
  ...['kind', 'count', 'count_low', 'count_high'],
  ...['delta_average_precision', 'delta_average_precision_low', 'delta_average_precision_high'],
  ...['delta_sensitivity', 'delta_sensitivity_low', 'delta_sensitivity_high'],
];

function csvOfCosts({ kinds }: Costs): string {
  const ends = (interval: Interval): (number | null)[] => [interval?.low ?? null, interval?.high ?? null];
  return csvOf(
    CSV_HEADER,
    kinds.map((cost) => [
      ...[cost.kind, cost.count, ...ends(cost.countInterval)],
      ...[cost.deltaAveragePrecision, ...ends(cost.deltaAveragePrecisionInterval)],
      ...[cost.deltaSensitivity, ...ends(cost.deltaSensitivityInterval)],
    ]),
  );
}

function Found({ costs, name, figure, isOld }: FoundCosts & { isOld: boolean }) {
  // Detections without types cannot be of the wrong one.
  const shown = costs.kinds.filter(({ kind, count }) => count > 0 || (kind !== 'CLASSIFICATION' && kind !== 'BOTH'));
  return (
    <div className="stack" aria-busy={isOld}>
      <CostFigure kinds={shown} name={name} figure={figure} />
      <Wide label={`Costs of the errors of ${name}`}>
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
            {shown.map((cost) => (
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
