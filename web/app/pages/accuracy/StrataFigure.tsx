import { scaleLinear } from 'd3-scale';
import { formatPercent } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { lineStyle } from '../../figures/scales';
import { useWidth } from '../../figures/useWidth';
import { Answered } from '../../parts/States';
import { AccuracyByStratumDocument, type AccuracyByStratumQuery } from './accuracy.generated';
import { groupsOfStrata, labelOfStratum } from './evaluations';
import type { LineHead } from './lines';

const ROW = 22;
const GAP = 14;
const LABEL_SHARE = 0.32;
const MAX_LABEL = 260;
const AXIS = 26;

type Evaluated = Extract<NonNullable<AccuracyByStratumQuery['nodes'][number]>, { strata: unknown }>;
type Stratum = Evaluated['strata'][number];

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

function Rows({
  evaluations,
  heads,
  iouThreshold,
  onStratum,
}: {
  evaluations: readonly Evaluated[];
  heads: readonly LineHead[];
  iouThreshold: number;
  onStratum: (name: string) => void;
}) {
  const [box, width] = useWidth<HTMLDivElement>();
  const all = unionOfStrata(evaluations);
  const rows = groupsOfStrata(all).flatMap(({ strata }) => strata);
  const label = Math.min(MAX_LABEL, width * LABEL_SHARE);
  const x = scaleLinear([0, 1], [label + 12, width - 12]);
  const rowHeight = Math.max(ROW, evaluations.length * 8 + 8);
  const height = rows.length * (rowHeight + GAP) + AXIS;
  const title = `Lesions found by stratum at IoU threshold ${iouThreshold}`;
  return (
    <figure aria-label={title}>
      <div ref={box} className="curve-box">
        <svg width={width} height={height} fontSize="12" fontFamily="var(--font)">
          <title>{title}</title>
          {[0, 0.25, 0.5, 0.75, 1].map((tick) => (
            <g key={tick}>
              <line x1={x(tick)} x2={x(tick)} y1={0} y2={height - AXIS} stroke="var(--line)" />
              <text x={x(tick)} y={height - 8} textAnchor="middle" fill="var(--muted)">
                {formatPercent(tick, 0)}
              </text>
            </g>
          ))}
          {rows.map((stratum, index) => (
            <g key={stratum.name} transform={`translate(0 ${index * (rowHeight + GAP)})`}>
              <StratumName
                stratum={stratum}
                width={label}
                height={rowHeight}
                onChoose={() => onStratum(stratum.name)}
              />
              {evaluations.map((evaluation, line) => (
                <Dot
                  key={evaluation.id}
                  point={pointOf(evaluation, stratum.name, iouThreshold)}
                  name={heads.find(({ id }) => id === evaluation.id)?.name ?? ''}
                  styleIndex={heads.findIndex(({ id }) => id === evaluation.id)}
                  x={x}
                  y={rowHeight / 2 + (line - (evaluations.length - 1) / 2) * 8}
                />
              ))}
            </g>
          ))}
        </svg>
      </div>
    </figure>
  );
}

function StratumName({
  stratum,
  width,
  height,
  onChoose,
}: {
  stratum: Stratum;
  width: number;
  height: number;
  onChoose: () => void;
}) {
  return (
    <foreignObject x={0} y={0} width={width} height={height}>
      <button
        type="button"
        className="stratum-name"
        onClick={onChoose}
        title={`${labelOfStratum(stratum)}, n = ${stratum.lesionCount}`}
      >
        <bdi>{labelOfStratum(stratum)}</bdi> <span className="muted">n = {stratum.lesionCount}</span>
      </button>
    </foreignObject>
  );
}

function Dot({
  point,
  name,
  styleIndex,
  x,
  y,
}: {
  point: ReturnType<typeof pointOf>;
  name: string;
  styleIndex: number;
  x: (share: number) => number;
  y: number;
}) {
  if (!point || point.accuracy === null) return null;
  const { color, dash } = lineStyle(styleIndex);
  const { accuracy, ciLow, ciHigh, correct, total } = point;
  return (
    <g>
      <title>{`${name}: ${formatPercent(accuracy)} (${correct} of ${total})`}</title>
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

function pointOf(evaluation: Evaluated, name: string, iouThreshold: number) {
  const curve = evaluation.strata.find((stratum) => stratum.name === name)?.accuracyCurve ?? [];
  return curve.find((point) => Math.abs(point.iouThreshold - iouThreshold) < 1e-9);
}

function unionOfStrata(evaluations: readonly Evaluated[]): Stratum[] {
  const byName = new Map(
    evaluations.flatMap(({ strata }) => strata.map((stratum) => [stratum.name, stratum] as const)),
  );
  return [...byName.values()];
}
