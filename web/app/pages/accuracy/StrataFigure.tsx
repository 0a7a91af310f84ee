import { formatPercent } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { lineStyle } from '../../figures/lineStyle';
import { linearScale } from '../../figures/scale';
import { useWidth } from '../../figures/useWidth';
import { Answered } from '../../parts/States';
import { AccuracyByStratumDocument, type AccuracyByStratumQuery } from './accuracy.generated';
import { groupsOfStrata, unionOfStrata } from './evaluations';
import type { LineHead } from './lines';

const ROW = 26;
/** between the dots of two evaluations */
const LINE = 9;
const AXIS = 18;
const INSET = 8;
const NARROW = 320;

type Evaluated = Extract<NonNullable<AccuracyByStratumQuery['nodes'][number]>, { strata: unknown }>;
type Stratum = Evaluated['strata'][number];
type Point = NonNullable<Stratum['accuracyCurve']>[number];

/**
 * The accuracy of each evaluation in every stratum at one IoU threshold: a dot with its interval, as the paper compares
 * its detectors cluster by cluster.
 */
export function StrataFigure({
  heads,
  topK,
  iouThreshold,
  onStratum,
}: {
  heads: readonly LineHead[];
  topK: number | undefined;
  iouThreshold: number;
  onStratum: (name: string) => void;
}) {
  const query = useAnswer(
    AccuracyByStratumDocument,
    { ids: heads.map(({ id }) => id), topK: topK ?? null },
    { keepPrevious: true, staleMs: Number.POSITIVE_INFINITY, enabled: heads.length > 0 },
  );
  return (
    <Answered query={query} height="20rem">
      {({ nodes }) => (
        <Rows evaluations={nodes.filter(isEvaluated)} heads={heads} iouThreshold={iouThreshold} onStratum={onStratum} />
      )}
    </Answered>
  );
}

const isEvaluated = (node: AccuracyByStratumQuery['nodes'][number]): node is Evaluated =>
  node !== null && 'strata' in node;

interface RowsProps {
  readonly evaluations: readonly Evaluated[];
  readonly heads: readonly LineHead[];
  readonly iouThreshold: number;
  readonly onStratum: (name: string) => void;
}

const TICKS = [0, 0.25, 0.5, 0.75, 1];

function Rows(props: RowsProps) {
  const { evaluations, iouThreshold } = props;
  const [cell, width] = useWidth<HTMLTableCellElement>(400);
  const x = linearScale([0, 1], [INSET, width - INSET]);
  return (
    <table className="strata">
      <caption className="visually-hidden">Lesions found by stratum at IoU threshold {iouThreshold}</caption>
      <thead>
        <tr>
          <th scope="col">Stratum</th>
          <th scope="col" className="number">
            n
          </th>
          <th scope="col" ref={cell} className="strata-plot">
            <svg width={width} height={AXIS} fontSize="12" aria-hidden="true">
              {(width < NARROW ? [0, 0.5, 1] : TICKS).map((tick) => (
                <text
                  key={tick}
                  x={x(tick)}
                  y={14}
                  textAnchor={tick === 1 ? 'end' : tick === 0 ? 'start' : 'middle'}
                  fill="var(--muted)"
                >
                  {formatPercent(tick, 0)}
                </text>
              ))}
            </svg>
            <span className="visually-hidden">Lesions found</span>
          </th>
        </tr>
      </thead>
      {groupsOfStrata(unionOfStrata(evaluations)).map(({ title, strata }) => (
        <tbody key={title}>
          {title !== 'All' && (
            <tr>
              <th scope="rowgroup" colSpan={3} className="strata-group">
                {title}
              </th>
            </tr>
          )}
          {strata.map((stratum) => (
            <StratumRow key={stratum.name} {...props} stratum={stratum} x={x} width={width} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

function StratumRow({
  evaluations,
  heads,
  iouThreshold,
  onStratum,
  stratum,
  x,
  width,
}: RowsProps & { stratum: Stratum; x: (share: number) => number; width: number }) {
  const height = Math.max(ROW, evaluations.length * LINE + LINE);
  const points = evaluations.map(({ id, strata }) => ({
    index: heads.findIndex((head) => head.id === id),
    point: pointOf(strata, stratum.name, iouThreshold),
  }));
  const words = points.map(({ index, point }) => `${heads[index]?.name}: ${wordsOfPoint(point)}`).join('; ');
  return (
    <tr>
      <th scope="row">
        <button type="button" className="stratum-name" onClick={() => onStratum(stratum.name)}>
          <bdi>{stratum.label}</bdi>
        </button>
      </th>
      <td className="number muted">{stratum.lesionCount}</td>
      <td className="strata-plot">
        <svg width={width} height={height} aria-hidden="true">
          {TICKS.map((tick) => (
            <line key={tick} x1={x(tick)} x2={x(tick)} y1={0} y2={height} stroke="var(--line)" />
          ))}
          {points.map(({ index, point }, line) => (
            <Dot
              key={heads[index]?.id}
              point={point}
              styleIndex={index}
              x={x}
              y={height / 2 + (line - (points.length - 1) / 2) * LINE}
            />
          ))}
          <title>{words}</title>
        </svg>
        <span className="visually-hidden">{words}</span>
      </td>
    </tr>
  );
}

function Dot({
  point,
  styleIndex,
  x,
  y,
}: {
  point: Point | undefined;
  styleIndex: number;
  x: (share: number) => number;
  y: number;
}) {
  if (!point || point.accuracy === null) return null;
  const { color, dash } = lineStyle(styleIndex);
  const { accuracy, ciLow, ciHigh } = point;
  return (
    <g>
      {ciLow !== null && ciHigh !== null && (
        <line
          x1={x(ciLow)}
          x2={x(ciHigh)}
          y1={y}
          y2={y}
          stroke={color}
          strokeWidth={2}
          strokeOpacity={0.5}
          strokeDasharray={dash}
        />
      )}
      <circle cx={x(accuracy)} cy={y} r={4} fill={color} stroke="var(--surface)" />
    </g>
  );
}

function pointOf(strata: readonly Stratum[], name: string, iouThreshold: number): Point | undefined {
  const curve = strata.find((stratum) => stratum.name === name)?.accuracyCurve ?? [];
  return curve.find((point) => Math.abs(point.iouThreshold - iouThreshold) < 1e-9);
}

const wordsOfPoint = (point: Point | undefined): string =>
  point ? `${formatPercent(point.accuracy)}, ${point.correct} of ${point.total}` : 'none';
